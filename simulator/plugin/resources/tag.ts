import type { Api } from "../api/api.js";
import { type Props, text } from "../core/props.js";
import type { ResourceType } from "../core/resource.js";

interface Count {
    readonly count?: number;
}

interface TagWire {
    readonly name: string;
    readonly resources?: Count & {
        readonly droplets?: Count;
        readonly images?: Count;
        readonly volumes?: Count;
        readonly volume_snapshots?: Count;
        readonly databases?: Count;
    };
}

export const tag: ResourceType = {
    token: "digitalocean:index/tag:Tag",
    inputs: { name: { type: "string", required: true, replaces: true } },
    outputs: [
        "databasesCount",
        "dropletsCount",
        "imagesCount",
        "totalResourceCount",
        "volumeSnapshotsCount",
        "volumesCount",
    ],
    create: async (api, inputs) => {
        const answer = await api.post<{ tag: TagWire }>("/v2/tags", { name: text(inputs, "name") });
        return { id: answer.tag.name, state: toState(answer.tag) };
    },
    read: async (api, id) => {
        const found = await api.find<{ tag: TagWire }>(path(id));
        return found === null ? null : toState(found.tag);
    },
    delete: (api, id) => remove(api, id),
};

/** The function `getTag`: a tag that the token's team has. */
export async function getTag(api: Api, name: string): Promise<Props> {
    const found = await api.find<{ tag: TagWire }>(path(name));
    if (found === null) {
        throw new Error("tag not found: 404 The resource you requested could not be found.");
    }
    return toState(found.tag);
}

async function remove(api: Api, id: string): Promise<void> {
    try {
        await api.delete(path(id));
    } catch (error) {
        throw new Error(`Error deleting tag: ${(error as Error).message}`, { cause: error });
    }
}

function path(id: string): string {
    return `/v2/tags/${encodeURIComponent(id)}`;
}

function toState(wire: TagWire): Props {
    const { resources } = wire;
    return {
        name: wire.name,
        totalResourceCount: resources?.count ?? 0,
        dropletsCount: resources?.droplets?.count ?? 0,
        imagesCount: resources?.images?.count ?? 0,
        volumesCount: resources?.volumes?.count ?? 0,
        volumeSnapshotsCount: resources?.volume_snapshots?.count ?? 0,
        databasesCount: resources?.databases?.count ?? 0,
    };
}
