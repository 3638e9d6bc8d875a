import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { runProcess, start, TOKEN, type Ended, type StartOptions } from "../support/cli-process.js";
import { reportIn, type JsonReport } from "../support/cli-world.js";
import { servedFolder } from "../support/served-folder.js";

/** Keeps a process at the writing of its summary. */
const SLOW_DISK = `
require("node:fs/promises").appendFile = () => new Promise((resolve) => setTimeout(resolve, 60_000));
`;
const UNATTENDED = "--yes --policy destroy";

/** A process's end, and the report that it left. */
interface Told extends Ended {
    readonly report: JsonReport;
}

describe("the exit code of a real process", function () {
    this.timeout(30_000);
    const { simulator, url, folder } = servedFolder();
    const { panel } = simulator;
    const told = new Map<string, Promise<Told>>();

    const begin = (name: string, args: string, options: StartOptions = {}): void => {
        const file = join(folder(), `${name}.json`);
        const ended = runProcess(`${args} --report ${file}`, url(), options);
        told.set(
            name,
            ended.then(async (end) => ({ ...end, report: reportIn(await readFile(file, "utf8")) })),
        );
    };
    const outcome = async (name: string, code: number): Promise<Told> => {
        const ended = await told.get(name);
        assert.ok(ended !== undefined);
        assert.equal(ended.code, code, ended.stderr);
        return ended;
    };

    before(async () => {
        const well = panel.createDroplet("well").id;
        const stubborn = panel.createDroplet("stubborn").id;
        simulator.faults.failItem(panel.takeSnapshot(stubborn, "nightly").id, { times: 99 });
        const slow = panel.createDroplet("slow").id;
        const guarded = panel.createDroplet("guarded").id;
        const narrow = `dop_v1_${"a".repeat(64)}`;
        simulator.setToken(narrow, { scopes: ["droplet:read", "droplet:delete", "account:read"] });
        const broken = panel.createDroplet("broken").id;
        simulator.faults.add({
            match: { dropletId: broken, method: "GET", path: "*/status" },
            times: Infinity,
            do: { kind: "text", text: "no JSON" },
        });
        begin("gone", `destroy 1 ${UNATTENDED}`);
        begin("well", `destroy ${well} ${UNATTENDED}`);
        begin("broken", `destroy ${broken} ${UNATTENDED}`);
        begin("usage", "destroy web-1 --policy sometimes");
        begin("stubborn", `destroy ${stubborn} ${UNATTENDED} --retries 0`);
        begin("slow", `destroy ${slow} ${UNATTENDED} --timeout 1s`);
        begin("guarded", `destroy ${guarded} ${UNATTENDED} --require-tag mine`);
        begin("tokenless", "plan 1", { env: { DIGITALOCEAN_TOKEN: undefined } });
        begin("rejected", "plan 1", { env: { DIGITALOCEAN_TOKEN: "dop_v1_nobody" } });
        begin("narrow", `plan ${guarded} --policy destroy`, { env: { DIGITALOCEAN_TOKEN: narrow } });
        begin("several", `destroy 1 ${guarded} ${broken} ${UNATTENDED} --require-tag mine`);
        await Promise.all(told.values());
    });

    it("is 0 when all is gone, also when it was gone before", async () => {
        await outcome("gone", 0);
        const { report } = await outcome("well", 0);
        assert.equal(report.droplets[0]?.outcome, "destroyed");
    });

    it("is 1 for what nobody expects", async () => {
        const { report } = await outcome("broken", 1);
        assert.equal(report.droplets[0]?.outcome, "failed");
    });

    it("is 2 for a wrong command line, with a report all the same", async () => {
        const { report, stderr } = await outcome("usage", 2);
        assert.match(report.error ?? "", /--policy "sometimes"/);
        assert.match(
            stderr,
            /error: --policy "sometimes": expected <action> or <kind>=<action>; actions: destroy, keep, prevent/,
        );
    });

    it("is 3 when something could not be destroyed", async () => {
        const { report } = await outcome("stubborn", 3);
        assert.equal(report.droplets[0]?.outcome, "partial");
    });

    it("is 4 when the deadline passed while it goes on", async () => {
        const { report } = await outcome("slow", 4);
        assert.equal(report.droplets[0]?.outcome, "in-progress");
    });

    it("is 5 when it was refused", async () => {
        const { report } = await outcome("guarded", 5);
        assert.equal(report.droplets[0]?.outcome, "refused");
    });

    it("is 6 without a token, with a rejected one, and without a scope", async () => {
        await outcome("tokenless", 6);
        const { stderr } = await outcome("rejected", 6);
        assert.match(stderr, /401/);
        const { stdout } = await outcome("narrow", 6);
        assert.match(stdout, /Add the scope/);
    });

    it("is the first that applies of 1, 6, 5, 4, 3 for several droplets", async () => {
        const { report } = await outcome("several", 1);
        assert.deepEqual(
            report.droplets.map((droplet) => droplet.outcome),
            ["not-found", "refused", "failed"],
        );
    });

    it("never comes with the token in what was written", async () => {
        for (const ended of await Promise.all(told.values())) {
            assert.doesNotMatch(
                ended.stdout + ended.stderr + JSON.stringify(ended.report),
                new RegExp(TOKEN),
            );
        }
    });
});

