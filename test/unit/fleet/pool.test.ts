import assert from "node:assert/strict";
import { Pool, type Remote } from "../../../provider/fleet/pool.js";
import { VirtualClock } from "../../../simulator/index.js";

const ANSWER = { status: 200, remaining: null, resetInMs: null, retryAfterMs: null };
const { signal } = new AbortController();

describe("what teardowns of a token share", () => {
    it("lets a teardown that has started go on before others start", async () => {
        const clock = new VirtualClock();
        const remote = { lists: () => ({}) } as unknown as Remote;
        const pool = new Pool({ clock, remote, share: 1, listingFor: () => null, aim: "last" });
        for (let sent = 0; sent < 250; sent += 1) {
            await pool.limiter.admit(signal);
            pool.limiter.observe(ANSWER);
            await clock.run(clock.sleep(100));
        }
        const order: string[] = [];
        const read = pool.limiter.admit(signal, "read").then(() => order.push("a read"));
        const others = pool.begin([{ dropletId: 1, listed: null }], 3, signal, () => order.push("others"));
        await clock.run(Promise.all([read, others]));
        assert.deepEqual(order, ["a read", "others"]);
    });
});
