import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse, toInvocation } from "../../cli/arguments/parse.js";
import type { Command } from "../support/doc-pages.js";
import { REPOSITORY } from "../support/engine-project-files.js";

interface Manifest {
    readonly name: string;
    readonly version: string;
    readonly scripts: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as Manifest;

/** Commands of programs that are not ours, as their own references give them. */
const FOREIGN = [
    /^pulumi (?:up|refresh|preview|destroy|cancel|stack)(?: --?[\w-]+| \d+| <[^>]+>)*$/,
    /^pulumi (?:stack (?:init|output|import|rm)|state (?:delete|protect|move|rename|taint)|config set --secret)(?: \S+)*$/,
    /^pulumi (?:plugin install(?: resource droplet-teardown \d\S+ --server \S+)?|package add(?: node_modules\/pulumi-droplet-teardown\/dist\/plugin\/schema\.json)?)$/,
    /^go mod tidy$/,
    /^doctl (?:account get|compute (?:droplet|tag|snapshot|volume|droplet-action) [a-z]+)(?: \S+)*$/,
    /^git clone https:\/\/github\.com\/pulumi-droplet-teardown\/pulumi-droplet-teardown$/,
    /^git grep -n '[^']+'(?: \S+)*$/,
    /^git ls-remote https:\/\/github\.com\/[\w/-]+ refs\/tags\/(?:action-)?v[\d.]+$/,
    /^git (?:tag -s|push origin) v\S+(?: -m v\S+)?$/,
    /^pulumi env run [\w/]+ -- droplet-teardown orphans --older-than 7d$/,
    /^docker stop$/,
    /^yarn exec pulumi up$/,
];

/** Fails where nothing in this repository, and no known program, understands the command. */
export function checkCommand({ place, text }: Command): void {
    const command = text.replace(/^(?:[A-Z_]+=\S+ )+/, "");
    const [program = "", ...words] = splitWords(command);
    switch (program) {
        case "npm":
            checkNpm(words, place);
            return;
        case "npx":
            if (words[0] === "tsx") {
                return;
            }
            if (words[0] === "digitalocean-simulator") {
                checkSimulator(words.slice(1), place);
                return;
            }
            assert.match(words[0] ?? "", new RegExp(`^${manifest.name}(?:@${placeVersion(place)})?$`), place);
            checkOwn(words.slice(1), place);
            return;
        case "exec":
            assert.equal(words[0], "droplet-teardown", place);
            checkOwn(words.slice(1), place);
            return;
        case "droplet-teardown":
            checkOwn(words, place);
            return;
        case ".ci/run":
            assert.ok(existsSync(join(REPOSITORY, program)));
            return;
        case "cd":
            if (words[0] === manifest.name) {
                // What `git clone` has made.
                return;
            }
            assert.ok(existsSync(join(REPOSITORY, words[0] ?? "")), `${place}: ${text}`);
            return;
        case "export":
            assert.match(command, /^export [A-Z_]+=\S/, place);
            return;
        case "curl":
            checkAdmin(words, place);
            return;
        case "jq":
            // Run on real reports in pipelines.test.ts, and in the pipelines' own tests.
            assert.ok(words.length >= 2, place);
            return;
        default:
            assert.ok(
                FOREIGN.some((known) => known.test(command)),
                `${place}: nothing checks ${JSON.stringify(text)}`,
            );
    }
}

/** The checklist of a release speaks of the next version, all others of this one. */
function placeVersion(place: string): string {
    return place.startsWith("docs/releasing.md") ? "\\S+" : manifest.version;
}

