import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { engineFolder } from "../../../tools/engine/cache.js";
import type { EngineContext } from "../../../tools/engine/engine.js";
import { ensureEngine } from "../../../tools/engine/ensure.js";
import { findEngine } from "../../../tools/engine/find.js";
import { isolatedEnv } from "../../../tools/engine/isolation.js";
import { writeDynamicProviderLauncher } from "../../../tools/engine/launcher.js";
import { withLock } from "../../../tools/engine/lock.js";

const HELPERS = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

describe("looking for a Pulumi engine", function () {
    if (process.platform === "win32") {
        return;
    }
    let folder: string;
    let lines: string[];
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "engine-lookup-"));
        lines = [];
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    function context(env: NodeJS.ProcessEnv): EngineContext {
        return {
            env: {
                PATH: `${join(folder, "bin")}${delimiter}${dirname(process.execPath)}`,
                HOME: folder,
                ...env,
            },
            log: (line) => lines.push(line),
            fetch: () => Promise.reject(new Error("no way out")),
            platform: "linux",
        };
    }

    async function script(path: string, body: string): Promise<void> {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    }

    async function engineAt(bin: string, version: string): Promise<void> {
        await script(join(bin, "pulumi"), `echo v${version}`);
        await Promise.all(HELPERS.map((name) => script(join(bin, name), "exit 0")));
    }

    it("takes a complete one from PATH before one from the cache", async () => {
        await engineAt(join(folder, "bin"), "3.200.0");
        await engineAt(join(folder, "cache", "engine-3.276.0", "bin"), "3.276.0");
        const found = await findEngine(context({ DROPLET_TEARDOWN_ENGINE_CACHE: join(folder, "cache") }));
        assert.deepEqual([found?.source, found?.version], ["path", "3.200.0"]);
        assert.equal(found?.command, join(folder, "bin", "pulumi"));
    });

    it("leaves one aside that cannot run Node.js programs, and says so", async () => {
        await script(join(folder, "bin", "pulumi"), "echo v3.200.0");
        await engineAt(join(folder, ".cache", "pulumi-droplet-teardown", "engine-3.276.0", "bin"), "3.276.0");
        const found = await findEngine(context({ XDG_CACHE_HOME: undefined }));
        assert.equal(found?.source, "cache");
        assert.match(lines.join("\n"), /pulumi-language-nodejs and pulumi-resource-pulumi-nodejs not found/);
    });

    it("takes the version that is asked for, from PATH or from the cache", async () => {
        await engineAt(join(folder, "bin"), "3.250.0");
        await engineAt(join(folder, "cache", "engine-3.225.1", "bin"), "3.225.1");
        const asked = async (version: string): Promise<unknown> => {
            const env = {
                DROPLET_TEARDOWN_ENGINE_CACHE: join(folder, "cache"),
                DROPLET_TEARDOWN_ENGINE: version,
            };
            const found = await findEngine(context(env));
            return found === null ? null : `${found.source} ${found.version}`;
        };
        assert.equal(await asked(""), "path 3.250.0");
        assert.equal(await asked("3.250.0"), "path 3.250.0");
        assert.equal(await asked("oldest"), "cache 3.225.1");
        assert.equal(await asked("newest"), null);
    });

    it("finds none where what is called pulumi does not answer as Pulumi 3 does", async () => {
        await engineAt(join(folder, "bin"), "2.25.2");
        assert.equal(await findEngine(context({})), null);
    });

    it("says how to get one where it can neither be downloaded nor built", async () => {
        const bare = { ...context({}), env: { PATH: join(folder, "bin"), HOME: folder } };
        await assert.rejects(ensureEngine(bare), /install Pulumi .*\n.*install Go 1\.26/);
        assert.deepEqual(await readdir(join(folder, ".cache", "pulumi-droplet-teardown")), []);
    });

    it("builds one with Go from the pinned modules and keeps it in the cache", async () => {
        // A Go that "builds" a script: go build … -o FILE PACKAGE
        const write = `printf '#!/bin/sh\\necho v3.276.0\\n' > "$7" && chmod 755 "$7"`;
        const go = `test -f go.sum || exit 1\nif [ "$1" = list ]; then echo fmt; else ${write}; fi`;
        await script(join(folder, "bin", "go"), go);
        const base = context({});
        const env = { ...base.env, PATH: `${base.env.PATH ?? ""}${delimiter}/usr/bin${delimiter}/bin` };
        const built = await ensureEngine({ ...base, env });
        assert.equal(built.source, "build");
        assert.match(lines.join("\n"), /building Pulumi 3\.276\.0 .*minutes/);
        assert.match(
            lines.join("\n"),
            /1 of 2: pulumi\n +downloading modules\n +2 of 2: pulumi-language-nodejs/,
        );
        assert.equal((await findEngine({ ...base, env }))?.source, "cache");
        await assert.rejects(
            ensureEngine({ ...base, env: { ...env, DROPLET_TEARDOWN_ENGINE: "3.218.0" } }),
            /3\.218\.0 could not be had/,
        );
    });

    it("keeps the cache where each system keeps caches", () => {
        assert.equal(
            engineFolder({ HOME: "/home/a", XDG_CACHE_HOME: "/x" }, "linux"),
            "/x/pulumi-droplet-teardown/engine-3.276.0",
        );
        assert.equal(
            engineFolder({ HOME: "/Users/a" }, "darwin"),
            "/Users/a/Library/Caches/pulumi-droplet-teardown/engine-3.276.0",
        );
    });

    it("gives a run nothing of the user's own account", () => {
        const env = isolatedEnv(
            {
                PATH: "/bin",
                PULUMI_ACCESS_TOKEN: "pul-1",
                DIGITALOCEAN_TOKEN: "dop_v1_1",
                PULUMI_HOME: "/home/a/.pulumi",
            },
            { home: "/isolated/home", state: "/isolated/state" },
        );
        assert.equal(JSON.stringify(env).includes("pul-1"), false);
        assert.equal("DIGITALOCEAN_TOKEN" in env, false);
        assert.equal(env.PULUMI_HOME, "/isolated/home");
        assert.equal(env.PULUMI_BACKEND_URL, "file:///isolated/state");
    });

    it("writes an executable launcher without a path of this machine", async () => {
        await writeDynamicProviderLauncher(folder, "linux");
        const file = join(folder, "pulumi-resource-pulumi-nodejs");
        assert.equal((await stat(file)).mode & 0o111, 0o111);
    });

    it("takes over a lock whose process is gone, and lets go of its own", async () => {
        const lock = join(folder, "engine.lock");
        const { hostname } = await import("node:os");
        await writeFile(lock, `${hostname()} 4194305`);
        const done = await withLock(
            lock,
            () => Promise.resolve("done"),
            () => assert.fail("waited"),
        );
        assert.equal(done, "done");
        await assert.rejects(stat(lock));
    });
});
