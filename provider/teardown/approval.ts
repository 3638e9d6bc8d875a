import { RefusedError } from "./errors.js";
import type { Plan } from "./plan.js";
import { sameResource, type ResourceRef } from "./resource.js";
import { resourcePhrase } from "./wording.js";

/** What somebody approved for destruction after seeing it; null: whatever the policy destroys. */
export type Approval = readonly ResourceRef[] | null;

/** Why something that the policy destroys stays anyway. */
export const UNAPPROVED_REASON = "not in the plan that was agreed to";

export function isApproved(resource: ResourceRef, approved: Approval): boolean {
    return approved === null || approved.some((other) => sameResource(other, resource));
}

/**
 * @param begun whether something was destroyed before
 * @throws RefusedError if a plan destroys something that was not approved
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
