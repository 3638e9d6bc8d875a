import { act, type Action } from "../api/actions.js";
import type { Api } from "../api/api.js";
import { compact, type Props, text } from "../core/props.js";
import type { Created, ResourceType } from "../core/resource.js";

/** A snapshot as the API sends it. Of a Droplet the id is a number in some answers, of a volume a UUID. */
interface SnapshotWire {
    readonly id: string | number;
    readonly name: string;
    readonly created_at: string;
    readonly regions: readonly string[];
    readonly resource_id?: string;
    readonly size_gigabytes: number;
    readonly min_disk_size: number;
    readonly tags?: readonly string[] | null;
}

const OUTPUTS = ["createdAt", "minDiskSize", "regions", "size"];

export const dropletSnapshot: ResourceType = {
    token: "digitalocean:index/dropletSnapshot:DropletSnapshot",
    inputs: {
        dropletId: { type: "string", required: true, replaces: true },
        name: { type: "string", required: true, replaces: true },
    },
    outputs: OUTPUTS,
    create: createDropletSnapshot,
    read: readSnapshot,
    delete: (api, id) => deleteSnapshot(api, id, "Error deleting snapshot"),
};

export const volumeSnapshot: ResourceType = {
    token: "digitalocean:index/volumeSnapshot:VolumeSnapshot",
    inputs: {
        name: { type: "string", required: true, replaces: true },
        tags: { type: "tags", replaces: true },
        volumeId: { type: "string", required: true, replaces: true },
    },
    outputs: OUTPUTS,
    create: createVolumeSnapshot,
    read: readSnapshot,
    delete: (api, id) => deleteSnapshot(api, id, "Error deleting volume snapshot"),
};

async function createDropletSnapshot(api: Api, inputs: Props): Promise<Created> {
    const droplet = `/v2/droplets/${text(inputs, "dropletId")}`;
    const action = await takeSnapshot(api, droplet, text(inputs, "name"));
    const { snapshots } = await api.get<{ snapshots: SnapshotWire[] }>(`${droplet}/snapshots?per_page=200`);
    const created = snapshots.find((other) => isTakenBy(action, other) && other.name === inputs.name);
    if (created === undefined) {
        throw new Error("Error retrieving Droplet Snapshot: it is not in the Droplet's list");
    }
    return { id: String(created.id), state: { ...inputs, ...toState(created) } };
}

async function takeSnapshot(api: Api, droplet: string, name: string): Promise<Action> {
    try {
        return await act(api, `${droplet}/actions`, { type: "snapshot", name });
    } catch (error) {
        throw new Error(`Error creating Droplet Snapshot: ${(error as Error).message}`, { cause: error });
    }
}

function isTakenBy(action: Action, snapshot: SnapshotWire): boolean {
    return snapshot.created_at === action.started_at;
}

async function createVolumeSnapshot(api: Api, inputs: Props): Promise<Created> {
    const { snapshot } = await api.post<{ snapshot: SnapshotWire }>(
        `/v2/volumes/${text(inputs, "volumeId")}/snapshots`,
        compact({ name: inputs.name, tags: inputs.tags }),
    );
    return {
        id: String(snapshot.id),
        state: { ...inputs, ...toState(snapshot), tags: inputs.tags ?? [] },
    };
}

async function readSnapshot(api: Api, id: string, state: Props): Promise<Props | null> {
    const found = await api.find<{ snapshot: SnapshotWire }>(`/v2/snapshots/${id}`);
    return found === null ? null : { ...state, ...toState(found.snapshot) };
}

async function deleteSnapshot(api: Api, id: string, problem: string): Promise<void> {
    try {
        await api.delete(`/v2/snapshots/${id}`);
    } catch (error) {
        throw new Error(`${problem}: ${(error as Error).message}`, { cause: error });
    }
}

function toState(wire: SnapshotWire): Props {
    return compact({
        name: wire.name,
        createdAt: wire.created_at,
        minDiskSize: wire.min_disk_size,
        regions: wire.regions,
        size: wire.size_gigabytes,
    });
}
