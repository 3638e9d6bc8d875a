import assert from "node:assert/strict";

import { CliWorld } from "../support/cli-world.js";
import { TeardownWorld, TOKEN } from "../support/teardown-world.js";

const DEBUG = { DROPLET_TEARDOWN_DEBUG: "1" };
const LINE =
    /^debug: (GET|POST|DELETE) (\/v2\/\S+) (\d{3}|no answer) in \d+ ms, admitted after \d+ ms(?: \(request \S+\))?$/;

const sent = (world: TeardownWorld | CliWorld): string[] =>
    world.simulator.requests().map(({ method, path }) => `${method} ${path}`);

describe("DROPLET_TEARDOWN_DEBUG=1", () => {
    it("shows every request of a destroy in the stack's log, in order, with its request id", async () => {
        const world = new TeardownWorld({ settings: { roundTripMs: 200 } });
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        await world.delete(stored, { env: DEBUG });
        const lines = world.lines.filter(({ text }) => text.startsWith("debug: "));
        assert.deepEqual([...new Set(lines.map(({ urn }) => urn))], [""]);
        assert.ok(lines.every(({ text, ephemeral }) => LINE.test(text) && !ephemeral));
        const traced = lines.map(({ text }) => LINE.exec(text) ?? assert.fail(text));
        assert.deepEqual(traced.map(([, method, path]) => `${method} ${path}`).sort(), sent(world).sort());
        assert.ok(lines.some(({ text }) => text.includes(" 202 in 200 ms, admitted after 0 ms")));
    });

    it("ends no destroy where its lines cannot be shown", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        const unhandled: unknown[] = [];
        const note = (error: unknown): void => void unhandled.push(error);
        process.prependListener("unhandledRejection", note);
        const log = (): Promise<void> => Promise.reject(new Error("the line cannot be shown"));
        await world.delete(stored, { env: DEBUG, log });
        await new Promise(setImmediate);
        process.off("unhandledRejection", note);
        assert.deepEqual(unhandled, []);
        assert.deepEqual(world.simulator.state().droplets, []);
    });

    it("shows every request of a command on standard error, and its answer that was lost", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web");
        world.simulator.faults.add({
            match: { path: `/v2/droplets/${id}` },
            do: { kind: "dropBefore" },
        });
        const { code, stderr, stdout } = await world.run(`plan ${id}`, {
            env: { ...DEBUG, DIGITALOCEAN_TOKEN: TOKEN },
        });
        assert.equal(code, 0, stderr);
        const lines = stderr.split("\n").filter((line) => line.startsWith("debug: "));
        assert.deepEqual(
            lines.filter((line) => !LINE.test(line)),
            [],
        );
        assert.equal(lines.length, sent(world).length);
        assert.ok(lines.some((line) => line.startsWith(`debug: GET /v2/droplets/${id} no answer in `)));
        assert.doesNotMatch(stdout, /debug:/);
    });

    it("tells how long a request waited for the rate limiter", async () => {
        const world = new CliWorld();
        const ids = Array.from({ length: 120 }, (_, index) => world.droplet(`web-${index}`).id);
        const { stderr } = await world.run(`plan ${ids.join(" ")}`, {
            env: { ...DEBUG, DIGITALOCEAN_TOKEN: TOKEN, DROPLET_TEARDOWN_SHARE: "0.1" },
        });
        const waits = [...stderr.matchAll(/admitted after (\d+) ms/g)].map(([, ms]) => Number(ms));
        assert.ok(Math.max(...waits) > 10_000, `${Math.max(...waits)}`);
    });

    it("never shows the token, even where it is asked for as a name, and comes back in answers", async () => {
        const world = new CliWorld();
        const env = { ...DEBUG, DIGITALOCEAN_TOKEN: TOKEN };
        world.simulator.faults.add({ after: 1, times: 3, do: { kind: "echoToken", status: 403 } });
        for (const command of [`plan ${TOKEN}`, "orphans", `destroy ${TOKEN} --yes --policy destroy`]) {
            const { stdout, stderr } = await world.run(command, { env });
            assert.match(stderr, /^debug: /m);
            assert.ok(!(stdout + stderr).includes(TOKEN));
        }
    });

    const others: Record<string, string>[] = [
        {},
        { DROPLET_TEARDOWN_DEBUG: "" },
        { DROPLET_TEARDOWN_DEBUG: "0" },
    ];
    for (const env of others) {
        it(`is needed for that: ${JSON.stringify(env)} shows nothing`, async () => {
            const world = new CliWorld();
            const { id } = world.droplet("web");
            const { stderr } = await world.run(`plan ${id}`, { env: { ...env, DIGITALOCEAN_TOKEN: TOKEN } });
            assert.doesNotMatch(stderr, /debug:/);
        });
    }
});
