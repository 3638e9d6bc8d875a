import type { Clock } from "./polling/clock.js";
import { surviving } from "./predecessors.js";
import { recordedAt, type Sighting } from "./state.js";
import { RefusedError } from "./teardown/errors.js";
import type { DropletApi } from "./teardown/ports.js";
import type { Droplet } from "./teardown/resource.js";

/** A Droplet that is there, and what belongs to it now. */
export interface Present {
    readonly droplet: Droplet;
    readonly sighting: Sighting;
}

/** What is looked at, and what an earlier look recorded. */
export interface Subject {
    readonly dropletId: number;
    readonly predecessors: readonly number[];
    readonly before: Sighting | null;
}

/**
 * Looks at a Droplet, its inventory and what its predecessors have left; null where it is not there. An
 * account that cannot be read now stays known.
 */
export async function look(
    { dropletId, predecessors, before }: Subject,
    api: DropletApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<Present | null> {
    const droplet = await api.droplet(dropletId, signal);
    if (droplet === null) {
        return null;
    }
    const [listed, account, ancestry] = await Promise.all([
        api.associated(dropletId, signal),
        api.account(signal),
        surviving(predecessors, api, signal),
    ]);
    const inventory = [...(listed?.resources ?? []), ...ancestry.snapshots];
    return {
        droplet,
        sighting: {
            inventory,
            accountId: account?.id ?? before?.accountId ?? null,
            recordedAt: recordedAt(before, inventory, clock.now()),
            predecessors,
        },
    };
}

/** Looks at a Droplet that has to exist. */
export async function lookAtExisting(
    subject: Subject,
    api: DropletApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<Sighting> {
    const present = await look(subject, api, clock, signal);
    if (present === null) {
        throw new RefusedError(
            `dropletId: there is no Droplet ${subject.dropletId} that this token can see (404); ` +
                "check the id, and that the token belongs to the team of the Droplet",
        );
    }
    return present.sighting;
}