describe("a command line that is wrong", function () {
    this.timeout(30_000);
    const { url, folder } = servedFolder();

    it("reports to none of its other files, by whatever path, and to no file that is read-only", async () => {
        const texts = { "config.yaml": "version: 1\ntimeout: 5m\n", "plan.json": "{}", "mine.json": "mine" };
        for (const [name, text] of Object.entries(texts)) {
            await writeFile(join(folder(), name), text);
        }
        await chmod(join(folder(), "mine.json"), 0o444);
        for (const args of [
            "plan web-1 --config config.yaml --report ./config.yaml",
            "plan web-1 --config config.yaml --summary ./config.yaml",
            "destroy --plan plan.json --report ./plan.json --surely",
            "plan web-1 --out plan.json --report ./plan.json --surely",
            "plan web-1 --report mine.json --surely",
        ]) {
            const { code, stderr } = await runProcess(args, url(), { cwd: folder() });
            assert.equal(code, 2, args);
            assert.match(stderr, /name the same file, |cannot be written: it is read-only/, args);
            for (const [name, text] of Object.entries(texts)) {
                assert.equal(await readFile(join(folder(), name), "utf8"), text, args);
            }
        }
    });
});

describe("a process that is asked to end", function () {
    this.timeout(30_000);
    const { simulator, url, folder } = servedFolder({ destroyDurationMs: 60_000 });

    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        it(`stops waiting at the first ${signal}, leaves the report, and says how to resume: exit code 4`, async () => {
            const { id } = simulator.panel.createDroplet("slow");
            const file = join(folder(), `${signal}.json`);
            const args = ["destroy", String(id), "--yes", "--policy", "destroy", "--report", file];
            const { child, ended, shows } = start(args, url());
            await shows("destroy accepted");
            child.kill(signal);
            const { code, stdout } = await ended;
            assert.equal(code, 4);
            assert.match(stdout, /Resume by id/);
            assert.equal(reportIn(await readFile(file, "utf8")).droplets[0]?.outcome, "in-progress");
        });
    }

    it("ends at once at the second: exit code 130", async () => {
        const hook = join(folder(), "slow-disk.cjs");
        await writeFile(hook, SLOW_DISK);
        const { id } = simulator.panel.createDroplet("stuck");
        const args = [
            "destroy",
            String(id),
            "--yes",
            "--policy",
            "destroy",
            "--summary",
            join(folder(), "s.md"),
        ];
        const { child, ended, shows } = start(args, url(), { node: ["--require", hook] });
        await shows("destroy accepted");
        child.kill("SIGINT");
        await shows("Resume by id");
        child.kill("SIGTERM");
        assert.equal((await ended).code, 130);
    });

    it("goes on when standard output is closed, and keeps its exit code", async () => {
        const { id } = simulator.panel.createDroplet("piped");
        const { child, ended } = start(["plan", String(id)], url());
        child.stdout?.destroy();
        const { code, stderr } = await ended;
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stderr, /EPIPE/);
    });
});
