import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import { parse } from "yaml";

import { writeAction } from "../../tools/package/action.js";
import { TOKEN } from "../support/cli-process.js";
import { reportIn } from "../support/cli-world.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { servedFolder } from "../support/served-folder.js";
import { fakePulumi, runStep, startStep, type Runner } from "../support/step-process.js";

/** What breaks out of quotes, lines, shells, workflow commands and options. */
const HOSTILE = [
    `"; touch pwned; "`,
    `' $(touch pwned) '`,
    "`touch pwned`",
    "$(touch${IFS}pwned)",
    "a\n::set-output name=exit-code::0\nb",
    "--yes",
    "--report=pwned",
    "%0A::error::x",
    "\u001b[31m",
];

describe("a step of the action", function () {
    this.timeout(60_000);
    const { simulator, url, folder } = servedFolder();
    const { panel } = simulator;
    const runner = (more: Partial<Runner> = {}): Runner => ({ url: url(), folder: folder(), ...more });
    const isClean = (): Promise<void> => assert.rejects(access(join(folder(), "pwned")));

    it("destroys a Droplet, and gives report, cost, summary and exit code", async () => {
        const { id } = panel.createDroplet("web");
        panel.takeSnapshot(id, "nightly");
        const inputs = { command: "destroy", droplets: String(id), policy: "destroy snapshots=keep" };
        const { code, outputs, summary, report, stdout, stderr } = await runStep(inputs, runner());
        assert.equal(code, 0, stdout + stderr);
        assert.equal(outputs["exit-code"], "0");
        assert.equal(outputs["cost-remaining"], reportIn(report).cost.remaining);
        assert.notEqual(outputs["cost-remaining"], "0.00");
        assert.equal(reportIn(report).droplets[0]?.outcome, "destroyed");
        assert.match(summary, /nightly/);
    });

    it("plans by tag, and destroys that plan in another step", async () => {
        panel.createDroplet("one", { tags: ["preview"] });
        const plan = { command: "plan", "tag-name": "preview", policy: "destroy", out: "plan.json" };
        assert.equal((await runStep(plan, runner())).code, 0);
        const { code } = await runStep({ command: "destroy", plan: "plan.json" }, runner());
        assert.equal(code, 0);
        assert.ok(!simulator.state().droplets.some(({ name }) => name === "one"));
    });

    it("has the exit code of the command, from 0 to 6, and says what it means where people see it", async () => {
        const stubborn = panel.createDroplet("stubborn").id;
        simulator.faults.failItem(panel.takeSnapshot(stubborn, "s").id, { times: 99 });
        const broken = panel.createDroplet("broken").id;
        simulator.faults.add({
            match: { dropletId: broken, method: "GET", path: "*/status" },
            times: Infinity,
            do: { kind: "text", text: "no JSON" },
        });
        const slow = panel.createDroplet("slow").id;
        const destroy = { command: "destroy", policy: "destroy" };
        const cases: [number, Readonly<Record<string, string>>][] = [
            [0, { command: "orphans", "older-than": "30d" }],
            [1, { ...destroy, droplets: String(broken) }],
            [2, { ...destroy, droplets: "web", policy: "sometimes" }],
            [3, { ...destroy, droplets: String(stubborn), retries: "0" }],
            [4, { ...destroy, droplets: String(slow), timeout: "1s" }],
            [5, { command: "plan", droplets: "nobody", "require-match": "true" }],
            [6, { command: "plan", droplets: "1", token: "dop_v1_nobody" }],
        ];
        const ran = await Promise.all(cases.map(([, inputs]) => runStep(inputs, runner())));
        for (const [index, { code, outputs, stdout, stderr }] of ran.entries()) {
            const expected = cases[index]?.[0];
            assert.equal(code, expected, stdout + stderr);
            assert.equal(outputs["exit-code"], String(expected));
            assert.equal(/^::error::\w+ ended with \d: \w/m.test(stdout), expected !== 0, stdout);
        }
    });

    it("fails with 6 where there is no token, as for the pull request of a fork, and sends nothing", async () => {
        simulator.clearRequests();
        const inputs = { command: "destroy", droplets: "1", policy: "destroy", token: "" };
        const { code, stdout, outputs } = await runStep(inputs, runner());
        assert.equal(code, 6);
        assert.equal(outputs["exit-code"], "6");
        assert.match(stdout, /^::error::There is no DigitalOcean token\. Pull requests from forks/m);
        assert.deepEqual(simulator.requests(), []);
    });

    it("masks the token before anything else, and prints it nowhere", async () => {
        const { stdout, stderr, report, summary } = await runStep(
            { command: "plan", droplets: "1" },
            runner({ env: { DROPLET_TEARDOWN_DEBUG: "1" } }),
        );
        const [first, ...lines] = stdout.split("\n");
        assert.equal(first, `::add-mask::${TOKEN}`);
        assert.ok(![...lines, stderr, report, summary].some((text) => text.includes(TOKEN)));
    });

    it("takes hostile inputs for text: nothing runs, nothing is destroyed, no output is forged", async () => {
        panel.createDroplet("bystander", { tags: ["yes"] });
        const before = simulator.state().droplets.length;
        const all = HOSTILE.join("\n");
        const inputs: readonly Readonly<Record<string, string>>[] = [
            ...HOSTILE.map((text) => ({ command: "destroy", droplets: text, policy: "destroy" })),
            { command: "orphans", keep: all, "older-than": all },
            { command: all, droplets: "1" },
            {
                ...{ command: "destroy", "tag-name": all, policy: "destroy" },
                ...{ "max-droplets": "1", "require-match": "true" },
            },
        ];
        const ran = await Promise.all(inputs.map((one) => runStep(one, runner())));
        for (const [index, { code, outputs, stdout }] of ran.entries()) {
            assert.ok(code !== 0 && code !== null, JSON.stringify(inputs[index]));
            assert.deepEqual(
                [Object.keys(outputs), outputs["exit-code"]],
                [["exit-code", "cost-remaining", "report"], String(code)],
            );
            assert.doesNotMatch(stdout, /^::set-output/m);
        }
        await isClean();
        assert.equal(simulator.state().droplets.length, before);
    });

    it("refuses an input that the command would ignore, and a flag that is neither true nor false", async () => {
        const cases: readonly Readonly<Record<string, string>>[] = [
            { command: "orphans", droplets: "1" },
            { command: "status", droplets: "1", policy: "keep" },
            { command: "plan", droplets: "1", stack: "preview-7" },
            { command: "plan", droplets: "1", "require-match": "yes" },
            { command: "pulumi-destroy" },
        ];
        for (const inputs of cases) {
            const { code, stdout } = await runStep(inputs, runner());
            assert.equal(code, 2, stdout);
            assert.match(stdout, /^::error::/m);
        }
    });

    it("does not let what is printed command the runner", async () => {
        await fakePulumi(folder());
        const env = { FAKE_STACKS: `[{"name":"preview-7"}]` };
        const { stdout } = await runStep({ command: "pulumi-destroy", stack: "preview-7" }, runner({ env }));
        const [, end = ""] = /^::stop-commands::(\S+)$/m.exec(stdout) ?? [];
        const [before = "", after = ""] = stdout.split("::set-env");
        assert.ok(before.includes("::stop-commands::") && after.includes(`::${end}::`), stdout);
    });
});

