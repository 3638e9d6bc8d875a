import type { RateBudget, Urgency } from "../polling/admission.js";
import type { OpenWatch } from "../polling/member.js";
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
    watch: OpenWatch,
    known: () => Droplet | null,
    listingOf: ListingOf | null,
): DropletApi {
    const ask = async (dropletId: number, signal: AbortSignal): Promise<Droplet | null> => {
        const droplet = await api.droplet(dropletId, signal);
        if (droplet !== null && !watch.begun && listingOf !== null) {
            watch.listedIn(listingOf(droplet), false);
        }
        return droplet;
    };
    let looked = false;
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
            if (!watch.begun) {
                const first = looked ? null : listed;
                looked = true;
                return first ?? ask(dropletId, signal);
            }
            // A Droplet that lost its tag is also absent from its list, so absence alone proves nothing.
            const absent = reportedDestroyed ? await watch.absent(signal) : null;
            return absent === true ? null : ((absent === false ? listed : null) ?? ask(dropletId, signal));
        },
    };
}

/** The budget as one teardown uses it: once watching has started, its reads yield to others' destroys. */
export function watchedBudget(budget: RateBudget, watch: OpenWatch): RateBudget {
    const urgencyNow = (urgency: Urgency): Urgency => (urgency === "read" && watch.begun ? "look" : urgency);
    return {
        admit: (signal, urgency = "read") => budget.admit(signal, urgencyNow(urgency)),
        observe: (answer) => budget.observe(answer),
    };
}
