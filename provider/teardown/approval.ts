import { RefusedError } from "./errors.js";
import type { Plan } from "./plan.js";
import { sameResource, type ResourceRef } from "./resource.js";
import { resourcePhrase } from "./wording.js";

/** What somebody has agreed to see destroyed, after it was shown; null: whatever the policy takes. */
export type Approval = readonly ResourceRef[] | null;

/** Why something that the policy takes stays all the same. */
export const UNAPPROVED_REASON = "not in the plan that was agreed to";

export function isApproved(resource: ResourceRef, approved: Approval): boolean {
    return approved === null || approved.some((other) => sameResource(other, resource));
}

/**
 * @param begun whether something was destroyed before
 * @throws RefusedError where a plan destroys something beyond what was agreed to
 */
export function refuseUnapproved({ destroy }: Plan, approved: Approval, begun = false): void {
    const grown = destroy.filter((resource) => !isApproved(resource, approved));
    if (grown.length > 0) {
        const more = grown.map(resourcePhrase).join("; ");
        throw new RefusedError(
            `nothing ${begun ? "more " : ""}was destroyed, because there is more now than was agreed to: ${more}`,
        );
    }
}
