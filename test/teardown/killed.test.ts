import assert from "node:assert/strict";
import { AbandonedError } from "../../provider/teardown/errors.js";
import type { WrittenReport } from "../support/accounted.js";
import { deathsIn, MOMENTS, mortal } from "../support/mortal.js";
import { ProgramWorld, STACK_TAG, type StoredProgram } from "../support/program-world.js";
import { someOf } from "../support/tells-all.js";
import { type Stored, TeardownWorld } from "../support/teardown-world.js";

interface Story {
    readonly world: TeardownWorld;
    readonly stored: Stored;
}

const STORIES: Readonly<Record<string, () => Promise<Story>>> = {
    "of a healthy destroy": () => tell({}, () => undefined),
    "of a destroy that keeps some": () =>
        tell({ policy: { default: "destroy", volumes: "keep", reservedIps: "keep" } }, () => undefined),
    "of a destroy with a resource that fails at first": () =>
        tell({}, (world, snapshot) => world.simulator.faults.failItem(snapshot)),
    "of a destroy with a final snapshot": () =>
        tell({ finalSnapshot: true }, ({ simulator }) => (simulator.settings.snapshotMs = 40_000)),
};

async function tell(
    args: object,
    arrange: (world: TeardownWorld, snapshot: string) => unknown,
): Promise<Story> {
    const world = new TeardownWorld({ settings: { roundTripMs: 150, destroyDurationMs: 9_000 } });
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "destroy", ...args });
    arrange(world, droplet.snapshot);
    return { world, stored };
}

describe("a delete whose process is killed at any request", () => {
    for (const [name, begin] of Object.entries(STORIES)) {
        for (const moment of MOMENTS) {
            it(`comes to the same end in the next process, with as many destroys in all: ${name}, ${moment}`, async () => {
                const undisturbed = await begin();
                await undisturbed.world.delete(undisturbed.stored);
                const left = undisturbed.world.left();
                const destroys = undisturbed.world.changes();

                for (const k of someOf(deathsIn(undisturbed.world, moment), 6)) {
                    for (const laterMs of [0, 60_000]) {
                        const { world, stored } = await begin();
                        const { fetch, dead } = mortal(world, k, moment);
                        const killed = world.process({ fetch }).delete("teardown-1", stored);
                        assert.equal(await world.run(Promise.race([killed, dead])), "dead");
                        await world.pass(laterMs);
                        await world.delete(stored);
                        const at = `request ${k}, ${laterMs} ms later`;
                        assert.deepEqual(world.left(), left, at);
                        assert.deepEqual(world.changes(), destroys, at);
                    }
                }
            });
        }
    }
});

describe("a success that comes in the next process", () => {
    const env = { DROPLET_TEARDOWN_REPORT: "r.ndjson" };
    /** What a pipeline's gate reads. */
    const said = ({ files }: TeardownWorld): object => {
        const { droplets } = JSON.parse(files.get("r.ndjson") ?? "") as WrittenReport;
        const [{ outcome, error, resources, cost }] = droplets;
        const stays = resources.filter((one) => one.outcome !== "destroyed");
        return { outcome, error, stays, remaining: cost.remaining, unpriced: cost.unpriced };
    };

    for (const name of ["of a healthy destroy", "of a destroy that keeps some"] as const) {
        it(`says what the first one would have said: ${name}`, async () => {
            const begin = STORIES[name];
            assert.ok(begin);
            const undisturbed = await begin();
            await undisturbed.world.delete(undisturbed.stored, { env });
            const requests = undisturbed.world.requests().length;
            let listed = 0;
            const all = Array.from({ length: requests }, (_, index) => index + 1);
            for (const k of someOf(all, 6)) {
                for (const laterMs of [0, 4_000, 60_000]) {
                    const { world, stored } = await begin();
                    const { fetch, dead } = mortal(world, k, "after it took effect");
                    await world.run(
                        Promise.race([world.process({ fetch }).delete("teardown-1", stored), dead]),
                    );
                    await world.pass(laterMs);
                    world.simulator.clearRequests();
                    await world.delete(stored, { env });
                    const at = `request ${k}, ${laterMs} ms later`;
                    assert.deepEqual(said(world), said(undisturbed.world), at);
                    const hasList = world
                        .requests()
                        .some((line) => /^GET .*\/destroy_with_associated_resources 200/.test(line));
                    const { unread } = (JSON.parse(world.files.get("r.ndjson") ?? "") as WrittenReport)
                        .droplets[0];
                    listed += hasList ? 1 : 0;
                    assert.equal(unread.length === 0, hasList, at);
                }
            }
            assert.ok(listed > 0 && listed < 3 * requests, String(listed));
        });
    }
});