describe("a step of the action that is cancelled", function () {
    this.timeout(60_000);
    const { simulator, url, folder } = servedFolder({ destroyDurationMs: 4_000 });

    it("passes the signal on: exit code 4, report and outputs written, and the next run attaches", async () => {
        const { id } = simulator.panel.createDroplet("slow");
        const inputs = { command: "destroy", droplets: String(id), policy: "destroy" };
        const runner = { url: url(), folder: folder() };
        const { child, shows, ended } = await startStep(inputs, runner);
        await shows("destroy accepted");
        child.kill("SIGINT");
        const { code, outputs, report, summary, stdout } = await ended;
        assert.equal(code, 4, stdout);
        assert.equal(outputs["exit-code"], "4");
        assert.equal(reportIn(report).droplets[0]?.outcome, "in-progress");
        assert.match(summary, /slow/);
        const again = await runStep(inputs, runner);
        assert.equal(again.code, 0, again.stderr);
        const destroys = simulator.requests().filter(({ method, path }) => {
            return method === "DELETE" && path.startsWith(`/v2/droplets/${id}/`);
        });
        assert.equal(destroys.length, 1);
    });

    it("passes every signal on to Pulumi, and waits for its end", async () => {
        const calls = await fakePulumi(folder());
        const env = { FAKE_STACKS: `[{"name":"acme/waits"}]` };
        const inputs = { command: "pulumi-destroy", stack: "acme/waits" };
        const { child, shows, ended } = await startStep(inputs, { url: url(), folder: folder(), env });
        await shows("destroying");
        child.kill("SIGINT");
        await shows("heard SIGINT");
        assert.equal(child.exitCode, null);
        child.kill("SIGTERM");
        const { code, outputs } = await ended;
        assert.equal(code, 255);
        assert.equal(outputs["exit-code"], "255");
        const signals = (await calls()).flatMap(({ signal }) => signal ?? []);
        // No second try after a cancel.
        assert.deepEqual(signals, ["SIGINT", "SIGTERM"]);
        assert.equal((await calls()).filter(({ args }) => args?.[0] === "destroy").length, 1);
    });

    it("destroys nothing where the cancel comes while it looks for the stack", async () => {
        const calls = await fakePulumi(folder());
        const env = { FAKE_STACKS: `[{"name":"preview-7"}]`, FAKE_LISTING: "slow" };
        const inputs = { command: "pulumi-destroy", stack: "preview-7" };
        const { child, shows, ended } = await startStep(inputs, { url: url(), folder: folder(), env });
        await shows("listing");
        child.kill("SIGINT");
        const { code, stdout } = await ended;
        assert.equal(code, 4);
        assert.match(stdout, /^::error::pulumi-destroy was cancelled before it began/m);
        assert.deepEqual(
            (await calls()).map(({ args }) => args?.[0]),
            ["stack"],
        );
    });
});

