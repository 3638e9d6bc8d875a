import type {
    AssociatedResource,
    DestroyStatus,
    Droplet,
    Inventory,
    ResourceKind,
    ResourceRef,
} from "./model.js";

/** Result of a change. A message is one line, with the API's own words and the request id. */
export type SubmitOutcome =
    /** 202, or any 2xx for the delete of one resource: work has started; it may still fail. */
    | { readonly kind: "accepted" }
    /** 409: according to DigitalOcean, a destroy of this Droplet is running. */
    | { readonly kind: "conflict"; readonly message: string }
    /** 404: the resource to destroy, or the destroy to retry, does not exist. */
    | { readonly kind: "gone"; readonly message: string }
    /** 422, mostly "pending event": busy with something else; try again later. */
    | { readonly kind: "busy"; readonly message: string }
    /** 429: refused before anything happened. */
    | { readonly kind: "limited"; readonly message: string }
    /** No complete answer, a 408 or a 5xx: it may have taken effect. Read the status before trying again. */
    | { readonly kind: "lost"; readonly message: string }
    /** Not sent: the data it depends on is stale. */
    | { readonly kind: "stale" };

/** Result of a request that starts a Droplet action. */
export type StartOutcome =
    | { readonly kind: "accepted"; readonly action: DropletAction }
    | Exclude<SubmitOutcome, { kind: "accepted" | "stale" }>;

/** A running or finished action on a Droplet. */
export interface DropletAction {
    readonly id: number;
    /** Such as "snapshot" or "shutdown". */
    readonly type: string;
    /** Anything not certainly finished is in progress. */
    readonly state: "in-progress" | "completed" | "errored";
    /** Unix time in milliseconds; null if the API did not say. A snapshot is dated by its action's start. */
    readonly startedAtMs: number | null;
}

/** A snapshot as the Droplet's own list shows it. */
export interface DropletSnapshot extends AssociatedResource {
    /** Unix time in milliseconds; null if the API did not say. */
    readonly createdAtMs: number | null;
}

/** Conditions for sending a request that destroys something. */
export interface Sending {
    readonly signal: AbortSignal;
    /** Called right before the request is sent: whether nothing has waited since the data was read. */
    readonly stillFresh: () => boolean;
}

/** The owner of a token. */
export interface Account {
    /** `team.uuid`; the user's own `uuid` is no substitute, since a user may be in several teams. */
    readonly id: string;
}

/**
 * DigitalOcean as a teardown sees it. Every read retries connection errors, 429 and 5xx, and throws an
 * `ApiError` otherwise; a 404 is `null`, because it is meaningful here.
 */
export interface DropletApi {
    droplet(dropletId: number, signal: AbortSignal): Promise<Droplet | null>;
    /** Null: a 404. A resource that is listed twice is returned once. */
    associated(dropletId: number, signal: AbortSignal): Promise<Inventory | null>;
    status(dropletId: number, signal: AbortSignal): Promise<DestroyStatus>;
    /** Destroys the Droplet and exactly the given resources (`selective`). */
    destroy(dropletId: number, resources: readonly ResourceRef[], sending: Sending): Promise<SubmitOutcome>;
    /** Repeats what failed in the last destroy, whoever requested it. */
    retry(dropletId: number, sending: Sending): Promise<SubmitOutcome>;
    /** Deletes a Droplet by itself, as a `destroy` without resources would. It goes a while after the answer. */
    deleteAlone(dropletId: number, sending: Sending): Promise<SubmitOutcome>;
    /**
     * Requests a shutdown. The Droplet's status shows whether it happens.
     * @returns whether it was accepted: a Droplet may be busy, and an answer may be lost
     */
    shutDown(dropletId: number, signal: AbortSignal): Promise<boolean>;
    /** Takes a snapshot under the given name. Sent once. */
    takeSnapshot(dropletId: number, name: string, signal: AbortSignal): Promise<StartOutcome>;
    /** Actions of a Droplet; null: a 404. */
    actions(dropletId: number, signal: AbortSignal): Promise<readonly DropletAction[] | null>;
    action(dropletId: number, actionId: number, signal: AbortSignal): Promise<DropletAction | null>;
    /** The snapshots of an existing Droplet; null: a 404. */
    dropletSnapshots(dropletId: number, signal: AbortSignal): Promise<readonly DropletSnapshot[] | null>;
    /** Null: the token cannot read the account (403), or the answer names no team. */
    account(signal: AbortSignal): Promise<Account | null>;
    /** Whether the token can list resources of this kind; checked with `per_page=1`. */
    accessTo(kind: ResourceKind, signal: AbortSignal): Promise<Access>;
    /** A resource at its own endpoint, with the Droplets it is attached to; null: a 404. */
    find(resource: AssociatedResource, signal: AbortSignal): Promise<Placement | null>;
    /** Whether a volume or a snapshot of the account has this name. */
    hasNamed(name: string, signal: AbortSignal): Promise<boolean>;
    /** Deletes one resource at its own endpoint. */
    remove(resource: AssociatedResource, sending: Sending): Promise<SubmitOutcome>;
    /** Ids of the snapshots of a volume; null: a 404. */
    volumeSnapshots(volumeId: string, signal: AbortSignal): Promise<readonly string[] | null>;
    /** Id of the volume that a snapshot was taken of, which need not exist any more; null: a 404, or not said. */
    volumeForSnapshot(snapshotId: string, signal: AbortSignal): Promise<string | null>;
    /** The snapshots taken of a Droplet, which need not exist; null: a 404. */
    snapshotsForDroplet(dropletId: number, signal: AbortSignal): Promise<readonly ListedResource[] | null>;
}

