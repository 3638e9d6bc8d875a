import { associatedWith } from "../operations/associated.js";
import { dropletCost, reservedIpCost, snapshotCost, volumeCost } from "../state/catalog.js";
import { taggedWith } from "../state/links.js";
import type { State } from "../state/state.js";

/** The state in short, over all teams. Costs are US dollars a month, as the associated list has them. */
export interface Summary {
    readonly droplets: readonly {
        readonly id: number;
        readonly name: string;
        readonly team: string;
        readonly status: string;
        readonly tags: readonly string[];
        /** Ids of the associated list. */
        readonly associated: readonly string[];
        readonly monthlyCost: string;
        /** Types of the actions that are in progress. */
        readonly actions: readonly string[];
    }[];
    readonly volumes: readonly {
        readonly id: string;
        readonly monthlyCost: string;
        readonly name: string;
        readonly dropletId: number | null;
    }[];
    readonly reservedIps: readonly {
        readonly address: string;
        readonly associatedId: string;
        readonly dropletId: number | null;
        readonly monthlyCost: string;
    }[];
    readonly reservedIpv6s: readonly { readonly address: string; readonly dropletId: number | null }[];
    readonly snapshots: readonly {
        readonly id: string;
        readonly name: string;
        readonly resourceType: "droplet" | "volume";
        readonly resourceId: string;
        readonly backup: boolean;
        readonly monthlyCost: string;
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

function runningActions(state: State, dropletId: number): string[] {
    const running = state.actions.all().filter(({ status }) => status === "in-progress");
    return running
        .filter((action) => action.resourceType === "droplet" && action.resourceId === dropletId)
        .map(({ type }) => type);
}

export function summarize(state: State): Summary {
    return {
        droplets: state.droplets.all().map((droplet) => ({
            id: droplet.id,
            name: droplet.name,
            team: droplet.team,
            status: droplet.status,
            tags: droplet.tags,
            associated: associatedWith(state, droplet, false).map((resource) => resource.id),
            monthlyCost: dropletCost(droplet.size),
            actions: runningActions(state, droplet.id),
        })),
        volumes: state.volumes.all().map(({ id, name, dropletId, sizeGigabytes }) => ({
            id,
            name,
            dropletId,
            monthlyCost: volumeCost(sizeGigabytes),
        })),
        reservedIps: state.reservedIps.all().map(({ id, associatedId, dropletId }) => ({
            address: id,
            associatedId,
            dropletId,
            monthlyCost: reservedIpCost(),
        })),
        snapshots: state.snapshots
            .all()
            .map(({ id, name, resourceType, resourceId, backup, sizeGigabytes }) => ({
                ...{ id, name, resourceType, resourceId, backup },
                monthlyCost: snapshotCost(sizeGigabytes),
            })),
        reservedIpv6s: state.reservedIpv6s.all().map(({ id, dropletId }) => ({ address: id, dropletId })),
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