describe("the step on GitLab", function () {
    this.timeout(60_000);
    const { simulator, url, folder } = servedFolder();
    const gitlab = (): Runner => ({
        ...{ url: url(), folder: folder() },
        env: { GITLAB_CI: "true", CI_PROJECT_DIR: folder(), GITHUB_ACTIONS: undefined },
    });
    const left = (name: string): Promise<string> => readFile(join(folder(), name), "utf8");

    it("leaves report, summary and variables as files, and prints no token", async () => {
        const { id } = simulator.panel.createDroplet("web");
        const inputs = { command: "destroy", droplets: String(id), policy: "destroy" };
        const { code, stdout, stderr } = await runStep(inputs, gitlab());
        assert.equal(code, 0, stderr);
        assert.equal(reportIn(await left("teardown.json")).droplets[0]?.outcome, "destroyed");
        assert.match(await left("teardown.md"), /web/);
        const variables = (await left("teardown.env")).replaceAll(folder(), "…");
        assert.equal(
            variables,
            "TEARDOWN_EXIT_CODE=0\nTEARDOWN_COST_REMAINING=0.00\nTEARDOWN_REPORT=…/teardown.json\n",
        );
        assert.ok(!(stdout + stderr).includes(TOKEN));
        assert.doesNotMatch(stdout, /^::/m);
    });

    it("tells of its own command, also where an earlier job has left its artifacts", async () => {
        await fakePulumi(folder());
        const earlier = { command: "orphans" };
        const env = { ...gitlab().env, FAKE_STACKS: `[{"name":"preview-7"}]` };
        const later = [
            [{ command: "pulumi-destroy", stack: "preview-7" }, 0, "7.00"],
            [{ command: "pulumi-destroy", stack: "preview-70" }, 0, ""],
            [{ command: "plan", droplets: "1", wait: "true" }, 2, ""],
        ] as const;
        for (const [inputs, code, cost] of later) {
            assert.equal((await runStep(earlier, gitlab())).code, 0);
            assert.match(await left("teardown.md"), /orphans/);
            const ran = await runStep(inputs, { ...gitlab(), env });
            assert.equal(ran.code, code, ran.stderr);
            const report = cost === "" ? "" : join(folder(), "teardown.json");
            assert.equal(
                await left("teardown.env"),
                `TEARDOWN_EXIT_CODE=${code}\nTEARDOWN_COST_REMAINING=${cost}\nTEARDOWN_REPORT=${report}\n`,
            );
            await assert.rejects(left("teardown.md"), /ENOENT/);
        }
    });

    it("waits for the command that a cancel signals with it: exit code 4, with a report", async () => {
        const { id } = simulator.panel.createDroplet("slow");
        simulator.settings.destroyDurationMs = 60_000;
        const inputs = { command: "destroy", droplets: String(id), policy: "destroy" };
        const { child, shows, ended } = await startStep(inputs, gitlab());
        await shows("destroy accepted");
        const { stdout } = await promisify(execFile)("pgrep", ["-P", String(child.pid)]);
        [...stdout.trim().split("\n").map(Number), child.pid ?? NaN].forEach((pid) =>
            process.kill(pid, "SIGTERM"),
        );
        assert.equal((await ended).code, 4);
        assert.equal(reportIn(await left("teardown.json")).droplets[0]?.outcome, "in-progress");
    });

    it("does not pass a signal on that its child has heard: a second one would end it at once", async () => {
        const calls = await fakePulumi(folder());
        const runner = gitlab();
        const env = { ...runner.env, FAKE_STACKS: `[{"name":"waits"}]` };
        const inputs = { command: "pulumi-destroy", stack: "waits" };
        const { child, shows, ended } = await startStep(inputs, { ...runner, env });
        await shows("destroying");
        child.kill("SIGINT");
        await shows("destroying");
        const [pid = NaN] = (await calls()).flatMap((call) => call.pid ?? []).slice(-1);
        process.kill(pid, "SIGTERM");
        assert.equal((await ended).code, 255);
        assert.deepEqual(
            (await calls()).flatMap(({ signal }) => signal ?? []),
            ["SIGTERM"],
        );
    });
});

