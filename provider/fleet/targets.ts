import { type DropletListing, MAX_PER_PAGE } from "../teardown/ports.js";
import { knownOr, UnsettledListError } from "../teardown/errors.js";
import { type Droplet, hasTag } from "../teardown/model.js";
import type { Pool, Showing, FleetTarget } from "./pool.js";

/** A listed Droplet. */
export interface ListedTarget extends FleetTarget {
    readonly listed: Showing;
}

/** A list is worth its pages only if it saves about as many requests. */
const IDS_PER_PAGE = 2;
const ALL: DropletListing = { by: "type", type: "droplets" };
const GPUS: DropletListing = { by: "type", type: "gpus" };

/** The Droplets that carry a tag; the API's list by tag may leave out those with a GPU. */
export async function findByTag(tag: string, pool: Pool, signal: AbortSignal): Promise<ListedTarget[]> {
    const tagged: DropletListing = { by: "tag", tag };
    const [list, gpus] = await Promise.all([
        pool.lists.droplets(tagged, signal),
        pool.lists.droplets(GPUS, signal),
    ]);
    // A server that ignores the filter answers with everything.
    const own = list.filter((droplet) => hasTag(droplet, tag));
    const found = new Map(own.map((droplet) => [droplet.id, target(droplet, tagged)]));
    for (const droplet of gpus) {
        if (!found.has(droplet.id) && hasTag(droplet, tag)) {
            found.set(droplet.id, target(droplet, GPUS));
        }
    }
    return [...found.values()];
}

/** What the lists of all Droplets show. */
interface ListedDroplets {
    readonly targets: ReadonlyMap<number, ListedTarget>;
    /** Whether both lists were read whole; then a Droplet that is not in them does not exist. */
    readonly complete: boolean;
}

/** Reads the lists of all Droplets, if this many look-ups would take more requests. */
export async function findListed(lookUps: number, pool: Pool, signal: AbortSignal): Promise<ListedDroplets> {
    const targets = new Map<number, ListedTarget>();
    if (lookUps <= IDS_PER_PAGE) {
        return { targets, complete: false };
    }
    const most = Math.floor(lookUps / IDS_PER_PAGE) * MAX_PER_PAGE;
    let complete = true;
    for (const listing of [ALL, GPUS]) {
        const list = await unlessUnsettled(pool.lists.dropletsIfShort(listing, most, signal));
        complete &&= list !== null;
        list?.forEach((droplet) => targets.set(droplet.id, target(droplet, listing)));
    }
    return { targets, complete };
}

/** Null: the list changes too often; each Droplet is then looked up by itself. */
function unlessUnsettled<T>(work: Promise<T>): Promise<T | null> {
    return work.catch((thrown: unknown) => knownOr(thrown, UnsettledListError, () => null));
}

function target(droplet: Droplet, listing: DropletListing): ListedTarget {
    return { dropletId: droplet.id, listed: { droplet, listing } };
}