describe("a plugin process whose engine is gone", () => {
    /** An engine that answers so many times, and then never again. */
    function engineFor(answers: number): () => Promise<void> {
        let asked = 0;
        return () => {
            asked += 1;
            return asked <= answers
                ? Promise.resolve()
                : Promise.reject(new AbandonedError("the Pulumi engine is gone"));
        };
    }

    it("sends nothing when the engine is gone from the start", async () => {
        const { world, stored } = await tell({}, () => undefined);
        const message = await world.failedDelete(stored, { ensureAlive: engineFor(0) });
        assert.match(message, /^droplet 412000001: nothing was done to it: the Pulumi engine is gone/);
        assert.deepEqual(world.requests(), []);
    });

    it("starts no destroy and no retry after the engine is gone, wherever that happens", async () => {
        for (let answers = 0; answers < 20; answers += 1) {
            const { world, stored } = await tell({}, (w, id) => w.simulator.faults.failItem(id));
            let sentAfterwards = 0;
            const engine = { gone: false };
            const ensureAlive = engineFor(answers);
            const ended = await world
                .delete(stored, {
                    ensureAlive: () =>
                        ensureAlive().catch((error: unknown) => {
                            engine.gone = true;
                            throw error;
                        }),
                    fetch: (url, init) => {
                        sentAfterwards += engine.gone ? 1 : 0;
                        return world.simulator.fetch(url, init);
                    },
                })
                .then(
                    () => "done",
                    () => "abandoned",
                );
            assert.equal(ended, engine.gone ? "abandoned" : "done");
            assert.equal(sentAfterwards, 0, `after ${answers} answers`);
        }
    });

    it("leaves a destroy that the next process attaches to", async () => {
        const { world, stored } = await tell({}, () => undefined);
        const ensureAlive = (): Promise<void> =>
            world.changes().length === 0
                ? Promise.resolve()
                : Promise.reject(new AbandonedError("the Pulumi engine is gone"));
        const message = await world.failedDelete(stored, { ensureAlive });
        assert.match(message, /the Pulumi engine is gone; the destroy is still running at DigitalOcean/);
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), []);
    });
});

const SETTINGS = { roundTripMs: 150, destroyDurationMs: 9_000 } as const;

/** One `pulumi destroy` as the engine runs it: what has been deleted leaves the state, the rest stays. */
async function destroyUntilDead(
    world: ProgramWorld,
    program: StoredProgram,
    k: number,
    moment: (typeof MOMENTS)[number],
) {
    const { fetch, dead } = mortal(world, k, moment);
    const process = world.process({ fetch });
    const { record } = program;
    const deletes = async (): Promise<string> => {
        if (record !== null) {
            await process.record.delete("record-1", record);
            left = { ...program, record: null };
        }
        await process.delete("teardown-1", program.executor);
        return "finished";
    };
    let left = program;
    assert.equal(await world.run(Promise.race([deletes(), dead])), "dead");
    return left;
}

describe("a `pulumi destroy` whose process is killed at any request", () => {
    for (const moment of MOMENTS) {
        it(`is finished by the next one, which leaves nothing, tags included: ${moment}`, async () => {
            const undisturbed = new ProgramWorld({ settings: SETTINGS });
            await undisturbed.destroy(await undisturbed.up());
            const requests = undisturbed.requests().length;
            assert.ok(requests > 15, `${requests} requests`);
            for (const k of someOf(deathsIn(undisturbed, moment), 6)) {
                for (const laterMs of [0, 60_000]) {
                    const world = new ProgramWorld({ settings: SETTINGS });
                    const left = await destroyUntilDead(world, await world.up(), k, moment);
                    await world.pass(laterMs);
                    await world.destroy(left);
                    assert.deepEqual(world.left(), [], `request ${k}, ${laterMs} ms later`);
                    assert.deepEqual(world.tagNames(), [], `request ${k}, ${laterMs} ms later`);
                }
            }
        });
    }
});

