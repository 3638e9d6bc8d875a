import type { Watch } from "../polling/watch.js";
import type { Approval } from "./approval.js";
import type { Effects } from "./effects.js";
import type { Wishes } from "./inventory.js";
import type { Traffic } from "./ports.js";
import type { AssociatedResource } from "./resource.js";
import type { ExpectedAccount } from "./same-account.js";
import type { RequiredTags } from "./tag-guard.js";

/** One teardown, as plain data. */
export interface TeardownRequest extends Wishes {
    readonly dropletId: number;
    /** Whose the Droplet is, should it be nowhere to be seen. */
    readonly account: ExpectedAccount;
    /** What was shown and agreed to: nothing beyond it is destroyed. */
    readonly approved: Approval;
    /** The inventory of an earlier day, for the costs that a status does not tell, and for what is left behind. */
    readonly recorded: readonly AssociatedResource[];
    /** What the Droplet must carry to be destroyed. */
    readonly requireTag: RequiredTags;
    /**
     * Whether what a Droplet that is gone left behind may be deleted: it was ours to the end (marked, or a
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
     * Does work whose first `count` requests are admitted before it begins, so that none of them is waited for
     * after the first.
     */
    readonly together: <T>(count: number, work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
    /** Says when to look at the status next. */
    readonly watch: Watch;
}