/** What a token may do. */
export interface Access {
    /** DigitalOcean's refusal; null: it may. */
    readonly denied: string | null;
}

/** What a resource is attached to. */
export interface Placement {
    /** Empty if it is attached to nothing, and for snapshots. */
    readonly dropletIds: readonly number[];
    /** Of a snapshot, which may get another one. */
    readonly name?: string | null;
}

/** Request totals of one operation. */
export interface Traffic {
    /** Requests sent, retries included. */
    readonly requests: number;
    /** Request ids that DigitalOcean's support needs: of changes and failures. */
    readonly requestIds: readonly string[];
    /** How often a request had to wait, for admission or before a retry. */
    readonly waits: number;
}

/**
 * Which Droplets to list: those with a tag, all without a GPU, or all with one. The API lists GPU Droplets only
 * on request, and not together with a tag.
 */
export type DropletListing =
    | { readonly by: "tag"; readonly tag: string }
    | { readonly by: "type"; readonly type: "droplets" | "gpus" };

/** One page of a list of Droplets. */
export interface DropletPage {
    readonly droplets: readonly Droplet[];
    /** Number of Droplets on all pages, as of this page; null if the API did not say. */
    readonly total: number | null;
}

/** DigitalOcean as a fleet sees it. Reads retry and throw as in `DropletApi`. */
export interface FleetApi {
    /** `page` starts at 1. A page after the last is empty. */
    dropletPage(listing: DropletListing, page: number, signal: AbortSignal): Promise<DropletPage>;
    /** The whole list. */
    droplets(listing: DropletListing, signal: AbortSignal): Promise<readonly Droplet[]>;
    /** The same; null if it has more than `most` Droplets, which is known after one page. */
    dropletsIfShort(
        listing: DropletListing,
        most: number,
        signal: AbortSignal,
    ): Promise<readonly Droplet[] | null>;
}

/** Entries per page of a list: the API's maximum. */
export const MAX_PER_PAGE = 200;

/** A resource as shown in a list of the whole account. */
export interface ListedResource extends AssociatedResource {
    /** ISO date; null if the API does not say. */
    readonly createdAt: string | null;
}

export interface ListedVolume extends ListedResource {
    readonly kind: "volume";
    readonly dropletIds: readonly number[];
}

export interface ListedSnapshot extends ListedResource {
    readonly kind: "snapshot" | "volume_snapshot";
    /** The Droplet or volume that it was taken of; empty if the API does not say. */
    readonly ownerId: string;
}

/** A reserved IP's id is its address here, as everywhere except in a Droplet's associated list. */
export interface ListedReservedIp extends ListedResource {
    readonly kind: "reserved_ip";
    readonly dropletId: number | null;
}

/** An account's resources, as whole lists. Includes GPU Droplets, which the API lists separately. */
export interface Catalog {
    droplets(signal: AbortSignal): Promise<readonly Droplet[]>;
    /** Names compare case-insensitively, and need not be unique. */
    dropletsNamed(name: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    volumes(signal: AbortSignal): Promise<readonly ListedVolume[]>;
    snapshots(kind: ListedSnapshot["kind"], signal: AbortSignal): Promise<readonly ListedSnapshot[]>;
    reservedIps(signal: AbortSignal): Promise<readonly ListedReservedIp[]>;
}

/** Reports progress to people. */
export interface Narrator {
    /** Permanent lines; resolves when they are written. `droplet` is about to be destroyed. */
    readonly announce: (text: string, droplet?: Droplet) => Promise<void>;
    /** A line that replaces the previous one. */
    readonly progress: (text: string) => void;
}
