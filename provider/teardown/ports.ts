import type { AssociatedResource, Droplet, Inventory, ResourceKind, ResourceRef } from "./resource.js";
import type { DestroyStatus } from "./status.js";

/** What became of a change. A message is one line, with the API's own words and the id of the request. */
export type SubmitOutcome =
    /** 202, or any 2xx for the delete of one resource: work has begun; says nothing of its success. */
    | { readonly kind: "accepted" }
    /** 409: a destroy of this Droplet is running, as far as DigitalOcean says. */
    | { readonly kind: "conflict"; readonly message: string }
    /** 404: what was to be destroyed, or the destroy to retry, is not there. */
    | { readonly kind: "gone"; readonly message: string }
    /** 422, mostly "pending event": busy with something else; ask again later. */
    | { readonly kind: "busy"; readonly message: string }
    /** 429: it was turned away before anything happened. */
    | { readonly kind: "limited"; readonly message: string }
    /** No whole answer, a 408 or a 5xx: it may have taken effect. Look at the status before asking again. */
    | { readonly kind: "lost"; readonly message: string }
    /** Not sent: what it rests on is no longer fresh. */
    | { readonly kind: "stale" };

/** What became of a request that starts an action of a Droplet. */
export type StartOutcome =
    | { readonly kind: "accepted"; readonly action: DropletAction }
    | Exclude<SubmitOutcome, { kind: "accepted" | "stale" }>;

/** Something that DigitalOcean does, or has done, to a Droplet. */
export interface DropletAction {
    readonly id: number;
    /** Such as "snapshot" or "shutdown". */
    readonly type: string;
    /** Whatever is not certainly at its end is in progress. */
    readonly state: "in-progress" | "completed" | "errored";
    /** Milliseconds of Unix time; null where the API did not say. A snapshot is dated by its action's start. */
    readonly startedAtMs: number | null;
}

/** A snapshot as the Droplet's own list shows it. */
export interface DropletSnapshot extends AssociatedResource {
    /** Milliseconds of Unix time; null where the API did not say. */
    readonly createdAtMs: number | null;
}

/** Under what conditions a request that destroys something may leave. */
export interface Sending {
    readonly signal: AbortSignal;
    /** Asked after every wait, right before the request leaves: whether nothing was waited for since the look. */
    readonly stillFresh: () => boolean;
}

/** The owner of a token. */
export interface Account {
    /** `team.uuid`: the user's own `uuid` is no substitute, since a user may be in several teams. */
    readonly id: string;
}

/**
 * DigitalOcean as a teardown sees it. Every read retries by itself what is worth retrying (connection
 * errors, 429, 5xx) and throws an `ApiError` otherwise; a 404 is `null`, because here it has a meaning.
 */
export interface DropletApi {
    droplet(dropletId: number, signal: AbortSignal): Promise<Droplet | null>;
    /** Null: a 404. A resource that is listed twice comes once. */
    associated(dropletId: number, signal: AbortSignal): Promise<Inventory | null>;
    status(dropletId: number, signal: AbortSignal): Promise<DestroyStatus>;
    /** Destroys the Droplet and exactly the given resources (`selective`). */
    destroy(dropletId: number, resources: readonly ResourceRef[], sending: Sending): Promise<SubmitOutcome>;
    /** Repeats what failed in the last destroy, whoever asked for it. */
    retry(dropletId: number, sending: Sending): Promise<SubmitOutcome>;
    /** Asks the Droplet's system to shut down. Whether it does is seen in the Droplet's status. */
    shutDown(dropletId: number, signal: AbortSignal): Promise<void>;
    /** Takes a snapshot under the given name. Sent once. */
    takeSnapshot(dropletId: number, name: string, signal: AbortSignal): Promise<StartOutcome>;
    /** Actions of a Droplet; null: a 404. */
    actions(dropletId: number, signal: AbortSignal): Promise<readonly DropletAction[] | null>;
    action(dropletId: number, actionId: number, signal: AbortSignal): Promise<DropletAction | null>;
    /** The snapshots of a Droplet that is there; null: a 404. */
    dropletSnapshots(dropletId: number, signal: AbortSignal): Promise<readonly DropletSnapshot[] | null>;
    /** Null: the token may not read the account (403), or the answer names no team. */
    account(signal: AbortSignal): Promise<Account | null>;
    /** Whether the token may list resources of this kind at all; asked with `per_page=1`. */
    canRead(kind: ResourceKind, signal: AbortSignal): Promise<boolean>;
    /** A resource at its own endpoint, and the Droplets it hangs on; null: a 404. */
    find(resource: AssociatedResource, signal: AbortSignal): Promise<Found | null>;
    /** Deletes one resource at its own endpoint. */
    remove(resource: AssociatedResource, sending: Sending): Promise<SubmitOutcome>;
    /** Ids of the snapshots of a volume; null: a 404. */
    volumeSnapshots(volumeId: string, signal: AbortSignal): Promise<readonly string[] | null>;
    /** Id of the volume that a snapshot was taken of, which need not exist any more; null: a 404, or not told. */
    volumeOf(snapshotId: string, signal: AbortSignal): Promise<string | null>;
    /** The snapshots that were taken of these Droplets, which need not exist any more; null: a 404. */
    snapshotsOf(
        dropletIds: readonly number[],
        signal: AbortSignal,
    ): Promise<readonly AssociatedResource[] | null>;
}

/** Where a resource hangs. */
export interface Found {
    /** Empty for what hangs on nothing, and for snapshots. */
    readonly dropletIds: readonly number[];
}

/** What the requests of one operation add up to. */
export interface Traffic {
    /** Requests sent, repeated ones included. */
    readonly requests: number;
    /** The API's ids of the requests that matter to its support: what was asked to change, what failed. */
    readonly requestIds: readonly string[];
    /** How often one had to wait: for its admission, or before it was repeated. */
    readonly waits: number;
}

/**
 * Which Droplets to list: those with a tag, all without a GPU, all with one. The API lists GPU Droplets only
 * when asked for them, and not together with a tag.
 */
export type DropletListing =
    | { readonly by: "tag"; readonly tag: string }
    | { readonly by: "type"; readonly type: "droplets" | "gpus" };

/** One page of a list of Droplets, 200 at most. */
export interface DropletPage {
    readonly droplets: readonly Droplet[];
    /** How many Droplets there are on all pages, as of this page; null where the API did not say. */
    readonly total: number | null;
}

/** DigitalOcean as one sees it who has many Droplets. Reads retry and throw as in `DropletApi`. */
export interface FleetApi {
    /** `page` counts from 1. A page after the last is empty. */
    dropletPage(listing: DropletListing, page: number, signal: AbortSignal): Promise<DropletPage>;
}

/** Droplets on one page of a list: the most that the API gives. */
export const DROPLETS_PER_PAGE = 200;
