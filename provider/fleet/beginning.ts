import type { DropletListing } from "../teardown/ports.js";
import type { Beginning, Pool } from "./pool.js";
import { listingKey } from "./read-list.js";
import type { Target } from "./targets.js";

/** Teardowns that begin together. */
const MOST_AT_ONCE = 16;
/** Requests of each: the status before, the list, the destroy. The look at the Droplet is their common list. */
const REQUESTS_OF_EACH = 3;

type Members = readonly Pick<Target, "listed">[];

/** How many teardowns to begin at once: as many as a good part of the minute has requests for. */
export function howManyAtOnce(members: Members, pool: Pool): number {
    const most = Math.floor((pool.scheduler.perMinute() / 2 - pagesOf(members, pool)) / REQUESTS_OF_EACH);
    return Math.min(Math.max(most, 1), MOST_AT_ONCE);
}

/** Begins some teardowns; null where that is not to be had: whatever stands in the way, each meets and reports. */
export async function beginTogether(
    members: Members,
    pool: Pool,
    signal: AbortSignal,
): Promise<Beginning | null> {
    // A list that has more pages than there are Droplets to look at is worth none of them.
    const listings = pagesOf(members, pool) <= members.length ? listingsOf(members) : [];
    return pool.begin(listings, members.length * REQUESTS_OF_EACH, signal).catch(() => null);
}

function pagesOf(members: Members, pool: Pool): number {
    return listingsOf(members).reduce((sum, listing) => sum + pool.pagesOf(listing), 0);
}

/** The lists that show some Droplets, each once. */
function listingsOf(members: Members): DropletListing[] {
    const all = members.flatMap(({ listed }) => (listed === null ? [] : listed.listing));
    return [...new Map(all.map((listing) => [listingKey(listing), listing])).values()];
}
