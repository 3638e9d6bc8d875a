import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { builtinModules } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import ts from "typescript";

import { formatLicenses } from "../../tools/package/licenses.js";
import { unpack, type Packed } from "../../tools/package/pack.js";
import { runProcess } from "../support/cli-process.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { linkModulesWithoutDigitalOcean } from "../support/modules-without.js";
import { packedInto } from "../support/packed.js";

interface Manifest {
    readonly homepage: string;
    readonly bugs: string;
    readonly repository: { readonly url: string };
    readonly bin: Readonly<Record<string, string>>;
    readonly version: string;
    readonly dependencies?: object;
    readonly optionalDependencies?: object;
    readonly peerDependencies: Readonly<Record<string, string>>;
    readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** What the package may load of its peers: their own modules. */
const IN_PEERS = /^@pulumi\/(?:pulumi|digitalocean)(?:\/|$)|^pulumi-droplet-teardown\/|^@grpc\/grpc-js$/;

/**
 * A ceiling to lower, not to raise: of everything, with all that the package needs of others; 117 KB of it are the
 * parser of YAML, which only a run with `--config` loads.
 */
const MAX_UNPACKED_KB = 1_210;

const UNREACHED =
    /^(?:web-streams-polyfill|@grpc\/proto-loader|protobufjs|@protobufjs\/.*|long|lodash\.camelcase)$/;

/** A longer one fills the screen of an uncaught error. */
const MAX_LINE_LENGTH = 8_000;

/** What Pulumi stores of the provider that a program of each of the given SDKs has. */
const STORED = `
    const pulumi = require("@pulumi/pulumi");
    const stored = [];
    const newResource = ({ name, inputs }) => {
        stored[Number(name)] = inputs.__provider;
        return { id: "1", state: inputs };
    };
    pulumi.runtime.setMocks({ newResource, call: () => ({}) });
    process.argv.slice(1).forEach((sdk, index) => {
        const { DropletTeardown } = require(sdk);
        new DropletTeardown(String(index), { dropletId: 7, policy: "keep" });
    });
    process.on("exit", () => process.stdout.write(JSON.stringify(stored)));
`;

function linksIn(markdown: string): string[] {
    const prose = markdown.replace(/```.*?```/gs, "");
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
}

const relative = (link: string): boolean => !/^(?:[a-z]+:|#)/.test(link);
const withoutAnchor = (link: string): string => link.replace(/#.*$/, "");

async function pagesIn(folder: string): Promise<string[]> {
    const paths = await readdir(join(REPOSITORY, folder), { recursive: true });
    return paths.filter((path) => path.endsWith(".md")).map((path) => join(folder, path));
}

async function storedBy(...sdks: readonly string[]): Promise<readonly string[]> {
    const options = { cwd: REPOSITORY };
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", STORED, ...sdks], options);
    return JSON.parse(stdout) as string[];
}

/** "type Name" where no value goes with it. */
function exported(symbol: ts.Symbol, checker: ts.TypeChecker): string {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const { flags } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
    const isValue = (flags & ts.SymbolFlags.Value) !== 0;
    const isTypeOnly = symbol.declarations?.some(ts.isTypeOnlyExportDeclaration) ?? false;
    return isValue && !isTypeOnly ? symbol.name : `type ${symbol.name}`;
}

/** Declarations, as the compiler reads them. */
class Declarations {
    readonly #program: ts.Program;

    constructor(paths: readonly string[]) {
        const options = { module: ts.ModuleKind.Node16, strict: true, types: [] };
        this.#program = ts.createProgram(paths, options);
    }

    /** What a module exports, types included. */
    names(path: string): string[] {
        const checker = this.#program.getTypeChecker();
        const module = checker.getSymbolAtLocation(this.#source(path));
        const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
        return symbols.map((symbol) => exported(symbol, checker)).sort();
    }

    /** What the compiler says of a module. */
    faults(path: string): string[] {
        const source = this.#source(path);
        const faults = [
            ...this.#program.getSyntacticDiagnostics(source),
            ...this.#program.getSemanticDiagnostics(source),
        ];
        return faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    }

    #source(path: string): ts.SourceFile {
        const source = this.#program.getSourceFile(path);
        assert.ok(source !== undefined, path);
        return source;
    }
}

/** The packages that another bundler finds inside, without those that no supported Node.js reaches. */
async function packagesInside(): Promise<string[]> {
    const { metafile } = await build({
        entryPoints: ["sdk", "provider", "cli", "action", "plugin"].map((folder) => {
            return `${folder}/${["sdk", "provider"].includes(folder) ? "index" : "main"}.ts`;
        }),
        absWorkingDir: REPOSITORY,
        outdir: "nowhere",
        external: ["@pulumi/digitalocean", "@pulumi/pulumi", "@pulumi/pulumi/runtime/*", "kerberos"],
        alias: { "@pulumi/pulumi/proto": join(REPOSITORY, "node_modules", "@pulumi", "pulumi", "proto") },
        bundle: true,
        write: false,
        metafile: true,
        platform: "node",
        logLevel: "error",
    });
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    const names = inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    return [...new Set(names)].filter((name) => !UNREACHED.test(name)).sort();
}

const readText = (path: string): Promise<string> => readFile(join(REPOSITORY, path), "utf8");

describe("the package, as it would be published", function () {
    this.timeout(180_000);
    let folder: string;
    let unpacked: string;
    let packed: Packed;
    let manifest: Manifest;

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "package-"));
        packed = await packedInto(folder);
        unpacked = await unpack(packed.tarball, REPOSITORY, folder);
        manifest = JSON.parse(await readText("package.json")) as Manifest;
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it("holds the bundled program, its declarations, the schema and its papers, and nothing else", () => {
        const own = packed.files.filter((path) => !/^dist\/shared\/[a-z-]+\.js$/.test(path));
        assert.deepEqual(own, [
            "LICENSE",
            "README.md",
            "dist/THIRD-PARTY-LICENSES",
            "dist/action/main.js",
            "dist/cli/main.js",
            "dist/plugin/main.js",
            "dist/plugin/pulumi-resource-droplet-teardown",
            "dist/plugin/pulumi-resource-droplet-teardown.cmd",
            "dist/plugin/schema.json",
            "dist/provider/index.d.ts",
            "dist/provider/index.js",
            "dist/sdk/droplet.js",
            "dist/sdk/index.d.ts",
            "dist/sdk/index.js",
            "dist/sdk/stored-provider.js",
            "package.json",
            "schema/config.schema.json",
            "schema/report.schema.json",
        ]);
    });

    it(`has at most ${MAX_UNPACKED_KB} KB unpacked, with the plugin`, () => {
        const kb = Math.ceil(packed.unpackedSize / 1_000);
        assert.ok(kb <= MAX_UNPACKED_KB, `${kb} KB`);
    });

    it("needs no other package but the peers, which are optional", () => {
        assert.equal(manifest.dependencies, undefined);
        assert.equal(manifest.optionalDependencies, undefined);
        const optional = Object.entries(manifest.peerDependenciesMeta);
        assert.deepEqual(
            optional.map(([name]) => name).sort(),
            Object.keys(manifest.peerDependencies).sort(),
        );
        assert.ok(optional.every(([, { optional }]) => optional));
    });

    it("requires nothing but Node.js, the peers and itself", async () => {
        const known = new Set([...builtinModules, ...Object.keys(manifest.peerDependencies)]);
        for (const path of packed.files.filter((name) => name.endsWith(".js"))) {
            const text = await readFile(join(unpacked, path), "utf8");
            const names = [...text.matchAll(/\b(?:require|import)\(([`"'])([^`"'$]+)\1\)/g)].map(
                ([, , name = ""]) => name.replace(/^node:/, ""),
            );
            const packages = names.filter((name) => !name.startsWith("."));
            const others = packages.filter((name) => !known.has(name) && !IN_PEERS.test(name));
            assert.deepEqual(
                others.filter((name) => name !== "kerberos"),
                [],
                path,
            );
        }
    });

    it("names every package whose code is inside, with its version, and has its license", async () => {
        const licenses = await readFile(join(unpacked, "dist", "THIRD-PARTY-LICENSES"), "utf8");
        const titles = [...licenses.matchAll(/^(\S+) (\d\S*) \(.+\), https:\S+$/gm)];
        const named = titles.map(([, name = "", version = ""]) => `${name} ${version}`);
        const inside = await Promise.all(
            (await packagesInside()).map(async (name) => {
                const { version } = JSON.parse(
                    await readText(`node_modules/${name}/package.json`),
                ) as Manifest;
                return `${name} ${version}`;
            }),
        );
        assert.deepEqual(named.sort(), inside.sort());
        assert.ok(inside.length > 10);
        assert.match(licenses, /Permission is hereby granted, free of charge/);
        assert.match(licenses, /Redistribution and use in source and binary forms/);
    });

    it("leaves a package out whose license has no text", async () => {
        const silent = join(folder, "silent");
        await mkdir(silent);
        const text = JSON.stringify({ name: "silent", version: "1.0.0", license: "MIT", repository: "a/b" });
        await writeFile(join(silent, "package.json"), text);
        assert.throws(() => formatLicenses([silent]), /silent has no text of its license \(MIT\)/);
    });

    it("has a plugin that an engine can start", async () => {
        const { mode } = await stat(join(unpacked, "dist/plugin/pulumi-resource-droplet-teardown"));
        assert.equal(mode & 0o111, 0o111);
    });

    it("has no source map, no program that names one, and no endless line", async () => {
        for (const path of packed.files.filter((name) => name.startsWith("dist/"))) {
            const text = await readFile(join(unpacked, path), "utf8");
            assert.ok(!text.includes("sourceMappingURL="), path);
            const longest = Math.max(...text.split("\n").map(({ length }) => length));
            assert.ok(longest <= MAX_LINE_LENGTH, `${path}: ${longest} characters`);
        }
    });

    it("runs its command line with nothing installed beside it, also through a proxy", async () => {
        const alone = await mkdtemp(join(tmpdir(), "package-alone-"));
        await cp(unpacked, alone, { recursive: true });
        const asked: string[] = [];
        const proxy = createServer();
        proxy.on("connect", (request, socket) => {
            asked.push(request.url ?? "");
            socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
        });
        await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
        const { port } = proxy.address() as AddressInfo;
        const script = join(alone, "dist", "cli", "main.js");
        const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
        const help = await runProcess("orphans --help", "https://api.example.com", { script });
        assert.match(help.stdout, /--older-than/);
        const { code, stderr } = await runProcess("status 7", "https://api.example.com", { script, env });
        proxy.close();
        await rm(alone, { recursive: true });
        assert.equal(code, 1, stderr);
        assert.match(stderr, /the proxy does not connect: 403 Forbidden/);
        assert.equal(asked[0], "api.example.com:443");
    });

    it("names its functions and classes in a stack trace", async () => {
        const program = `
            const { teardown } = require(process.argv[1]);
            teardown.create({ dropletId: 7 }).catch((error) => process.stdout.write(error.cause.stack));
        `;
        const provider = join(unpacked, "dist", "provider", "index.js");
        // Without a token and without a configuration, it is refused before any request.
        const options = { env: { PATH: process.env.PATH } };
        const { stdout } = await promisify(execFile)(process.execPath, ["-e", program, provider], options);
        assert.match(
            stdout,
            /^RefusedError: .*\n(?:.*\n)*? *at perform .*\n *at .*\n *at TeardownHandlers\.create .*\.js:\d+/,
        );
    });

    it("works without @pulumi/digitalocean, and says that a Droplet needs it", async () => {
        const alone = await mkdtemp(join(tmpdir(), "package-alone-"));
        await cp(unpacked, alone, { recursive: true });
        await linkModulesWithoutDigitalOcean(alone);
        const program = `
            const sdk = require("./dist/sdk/index.js");
            try { sdk.Droplet; } catch (error) { console.log(typeof sdk.DropletTeardown, error.message); }
        `;
        // Links stay what they are, so that a module is looked for where the program is.
        const args = ["--preserve-symlinks", "-e", program];
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: alone });
        await rm(alone, { recursive: true });
        assert.match(stdout, /^function Droplet needs @pulumi\/digitalocean: run `npm install/);
    });

    it("stores the same provider in users' state as the sources do", async () => {
        const sdks = [unpacked, REPOSITORY].map((root) => join(root, "dist", "sdk", "index.js"));
        const [published = "", ofSources] = await storedBy(...sdks);
        assert.match(published, /"pulumi-droplet-teardown"/);
        assert.equal(published, ofSources);
    });

    it("declares all that the sources of sdk and provider export, without a fault", () => {
        const entries = ["sdk", "provider"].map((entry) => join("dist", entry, "index.d.ts"));
        const paths = [unpacked, REPOSITORY].flatMap((root) => entries.map((entry) => join(root, entry)));
        const declarations = new Declarations(paths);
        for (const entry of entries) {
            const published = join(unpacked, entry);
            assert.deepEqual(declarations.faults(published), []);
            const names = declarations.names(published);
            assert.deepEqual(names, declarations.names(join(REPOSITORY, entry)));
            assert.ok(names.length > 2);
        }
    });

    it("exports to programs and modules what the sources export", async () => {
        for (const entry of ["sdk", "provider"]) {
            const path = join("dist", entry, "index.js");
            const names = await Promise.all(
                [REPOSITORY, unpacked].map(async (root) => {
                    const module = (await import(pathToFileURL(join(root, path)).href)) as object;
                    return Object.keys(module).sort();
                }),
            );
            assert.deepEqual(names[1], names[0]);
        }
    });

    it("has one program under two names, the package's own among them, and the step of a pipeline", () => {
        assert.deepEqual(manifest.bin, {
            "droplet-teardown-step": "dist/action/main.js",
            "pulumi-droplet-teardown": "dist/cli/main.js",
            "droplet-teardown": "dist/cli/main.js",
        });
        assert.ok(packed.files.includes("dist/cli/main.js"));
    });

    it("says where it comes from, one place everywhere", async () => {
        const home = manifest.homepage.replace("#readme", "");
        assert.equal(manifest.bugs, `${home}/issues`);
        assert.equal(manifest.repository.url, `git+${home}.git`);
        const own = linksIn(await readText("README.md")).filter((link) => link.startsWith(home));
        for (const link of own) {
            const [, path = ""] = /\/(?:blob|tree)\/main\/([^#]+)/.exec(link) ?? [];
            assert.ok(path !== "" && existsSync(join(REPOSITORY, path)), link);
        }
        assert.ok((await readText("SECURITY.md")).includes(`${home}/security/advisories/new`));
    });

    it("has relative links in README, which a page of the registry resolves against the repository", async () => {
        const links = linksIn(await readText("README.md"))
            .filter(relative)
            .map(withoutAnchor);
        assert.ok(links.length > 5);
        assert.deepEqual(
            links.filter((link) => !existsSync(join(REPOSITORY, link))),
            [],
        );
    });

    it("has no dead relative link in the other pages", async () => {
        const folders = await Promise.all(["docs", "examples", "simulator"].map(pagesIn));
        const dead: string[] = [];
        for (const page of [...folders.flat(), "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]) {
            const links = linksIn(await readText(page))
                .filter(relative)
                .map(withoutAnchor);
            const gone = links.filter((link) => !existsSync(join(REPOSITORY, dirname(page), link)));
            dead.push(...gone.map((link) => `${page}: ${link}`));
        }
        assert.deepEqual(dead, []);
    });
});
