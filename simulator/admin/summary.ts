import { associatedWith } from "../operations/associated.js";
import type { State } from "../state/state.js";
import { taggedWith } from "../state/tags.js";

/** The state in short, over all teams. */
export interface Summary {
    readonly droplets: readonly {
        readonly id: number;
        readonly name: string;
        readonly team: string;
        readonly status: string;
        readonly tags: readonly string[];
        /** Ids of the associated list. */
        readonly associated: readonly string[];
    }[];
    readonly volumes: readonly {
        readonly id: string;
        readonly name: string;
        readonly dropletId: number | null;
    }[];
    readonly reservedIps: readonly {
        readonly ip: string;
        readonly associatedId: string;
        readonly dropletId: number | null;
    }[];
    readonly snapshots: readonly {
        readonly id: string;
        readonly name: string;
        readonly resourceType: "droplet" | "volume";
        readonly resourceId: string;
    }[];
    /** Also those that nothing carries; with the numbers of what does. */
    readonly tags: readonly {
        readonly name: string;
        readonly team: string;
        readonly droplets: number;
        readonly volumes: number;
        readonly images: number;
        readonly volumeSnapshots: number;
    }[];
    readonly destroys: readonly {
        readonly dropletId: number;
        readonly completed: boolean;
        readonly failures: number;
        /** Ids of the resources that its status names. */
        readonly resources: readonly string[];
    }[];
}

export function summarize(state: State): Summary {
    return {
        droplets: state.droplets.all().map((droplet) => ({
            id: droplet.id,
            name: droplet.name,
            team: droplet.team,
            status: droplet.status,
            tags: droplet.tags,
            associated: associatedWith(state, droplet).map((resource) => resource.id),
        })),
        volumes: state.volumes.all().map(({ id, name, dropletId }) => ({ id, name, dropletId })),
        reservedIps: state.reservedIps
            .all()
            .map(({ id, associatedId, dropletId }) => ({ ip: id, associatedId, dropletId })),
        snapshots: state.snapshots
            .all()
            .map(({ id, name, resourceType, resourceId }) => ({ id, name, resourceType, resourceId })),
        tags: state.tags.all().map((tag) => {
            const { droplets, volumes, images, volumeSnapshots } = taggedWith(state, tag);
            return {
                name: tag.name,
                team: tag.team,
                droplets: droplets.length,
                volumes: volumes.length,
                images: images.length,
                volumeSnapshots: volumeSnapshots.length,
            };
        }),
        destroys: state.destroys.all().map((destroy) => ({
            dropletId: destroy.id,
            completed: destroy.completedAtMs !== null,
            failures: destroy.failures,
            resources: destroy.items.map(({ id }) => id),
        })),
    };
}
