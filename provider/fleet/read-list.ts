import type { ListRefresh } from "../polling/poll.js";
import type { DropletListing, DropletPage, FleetApi } from "../teardown/ports.js";
import type { Droplet } from "../teardown/model.js";

/** One read of a list, for polling: its pages may have shifted meanwhile. */
export interface DropletList extends ListRefresh {
    readonly droplets: readonly Droplet[];
}

/** 200,000 Droplets; a longer list means that the server repeats itself. */
const MAX_PAGES = 1_000;

/** Reads a list once: its first page, then the others concurrently. */
export async function readDroplets(
    api: FleetApi,
    listing: DropletListing,
    signal: AbortSignal,
): Promise<DropletList> {
    const first = await api.dropletPage(listing, 1, signal);
    const others = Array.from({ length: pagesOf(first) - 1 }, (_, index) =>
        api.dropletPage(listing, index + 2, signal),
    );
    return join([first, ...(await Promise.all(others))]);
}

/** The size of the first page is the server's. */
function pagesOf({ droplets, total }: DropletPage): number {
    const pages = Math.ceil((total ?? 0) / Math.max(droplets.length, 1));
    return Math.min(Math.max(pages, 1), MAX_PAGES);
}

function join(pages: readonly DropletPage[]): DropletList {
    const droplets = [...new Map(pages.flatMap((page) => page.droplets).map((d) => [d.id, d])).values()];
    const present = new Set(droplets.map(({ id }) => id));
    const complete = pages.every(({ total }) => total === present.size);
    return { droplets, present, complete, pages: pages.length };
}
