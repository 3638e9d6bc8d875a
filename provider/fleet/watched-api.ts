import type { RateLimiter, Priority } from "../polling/admission.js";
import type { OpenPoller } from "../polling/poll.js";
import type { DropletApi } from "../teardown/ports.js";
import type { Droplet } from "../teardown/model.js";

/** The list that shows a Droplet; null: none worth reading. */
export type ListingOf = (droplet: Droplet) => string | null;

/**
 * The API of one teardown among many: if a list shows that the Droplet is gone, the Droplet is not read
 * individually.
 * @param known the Droplet as a list showed it; null: not yet. Serves only the first read, because a second read
 * wants to see changes
 * @param listingOf null: its list is known
 */
export function watchedApi(
    api: DropletApi,
    poller: OpenPoller,
    known: () => Droplet | null,
    listingOf: ListingOf | null,
): DropletApi {
    const ask = async (dropletId: number, signal: AbortSignal): Promise<Droplet | null> => {
        const droplet = await api.droplet(dropletId, signal);
        if (droplet !== null && !poller.begun && listingOf !== null) {
            poller.listedIn(listingOf(droplet), false);
        }
        return droplet;
    };
    let observed = false;
    let reportedDestroyed = false;
    return {
        ...api,
        status: async (dropletId, signal) => {
            const status = await api.status(dropletId, signal);
            reportedDestroyed = status.state !== "none" && status.droplet.destroyedAt !== null;
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
export function watchedLimiter(limiter: RateLimiter, poller: OpenPoller): RateLimiter {
    const priorityNow = (priority: Priority): Priority =>
        priority === "read" && poller.begun ? "poll" : priority;
    return {
        admit: (signal, priority = "read") => limiter.admit(signal, priorityNow(priority)),
        observe: (answer) => limiter.observe(answer),
    };
}
