import assert from "node:assert/strict";
import { TeardownWorld } from "../support/teardown-world.js";

const MINUTE_MS = 60_000;

/** How long a delete takes, and the last line of what it tells, while somebody sets our clock. */
async function deleteWhileClockJumps(jumpMs: number): Promise<{ tookMs: number; told: string | undefined }> {
    const world = new TeardownWorld({ settings: { destroyDurationMs: 20_000, roundTripMs: 200 } });
    const { id } = world.dropletWithEverything();
    const stored = await world.create({ dropletId: id, policy: "destroy" });
    const startedAtMs = world.clock.monotonicMs();
    void world.clock.sleep(5_000).then(() => world.clock.jumpWall(jumpMs));
    await world.delete(stored);
    assert.deepEqual(world.left(), []);
    return { tookMs: world.clock.monotonicMs() - startedAtMs, told: world.announced().at(-1) };
}

describe("a clock that somebody sets", () => {
    for (const minutes of [-15, -10, 15]) {
        it(`by ${minutes} minutes while a destroy runs makes no wait longer, nor the time told`, async () => {
            const undisturbed = await deleteWhileClockJumps(0);
            assert.match(undisturbed.told ?? "", / in 2\ds/);
            assert.deepEqual(await deleteWhileClockJumps(minutes * MINUTE_MS), undisturbed);
        });
    }
});
