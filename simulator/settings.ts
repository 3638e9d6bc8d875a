/**
 * What may be set while the simulator runs. The first group is about time; the second holds a switch for
 * everything that DigitalOcean's documentation leaves open about destroying associated resources.
 */
export interface Settings {
    /** One request and its answer; the server acts at half of it. */
    roundTripMs: number | (() => number);
    /** From an accepted destroy (or retry) to its completion. */
    destroyDurationMs: number | ((dropletId: number) => number);
    /** From the create of a Droplet to its status "active". */
    bootMs: number;
    /** From a plain DELETE to the Droplet's 404. */
    deleteDelayMs: number;
    /** How long an action stays "in-progress". */
    actionMs: number;
    /** How long the snapshot of a Droplet takes; null: as any other action. */
    snapshotMs: number | null;
    /** What a Droplet's snapshot action comes to; "nothing" is reported as completed, and makes none. */
    snapshotResult: "snapshot" | "error" | "nothing";
    /** A Droplet's snapshot that was finished less than this ago is in no list. */
    snapshotListDelayMs: number;
    /** How long the status of a destroy can be read after its completion. */
    statusRetentionMs: number;
    /** Requests that a token may send within 3,600 s and within 60 s. */
    hourlyLimit: number;
    minuteLimit: number;
    /** How far the server's dates, its `Date` and `ratelimit-reset` included, are ahead of the caller's clock. */
    clockSkewMs: number;

    /** `completed_at` while a destroy runs. */
    runningCompletedAt: "absent" | "null" | "empty" | "blank" | "zero";
    /** `error_message` of what did not fail. */
    noErrorMessage: "absent" | "null" | "empty" | "blank";
    /** After a 202 the status is still 404 (or still the former one) for this long. */
    statusDelayMs: number;
    /** After a retry, what was read before it is still read for this long … */
    staleAfterRetryMs: number;
    /** … either all of it, or `completed_at` and `failures` only. */
    staleAfterRetry: "everything" | "completion";
    /** A Droplet whose own destroy failed is counted in `failures`. */
    failuresCountDroplet: boolean;
    /** A reserved IP that failed is counted once as reserved and once as floating. */
    failuresCountDuplicates: boolean;
    /** The Droplet stays when one of its resources could not be destroyed. */
    dropletSurvivesFailure: boolean;
    /** Answer to a second destroy while one runs; with 202 it changes nothing. */
    secondDestroy: 409 | 202 | 404;
    /** Answer to a retry when nothing has failed; with 202 it changes nothing. */
    retryWithoutFailures: 202 | 404 | 409 | 422;
    /** What becomes of an id in `selective` that is not associated with the Droplet. */
    unknownIds: "ignored" | "rejected" | "failure";
    /** Answer to a new `selective` after a destroy that completed with failures, while the Droplet lives. */
    selectiveAfterFailures: 202 | 409 | 422;
    /** Whether the status of a new destroy replaces that of the one before, or keeps its resources too. */
    nextStatus: "replaces" | "merges";
    /** Whether a retry destroys a volume or an address that hangs on another Droplet by now. */
    retryTakesAttachedElsewhere: boolean;
    /** The status before any destroy of a living Droplet; "empty" is `{}`. */
    statusBeforeDestroy: "404" | "empty";
    /** The list of a living Droplet's associated resources; "empty" is `{}`. */
    associatedList: "normal" | "404" | "empty";
    /** Added to `failures` at the completion, without a resource that has failed. */
    unexplainedFailures: number;
    /** Answer to a destroy while the Droplet has an action under way. */
    destroyDuringEvent: 202 | 422;
    /** Actions are refused with 422 while another one is under way on the same Droplet. */
    pendingEvents: boolean;
    /** A Droplet that was made or tagged less than this ago is absent from the list by tag. */
    tagListDelayMs: number;
    /** Whether a tag is found whatever its capitals, or only under those that it was made with. */
    tagCase: "ignored" | "canonical";
}

/** Settings under which every answer is valid under DigitalOcean's published OpenAPI description. */
export const defaultSettings: Settings = {
    roundTripMs: 0,
    destroyDurationMs: 4_000,
    bootMs: 1_000,
    deleteDelayMs: 1_000,
    actionMs: 500,
    snapshotMs: null,
    snapshotResult: "snapshot",
    snapshotListDelayMs: 0,
    statusRetentionMs: 3_600_000,
    hourlyLimit: 5_000,
    minuteLimit: 250,
    clockSkewMs: 0,
    runningCompletedAt: "absent",
    noErrorMessage: "absent",
    statusDelayMs: 0,
    staleAfterRetryMs: 0,
    staleAfterRetry: "everything",
    failuresCountDroplet: false,
    failuresCountDuplicates: false,
    dropletSurvivesFailure: true,
    secondDestroy: 409,
    retryWithoutFailures: 202,
    unknownIds: "ignored",
    selectiveAfterFailures: 202,
    nextStatus: "replaces",
    retryTakesAttachedElsewhere: true,
    statusBeforeDestroy: "404",
    associatedList: "normal",
    unexplainedFailures: 0,
    destroyDuringEvent: 202,
    pendingEvents: true,
    tagListDelayMs: 0,
    tagCase: "ignored",
};
