import { type ResourceRef, sameResource } from "./model.js";
import type { DesiredOutcome } from "./plan.js";

/** Tags that a Droplet must carry, all of them; null: none. */
export type RequiredTags = string | readonly string[] | null;

/** The expected owner of a Droplet that cannot be found. */
export type ExpectedAccount =
    /** The account read when the teardown was created; null: it could not be read. */
    | { readonly kind: "recorded"; readonly id: string | null }
    /** Nothing was recorded: the result claims only what this token can see. */
    | { readonly kind: "any" };

/** What somebody approved for destruction after seeing it; null: whatever the policy destroys. */
export type Approval = readonly ResourceRef[] | null;

/** What may go of a Droplet, and on which conditions. */
export interface Terms extends DesiredOutcome {
    /** The Droplet's owner, in case the Droplet cannot be found. */
    readonly account: ExpectedAccount;
    /** What was shown and approved; nothing else is destroyed. */
    readonly approved: Approval;
    /** Tags that the Droplet must carry to be destroyed. */
    readonly requireTag: RequiredTags;
    /**
     * Whether leftovers of a Droplet that is gone may be deleted, because it was ours to the end (marked, a
     * recorded predecessor, or no tag was ever required).
     */
    readonly mayCleanUp: boolean;
}

/** Why something that the policy destroys stays anyway. */
export const UNAPPROVED_REASON = "attached after the plan was approved";

export function isApproved(resource: ResourceRef, approved: Approval): boolean {
    return approved === null || approved.some((other) => sameResource(other, resource));
}
