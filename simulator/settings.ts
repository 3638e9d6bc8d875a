/**
 * What can be changed while the simulator runs. The first group is about time; the second holds a switch for
 * everything that DigitalOcean's documentation leaves open about destroying associated resources.
 */
export interface Settings {
    /** One request and its answer; the server acts at half of it. */
    roundTripMs: number | (() => number);
    /** From an accepted destroy (or retry) to its completion. */
    destroyDurationMs: number | ((dropletId: number) => number);
    /** From a Droplet's create to its status "active". */
    bootMs: number;
    /** From a plain DELETE to the Droplet's 404. */
    deleteDelayMs: number;
    /** How long an action stays "in-progress". */
    actionMs: number;
    /** How long a Droplet snapshot takes; null: as any other action. */
    snapshotMs: number | null;
    /** How long a volume still shows as attached to a Droplet that is gone. */
    detachDelayMs: number;
    /** Result of a Droplet's snapshot action; "nothing" reports completion and creates no snapshot. */
    snapshotResult: "snapshot" | "error" | "nothing";
    /** How long a finished Droplet snapshot is missing from lists. */
    snapshotListDelayMs: number;
    /** How much has been written to each volume, and so the size of its snapshots; at most the volume's own. */
    volumeWrittenGigabytes: number;
    /** How long the status of a destroy can be read after its completion. */
    statusRetentionMs: number;
    /** Requests that a token may send within 3,600 s and within 60 s. */
    hourlyLimit: number;
    minuteLimit: number;
    /** The longest page of a list, whatever `per_page` asks for. */
    maxPageSize: number;
    /** How far the server's dates, its `Date` and `ratelimit-reset` included, are ahead of the caller's clock. */
    clockSkewMs: number;

    /** `completed_at` while a destroy runs. */
    runningCompletedAt: "absent" | "null" | "empty" | "blank" | "zero";
    /** `error_message` of a resource that did not fail. */
    noErrorMessage: "absent" | "null" | "empty" | "blank";
    /** `destroyed_at` of a resource that could not be destroyed: "set" contradicts its `error_message`. */
    failedDestroyedAt: "absent" | "set";
    /** How long the status stays 404 (or the previous one) after a 202. */
    statusDelayMs: number;
    /** How long the previous status is returned after a retry. */
    staleAfterRetryMs: number;
    /** Whether all of that status is stale, or only `completed_at` and `failures`. */
    staleAfterRetry: "everything" | "completion";
    /** A Droplet whose own destroy failed is counted in `failures`. */
    failuresCountDroplet: boolean;
    /** A reserved IP that failed is counted once as reserved and once as floating. */
    failuresCountDuplicates: boolean;
    /** The Droplet remains if one of its resources could not be destroyed. */
    dropletSurvivesFailure: boolean;
    /** Answer to a second destroy while one runs; with 202 it changes nothing. */
    secondDestroy: 409 | 202 | 404;
    /** Answer to a retry when nothing has failed; with 202 it changes nothing. */
    retryWithoutFailures: 202 | 404 | 409 | 422;
    /** Handling of an id in `selective` that is not associated with the Droplet. */
    unknownIds: "ignored" | "rejected" | "failure";
    /** Answer to a new `selective` after a destroy with failures, while the Droplet exists. */
    selectiveAfterFailures: 202 | 409 | 422;
    /** Answer to a `selective` that lists nothing, and so destroys only the Droplet. */
    emptySelective: 202 | 400 | 422;
    /** Whether the status of a new destroy replaces the last one or keeps its resources too. */
    nextStatus: "replaces" | "merges";
    /** Whether a retry destroys a volume or an address that is now attached to another Droplet. */
    retryTakesAttachedElsewhere: boolean;
    /** Status of an existing Droplet before any destroy; "empty" is `{}`. */
    statusBeforeDestroy: "404" | "empty";
    /** Associated list of an existing Droplet; "empty" is `{}`. */
    associatedList: "normal" | "404" | "empty";
    /** `cost` in the associated list. */
    listedCost: "present" | "absent" | "empty";
    /** The associated list has the Droplet's backups among its snapshots; they go with it in any case. */
    backupsListed: boolean;
    /** Added to `failures` at completion, without a failed resource. */
    unexplainedFailures: number;
    /** Answer to a destroy while the Droplet has an action in progress. */
    destroyDuringEvent: 202 | 422;
    /** Actions are refused with 422 while another one is in progress on the same Droplet. */
    pendingEvents: boolean;
    /** Answer to the delete of a Droplet while it has an action in progress. */
    deleteDuringEvent: 204 | 422;
    /** What becomes of the delete of a Droplet that is still "new"; it is answered 204. */
    deleteOfNew: "carried out" | "ignored";
    /** Answer to the plain delete of a Droplet while a destroy of it runs. */
    deleteDuringDestroy: 204 | 409 | 422;
    /** Answer to an action on a Droplet while a destroy of it runs. */
    actionDuringDestroy: "accepted" | 409 | 422;
    /** Answer to a reserved IP that is to be assigned to a Droplet with an action in progress. */
    assignDuringEvent: 422 | 201;
    /** How long a reserved IP cannot be deleted (422) after it was unassigned. */
    deleteAfterUnassignMs: number;
    /** Answer to a second volume that is to be attached to a Droplet at the same time. */
    secondAttach: 422 | 202;
    /** Answer to `dangerous` without `X-Dangerous: true`. */
    unconfirmedDangerous: 400 | 403 | 422 | 202;
    /** Answer to a `selective` whose lists are not arrays of strings; with 202 it takes what can be read. */
    malformedSelective: 422 | 400 | 202;
    /** How long a new or newly tagged Droplet is missing from the list by tag. */
    tagListDelayMs: number;
    /** Whether the list by tag has Droplets with a GPU. */
    tagListHasGpus: boolean;
    /** Whether tags match regardless of case, or only in their original spelling. */
    tagCase: "ignored" | "canonical";
}

