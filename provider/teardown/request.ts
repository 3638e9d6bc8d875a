import type { Clock } from "../polling/clock.js";
import type { Poller } from "../polling/poll.js";
import type { DropletApi, Narrator, Traffic } from "./ports.js";
import type { AssociatedResource, ResourceKind } from "./model.js";
import type { Terms } from "./plan.js";

/** One teardown, as plain data. */
export interface TeardownRequest extends Terms {
    readonly dropletId: number;
    /** The recorded inventory, for costs that a status lacks and for leftovers. */
    readonly recorded: readonly AssociatedResource[];
    /** Kinds that were not read for this teardown: if the Droplet is gone, what it had of them cannot be known. */
    readonly unrecorded: readonly ResourceKind[];
    /** Shut the Droplet down before it is destroyed. */
    readonly gracefulShutdown: boolean;
    /** Rounds after the first. */
    readonly retries: number;
    readonly timeoutMs: number;
}

/** Requests that depend on each other are admitted together, so that none of them waits after the first. */
export interface RequestGroup {
    /** Admits a number of requests; those of an earlier group that were not sent are given back. */
    readonly open: (count: number, signal: AbortSignal) => Promise<void>;
    readonly close: () => void;
}

/** How a teardown reaches the outside world. */
export interface TeardownEffects {
    readonly api: DropletApi;
    readonly clock: Clock;
    /** Rejects once nobody waits for this teardown; called before every step. */
    readonly throwIfAbandoned: () => Promise<void>;
    readonly narrator: Narrator;
    readonly traffic: Traffic;
    readonly group: RequestGroup;
    /** Decides when to poll the status next. */
    readonly poller: Poller;
}
