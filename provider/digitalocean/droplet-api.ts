import { ApiError, ForbiddenError, RefusedError, UnreachableError } from "../teardown/errors.js";
import type { DropletApi, SubmitOutcome } from "../teardown/ports.js";
import type { AssociatedResource, ResourceKind, ResourceRef } from "../teardown/resource.js";
import { createClient, type Client } from "./client.js";
import type { Connection, Observer } from "./connection.js";
import { findAll } from "./pages.js";
import {
    readAccount,
    readAssignment,
    readAssociated,
    readAttachments,
    readDroplet,
    readOwnedSnapshots,
    readSnapshotIds,
    readStatus,
} from "./wire.js";

/** The cheapest request that needs the scope to read a kind. */
const PROBES: Readonly<Record<ResourceKind, string>> = {
    reserved_ip: "/v2/reserved_ips?per_page=1",
    snapshot: "/v2/images?private=true&per_page=1",
    volume: "/v2/volumes?per_page=1",
    volume_snapshot: "/v2/snapshots?resource_type=volume&per_page=1",
};

/** `DropletApi` over HTTP. The observer hears of every request that was sent, repeats included. */
export function createDropletApi(connection: Connection, observe: Observer = () => undefined): DropletApi {
    const client = createClient(connection, observe);
    return { ...teardownCalls(client), ...lookups(client) };
}

type TeardownCalls = Pick<DropletApi, "droplet" | "associated" | "status" | "destroy" | "retry" | "shutDown">;

function teardownCalls(client: Client): TeardownCalls {
    return {
        droplet: (id, signal) => client.find(dropletPath(id), readDroplet, signal),
        associated: (id, signal) => client.find(destroyPath(id), readAssociated, signal),
        status: async (id, signal) =>
            (await client.find(`${destroyPath(id)}/status`, readStatus, signal)) ?? { state: "none" },
        destroy: (id, resources, signal) =>
            client.submit("DELETE", `${destroyPath(id)}/selective`, selectiveBody(resources), signal),
        shutDown: (id, signal) => client.ask(`${dropletPath(id)}/actions`, { type: "shutdown" }, signal),
        retry: (id, signal) => client.submit("POST", `${destroyPath(id)}/retry`, null, signal),
    };
}

function lookups(client: Client): Omit<DropletApi, keyof TeardownCalls> {
    return {
        account: (signal) => unlessForbidden(client.get("/v2/account", readAccount, signal)),
        // Only a 403 hides resources; a server that has no such list has none of them either.
        canRead: async (kind, signal) => {
            const probe = client.find(PROBES[kind], () => true, signal);
            return (await unlessForbidden(probe.then(() => true))) ?? false;
        },
        volumeAttachments: async (id, signal) =>
            client.find(`/v2/volumes/${segment(id)}`, readAttachments, signal),
        reservedIpAssignment: async (address, signal) =>
            client.find(`/v2/reserved_ips/${segment(address)}`, readAssignment, signal),
        volumeSnapshots: async (id, signal) =>
            findAll(client, `/v2/volumes/${segment(id)}/snapshots`, readSnapshotIds, signal),
        snapshotsOf: async (dropletIds, signal) => {
            const all = await findAll(
                client,
                "/v2/snapshots?resource_type=droplet",
                readOwnedSnapshots,
                signal,
            );
            const owners = dropletIds.map(String);
            return (all ?? []).filter(({ owner }) => owners.includes(owner)).map(({ snapshot }) => snapshot);
        },
        deleteSnapshot: async (id, signal) =>
            throwUnlessDone(await client.remove(`/v2/snapshots/${segment(id)}`, signal)),
        exists: async (resource, signal) =>
            (await client.find(resourcePath(resource), () => true, signal)) ?? false,
    };
}

function dropletPath(dropletId: number): string {
    return `/v2/droplets/${segment(String(dropletId))}`;
}

function destroyPath(dropletId: number): string {
    return `${dropletPath(dropletId)}/destroy_with_associated_resources`;
}

/** Outside the associated list, the id of a reserved IP is its address. */
function resourcePath({ kind, id, name }: AssociatedResource): string {
    switch (kind) {
        case "reserved_ip":
            return `/v2/reserved_ips/${segment(name)}`;
        case "snapshot":
        case "volume_snapshot":
            return `/v2/snapshots/${segment(id)}`;
        case "volume":
            return `/v2/volumes/${segment(id)}`;
        default:
            return kind satisfies never;
    }
}

/** One segment of a path. Nothing and dots would address something else, in every escaped form. */
function segment(id: string): string {
    if (/^\.{0,2}$/.test(id)) {
        throw new RefusedError(`${JSON.stringify(id)} is not an id`);
    }
    return encodeURIComponent(id);
}

/** Every kind is named, also where it is empty: what is not listed stays. */
function selectiveBody(resources: readonly ResourceRef[]): object {
    const ids = (kind: ResourceKind): string[] =>
        resources.filter((resource) => resource.kind === kind).map(({ id }) => id);
    return {
        reserved_ips: ids("reserved_ip"),
        snapshots: ids("snapshot"),
        volumes: ids("volume"),
        volume_snapshots: ids("volume_snapshot"),
    };
}

/** Deleting what is gone already is as good as done. */
function throwUnlessDone(outcome: SubmitOutcome): void {
    switch (outcome.kind) {
        case "accepted":
        case "gone":
            return;
        case "conflict":
        case "busy":
            throw new ApiError(outcome.message, outcome.kind === "busy" ? 422 : 409, null);
        case "limited":
        case "lost":
            throw new UnreachableError(outcome.message);
    }
}

async function unlessForbidden<T>(work: Promise<T>): Promise<T | null> {
    try {
        return await work;
    } catch (error) {
        if (error instanceof ForbiddenError) {
            return null;
        }
        throw error;
    }
}