describe("pulumi-destroy of the action", function () {
    this.timeout(60_000);
    const { url, folder } = servedFolder();
    const stacks = (...names: string[]): Readonly<Record<string, string>> => ({
        FAKE_STACKS: JSON.stringify(names.map((name) => ({ name }))),
    });
    const destroy = (
        stack: string,
        env: Readonly<Record<string, string>>,
        more: Readonly<Record<string, string>> = {},
    ): ReturnType<typeof runStep> =>
        runStep({ command: "pulumi-destroy", stack, ...more }, { url: url(), folder: folder(), env });

    it("destroys the stack in its folder, with the token and without the inputs", async () => {
        const calls = await fakePulumi(folder());
        const more = { remove: "true", "working-directory": folder(), "github-token": "forge-token" };
        const { code } = await destroy("preview-7", stacks("acme/app/preview-7"), more);
        assert.equal(code, 0);
        const [listed, destroyed] = await calls();
        assert.deepEqual(listed?.args, ["stack", "ls", "--json"]);
        assert.deepEqual(destroyed?.args, [
            ...["destroy", "--yes", "--non-interactive", "--stack=preview-7", "--remove"],
        ]);
        assert.deepEqual([destroyed.names, destroyed.token], [[], TOKEN]);
    });

    it("has nothing to do for a stack that is not there", async () => {
        const calls = await fakePulumi(folder());
        const { code, stdout } = await destroy("preview-7", stacks("preview-70"));
        assert.equal(code, 0);
        assert.match(stdout, /There is no stack preview-7\./);
        assert.equal((await calls()).length, 1);
    });

    it("tries once more, and fails where Pulumi fails again", async () => {
        const calls = await fakePulumi(folder());
        const { code } = await destroy("refuses", stacks("refuses"));
        assert.equal(code, 255);
        assert.equal((await calls()).filter(({ args }) => args?.[0] === "destroy").length, 2);
    });

    it("takes a hostile name for a name", async () => {
        const calls = await fakePulumi(folder());
        for (const text of HOSTILE) {
            await destroy(text, stacks(text));
        }
        const named = (await calls()).filter(({ args }) => args?.[0] === "destroy");
        assert.deepEqual(
            named.map(({ args }) => args?.[3]),
            HOSTILE.map((text) => `--stack=${text}`),
        );
        assert.ok(!(await readdir(folder())).includes("pwned"));
    });

    it("fails where there is no pulumi, and says so", async () => {
        await rm(join(folder(), "pulumi"), { force: true });
        const env = { ...stacks("preview-7"), PATH: folder() };
        const { code, stdout } = await destroy("preview-7", env);
        assert.equal(code, 1);
        assert.match(stdout, /^::error::.*pulumi/m);
    });
});

/** The part of GitHub's API that has comments, for the pull request 7. */
class Comments {
    readonly all: { id: number; body: string; user: { type: string } }[] = [];
    readonly asked: string[] = [];
    readonly server = createServer((request, response) => {
        let text = "";
        request.on("data", (chunk: Buffer) => (text += chunk.toString()));
        request.on("end", () => {
            const { method = "", url = "", headers } = request;
            this.asked.push(`${method} ${url}`);
            const isKnown = headers.authorization === "Bearer forge-token";
            const answer = isKnown ? this.#answer(method, url, text) : undefined;
            response.writeHead(answer === undefined ? 403 : 200, { "content-type": "application/json" });
            response.end(JSON.stringify(answer ?? {}));
        });
    });

    add(body: string, type: string): void {
        this.all.push({ id: this.all.length + 1, body, user: { type } });
    }

