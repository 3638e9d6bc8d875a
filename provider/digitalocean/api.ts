import type { OwnershipApi, TagCounts } from "../ownership/verdict.js";
import { ForbiddenError, knownOr, unlessForbidden } from "../teardown/errors.js";
import {
    type AssociatedResource,
    type Droplet,
    RESOURCE_KINDS,
    type ResourceKind,
    type ResourceRef,
} from "../teardown/model.js";
import type { Catalog, DropletApi, DropletListing, FleetApi, Placement } from "../teardown/ports.js";
import type { Connection, Observer } from "./connection.js";
import { createHttpClient, type HttpClient, type Reader, segment } from "./http-client.js";
import { findAll, listAll, listIfShort, pagePath } from "./pages.js";
import {
    fieldsIfAny,
    fieldsIn,
    isUnset,
    mapEntries,
    optionalCount,
    optionalText,
    readAccount,
    readAction,
    readActions,
    readAssignment,
    readAssociated,
    readAttachments,
    readDroplet,
    readDropletPage,
    readDroplets,
    readDropletSnapshots,
    readNames,
    readOwner,
    readReservedIps,
    readSnapshotIds,
    readSnapshotPlace,
    readSnapshots,
    readStatus,
    readVolumes,
    requireList,
} from "./wire.js";

/** The cheapest request that requires the read scope of a kind, and the list in its answer. */
const PROBES: Readonly<Record<ResourceKind, { readonly path: string; readonly list: string }>> = {
    reserved_ip: { path: "/v2/reserved_ips?per_page=1", list: "reserved_ips" },
    snapshot: { path: "/v2/images?private=true&per_page=1", list: "images" },
    volume: { path: "/v2/volumes?per_page=1", list: "volumes" },
    // Not `/v2/snapshots`: `snapshot:read` suffices for that, but the associated list still omits volume snapshots.
    // A token with the kind's own scope gets a 404.
    volume_snapshot: {
        path: "/v2/volumes/00000000-0000-4000-8000-000000000000/snapshots?per_page=1",
        list: "snapshots",
    },
};

/** Reads what a resource is attached to from the body of its own endpoint. */
const PLACES: Readonly<Record<ResourceKind, Reader<Placement>>> = {
    reserved_ip: readAssignment,
    snapshot: readSnapshotPlace,
    volume: readAttachments,
    volume_snapshot: readSnapshotPlace,
};

/** `DropletApi` over HTTP. The observer is called for every request sent, retries included. */
export function createDropletApi(connection: Connection, observe?: Observer): DropletApi {
    const client = createHttpClient(connection, observe);
    return { ...teardownCalls(client), ...actionCalls(client), ...lookups(client) };
}

type TeardownCalls = Pick<
    DropletApi,
    "droplet" | "associated" | "status" | "destroy" | "retry" | "deleteAlone" | "remove"
>;
type ActionCalls = Pick<DropletApi, "shutDown" | "takeSnapshot" | "actions" | "action" | "dropletSnapshots">;

function teardownCalls(client: HttpClient): TeardownCalls {
    return {
        droplet: (id, signal) => client.find(dropletPath(id), readDroplet, signal),
        associated: (id, signal) => client.find(destroyPath(id), readAssociated, signal),
        status: async (id, signal) =>
            (await client.find(`${destroyPath(id)}/status`, readStatus, signal)) ?? { state: "none" },
        destroy: (id, resources, sending) =>
            client.submit("DELETE", `${destroyPath(id)}/selective`, selectiveBody(resources), sending),
        retry: (id, sending) => client.submit("POST", `${destroyPath(id)}/retry`, null, sending),
        deleteAlone: (id, sending) => client.remove(dropletPath(id), sending),
        remove: (resource, sending) => client.remove(resourcePath(resource), sending),
    };
}

function actionCalls(client: HttpClient): ActionCalls {
    const path = (dropletId: number): string => `${dropletPath(dropletId)}/actions`;
    return {
        shutDown: (id, signal) => client.ask(path(id), { type: "shutdown" }, signal),
        takeSnapshot: (id, name, signal) =>
            client.start(path(id), { type: "snapshot", name }, readAction, signal),
        actions: (id, signal) => findAll(client, path(id), readActions, signal),
        action: (id, actionId, signal) =>
            client.find(`${path(id)}/${segment(String(actionId))}`, readAction, signal),
        dropletSnapshots: (id, signal) =>
            findAll(client, `${dropletPath(id)}/snapshots`, readDropletSnapshots, signal),
    };
}

