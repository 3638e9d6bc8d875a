import { randomUUID } from "node:crypto";
import { act, actWhenIdle, setTags } from "../api/actions.js";
import type { Api } from "../api/api.js";
import { compact, integer, isSet, type Props, strings, text } from "../core/props.js";
import type { Created, ResourceType } from "../core/resource.js";

/** A volume as the API sends it: what is read of it. */
export interface VolumeWire {
    readonly id: string;
    readonly name: string;
    readonly region: { readonly slug: string };
    readonly size_gigabytes: number;
    readonly description?: string;
    readonly droplet_ids: readonly number[] | null;
    readonly filesystem_type?: string;
    readonly filesystem_label?: string;
    readonly tags?: readonly string[] | null;
}

export const volume: ResourceType = {
    token: "digitalocean:index/volume:Volume",
    inputs: {
        description: { type: "string", replaces: true },
        filesystemType: { type: "string", computed: true, replaces: true },
        initialFilesystemLabel: { type: "string", replaces: true },
        initialFilesystemType: { type: "string", replaces: true },
        name: { type: "string", required: true, replaces: true },
        region: { type: "string", required: true, replaces: true },
        size: { type: "integer", required: true },
        snapshotId: { type: "string", replaces: true },
        tags: { type: "tags" },
    },
    outputs: ["dropletIds", "filesystemLabel", "filesystemType", "volumeUrn"],
    create,
    read: async (api, id, state) => {
        const found = await getVolume(api, id);
        return found === null ? null : { ...state, ...toState(found) };
    },
    update,
    delete: async (api, id) => {
        try {
            await api.delete(`/v2/volumes/${id}`);
        } catch (error) {
            throw new Error(`Error deleting volume: ${(error as Error).message}`, { cause: error });
        }
    },
};

/** The volume, or null where there is none. */
export async function getVolume(api: Api, id: string): Promise<VolumeWire | null> {
    return (await api.find<{ volume: VolumeWire }>(`/v2/volumes/${id}`))?.volume ?? null;
}

async function create(api: Api, inputs: Props): Promise<Created> {
    const { volume: created } = await api.post<{ volume: VolumeWire }>(
        "/v2/volumes",
        compact({
            name: inputs.name,
            description: inputs.description,
            region: inputs.region,
            size_gigabytes: inputs.size,
            snapshot_id: inputs.snapshotId,
            filesystem_type: inputs.initialFilesystemType ?? inputs.filesystemType,
            filesystem_label: inputs.initialFilesystemLabel,
            tags: inputs.tags,
        }),
    );
    return { id: created.id, state: { ...inputs, ...toState(created) } };
}

async function update(api: Api, id: string, olds: Props, news: Props): Promise<void> {
    const [before, after] = [integer(olds, "size"), integer(news, "size")];
    if (after < before) {
        throw new Error("volumes `size` can only be expanded and not shrunk");
    }
    if (after > before) {
        const request = { type: "resize", size_gigabytes: after, region: text(news, "region") };
        await act(api, `/v2/volumes/${id}/actions`, request);
    }
    await setTags(api, { id, type: "volume" }, strings(olds, "tags"), strings(news, "tags"));
}

function toState(wire: VolumeWire): Props {
    return compact({
        name: wire.name,
        region: wire.region.slug,
        size: wire.size_gigabytes,
        volumeUrn: `do:volume:${wire.id}`,
        dropletIds: wire.droplet_ids ?? [],
        tags: wire.tags ?? [],
        description: nonEmpty(wire.description),
        filesystemType: wire.filesystem_type ?? "",
        initialFilesystemType: nonEmpty(wire.filesystem_type),
        filesystemLabel: wire.filesystem_label ?? "",
        initialFilesystemLabel: nonEmpty(wire.filesystem_label),
    });
}

function nonEmpty(value: string | undefined): string | undefined {
    return isSet(value) && value !== "" ? value : undefined;
}

export const volumeAttachment: ResourceType = {
    token: "digitalocean:index/volumeAttachment:VolumeAttachment",
    inputs: {
        dropletId: { type: "integer", required: true, replaces: true },
        volumeId: { type: "string", required: true, replaces: true },
    },
    outputs: [],
    create: createAttachment,
    read: async (api, _id, state) => {
        const found = await getVolume(api, text(state, "volumeId"));
        return found?.droplet_ids?.[0] === integer(state, "dropletId") ? state : null;
    },
    delete: (api, _id, state) => changeAttachment(api, "detach", state),
};

async function createAttachment(api: Api, inputs: Props): Promise<Created> {
    const found = await getVolume(api, text(inputs, "volumeId"));
    if (found?.droplet_ids?.[0] !== integer(inputs, "dropletId")) {
        await changeAttachment(api, "attach", inputs);
    }
    return {
        id: `${integer(inputs, "dropletId")}-${text(inputs, "volumeId")}-${randomUUID()}`,
        state: inputs,
    };
}

async function changeAttachment(api: Api, type: "attach" | "detach", props: Props): Promise<void> {
    const [volumeId, dropletId] = [text(props, "volumeId"), integer(props, "dropletId")];
    const [doing, where] = type === "attach" ? ["attaching", "to"] : ["detaching", "from"];
    try {
        await actWhenIdle(api, `/v2/volumes/${volumeId}/actions`, { type, droplet_id: dropletId });
    } catch (error) {
        throw new Error(
            `Error ${doing} volume ${where} droplet after retry timeout: [WARN] Error ${doing} volume (${volumeId}) ` +
                `${where} Droplet (${dropletId}): ${(error as Error).message}`,
            { cause: error },
        );
    }
}
