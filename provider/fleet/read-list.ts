import type { ListRefresh } from "../polling/poll.js";
import {
    type DropletListing,
    type DropletPage,
    DROPLETS_PER_PAGE,
    type FleetApi,
} from "../teardown/ports.js";
import type { Droplet } from "../teardown/model.js";

/** A completely read list. */
export interface DropletList extends ListRefresh {
    readonly droplets: readonly Droplet[];
}

/** 200,000 Droplets; a longer list means that the server repeats itself. */
const MAX_PAGES = 1_000;

/** Reads a list: its first page, then the others concurrently. */
export async function readDroplets(
    api: FleetApi,
    listing: DropletListing,
    signal: AbortSignal,
): Promise<DropletList> {
    return readRest(api, listing, await api.dropletPage(listing, 1, signal), signal);
}

/** Reads a list unless it has more Droplets than the limit; then null, after one page. */
export async function readIfShort(
    api: FleetApi,
    listing: DropletListing,
    maxDroplets: number,
    signal: AbortSignal,
): Promise<DropletList | null> {
    const first = await api.dropletPage(listing, 1, signal);
    return (first.total ?? 0) > maxDroplets ? null : readRest(api, listing, first, signal);
}

async function readRest(
    api: FleetApi,
    listing: DropletListing,
    first: DropletPage,
    signal: AbortSignal,
): Promise<DropletList> {
    const count = Math.min(Math.ceil((first.total ?? 0) / DROPLETS_PER_PAGE), MAX_PAGES);
    const others = Array.from({ length: Math.max(count - 1, 0) }, (_, index) =>
        api.dropletPage(listing, index + 2, signal),
    );
    return join([first, ...(await Promise.all(others))]);
}

function join(pages: readonly DropletPage[]): DropletList {
    const droplets = [...new Map(pages.flatMap((page) => page.droplets).map((d) => [d.id, d])).values()];
    const present = new Set(droplets.map(({ id }) => id));
    // Droplets created or destroyed during the read shift others between pages.
    const complete = pages.every(({ total }) => total === present.size);
    return { droplets, present, complete, pages: pages.length };
}
