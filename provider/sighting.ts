import type { Clock } from "./polling/clock.js";
import { recordedAt, type Sighting, type TeardownState } from "./state.js";
import { RefusedError } from "./teardown/errors.js";
import type { DropletApi } from "./teardown/ports.js";
import type { Droplet } from "./teardown/resource.js";

/** A Droplet that is there, and what belongs to it now. */
export interface Present {
    readonly droplet: Droplet;
    readonly sighting: Sighting;
}

/**
 * Looks at a Droplet and its inventory; null where it is not there.
 * @param before what an earlier look recorded: an account that cannot be read now stays known
 */
export async function look(
    dropletId: number,
    before: Sighting | null,
    api: DropletApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<Present | null> {
    const droplet = await api.droplet(dropletId, signal);
    if (droplet === null) {
        return null;
    }
    const [inventory, account] = await Promise.all([api.associated(dropletId, signal), api.account(signal)]);
    const found = inventory ?? [];
    return {
        droplet,
        sighting: {
            inventory: found,
            accountId: account?.id ?? before?.accountId ?? null,
            recordedAt: recordedAt(before, found, clock.now()),
        },
    };
}

/** Looks at a Droplet that has to exist. */
export async function lookAtExisting(
    dropletId: number,
    before: TeardownState | null,
    api: DropletApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<Sighting> {
    const present = await look(dropletId, before, api, clock, signal);
    if (present === null) {
        throw new RefusedError(
            `dropletId: there is no Droplet ${dropletId} that this token can see (404); ` +
                "check the id, and that the token belongs to the team of the Droplet",
        );
    }
    return present.sighting;
}
