import {
    type Group,
    OperationRateLimiter,
    type Priority,
    type RateAnswer,
    type RateLimiter,
    type TokenRateLimiter,
} from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";
import { PollScheduler } from "../polling/poll-scheduler.js";
import type { ListRefresh, OpenPoller } from "../polling/poll.js";
import { createRateLimiter, MAX_IN_FLIGHT } from "../polling/rate-limiter.js";
import { type Droplet, provesEnd } from "../teardown/model.js";
import type { DropletApi, DropletListing, DropletPage, FleetApi, Traffic } from "../teardown/ports.js";
import type { RequestGroup } from "../teardown/request.js";

/** The API for one operation, and its request totals. */
export interface MeteredApi {
    readonly api: DropletApi;
    readonly traffic: Traffic;
}

/** DigitalOcean through one token, using the given rate limiter. */
export interface Remote {
    readonly client: (limiter: RateLimiter) => MeteredApi;
    readonly lists: (limiter: RateLimiter) => FleetApi;
}

/** One of the Droplets being torn down. Must be closed. */
export interface PooledDroplet extends MeteredApi {
    readonly poller: OpenPoller;
    readonly group: RequestGroup;
}

/** A Droplet to destroy. */
export interface FleetTarget {
    readonly dropletId: number;
    /** Null: no list has shown it. */
    readonly listed: Showing | null;
}

/** A Droplet as a list shows it. */
export interface Showing {
    readonly droplet: Droplet;
    readonly listing: DropletListing;
}

/** What a list says of a Droplet when its teardown starts. */
interface Listed {
    /** Null: no list currently shows it. */
    readonly droplet: Droplet | null;
    /** The list that will show its end; null: not known yet. */
    readonly listing: DropletListing | null;
}

/** What a batch of teardowns starts with. */
export interface Beginning {
    /** Admissions for their first requests; must be released. */
    readonly group: Group;
    /** The Droplets as their lists currently show them. */
    readonly shown: ReadonlyMap<number, Droplet>;
}

/** A wait for others; a single teardown would need `ownMs` of it as well. */
export type Turn = <T>(wait: () => Promise<T>, ownMs?: number) => Promise<T>;

interface PoolOptions {
    readonly clock: Clock;
    readonly remote: Remote;
    /** Maximum share of the token's requests per minute that this process uses, from 0 to 1. */
    readonly share: number;
    readonly listingFor: ListingOf;
    readonly aim: Aim;
}

/**
 * When requests are scarce, "each" detects the end of every destroy soon, because somebody waits for each of them;
 * "last" requests all destroys first, so that the last one ends early.
 */
type Aim = "each" | "last";

/** The share of the minute reserved for polls, and how often a list of several pages is read at least. */
const MANNERS = {
    each: { keptForPolls: 0.15, minPagesPerMinute: 12 },
    last: { keptForPolls: 0, minPagesPerMinute: 2 },
} as const;

/** This fraction of the hour outside our share is left to others; the hour has five thousand requests. */
const RESERVE_PER_HOUR = 125;
/** A poll later than this has waited for room. */
const MAX_BETWEEN_POLLS_MS = 60_000;

/** What all teardowns of a process with one token share: the rate limiter, the polls, and the lists. */
export class Pool {
    readonly limiter: TokenRateLimiter;
    readonly #remote: Remote;
    readonly #scheduler: PollScheduler;
    readonly #listingFor: ListingOf;
    /** Lists whose first page showed none of the starting Droplets. */
    readonly #useless = new Set<string>();
    /** Droplets as the lists last showed them. */
    readonly #listed = new Map<number, Droplet>();