describe("a `pulumi destroy` with a final snapshot whose process is killed at any request", () => {
    const settings = { ...SETTINGS, actionMs: 4_000, snapshotMs: 40_000 };
    const args = { finalSnapshot: true, gracefulShutdown: true };
    const asked = (world: ProgramWorld): number =>
        world.simulator.requests().filter(({ body, status }) => status === 201 && body.includes('"snapshot"'))
            .length;

    for (const moment of MOMENTS) {
        it(`is finished by the next one, which leaves one snapshot: ${moment}`, async () => {
            const undisturbed = new ProgramWorld({ settings });
            await undisturbed.destroy(await undisturbed.up(args));
            const requests = undisturbed.requests().length;
            assert.ok(requests > 25, `${requests} requests`);
            for (const k of someOf(deathsIn(undisturbed, moment), 6)) {
                for (const laterMs of [0, 60_000]) {
                    const world = new ProgramWorld({ settings });
                    const left = await destroyUntilDead(world, await world.up(args), k, moment);
                    await world.pass(laterMs);
                    await world.destroy(left);
                    const at = `request ${k}, ${laterMs} ms later`;
                    const [final, ...others] = world.simulator.state().snapshots;
                    assert.match(final?.name ?? "", /^web-1-2026-01-01-final-[0-9a-f]{16}$/, at);
                    assert.deepEqual([others, asked(world)], [[], 1], at);
                    assert.deepEqual(world.left(), ["snapshot"], at);
                    assert.deepEqual(world.tagNames(), [], at);
                }
            }
        });
    }
});

describe("a `pulumi up` whose process is killed at any request of the record", () => {
    for (const moment of MOMENTS) {
        it(`is followed by a destroy that leaves nothing, or refuses and names the Droplet: ${moment}`, async () => {
            for (let k = 1; k <= 6; k += 1) {
                const world = new ProgramWorld({ settings: SETTINGS });
                const executor = await world.executor({ dropletName: "web-1" });
                const tag = String(executor.tag);
                const { id } = world.simulator.panel.createDroplet("web-1", { tags: [STACK_TAG, tag] });
                const { fetch, dead } = mortal(world, k, moment);
                const process = world.process({ fetch });
                const { inputs } = await process.record.check({}, world.recordInputs(tag, id));
                const created = process.record.create(inputs).then(() => "created");
                await world.run(Promise.race([created, dead]));
                const program = { executor, record: null, dropletId: id, tag };
                const remembered = world.tagNames().includes(`${tag}:${id}`);
                if (remembered) {
                    assert.match(
                        await world.failedDestroy(program),
                        /^droplet web-1 \(412000001\): nothing was/,
                    );
                } else {
                    await world.destroy(program);
                    assert.deepEqual(world.left(), [], `request ${k}`);
                    assert.deepEqual(world.tagNames(), [], `request ${k}`);
                }
            }
        });
    }
});

describe("an engine that is killed", () => {
    async function begin() {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: droplet.id, policy: "destroy", timeout: "2h" });
        const goneAtMs = world.clock.now() + 30_000;
        const ensureAlive = () =>
            world.clock.now() < goneAtMs
                ? Promise.resolve()
                : Promise.reject(new AbandonedError("the Pulumi engine is gone"));
        return { world, droplet, stored, ensureAlive };
    }

    it("while a destroy waits for its turn has none sent", async () => {
        const { world, stored, ensureAlive } = await begin();
        world.simulator.faults.add({
            match: { method: "DELETE", path: "*/selective" },
            do: { kind: "tooManyRequests", retryAfterS: 50 },
        });
        const message = await world.failedDelete(stored, { ensureAlive });
        assert.match(message, /the Pulumi engine is gone/);
        assert.doesNotMatch(message, /still running/);
        assert.deepEqual(world.changes(), ["DELETE selective 429"]);
        assert.equal(world.left().length, 5);
    });

    it("while snapshots that were left behind go has no more of them deleted", async () => {
        const { world, droplet, stored, ensureAlive } = await begin();
        world.simulator.panel.takeSnapshot(droplet.id, "weekly");
        world.simulator.panel.deleteDroplet(droplet.id);
        await world.pass(5_000);
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/snapshots/*" },
            do: { kind: "tooManyRequests", retryAfterS: 50 },
        });
        await world.failedDelete(stored, { ensureAlive });
        assert.equal(world.changes().length, 1);
    });

    it("or does not take lines stops no destroy", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        await world.delete(stored, { log: () => Promise.reject(new Error("no such line")) });
        assert.deepEqual(world.left(), []);
    });
});
