import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { PollScheduler } from "../../../provider/polling/poll-scheduler.js";
import type { OpenPoller, ListRefresh } from "../../../provider/polling/poll.js";
import { VirtualClock } from "../../../simulator/index.js";

const LISTING = "tag:preview";

/** Droplets of which some are gone at a time, and a watcher that reads their list. */
class Scene {
    readonly clock = new VirtualClock();
    readonly startMs = this.clock.monotonicMs();
    readonly signal = new AbortController();
    /** When each is gone, in milliseconds from the beginning. */
    readonly goneAtMs = new Map<number, number>();
    readonly watcher: PollScheduler;
    sweeps = 0;
    room = 100;
    failing = false;
    complete = true;
    pages = 1;
    /** What the next read does not show, because it moved from one page to another. */
    shifted: number | null = null;

    constructor() {
        setMaxListeners(0, this.signal.signal);
        this.watcher = new PollScheduler({
            clock: this.clock,
            room: () => this.room,
            readList: async (_listing, signal) => this.read(signal),
            minPagesPerMinute: 2,
        });
    }

    get nowMs(): number {
        return this.clock.monotonicMs() - this.startMs;
    }

    add(id: number, goneAtMs: number): OpenPoller {
        this.goneAtMs.set(id, goneAtMs);
        const watch = this.watcher.open(id);
        watch.listedIn(LISTING, true);
        return watch;
    }

    /** Looks until the Droplet is gone; returns when that was seen, and how many looks it took. */
    async follow(id: number, watch: OpenPoller): Promise<{ readonly atMs: number; readonly looks: number }> {
        let lastSentAtMs: number | null = null;
        for (let looks = 1; ; looks++) {
            await watch.due({ acceptedAtMs: this.startMs, lastSentAtMs }, "unknown", this.signal.signal);
            lastSentAtMs = this.clock.monotonicMs();
            await this.clock.sleep(100, this.signal.signal);
            if ((this.goneAtMs.get(id) ?? 0) <= this.nowMs) {
                watch.ended({ acceptedAtMs: this.startMs, lastSentAtMs });
                return { atMs: this.nowMs, looks };
            }
        }
    }

    async read(signal: AbortSignal): Promise<ListRefresh> {
        this.sweeps += 1;
        await this.clock.sleep(100, signal);
        if (this.failing) {
            throw new Error("no list");
        }
        const living = [...this.goneAtMs].filter(([, goneAtMs]) => goneAtMs > this.nowMs).map(([id]) => id);
        const present = living.filter((id) => id !== this.shifted);
        this.shifted = null;
        return { present: new Set(present), complete: this.complete, pages: this.pages };
    }
}