    #answer(method: string, url: string, text: string): unknown {
        const [, page] =
            /^\/repos\/owner\/name\/issues\/7\/comments\?per_page=100&page=(\d+)$/.exec(url) ?? [];
        const [, id] = /^\/repos\/owner\/name\/issues\/comments\/(\d+)$/.exec(url) ?? [];
        const { body } = (text === "" ? { body: "" } : JSON.parse(text)) as { body: string };
        if (method === "GET" && page !== undefined) {
            return this.all.slice(100 * (Number(page) - 1), 100 * Number(page));
        }
        if (method === "POST" && url === "/repos/owner/name/issues/7/comments") {
            this.add(body, "Bot");
            return {};
        }
        const one = this.all.find((known) => known.id === Number(id));
        return method === "PATCH" && one !== undefined ? Object.assign(one, { body }) : undefined;
    }
}

describe("the comment of the action on a pull request", function () {
    this.timeout(60_000);
    const { url, folder } = servedFolder();
    const comments = new Comments();
    let api: string;
    let event: string;

    before(async () => {
        await new Promise<void>((resolve) => comments.server.listen(0, "127.0.0.1", resolve));
        api = `http://127.0.0.1:${(comments.server.address() as AddressInfo).port}`;
        event = join(folder(), "event.json");
        await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
    });
    after(() => comments.server.close());

    const plan = (more: Readonly<Record<string, string>> = {}): ReturnType<typeof runStep> => {
        const { job = "teardown", path = event, ...inputs } = more;
        const github = { GITHUB_API_URL: api, GITHUB_REPOSITORY: "owner/name", GITHUB_EVENT_PATH: path };
        const env = { ...github, GITHUB_WORKFLOW: "preview --> x", GITHUB_JOB: job };
        const given = { command: "plan", droplets: "1", comment: "true", "github-token": "forge-token" };
        return runStep({ ...given, ...inputs }, { url: url(), folder: folder(), env });
    };

    it("is one for each job, and is updated, also where it is on a later page", async () => {
        for (let number = 0; number < 100; number += 1) {
            comments.add("a person's", "User");
        }
        assert.equal((await plan()).code, 0);
        await plan({ droplets: "2" });
        await plan({ job: "other" });
        const own = comments.all.slice(100).map(({ body }) => body);
        assert.equal(own.length, 2);
        assert.match(own[0] ?? "", /^<!-- droplet-teardown: preview%20--%3E%20x%2Fteardown -->\n[^]*\b2\b/);
    });

    it("leaves alone what a person has written, whatever is in it", async () => {
        const [marker = ""] = (comments.all.at(-1)?.body ?? "").split("\n");
        comments.all.length = 0;
        comments.add(marker, "User");
        await plan({ job: "other" });
        assert.deepEqual(
            comments.all.map(({ user }) => user.type),
            ["User", "Bot"],
        );
        assert.equal(comments.all[0]?.body, marker);
    });

    it("changes nothing of the exit code where it cannot be written, and warns", async () => {
        const refused = await plan({ "github-token": "wrong" });
        assert.equal(refused.code, 0);
        assert.match(refused.stdout, /^::warning::The comment could not be written: GET .*: 403/m);
        const push = join(folder(), "push.json");
        await writeFile(push, "{}");
        assert.match((await plan({ path: push })).stdout, /^::warning::There is no pull request/m);
    });

    it("is not asked for without being asked", async () => {
        comments.asked.length = 0;
        await plan({ comment: "" });
        assert.deepEqual(comments.asked, []);
    });
});

describe("the action, as it is released", function () {
    this.timeout(60_000);
    const { url, folder } = servedFolder();

    it("runs where action.yml says, with nothing installed", async () => {
        const at = join(folder(), "action");
        await writeAction(join(at, "dist"), "1.2.3");
        const { inputs, runs } = parse(await readFile(join(REPOSITORY, "action", "action.yml"), "utf8")) as {
            readonly inputs: Readonly<Record<string, object>>;
            readonly runs: { readonly using: string; readonly main: string };
        };
        assert.equal(runs.using, "node24");
        // A runner passes inputs that nobody gave as empty ones.
        const none = Object.fromEntries(Object.keys(inputs).map((name) => [name, ""]));
        const given = { ...none, command: "plan", droplets: "1", token: TOKEN };
        const script = join(at, runs.main);
        const { code, report, stderr } = await runStep(given, { url: url(), folder: folder(), script });
        assert.equal(code, 0, stderr);
        assert.match(report, /"tool": "pulumi-droplet-teardown 1\.2\.3"/);
        assert.match(await readFile(join(at, "dist", "THIRD-PARTY-LICENSES"), "utf8"), /^node-fetch /m);
    });
});