function splitWords(command: string): string[] {
    const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
    return words.map((word) => word.replace(/["']/g, ""));
}

/** Placeholders such as `<id>` stand for a number. */
function checkOwn(words: readonly string[], place: string): void {
    const told: string[] = [];
    const output = {
        write: (text: string) => void told.push(text),
        isTerminal: false,
        columns: 80,
        rows: 24,
    };
    const given = words.map((word) => word.replace(/<\w+>|…/g, "1"));
    if (given.length === 0 || given[0] === "1") {
        return;
    }
    const parsed = parse(given, { version: manifest.version, stdout: output, stderr: output });
    // Prose names a command by its name alone.
    const isName = words.length === 1 && ["plan", "destroy", "status"].includes(words[0] ?? "");
    if (!isName) {
        const shown = `${place}: droplet-teardown ${words.join(" ")}\n${told.join("")}`;
        assert.notEqual(parsed.kind, "wrong", shown);
        assert.doesNotThrow(() => parsed.kind === "typed" && toInvocation(parsed, null), shown);
    }
}

function checkNpm([verb = "", ...rest]: readonly string[], place: string): void {
    const [script, ...flags] = verb === "run" ? rest : [verb, ...rest];
    switch (verb) {
        case "install":
            assert.deepEqual(
                rest.filter(
                    (name) =>
                        ![
                            ...[manifest.name, `${manifest.name}@${manifest.version}`],
                            ...["--ignore-scripts", "--global"],
                            ...Object.keys(manifest.peerDependencies),
                        ].includes(name),
                ),
                [],
                place,
            );
            return;
        case "ci":
        case "pack":
            return;
        case "version":
        case "view":
        case "audit":
        case "deprecate":
            // Of a release, which no test makes.
            assert.match(place, /^docs\/releasing\.md/);
            return;
        case "run":
        case "test":
            assert.ok(script !== undefined && script in manifest.scripts, `${place}: npm run ${script}`);
            flags
                .filter((flag) => flag !== "--")
                .forEach((flag, index, all) => {
                    checkFlag(script, flag, all[index - 1], place);
                });
            return;
        default:
            assert.fail(`${place}: npm ${verb}`);
    }
}

/** A flag is in the script's source; what `-g` picks is the name of a test. */
function checkFlag(script: string, flag: string, before: string | undefined, place: string): void {
    if (before === "-g") {
        const pattern = new RegExp(flag.replaceAll("\\|", "|"), "i");
        assert.ok(
            testNames().some((name) => pattern.test(name)),
            `${place}: no test is named ${flag}`,
        );
    } else if (flag.startsWith("--")) {
        const [file = ""] = /(?:dist\/)?[\w/-]+\.(?:ts|js)$/.exec(manifest.scripts[script] ?? "") ?? [];
        if (file === "") {
            // An option of somebody else's program.
            return;
        }
        const source = readFileSync(
            join(REPOSITORY, file.replace(/^dist\//, "").replace(/js$/, "ts")),
            "utf8",
        );
        const name = flag.slice(2);
        assert.ok(
            source.includes(name) ||
                source.includes(name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())),
            `${place}: ${script} has no ${flag}`,
        );
    }
}

let names: readonly string[] | undefined;

function testNames(): readonly string[] {
    names ??= readdirSync(join(REPOSITORY, "test"), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".test.ts"))
        .map((path) => readFileSync(join(REPOSITORY, "test", path), "utf8"))
        .flatMap((text) => [...text.matchAll(/\b(?:it|describe|scenarios)\(\s*["'`]([^\n]+?)["'`],/g)])
        .map(([, name = ""]) => name);
    return names;
}

function checkSimulator(words: readonly string[], place: string): void {
    const source = readFileSync(join(REPOSITORY, "simulator", "cli", "options.ts"), "utf8");
    for (const flag of words.filter((word) => word.startsWith("--"))) {
        assert.ok(source.includes(`  ${flag} `), `${place}: digitalocean-simulator has no ${flag}`);
    }
}

/** A request to the simulator's control panel. */
function checkAdmin(words: readonly string[], place: string): void {
    const [, route = ""] = /\/_admin\/(\w+)/.exec(words.join(" ")) ?? [];
    const folder = join(REPOSITORY, "simulator", "admin");
    const source = readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), "utf8"))
        .join("\n");
    assert.ok(source.includes(` /_admin/${route}"`), `${place}: /_admin/${route}`);
    const [, method] = /\{do:(\w+)/.exec(words.join(" ")) ?? [];
    assert.ok(method === undefined || source.includes(method), `${place}: ${method}`);
}
