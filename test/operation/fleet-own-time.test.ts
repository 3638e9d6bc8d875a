import assert from "node:assert/strict";
import { PausableDeadline } from "../../provider/fleet/pausable-deadline.js";
import { maxTurnMs } from "../../provider/fleet/progress.js";
import { DeadlineError } from "../../provider/teardown/errors.js";
import { VirtualClock } from "../../simulator/index.js";

const NEVER = new AbortController().signal;

/** How long work goes on that first waits for its turn and then for an end that never comes. */
async function lasts(waitMs: number, mostWaitedMs: number, ownMs = 0): Promise<number> {
    const clock = new VirtualClock();
    const startedAtMs = clock.now();
    const ownTime = new PausableDeadline({ clock, timeoutMs: 60_000, maxWaitedMs: mostWaitedMs });
    const work = ownTime.limit(NEVER, async (signal) => {
        await ownTime.turn(() => clock.sleep(waitMs, signal), ownMs);
        await clock.sleep(10_000_000, signal);
    });
    await assert.rejects(clock.run(work), DeadlineError);
    assert.equal(clock.pending, 0);
    return clock.now() - startedAtMs;
}

describe("a droplet's own time", () => {
    it("is the whole time of one that waits for nobody", async () => {
        assert.equal(await lasts(0, 0), 60_000);
    });

    it("does not pass while it waits for its turn", async () => {
        assert.equal(await lasts(300_000, 1_000_000), 360_000);
    });

    it("passes in a wait as far as one that is alone would wait as well", async () => {
        assert.equal(await lasts(300_000, 1_000_000, 20_000), 340_000);
    });

    it("passes all the same once the wait is longer than the others can have caused", async () => {
        assert.equal(await lasts(300_000, 100_000), 160_000);
    });

    it("ends with its work, and leaves no timer", async () => {
        const clock = new VirtualClock();
        const ownTime = new PausableDeadline({ clock, timeoutMs: 60_000, maxWaitedMs: 0 });
        assert.equal(await clock.run(ownTime.limit(NEVER, () => clock.sleep(5).then(() => "done"))), "done");
        assert.equal(clock.pending, 0);
    });

    it("has nobody to wait for in a fleet of one, and may wait for the hour in one of a thousand", () => {
        assert.equal(maxTurnMs(1), 0);
        assert.ok(maxTurnMs(2) < 10_000);
        assert.ok(maxTurnMs(1_000) > 3_600_000 + (4_000 * 60_000) / 200);
    });
});