function lookups(client: HttpClient): Omit<DropletApi, keyof TeardownCalls | keyof ActionCalls> {
    return {
        account: (signal) => unlessForbidden(client.get("/v2/account", readAccount, signal)),
        // The Droplet's own list shows the kind as empty; only a 403 makes that meaningless.
        accessTo: (kind, signal) => {
            const { path, list } = PROBES[kind];
            return client
                .find(path, (body) => requireList(body, list), signal)
                .then(
                    () => ({ denied: null }),
                    (thrown: unknown) =>
                        knownOr(thrown, ForbiddenError, (error) => ({ denied: error.message })),
                );
        },
        find: (resource, signal) => client.find(resourcePath(resource), PLACES[resource.kind], signal),
        hasNamed: async (name, signal) => {
            // A server that ignores the filter answers with everything.
            const isNamed = (found: readonly { readonly name: string }[] | null): boolean =>
                found?.some((one) => one.name === name) === true;
            const volumes = `/v2/volumes?name=${encodeURIComponent(name)}`;
            return (
                isNamed(await unlessForbidden(findAll(client, volumes, readVolumes, signal))) ||
                isNamed(await unlessForbidden(findAll(client, "/v2/snapshots", readNames, signal)))
            );
        },
        volumeSnapshots: async (id, signal) =>
            findAll(client, `/v2/volumes/${segment(id)}/snapshots`, readSnapshotIds, signal),
        volumeForSnapshot: (id, signal) => client.find(`/v2/snapshots/${segment(id)}`, readOwner, signal),
        snapshotsForDroplet: async (dropletId, signal) => {
            const path = "/v2/snapshots?resource_type=droplet";
            const all = await findAll(client, path, (body) => readSnapshots(body, "snapshot"), signal);
            return all?.filter(({ ownerId }) => ownerId === String(dropletId)) ?? null;
        },
    };
}

function dropletPath(dropletId: number): string {
    return `/v2/droplets/${segment(String(dropletId))}`;
}

function destroyPath(dropletId: number): string {
    return `${dropletPath(dropletId)}/destroy_with_associated_resources`;
}

/** Outside the associated list, a reserved IP's id is its address. */
function resourcePath({ kind, id, name }: AssociatedResource): string {
    switch (kind) {
        case "reserved_ip":
            return `/v2/reserved_ips/${segment(name)}`;
        case "snapshot":
        case "volume_snapshot":
            return `/v2/snapshots/${segment(id)}`;
        case "volume":
            return `/v2/volumes/${segment(id)}`;
    }
}

/** The field of a destroy's body that lists the ids of a kind. */
const SELECTIVE_FIELDS: Readonly<Record<ResourceKind, string>> = {
    reserved_ip: "reserved_ips",
    snapshot: "snapshots",
    volume: "volumes",
    volume_snapshot: "volume_snapshots",
};

/** Every kind is sent, even if empty: what is not listed stays. */
function selectiveBody(resources: readonly ResourceRef[]): object {
    return Object.fromEntries(
        RESOURCE_KINDS.map((kind) => [
            SELECTIVE_FIELDS[kind],
            resources.filter((resource) => resource.kind === kind).map(({ id }) => id),
        ]),
    );
}

/** `FleetApi` over HTTP. */
export function createFleetApi(connection: Connection): FleetApi {
    const client = createHttpClient(connection);
    return {
        dropletPage: (listing, page, signal) => {
            return client.get(pagePath(listPath(listing), page), readDropletPage, signal);
        },
        droplets: (listing, signal) => listAll(client, listPath(listing), readDroplets, signal),
        dropletsIfShort: (listing, most, signal) =>
            listIfShort(client, listPath(listing), readDroplets, most, signal),
    };
}

/** GPU Droplets are omitted unless requested. */
function listPath(listing: DropletListing): string {
    if (listing.by === "tag") {
        return `/v2/droplets?tag_name=${encodeURIComponent(listing.tag)}`;
    }
    return listing.type === "gpus" ? "/v2/droplets?type=gpus" : "/v2/droplets";
}

