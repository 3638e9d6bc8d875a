import assert from "node:assert/strict";

import { AbandonedError } from "../../provider/teardown/errors.js";
import { MOMENTS, mortal } from "../support/mortal.js";
import { TeardownWorld, type Stored } from "../support/teardown-world.js";

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
                const requests = undisturbed.world.requests().length;
                const left = undisturbed.world.left();
                const destroys = undisturbed.world.changes();

                for (let k = 1; k <= requests; k += 1) {
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
        assert.match(message, /^droplet 412000001: the Pulumi engine is gone/);
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
        const message = await world.failedDelete(stored, { ensureAlive: engineFor(4) });
        assert.match(message, /the Pulumi engine is gone; the destroy goes on at DigitalOcean/);
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), []);
    });
});