describe("the poll scheduler", () => {
    it("lets a list tell which of many are gone, and asks only those", async () => {
        const scene = new Scene();
        const done = [15_000, 18_000, 21_000, 24_000, 27_000, 300_000].map((goneAtMs, id) => {
            const watch = scene.add(id, goneAtMs);
            return id < 5
                ? scene.follow(id, watch)
                : scene.follow(id, watch).catch(() => ({ atMs: 0, looks: 0 }));
        });
        const ended = await scene.clock.run(Promise.all(done.slice(0, 5)));
        ended.forEach(({ atMs, looks }, id) => {
            const delayMs = atMs - 15_000 - id * 3_000;
            assert.ok(delayMs < 3_000, `${id} was noticed after ${delayMs} ms`);
            assert.ok(looks <= 2, `${id} was looked at ${looks} times`);
        });
        scene.signal.abort(new Error("enough"));
        await Promise.all(done);
    });

    it("never takes an absence for an end: it asks again until the status says so", async () => {
        const scene = new Scene();
        const watch = scene.add(1, 20_000);
        const others = [2, 3].map((id) => scene.follow(id, scene.add(id, 60_000)));
        let looks = 0;
        let lastSentAtMs: number | null = null;
        const follow = async (): Promise<void> => {
            // Its status goes on for 10 s after the list has lost it.
            while (scene.nowMs < 30_000) {
                await watch.due(
                    { acceptedAtMs: scene.startMs, lastSentAtMs },
                    "unknown",
                    scene.signal.signal,
                );
                lastSentAtMs = scene.clock.monotonicMs();
                looks += 1;
                await scene.clock.sleep(100);
            }
        };
        await scene.clock.run(follow());
        assert.ok(looks >= 3 && looks <= 12, `${looks} looks`);
        assert.ok(scene.nowMs < 36_000);
        scene.signal.abort(new Error("enough"));
        await Promise.allSettled(others);
    });

    it("looks at each by itself where the list cannot be read", async () => {
        const scene = new Scene();
        scene.failing = true;
        const done = [1, 2, 3].map((id) => scene.follow(id, scene.add(id, 20_000)));
        const ended = await scene.clock.run(Promise.all(done));
        ended.forEach(({ atMs, looks }) => assert.ok(atMs < 22_500 && looks > 3));
        assert.equal(scene.sweeps, 1);
    });

    it("does not read a list for a single droplet", async () => {
        const scene = new Scene();
        await scene.clock.run(scene.follow(1, scene.add(1, 20_000)));
        assert.equal(scene.sweeps, 0);
    });

    it("gives an absence as proof only from a complete list that was begun later", async () => {
        const scene = new Scene();
        const watches = [1, 2, 3].map((id) => scene.add(id, id === 3 ? 90_000 : 10_000));
        const other = scene.follow(3, watches[2]!).catch(() => undefined);
        await scene.clock.run(Promise.all([1, 2].map((id) => scene.follow(id, watches[id - 1]!))));
        scene.complete = false;
        const before = scene.sweeps;
        const proof = watches[0]!.absent(scene.signal.signal);
        while (scene.sweeps < before + 2) {
            await scene.clock.run(scene.clock.sleep(100));
        }
        scene.complete = true;
        assert.equal(await scene.clock.run(proof), true);
        scene.signal.abort(new Error("enough"));
        await other;
    });

    it("gives an absence as proof from two reads in a row of a list of several pages", async () => {
        const scene = new Scene();
        scene.pages = 2;
        const watches = [1, 2, 3, 4, 5].map((id) => scene.add(id, id <= 2 ? 10_000 : 90_000));
        const others = [3, 4, 5].map((id) => scene.follow(id, watches[id - 1]!).catch(() => undefined));
        await scene.clock.run(Promise.all([1, 2].map((id) => scene.follow(id, watches[id - 1]!))));
        scene.shifted = 3;
        const before = scene.sweeps;
        const living = watches[2]!.absent(scene.signal.signal);
        assert.equal(await scene.clock.run(living), false);
        assert.equal(scene.sweeps, before + 2);
        assert.equal(await scene.clock.run(watches[0]!.absent(scene.signal.signal)), true);
        assert.equal(scene.sweeps, before + 4);
        scene.signal.abort(new Error("enough"));
        await Promise.all(others);
    });

    it("says that no list tells where the list is never complete, instead of reading it for ever", async () => {
        const scene = new Scene();
        scene.complete = false;
        const watches = [1, 2].map((id) => scene.add(id, 10_000));
        await scene.clock.run(Promise.all([1, 2].map((id) => scene.follow(id, watches[id - 1]!))));
        const before = scene.sweeps;
        const proofs = watches.map((watch) => watch.absent(scene.signal.signal));
        assert.deepEqual(await scene.clock.run(Promise.all(proofs)), [null, null]);
        assert.ok(scene.sweeps <= before + 4, `${scene.sweeps - before} readings`);
    });

    it("says that no list tells to one whose time is up", async () => {
        const scene = new Scene();
        const watches = [1, 2].map((id) => scene.add(id, 10_000));
        await scene.clock.run(Promise.all([1, 2].map((id) => scene.follow(id, watches[id - 1]!))));
        scene.signal.abort(new Error("time is up"));
        assert.equal(await watches[0]!.absent(scene.signal.signal), null);
    });

    it("says that no list tells where it is alone", async () => {
        const scene = new Scene();
        assert.equal(await scene.add(1, 0).absent(scene.signal.signal), null);
    });

    it("releases no more looks than there is room for, the most overdue first", async () => {
        const scene = new Scene();
        scene.room = 0;
        const released: number[] = [];
        const waits = [1, 2, 3].map((id) => {
            const acceptedAtMs = scene.startMs - id * 10_000;
            return scene.watcher
                .open(id)
                .due({ acceptedAtMs, lastSentAtMs: null }, "unknown", scene.signal.signal)
                .then(() => released.push(id));
        });
        await scene.clock.run(scene.clock.sleep(5_000));
        assert.deepEqual(released, []);
        scene.room = 1;
        await scene.clock.run(waits[2]!);
        assert.deepEqual(released, [3]);
        await scene.clock.run(Promise.all(waits));
        assert.deepEqual(released, [3, 2, 1]);
    });

    it("reads the list every few seconds where fewer requests are left than destroys are running", async () => {
        const scene = new Scene();
        scene.room = 10;
        const watched = Array.from({ length: 20 }, (_, index) => scene.add(index + 1, 20_000 + index));
        const ends = await scene.clock.run(
            Promise.all(watched.map((watch, index) => scene.follow(index + 1, watch))),
        );
        assert.ok(Math.min(...ends.map(({ atMs }) => atMs)) < 26_000, JSON.stringify(ends));
    });

    it("leaves no timer when everybody aborts", async () => {
        const scene = new Scene();
        const done = [1, 2, 3].map((id) => {
            const watch = scene.add(id, 90_000);
            return scene.follow(id, watch).finally(() => watch.close());
        });
        void Promise.allSettled(done);
        await scene.clock.run(scene.clock.sleep(12_000));
        scene.signal.abort(new Error("enough"));
        const ends = await Promise.allSettled(done);
        assert.ok(ends.every(({ status }) => status === "rejected"));
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(scene.clock.pending, 0);
    });
});
