import { refuseUnapproved } from "../provider/teardown/guards.js";
import { RefusedError } from "../provider/teardown/errors.js";
import { dropletLabel, printable } from "../provider/teardown/format.js";
import type { SavedPlan } from "./plan-file.js";
import type { Selection } from "./selection.js";
import type { Session } from "./session.js";
import type { Survey } from "./survey.js";

/**
 * A plan is for one account at one endpoint.
 * @throws RefusedError if either differs
 */
export function refuseElsewhere(plan: SavedPlan, session: Session, account: string | null): void {
    if (plan.endpoint !== session.endpoint.base) {
        throw new RefusedError(
            `the plan is for ${printable(plan.endpoint)}, not for ${session.endpoint.base}`,
        );
    }
    if (plan.account !== account) {
        throw new RefusedError("the plan was made with a token of another account");
    }
}

/**
 * Resolves the plan's selection again.
 * @throws RefusedError if it now matches Droplets that are not in the plan
 */
export function refuseOthers(plan: SavedPlan, live: Selection): void {
    const others = live.targets.filter(({ id }) => !plan.droplets.some((planned) => planned.id === id));
    if (others.length > 0) {
        const names = others.map(({ id, droplet }) => dropletLabel(id, droplet?.name ?? null)).join(", ");
        throw new RefusedError(`nothing was destroyed, because the plan does not have ${names}; plan again`);
    }
}

/**
 * Compares what exists with what was planned. What has gone in the meantime is accepted.
 * @throws RefusedError if there is more, or a Droplet is not the same one
 */
export function refuseGrown(plan: SavedPlan, surveys: readonly Survey[]): void {
    for (const { dropletId, droplet, plan: live, standing } of surveys) {
        const planned = plan.droplets.find(({ id }) => id === dropletId);
        if (planned === undefined || standing === "refused") {
            continue;
        }
        if (droplet !== null && droplet.name !== planned.name) {
            const was = dropletLabel(dropletId, planned.name);
            throw new RefusedError(
                `nothing was destroyed, because ${was} is now named ${printable(droplet.name)}`,
            );
        }
        if (standing === "ready") {
            refuseUnapproved(live, planned.destroy);
        }
    }
}
