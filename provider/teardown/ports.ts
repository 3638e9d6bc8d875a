import type { AssociatedResource, Droplet, ResourceKind, ResourceRef } from "./resource.js";
import type { DestroyStatus } from "./status.js";

/** What became of a change. A message is one line, with the API's own words and the id of the request. */
export type SubmitOutcome =
    /** 202, or any 2xx for the delete of one resource: work has begun; says nothing of its success. */
    | { readonly kind: "accepted" }
    /** 409: a destroy of this Droplet is running. */
    | { readonly kind: "conflict"; readonly message: string }
    /** 404: what was to be destroyed, or the destroy to retry, is not there. */
    | { readonly kind: "gone"; readonly message: string }
    /** 422, such as "pending event": not now; ask again later. */
    | { readonly kind: "busy"; readonly message: string }
    /** 429: it certainly had no effect. The rate budget delays the next request; look afresh before asking again. */
    | { readonly kind: "limited"; readonly message: string }
    /** No whole answer, a 408 or a 5xx: it may have taken effect. Look at the status before asking again. */
    | { readonly kind: "lost"; readonly message: string };

/** The owner of a token. */
export interface Account {
    /** `team.uuid`, else the account's `uuid`. */
    readonly id: string;
}

/**
 * DigitalOcean as a teardown sees it. Every read retries by itself what is worth retrying (connection
 * errors, 429, 5xx) and throws an `ApiError` otherwise; a 404 is `null`, because here it has a meaning.
 */
export interface DropletApi {
    droplet(dropletId: number, signal: AbortSignal): Promise<Droplet | null>;
    /** Null: the Droplet is not there. A resource that is listed twice comes once. */
    associated(dropletId: number, signal: AbortSignal): Promise<readonly AssociatedResource[] | null>;
    status(dropletId: number, signal: AbortSignal): Promise<DestroyStatus>;
    /** Destroys the Droplet and exactly the given resources (`selective`). */
    destroy(
        dropletId: number,
        resources: readonly ResourceRef[],
        signal: AbortSignal,
    ): Promise<SubmitOutcome>;
    /** Repeats what failed in the last destroy. */
    retry(dropletId: number, signal: AbortSignal): Promise<SubmitOutcome>;
    /** Asks the Droplet's system to shut down. Whether it does is seen in the Droplet's status. */
    shutDown(dropletId: number, signal: AbortSignal): Promise<void>;
    /** Null: the token may not read the account (403). */
    account(signal: AbortSignal): Promise<Account | null>;
    /** Whether the token may list resources of this kind at all; asked with `per_page=1`. */
    canRead(kind: ResourceKind, signal: AbortSignal): Promise<boolean>;
    /** The Droplets a volume is attached to; null: no such volume. */
    volumeAttachments(volumeId: string, signal: AbortSignal): Promise<readonly number[] | null>;
    /** The Droplet a reserved IP is assigned to, if any; null: no such address. */
    reservedIpAssignment(
        address: string,
        signal: AbortSignal,
    ): Promise<{ readonly dropletId: number | null } | null>;
    /** Ids of the snapshots of a volume; null: no such volume. */
    volumeSnapshots(volumeId: string, signal: AbortSignal): Promise<readonly string[] | null>;
    /** Whether the resource is still there, asked at its own endpoint. */
    exists(resource: AssociatedResource, signal: AbortSignal): Promise<boolean>;
    /** The snapshots that were taken of these Droplets, which need not exist any more. */
    snapshotsOf(dropletIds: readonly number[], signal: AbortSignal): Promise<readonly AssociatedResource[]>;
    /** Deletes one snapshot; one that is gone already is no error. */
    deleteSnapshot(snapshotId: string, signal: AbortSignal): Promise<void>;
}

/** What the requests of one operation add up to. */
export interface Ledger {
    /** Requests sent, repeated ones included. */
    readonly requests: number;
    /** The API's ids of the requests that matter to its support: what was asked to change, what failed. */
    readonly requestIds: readonly string[];
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
