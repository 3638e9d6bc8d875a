import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import ts from "typescript";
import { parse } from "yaml";

import type { Seed, Summary } from "../../simulator/index.js";
import { buildSimulator } from "../../tools/package/simulator.js";
import { cachedFolder } from "../support/cached-folder.js";
import { REPOSITORY } from "../support/engine-project-files.js";

const run = promisify(execFile);
const MAX_UNPACKED_KB = 250;
/** All of which the package is made. */
const SOURCES = [
    "simulator",
    "tools/package",
    "tsconfig.json",
    "tsconfig.simulator.json",
    "package-lock.json",
    "LICENSE",
];
const SEED: Seed = {
    volumes: [{ name: "data", snapshots: ["before"] }],
    droplets: [{ name: "web-1", tags: ["prod"], volumes: ["data"], reservedIps: 1 }],
};

interface Listed {
    readonly filename: string;
    readonly unpackedSize: number;
    readonly files: readonly { readonly path: string }[];
}

describe("the package digitalocean-simulator", function () {
    this.timeout(120_000);
    let folder: string;
    let packed: Listed;
    const children: ChildProcess[] = [];
    const inside = (...path: string[]): string =>
        join(folder, "node_modules", "digitalocean-simulator", ...path);

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "simulator-package-"));
        const npm = process.platform === "win32" ? "npm.cmd" : "npm";
        const made = await cachedFolder("simulator-package", SOURCES, async (to) => {
            const built = join(folder, "built");
            await buildSimulator(built);
            const { stdout } = await run(npm, ["pack", "--json", "--pack-destination", to, built]);
            await writeFile(join(to, "packed.json"), stdout);
        });
        [packed] = JSON.parse(await readFile(join(made, "packed.json"), "utf8")) as [Listed];
        await writeFile(join(folder, "package.json"), "{}");
        const quiet = ["--no-audit", "--no-fund", "--offline"];
        await run(npm, ["install", ...quiet, join(made, packed.filename)], { cwd: folder });
    });

    after(async () => {
        children.forEach((child) => child.kill("SIGKILL"));
        await rm(folder, { recursive: true, force: true });
    });

    /** Starts the program of the package, and returns the lines that it prints until it is ready. */
    async function start(
        ...args: string[]
    ): Promise<{ url: string; lines: string[]; child: ChildProcessByStdio<Writable, Readable, null> }> {
        const command = join(folder, "node_modules", ".bin", "digitalocean-simulator");
        const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
        children.push(child);
        const lines: string[] = [];
        for await (const line of createInterface({ input: child.stdout })) {
            lines.push(line);
            const [, url] = /^DigitalOcean API simulator on (\S+)$/.exec(line) ?? [];
            if (url !== undefined) {
                return { url, lines, child };
            }
        }
        return assert.fail(`it ended: ${lines.join("\n")}`);
    }

    it("is small, depends on nothing, and has no stand-in plugin", async () => {
        const manifest = JSON.parse(await readFile(inside("package.json"), "utf8")) as Record<
            string,
            unknown
        >;
        assert.deepEqual([manifest.dependencies, manifest.peerDependencies], [undefined, undefined]);
        assert.ok(packed.unpackedSize < 1_000 * MAX_UNPACKED_KB, `${packed.unpackedSize} bytes`);
        const paths = packed.files.map(({ path }) => path);
        for (const path of ["LICENSE", "README.md", "Dockerfile", "dist/index.d.ts", "recipes/doctl.sh"]) {
            assert.ok(paths.includes(path), path);
        }
        for (const path of paths.filter((one) => one.endsWith(".js"))) {
            const text = await readFile(inside(path), "utf8");
            assert.doesNotMatch(text, /grpc|pulumi-resource-digitalocean/, path);
        }
    });

    it("says its version, and how it is used", async () => {
        const main = inside("dist", "main.js");
        const { version } = JSON.parse(await readFile(inside("package.json"), "utf8")) as { version: string };
        const told = async (...args: string[]) => (await run(process.execPath, [main, ...args])).stdout;
        assert.equal(await told("--version"), `${version}\n`);
        const root = JSON.parse(await readFile(join(REPOSITORY, "package.json"), "utf8")) as {
            version: string;
        };
        assert.equal(version, root.version);
        assert.match(await told("--help"), /--team-per-token +each token/);
        await assert.rejects(run(process.execPath, [main, "--prt", "1"]), { code: 2, stderr: /--prt/ });
    });

    it("serves a seed over TLS, and is what it was after a reset", async () => {
        const seed = join(folder, "seed.json");
        await writeFile(seed, JSON.stringify(SEED));
        const settings = join(folder, "settings.json");
        await writeFile(settings, JSON.stringify({ minuteLimit: 7 }));
        const [cert, key] = ["cert.pem", "key.pem"].map((name) => join(folder, name));
        const files = ["--tls-cert", cert ?? "", "--tls-key", key ?? ""];
        const flags = ["--seed", seed, "--settings", settings, "--set", "statusBeforeDestroy=404"];
        const { url, lines } = await start(...files, ...flags, "--destroy-seconds", "1");
        assert.match(url, /^https:/);
        assert.ok(lines.some((line) => line.includes(`NODE_EXTRA_CA_CERTS=${cert}`)));
        const ca = await readFile(cert ?? "", "utf8");
        const admin = (method: string, path: string) => ask(`${url}/_admin/${path}`, ca, method);
        assert.deepEqual(await admin("GET", "health"), { status: "ok" });
        const before = (await admin("GET", "state")) as Summary;
        const [droplet] = before.droplets;
        assert.equal(droplet?.associated.length, 3);
        const { minuteLimit, destroyDurationMs } = (await admin("GET", "settings")) as Record<string, number>;
        assert.deepEqual([minuteLimit, destroyDurationMs], [7, 1_000]);
        const { droplets } = (await ask(`${url}/v2/droplets?tag_name=prod`, ca)) as { droplets: unknown[] };
        assert.equal(droplets.length, 1);
        await ask(`${url}/v2/droplets/${droplet.id}`, ca, "DELETE");
        await admin("POST", "reset");
        assert.deepEqual(await admin("GET", "state"), before);
        // The same certificate as before.
        const again = await start(...files);
        assert.deepEqual(await ask(`${again.url}/_admin/health`, ca), { status: "ok" });
        assert.equal(again.lines.length, 1);
    });

    it("ends when its parent ends, or closes standard input", async () => {
        const { child } = await start("--stop-with-parent");
        child.stdin.end();
        const [code] = (await once(child, "close")) as [number];
        assert.equal(code, 0);
        const main = inside("dist", "main.js");
        const parent = spawn(process.execPath, [
            "-e",
            `require("node:child_process").spawn(process.execPath, ${JSON.stringify([main, "--stop-with-parent"])}, { stdio: ["ignore", "inherit", "inherit"] })`,
        ]);
        children.push(parent);
        const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
        const { port } = new URL(line.split(" ").at(-1) ?? "");
        const socket = connect(Number(port), "127.0.0.1").on("error", () => undefined);
        await once(socket, "connect");
        parent.kill("SIGKILL");
        await once(socket.resume(), "close");
    });

    it("has types for what it exports", async () => {
        const program = `
            import { createSimulator, startServer, VirtualClock, type Seed, type Settings } from "digitalocean-simulator";
            const seed: Seed = { droplets: [{ name: "web-1" }] };
            const settings: Partial<Settings> = { secondDestroy: 404 };
            const simulator = createSimulator({ clock: new VirtualClock(), seed, settings, teamPerToken: true });
            simulator.faults.add({ match: { method: "GET" }, do: { kind: "slow", ms: 5 } });
            export const server = startServer(simulator, { port: 0 });
            // @ts-expect-error there is no such switch
            simulator.settings.secondDestroy = 500;
        `;
        const path = join(folder, "program.ts");
        await writeFile(path, program);
        const compiled = ts.createProgram([path], {
            ...{ noEmit: true, strict: true, module: ts.ModuleKind.Node16, target: ts.ScriptTarget.ES2022 },
            ...{ typeRoots: [join(REPOSITORY, "node_modules", "@types")], types: ["node"] },
        });
        // The declarations of others are not what this is about, and take most of the time.
        const own = compiled.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
        assert.ok(own.length > 1);
        const faults = own.flatMap((file) => [
            ...compiled.getSyntacticDiagnostics(file),
            ...compiled.getSemanticDiagnostics(file),
        ]);
        const texts = [...compiled.getGlobalDiagnostics(), ...faults].map(({ messageText }) =>
            ts.flattenDiagnosticMessageText(messageText, "\n"),
        );
        assert.deepEqual(texts, []);
    });

    describe("has recipes", () => {
        const recipe = (path: string): string => inside("recipes", path);
        const has = (command: string, ...args: string[]): Promise<boolean> =>
            run(command, args).then(
                () => true,
                () => false,
            );

        it("for Node.js's test runner, which passes", async () => {
            await cp(inside("recipes", "node.test.mjs"), join(folder, "node.test.mjs"));
            const { stdout } = await run(process.execPath, ["--test", "node.test.mjs"], { cwd: folder });
            assert.match(stdout, /pass 1\b/);
        });

        /** A Python that has pydo and pytest. In CI they are installed for it, elsewhere they may not be there. */
        async function pythonWithPydo(): Promise<string | null> {
            if (await has("python3", "-c", "import pydo, pytest")) {
                return "python3";
            }
            if (process.env.CI === undefined || !(await has("python3", "--version"))) {
                return null;
            }
            const environment = join(folder, "python");
            await run("python3", ["-m", "venv", environment]);
            const python = join(environment, "bin", "python");
            await run(python, ["-m", "pip", "install", "--quiet", "pydo", "pytest"]);
            return python;
        }

        it("for pytest and pydo over TLS, which pass", async () => {
            const tests = recipe("test_droplets.py");
            const python = await pythonWithPydo();
            if (python === null) {
                console.log("      python3 has no pydo and pytest: their recipe is only parsed");
                const isPython = await has("python3", "--version");
                assert.ok(!isPython || (await has("python3", "-m", "py_compile", tests)));
                return;
            }
            const SIMULATOR = `${process.execPath} ${inside("dist", "main.js")}`;
            const options = { cwd: folder, env: { ...process.env, SIMULATOR } };
            const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", tests];
            const { stdout } = await run(python, args, options);
            assert.match(stdout, /2 passed/);
        });

        it("for Go and godo, which finds its Droplet by its tag", async () => {
            if (process.env.CI === undefined || !(await has("go", "version"))) {
                console.log("      godo is fetched in CI only: its recipe is only parsed");
                return;
            }
            const program = join(folder, "godo");
            await cp(recipe("godo"), program, { recursive: true });
            const { url } = await start();
            const options = { cwd: program, env: { ...process.env, DIGITALOCEAN_API_URL: url } };
            await run("go", ["mod", "init", "recipe"], options);
            await run("go", ["get", "github.com/digitalocean/godo"], options);
            const { stdout } = await run("go", ["run", "."], options);
            assert.match(stdout, /^\d+ 1\n$/);
        });

        it("for Go, Terraform and doctl, which are well-formed where their tools are there to tell", async () => {
            const readers: readonly (readonly [program: string, ...args: string[]])[] = [
                ["gofmt", "-l", "-e", recipe("godo/main.go")],
                ["terraform", "fmt", "-check", recipe("terraform/main.tf")],
                ["bash", "-n", recipe("doctl.sh")],
            ];
            for (const [program, ...args] of readers) {
                const { stdout } = await run(program, args).catch((error: unknown) => {
                    const { code, message } = error as NodeJS.ErrnoException;
                    assert.equal(code, "ENOENT", `${program}: ${message}`);
                    return { stdout: "" };
                });
                assert.equal(stdout, "", program);
            }
        });

        it("for Pulumi, GitHub Actions and Docker, which name what is there", async () => {
            const text = (path: string): Promise<string> => readFile(inside(path), "utf8");
            const program = parse(await text("recipes/pulumi/Pulumi.yaml")) as {
                readonly runtime: string;
                readonly config: object;
            };
            assert.equal(program.runtime, "yaml");
            assert.ok("digitalocean:apiEndpoint" in program.config);
            const workflow = parse(await text("recipes/github-actions.yml")) as {
                readonly jobs: { readonly test: { readonly services: { readonly digitalocean: object } } };
            };
            assert.match(JSON.stringify(workflow.jobs.test.services), /digitalocean-simulator:0\.1\.0"/);
            const copies = [...(await text("Dockerfile")).matchAll(/^COPY (\S+) /gm)];
            assert.deepEqual(
                copies.map(([, path]) => path),
                ["package.json", "dist"],
            );
        });
    });
});

/** A request with the token of anybody; the body of the answer, if there is one. */
function ask(url: string, ca: string, method = "GET"): Promise<unknown> {
    return new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer dop_v1_${"0".repeat(64)}` };
        request(url, { method, headers, ca }, (response) => {
            let body = "";
            response.setEncoding("utf8").on("data", (part: string) => (body += part));
            response.on("end", () => resolve(body === "" ? undefined : JSON.parse(body)));
        })
            .on("error", reject)
            .end();
    });
}
