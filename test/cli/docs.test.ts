import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import { EXIT_CODES } from "../../cli/exit-codes.js";
import { errorExitCode } from "../../cli/result.js";
import { type ErrorCode, TeardownError } from "../../provider/teardown/errors.js";
import { cliPage } from "../../tools/cli-docs-page.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { errorsThrown, says, sourceErrors } from "../support/source-errors.js";

describe("docs/cli.md", () => {
    it("is what the command line's definitions say (npm run docs:cli)", async () => {
        const path = join(REPOSITORY, "docs", "cli.md");
        const layout = async (text: string): Promise<string> => format(text, { parser: "markdown" });
        assert.equal(await layout(await readFile(path, "utf8")), await layout(cliPage()));
    });
});

describe("docs/pipelines.md", () => {
    it("has the exit codes with their meanings", async () => {
        const text = await readFile(join(REPOSITORY, "docs", "pipelines.md"), "utf8");
        const rows = [...text.matchAll(/^\| (\d+) +\| ([^|]*?) +\|/gm)];
        assert.deepEqual(
            rows.map(([, code, meaning = ""]) => [Number(code), meaning.replaceAll("`", "")]),
            EXIT_CODES,
        );
    });
});

const page = readFileSync(join(REPOSITORY, "docs", "errors.md"), "utf8");

/** The messages at the head of each entry. */
function documented(): string[] {
    const heads = [...page.matchAll(/^- ((?:`[^`]+`(?:, )?)+): /gm)].map(([, head = ""]) => head);
    return heads.flatMap((head) => [...head.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text));
}

/** Every code that an error can have. */
function errorCodes(): string[] {
    const source = readFileSync(join(REPOSITORY, "provider", "teardown", "errors.ts"), "utf8");
    return [...source.matchAll(/^ {4}\| "([a-z-]+)"/gm)].map(([, code = ""]) => code);
}

/** Errors without a code of their own. */
const WITHOUT_CODE = [
    // Its text is in the state of every stack.
    /cannot load pulumi-droplet-teardown/,
    // The engine asks, and nobody reads the answer.
    /MissingError|has no callback|has no resource of type|does not have \$/,
    // They pass on what another one says.
    /String\(thrown\)|error\?\.details|failure\.getReason/,
];

describe("README.md", () => {
    const readme = readFileSync(join(REPOSITORY, "README.md"), "utf8");

    it("has at most two screens, of 60 lines of 120 columns each; blank lines do not count", () => {
        const lines = readme.split("\n").filter((line) => line !== "");
        const shown = lines.reduce((sum, line) => sum + Math.ceil(line.length / 120), 0);
        assert.ok(shown <= 120, `${shown} lines`);
    });

    it("begins with a clone of the repository", () => {
        assert.match(/```sh\n(.*)/.exec(readme)?.[1] ?? "", /^git clone /);
    });
});

describe("docs/errors.md", () => {
    const errors = sourceErrors();
    const messages = documented();

    it(`explains each of the ${new Set(errors.map(({ text }) => text)).size} messages in the source`, () => {
        const missing = errors.filter(({ text }) => !messages.some((message) => says(text, message)));
        assert.deepEqual(
            missing.map(({ place, text }) => `${place}: ${text}`),
            [],
        );
        assert.ok(errors.length > 150);
    });

    it(`has no row for a message that nothing says, among its ${messages.length}`, () => {
        const stale = messages.filter((message) => !errors.some(({ text }) => says(text, message)));
        assert.deepEqual(stale, []);
    });

    it("has a section for every code, with its exit code, and for nothing else", () => {
        const sections = [...page.matchAll(/^## ([a-z-]+)\n\nExit code (\d)\./gm)];
        assert.deepEqual(
            sections.map(([, code]) => code),
            errorCodes(),
        );
        for (const [, code = "", exit] of sections) {
            const error = new TeardownError("", { code: code as ErrorCode });
            assert.equal(errorExitCode(error), Number(exit), code);
        }
        const schema = JSON.parse(readFileSync(join(REPOSITORY, "schema", "report.schema.json"), "utf8")) as {
            definitions: { code: { enum: unknown[] } };
        };
        assert.deepEqual(schema.definitions.code.enum, [...errorCodes(), null]);
    });

    it("promises a code that each error of a program and of the plugin has", () => {
        const without = errorsThrown(["sdk", "plugin"])
            .filter(
                ({ name, text }) =>
                    !["ProgramError", "CodedError"].includes(name) && !text.includes("codeLine("),
            )
            .map(({ text }) => text);
        assert.deepEqual(
            without.filter((text) => !WITHOUT_CODE.some((pattern) => pattern.test(text))),
            [],
        );
        assert.ok(WITHOUT_CODE.every((pattern) => without.some((text) => pattern.test(text))));
    });

    it("is specific: no row is but a wildcard", () => {
        const vague = messages.filter((message) => message.replaceAll(/[…\s\p{P}]/gu, "").length < 7);
        assert.deepEqual(vague, []);
    });
});

/** What people copy from: pages, examples, and the program's own texts. */
const PLACES = [
    "README.md",
    "CHANGELOG.md",
    "docs",
    "examples",
    "cli",
    "provider",
    "sdk",
    "simulator",
    "tools",
];
const TEXT = /\.(?:md|ts|ya?ml|json|sh)$/;
const NPX = /\bnpx ((?:-\S+ )*)([^\s`"']+)/g;

/** Installed by the folder that names them: npx fetches nothing. */
const INSTALLED = new Set(["tsx"]);

function textsIn(place: string): string[] {
    if (TEXT.test(place)) {
        return [place];
    }
    const paths = readdirSync(join(REPOSITORY, place), { recursive: true, encoding: "utf8" });
    return paths
        .filter((path) => TEXT.test(path) && !path.includes("node_modules"))
        .map((path) => join(place, path));
}

describe("every command that begins with npx", () => {
    it("names one of our packages, and never one that a stranger may register", () => {
        let own = 0;
        for (const path of PLACES.flatMap(textsIn)) {
            for (const [command, , name = ""] of readFileSync(join(REPOSITORY, path), "utf8").matchAll(NPX)) {
                const isOwn = /^(?:pulumi-droplet-teardown|digitalocean-simulator)(?:@\S+)?$/.test(name);
                assert.ok(isOwn || INSTALLED.has(name), `${path}: ${command}`);
                own += isOwn ? 1 : 0;
            }
        }
        assert.ok(own >= 10, `${own} commands`);
    });
});
