import assert from "node:assert/strict";
import sinon from "sinon";
import { systemClock } from "../../../provider/polling/clock.js";

describe("the system clock", () => {
    let time: sinon.SinonFakeTimers;

    beforeEach(() => {
        time = sinon.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
    });
    afterEach(() => {
        time.restore();
    });

    it("sleeps as long as it is asked to", async () => {
        let awake = false;
        const sleep = systemClock.sleep(1_000).then(() => (awake = true));
        await time.tickAsync(999);
        assert.equal(awake, false);
        await time.tickAsync(1);
        await sleep;
        assert.equal(systemClock.now(), Date.UTC(2026, 0, 1) + 1_000);
    });

    it("clears its timer and its listener when the signal aborts, and rejects with the reason", async () => {
        const { controller, listeners } = countedSignal();
        const sleep = systemClock.sleep(1_000, controller.signal);
        assert.deepEqual([time.countTimers(), listeners()], [1, 1]);
        const reason = new Error("enough");
        controller.abort(reason);
        await assert.rejects(sleep, reason);
        assert.equal(time.countTimers(), 0);
    });

    it("leaves no listener on the signal when it wakes by itself", async () => {
        const { controller, listeners } = countedSignal();
        const sleep = systemClock.sleep(1_000, controller.signal);
        await time.tickAsync(1_000);
        await sleep;
        assert.equal(listeners(), 0);
    });

    it("sets no timer when the signal has aborted before", async () => {
        await assert.rejects(systemClock.sleep(1_000, AbortSignal.abort(new Error("enough"))), /enough/);
        assert.equal(time.countTimers(), 0);
    });

    it("does not wake at once when asked for longer than a timer can run", async () => {
        let awake = false;
        const controller = new AbortController();
        const sleep = systemClock.sleep(2 ** 40, controller.signal).then(() => (awake = true));
        await time.tickAsync(86_400_000);
        assert.equal(awake, false);
        controller.abort(new Error("enough"));
        await assert.rejects(sleep);
    });
});

/** A signal that knows how many listeners it has. */
function countedSignal() {
    const controller = new AbortController();
    const { signal } = controller;
    const add = sinon.spy(signal, "addEventListener");
    const remove = sinon.spy(signal, "removeEventListener");
    return { controller, listeners: () => add.callCount - remove.callCount };
}