/** Settings with which every answer conforms to DigitalOcean's published OpenAPI description. */
export const defaultSettings: Settings = {
    roundTripMs: 0,
    destroyDurationMs: 4_000,
    bootMs: 1_000,
    deleteDelayMs: 1_000,
    actionMs: 500,
    snapshotMs: null,
    detachDelayMs: 0,
    snapshotResult: "snapshot",
    snapshotListDelayMs: 0,
    volumeWrittenGigabytes: 0,
    statusRetentionMs: 3_600_000,
    hourlyLimit: 5_000,
    minuteLimit: 250,
    maxPageSize: 200,
    clockSkewMs: 0,
    runningCompletedAt: "absent",
    noErrorMessage: "absent",
    failedDestroyedAt: "absent",
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
    emptySelective: 202,
    nextStatus: "replaces",
    retryTakesAttachedElsewhere: true,
    statusBeforeDestroy: "404",
    associatedList: "normal",
    listedCost: "present",
    backupsListed: false,
    unexplainedFailures: 0,
    destroyDuringEvent: 202,
    pendingEvents: true,
    deleteDuringEvent: 204,
    deleteOfNew: "carried out",
    deleteDuringDestroy: 204,
    actionDuringDestroy: "accepted",
    assignDuringEvent: 422,
    deleteAfterUnassignMs: 0,
    secondAttach: 422,
    unconfirmedDangerous: 400,
    malformedSelective: 422,
    tagListDelayMs: 0,
    tagListHasGpus: false,
    tagCase: "ignored",
};

/** The positions of each switch; every other setting is a number or a boolean. */
export const POSITIONS = {
    runningCompletedAt: ["absent", "null", "empty", "blank", "zero"],
    noErrorMessage: ["absent", "null", "empty", "blank"],
    failedDestroyedAt: ["absent", "set"],
    snapshotResult: ["snapshot", "error", "nothing"],
    staleAfterRetry: ["everything", "completion"],
    secondDestroy: [409, 202, 404],
    retryWithoutFailures: [202, 404, 409, 422],
    unknownIds: ["ignored", "rejected", "failure"],
    selectiveAfterFailures: [202, 409, 422],
    emptySelective: [202, 400, 422],
    nextStatus: ["replaces", "merges"],
    statusBeforeDestroy: ["404", "empty"],
    associatedList: ["normal", "404", "empty"],
    listedCost: ["present", "absent", "empty"],
    destroyDuringEvent: [202, 422],
    deleteDuringEvent: [204, 422],
    deleteOfNew: ["carried out", "ignored"],
    deleteDuringDestroy: [204, 409, 422],
    actionDuringDestroy: ["accepted", 409, 422],
    assignDuringEvent: [422, 201],
    secondAttach: [422, 202],
    unconfirmedDangerous: [400, 403, 422, 202],
    malformedSelective: [422, 400, 202],
    tagCase: ["ignored", "canonical"],
} as const satisfies { readonly [Name in keyof Settings]?: readonly Settings[Name][] };
