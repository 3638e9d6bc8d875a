import { Watcher } from "../provider/polling/watcher.js";
import type { Narrator } from "../provider/teardown/effects.js";
import { tearDown, type TeardownRequest } from "../provider/teardown/operation.js";
import { resolvePolicy } from "../provider/teardown/policy.js";
import { VirtualClock } from "../simulator/virtual-clock.js";
import { OneDestroyApi } from "./one-destroy-api.js";
import { uniform, type Random } from "./random.js";
import type { Waiter } from "./waiter.js";

const REQUEST: TeardownRequest = {
    dropletId: 1,
    account: { kind: "recorded", id: null },
    approved: null,
    recorded: [],
    policy: resolvePolicy("keep"),
    keep: [],
    requireTag: null,
    mayCleanUp: true,
    gracefulShutdown: false,
    retries: 3,
    timeoutMs: 3_600_000,
};

const silent: Narrator = { announce: () => Promise.resolve(), progress: () => undefined };

/** The package's own operation, as it is, in virtual time; the requests are those for the status. */
export const operation: Waiter = waiterOf("ours", () => []);

/** The same for Droplets with up to four resources, which are gone before their Droplet and show in the status. */
export const operationWithResources: Waiter = waiterOf("ours, with resources", (random) =>
    Array.from({ length: 1 + Math.floor(random() * 4) }, () => uniform(random, 0.2, 0.95)),
);

function waiterOf(name: string, drawGoneAt: (random: Random) => readonly number[]): Waiter {
    return {
        name,
        async wait(completionMs, random) {
            const clock = new VirtualClock();
            const watcher = new Watcher({ clock, room: () => 1, readList: null });
            const api = new OneDestroyApi(clock, completionMs, random, drawGoneAt(random));
            const watch = watcher.open(1);
            const effects = {
                api,
                traffic: { requests: 0, requestIds: [], waits: 0 },
                clock,
                watch,
                together: <T>(_count: number, work: () => Promise<T>) => work(),
                ensureWanted: () => Promise.resolve(),
                narrator: silent,
            };
            const { report, cause } = await clock.run(tearDown(REQUEST, effects));
            watch.close();
            if (report.outcome !== "destroyed") {
                throw new Error(`a teardown ended as ${report.outcome}: ${report.error ?? ""}`, { cause });
            }
            return { requests: api.looks, noticedAfterMs: api.noticedAfterMs };
        },
    };
}
