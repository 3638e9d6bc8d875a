import type { Poller } from "../polling/poll.js";
import type { Approval, ExpectedAccount, RequiredTags } from "./guards.js";
import type { Effects, Traffic } from "./ports.js";
import type { DesiredOutcome } from "./inventory.js";
import type { AssociatedResource, ResourceKind } from "./model.js";

/** One teardown, as plain data. */
export interface TeardownRequest extends DesiredOutcome {
    readonly dropletId: number;
    /** The Droplet's owner, in case the Droplet cannot be found. */
    readonly account: ExpectedAccount;
    /** What was shown and approved; nothing else is destroyed. */
    readonly approved: Approval;
    /** The recorded inventory, for costs that a status lacks and for leftovers. */
    readonly recorded: readonly AssociatedResource[];
    /** Kinds that were not read for this teardown: if the Droplet is gone, what it had of them cannot be known. */
    readonly unrecorded: readonly ResourceKind[];
    /** Tags that the Droplet must carry to be destroyed. */
    readonly requireTag: RequiredTags;
    /**
     * Whether leftovers of a Droplet that is gone may be deleted, because it was ours to the end (marked, a
     * recorded predecessor, or no tag was ever required).
     */
    readonly mayCleanUp: boolean;
    /** Shut the Droplet down before it is destroyed. */
    readonly gracefulShutdown: boolean;
    /** Rounds after the first. */
    readonly retries: number;
    readonly timeoutMs: number;
}

export interface TeardownEffects extends Effects {
    readonly traffic: Traffic;
    /**
     * Runs work after its first `count` requests are admitted, so that none of them waits after the first.
     */
    readonly together: <T>(count: number, work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
    /** Decides when to poll the status next. */
    readonly poller: Poller;
}