/** `Catalog` over HTTP. */
export function createCatalog(connection: Connection): Catalog {
    const client = createHttpClient(connection);
    const both = async (query: string, gpuQuery: string, signal: AbortSignal): Promise<Droplet[]> => {
        const lists = await Promise.all(
            [query, gpuQuery].map((one) => listAll(client, `/v2/droplets${one}`, readDroplets, signal)),
        );
        return [...new Map(lists.flat().map((droplet) => [droplet.id, droplet])).values()];
    };
    return {
        droplets: (signal) => both("", "?type=gpus", signal),
        dropletsNamed: async (name, signal) => {
            const filter = `?name=${encodeURIComponent(name)}`;
            const found = await both(filter, `${filter}&type=gpus`, signal);
            // A server that ignores the filter answers with everything.
            return found.filter((droplet) => droplet.name.toLowerCase() === name.toLowerCase());
        },
        volumes: (signal) => listAll(client, "/v2/volumes", readVolumes, signal),
        snapshots: (kind, signal) => {
            const path = `/v2/snapshots?resource_type=${kind === "snapshot" ? "droplet" : "volume"}`;
            return listAll(client, path, (body) => readSnapshots(body, kind), signal);
        },
        reservedIps: (signal) => listAll(client, "/v2/reserved_ips", readReservedIps, signal),
    };
}

/** `OwnershipApi` over HTTP. */
export function createOwnershipApi(connection: Connection): OwnershipApi {
    const client = createHttpClient(connection);
    const [catalog, fleet] = [createCatalog(connection), createFleetApi(connection)];
    const createTag: OwnershipApi["createTag"] = (tag, signal) =>
        needing("tag:create", client.ensure("POST", "/v2/tags", { name: tag }, signal));
    /** Puts a tag on a Droplet, or takes it off. */
    const setTag = (method: "POST" | "DELETE", tag: string, dropletId: number, signal: AbortSignal) => {
        const resources = [{ resource_id: String(dropletId), resource_type: "droplet" }];
        return client.ensure(method, `${tagPath(tag)}/resources`, { resources }, signal);
    };
    return {
        createTag,
        deleteTag: (tag, signal) =>
            needing("tag:delete", client.ensure("DELETE", tagPath(tag), null, signal)),
        tagDroplet: async (tag, dropletId, signal) => {
            await createTag(tag, signal);
            return needing("tag:create", setTag("POST", tag, dropletId, signal));
        },
        untag: (tag, dropletId, signal) => needing("tag:delete", setTag("DELETE", tag, dropletId, signal)),
        tagCounts: (tag, signal) => needing("tag:read", client.find(tagPath(tag), readTagCounts, signal)),
        tags: (signal) => needing("tag:read", listAll(client, "/v2/tags", readTagNames, signal)),
        tagged: (tag, signal) => needing("tag:read", fleet.droplets({ by: "tag", tag }, signal)),
        gpuDroplets: (signal) => fleet.droplets({ by: "type", type: "gpus" }, signal),
        droplets: (signal) => catalog.droplets(signal),
        dropletsNamed: (name, signal) => catalog.dropletsNamed(name, signal),
    };
}

/** Adds the required scope to a 403, which does not name it. */
function needing<T>(scope: string, work: Promise<T>): Promise<T> {
    return work.catch((thrown: unknown) =>
        knownOr(thrown, ForbiddenError, (error): never => {
            const message = `${error.message}: ${scope}`;
            throw new ForbiddenError(message, error.status, error.requestId, { cause: error });
        }),
    );
}

function tagPath(tag: string): string {
    return `/v2/tags/${segment(tag)}`;
}

/** A page of `GET /v2/tags`. */
function readTagNames(body: unknown): string[] {
    return mapEntries(body, "tags", (field) => optionalText(field("name")) ?? "");
}

/** `resources` of `GET /v2/tags/{name}`. A kind that is not in the answer counts as all of them. */
function readTagCounts(body: unknown): TagCounts {
    const field = fieldsIfAny(fieldsIn(body, "tag")("resources"));
    const resources = optionalCount(field("count"));
    const droplets = field("droplets");
    return {
        resources,
        droplets: isUnset(droplets.value) ? resources : optionalCount(fieldsIfAny(droplets)("count")),
    };
}