    constructor({ clock, remote, share, listingFor, aim }: PoolOptions) {
        const { keptForPolls, minPagesPerMinute } = MANNERS[aim];
        const hourlyReserve = Math.round(RESERVE_PER_HOUR * (1 - share));
        const limits = { hourlyReserve, maxInFlight: MAX_IN_FLIGHT, share, keptForPolls };
        this.limiter = createRateLimiter({ clock, ...limits });
        this.#remote = remote;
        this.#listingFor = listingFor;
        const polls: RateLimiter = {
            admit: (signal) => this.limiter.admit(signal, "poll"),
            observe: (answer) => this.limiter.observe(answer),
        };
        const lists = remote.lists(polls);
        this.#scheduler = new PollScheduler({
            clock,
            minPagesPerMinute,
            room: () => this.limiter.room(),
            readList: async (key, signal) =>
                this.#refresh(await readDroplets(lists, parseListingKey(key), signal)),
        });
    }

    /** Lists of Droplets, for callers that need them now. */
    get lists(): FleetApi {
        return this.#remote.lists(this.limiter);
    }

    /**
     * Admits the first requests of a batch of teardowns together, then reads the first page of their lists, which
     * serves as their read of the Droplet: nothing waits between that read and their destroys. What is gone is not
     * listed, so the first page has the next Droplets if they start in its order.
     * @param count requests for each teardown, besides the lists
     * @param onAdmitted called before the lists are read
     */
    async begin(
        targets: readonly FleetTarget[],
        count: number,
        signal: AbortSignal,
        onAdmitted: () => void,
    ): Promise<Beginning> {
        const listings = this.#usefulFor(targets);
        const requests = listings.size + targets.length * count;
        // Of a higher priority than the reads of those that have started, they would keep these from going on.
        const group = await this.limiter.admitGroup(requests, signal, "read");
        onAdmitted();
        const lists = this.#remote.lists(group);
        const shown = new Map<number, Droplet>();
        const read = async ([key, listing]: readonly [string, DropletListing]): Promise<void> => {
            const { droplets } = await lists.dropletPage(listing, 1, signal);
            droplets.forEach((droplet) => shown.set(droplet.id, droplet));
            if (!targets.some(({ dropletId }) => droplets.some(({ id }) => id === dropletId))) {
                this.#useless.add(key);
            }
        };
        // A Droplet that is not shown is read individually.
        await Promise.allSettled([...listings].map(read));
        return { group, shown };
    }

    #usefulFor(targets: readonly FleetTarget[]): Map<string, DropletListing> {
        const listings = targets.flatMap(({ listed }) => (listed === null ? [] : listed.listing));
        const byKey = new Map(listings.map((listing) => [listingKey(listing), listing]));
        return new Map([...byKey].filter(([key]) => !this.#useless.has(key)));
    }

    /**
     * @param listed null: it has not been listed
     * @param turn receives every wait for others that use the same rate limiter
     * @param first admissions for the first requests
     */
    watch(
        dropletId: number,
        listed: Listed | null,
        turn: Turn = (wait) => wait(),
        first: Group | null = null,
    ): PooledDroplet {
        const poller = inTurn(this.#scheduler.open(dropletId), turn, () => this.#listed.delete(dropletId));
        if (listed !== null) {
            if (listed.droplet !== null) {
                this.#listed.set(dropletId, listed.droplet);
            }
            poller.listedIn(this.#listingKey(listed), listed.listing !== null);
        }
        const shared = {
            admit: (signal?: AbortSignal, priority?: Priority) =>
                turn(() => this.limiter.admit(signal, priority)),
            admitGroup: async (...args: Parameters<TokenRateLimiter["admitGroup"]>) =>
                groupInTurn(await turn(() => this.limiter.admitGroup(...args)), turn),
            observe: (answer: RateAnswer | null) => this.limiter.observe(answer),
        };
        const limiter = new OperationRateLimiter(shared, first && groupInTurn(first, turn));
        const { api, traffic } = this.#remote.client(watchedLimiter(limiter, poller));
        const known = (): Droplet | null => this.#listed.get(dropletId) ?? null;
        return {
            api: watchedApi(api, poller, known, listed?.listing ? null : this.#listingFor),
            traffic,
            group: limiter,
            poller,
        };
    }

    #listingKey({ droplet, listing }: Listed): string | null {
        return listing === null ? droplet && this.#listingFor(droplet) : listingKey(listing);
    }

    #refresh(list: DropletList): DropletList {
        for (const droplet of list.droplets) {
            if (this.#listed.has(droplet.id)) {
                this.#listed.set(droplet.id, droplet);
            }
        }
        return list;
    }
}

/** A group may be used up, or refused with a 429; then its requests wait like any other. */
function groupInTurn(group: Group, turn: Turn): Group {
    return {
        admit: (signal, priority) => turn(() => group.admit(signal, priority)),
        observe: (answer) => group.observe(answer),
        release: () => group.release(),
    };
}

function inTurn(poller: OpenPoller, turn: Turn, onClose: () => void): OpenPoller {
    return {
        ...poller,
        get begun() {
            return poller.begun;
        },
        due: (...args) => turn(() => poller.due(...args), MAX_BETWEEN_POLLS_MS),
        absent: (signal) => turn(() => poller.absent(signal)),
        close: () => {
            onClose();
            poller.close();
        },
    };
}

/** Converts a listing to a string and back: the polling code need not know what is listed. */
export function listingKey(listing: DropletListing): string {
    return listing.by === "tag" ? `tag:${listing.tag}` : `type:${listing.type}`;
}

function parseListingKey(key: string): DropletListing {
    const value = key.slice(key.indexOf(":") + 1);
    return key.startsWith("tag:")
        ? { by: "tag", tag: value }
        : { by: "type", type: value === "gpus" ? "gpus" : "droplets" };
}

/** The list that shows a Droplet; null: none worth reading. */
type ListingOf = (droplet: Droplet) => string | null;

/**
 * The API of one teardown among many: if a list shows that the Droplet is gone, the Droplet is not read
 * individually.
 * @param known the Droplet as a list showed it; null: not yet. Serves only the first read, because a second read
 * wants to see changes
 * @param listingFor null: its list is known
 */
function watchedApi(
    api: DropletApi,
    poller: OpenPoller,
    known: () => Droplet | null,
    listingFor: ListingOf | null,
): DropletApi {
    const ask = async (dropletId: number, signal: AbortSignal): Promise<Droplet | null> => {
        // eslint-disable-next-line no-restricted-syntax -- passes on what it is asked
        const droplet = await api.droplet(dropletId, signal);
        if (droplet !== null && !poller.begun && listingFor !== null) {
            poller.listedIn(listingFor(droplet), false);
        }
        return droplet;
    };
    let observed = false;
    let reportedDestroyed = false;
    return {
        ...api,
        status: async (dropletId, signal) => {
            // eslint-disable-next-line no-restricted-syntax -- passes on what it is asked
            const status = await api.status(dropletId, signal);
            reportedDestroyed = provesEnd(status);
            return status;
        },
        droplet: async (dropletId, signal) => {
            const listed = known();
            if (!poller.begun) {
                const first = observed ? null : listed;
                observed = true;
                return first ?? ask(dropletId, signal);
            }
            // A Droplet that lost its tag is also absent from its list, so absence alone proves nothing.
            const absent = reportedDestroyed ? await poller.absent(signal) : null;
            return absent === true ? null : ((absent === false ? listed : null) ?? ask(dropletId, signal));
        },
    };
}

/** The rate limiter as one teardown uses it: once watching has started, its reads yield to others' destroys. */
function watchedLimiter(limiter: RateLimiter, poller: OpenPoller): RateLimiter {
    const priorityNow = (priority: Priority): Priority =>
        priority === "read" && poller.begun ? "poll" : priority;
    return {
        admit: (signal, priority = "read") => limiter.admit(signal, priorityNow(priority)),
        observe: (answer) => limiter.observe(answer),
    };
}

/** One read of a list, for polling: its pages may have shifted meanwhile. */
interface DropletList extends ListRefresh {
    readonly droplets: readonly Droplet[];
}

/** 200,000 Droplets; a longer list means that the server repeats itself. */
const MAX_PAGES = 1_000;

/** Reads a list once: its first page, then the others concurrently. */
async function readDroplets(
    api: FleetApi,
    listing: DropletListing,
    signal: AbortSignal,
): Promise<DropletList> {
    const first = await api.dropletPage(listing, 1, signal);
    const others = Array.from({ length: countPages(first) - 1 }, (_, index) =>
        api.dropletPage(listing, index + 2, signal),
    );
    return join([first, ...(await Promise.all(others))]);
}

/** The size of the first page is the server's. */
function countPages({ droplets, total }: DropletPage): number {
    const pages = Math.ceil((total ?? 0) / Math.max(droplets.length, 1));
    return Math.min(Math.max(pages, 1), MAX_PAGES);
}

function join(pages: readonly DropletPage[]): DropletList {
    const droplets = [...new Map(pages.flatMap((page) => page.droplets).map((d) => [d.id, d])).values()];
    const present = new Set(droplets.map(({ id }) => id));
    const complete = pages.every(({ total }) => total === present.size);
    return { droplets, present, complete, pages: pages.length };
}
