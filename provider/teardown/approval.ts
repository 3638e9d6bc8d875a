import { RefusedError } from "./errors.js";
import type { Plan } from "./plan.js";
import { sameResource, type ResourceRef } from "./resource.js";
import { resourcePhrase } from "./wording.js";

/** What somebody has agreed to see destroyed, after it was shown; null: whatever the policy takes. */
export type Approval = readonly ResourceRef[] | null;

/** Why something that the policy takes stays all the same. */
export const UNAPPROVED_REASON = "not in the plan that was agreed to";

/**
 * A plan that destroys nothing beyond what was agreed to; null stays null.
 * @throws RefusedError where it would
 */
export function refuseUnapproved<P extends Plan | null>(plan: P, approved: Approval): P {
    const grown = plan === null ? [] : beyond(plan, approved);
    if (grown.length > 0) {
        const more = grown.map(resourcePhrase).join("; ");
        throw new RefusedError(
            `nothing was destroyed, because there is more now than was agreed to: ${more}`,
        );
    }
    return plan;
}

/** The plan with everything that was not agreed to among what stays. */
export function keepUnapproved(plan: Plan, approved: Approval): Plan {
    const others = beyond(plan, approved);
    return {
        ...plan,
        destroy: plan.destroy.filter((resource) => !others.includes(resource)),
        keep: [...plan.keep, ...others.map((resource) => ({ ...resource, reason: UNAPPROVED_REASON }))],
    };
}

function beyond(plan: Plan, approved: Approval): Plan["destroy"] {
    return approved === null
        ? []
        : plan.destroy.filter((resource) => !approved.some((other) => sameResource(other, resource)));
}
