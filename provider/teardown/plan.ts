import { FINAL_REASON, isFinal, type FinalSnapshot } from "./final-snapshot.js";
import {
    keepReason,
    type KeepRule,
    keptBy,
    POLICY_PROPERTY,
    type PolicyAction,
    type ResolvedPolicy,
} from "./policy.js";
import type { AssociatedResource, ResourceKind } from "./model.js";

export interface KeptResource extends AssociatedResource {
    readonly reason: string;
}

/** What a teardown would do to each associated resource. The first three lists are disjoint. */
export interface Plan {
    readonly destroy: readonly AssociatedResource[];
    readonly keep: readonly KeptResource[];
    /** While any of these exists, nothing may be destroyed. */
    readonly prevented: readonly KeptResource[];
    /** Keep entries that match nothing, reported because they may be typos. */
    readonly unmatched: readonly string[];
    /** Kinds that could not be read; whether any exist is unknown. */
    readonly unread: readonly ResourceKind[];
}

/** Why a resource is kept although the policy would destroy it; null if there is no reason. */
export type Objection = (resource: AssociatedResource) => string | null;

export interface PlanInput {
    readonly inventory: readonly AssociatedResource[];
    readonly policy: ResolvedPolicy;
    readonly keep: readonly KeepRule[];
    readonly finalSnapshot: FinalSnapshot;
    /** Why snapshots follow their volume, by their ids: it is kept, or was to be. */
    readonly snapshotsOfKeptVolumes: ReadonlyMap<string, string>;
    readonly objection: Objection;
}

/** Decides what goes and what stays, from its arguments alone. */
export function makePlan(input: PlanInput): Plan {
    const destroy: AssociatedResource[] = [];
    const keep: KeptResource[] = [];
    const prevented: KeptResource[] = [];
    for (const resource of input.inventory) {
        const { action, reason } = judge(resource, input);
        switch (action) {
            case "destroy":
                destroy.push(resource);
                break;
            case "keep":
                keep.push({ ...resource, reason });
                break;
            case "prevent":
                prevented.push({ ...resource, reason });
                break;
        }
    }
    return { destroy, keep, prevented, unmatched: unmatchedEntries(input), unread: [] };
}

/** What people wrote that matches no resource; what a stack manages need not be associated. */
export function unmatchedRules(
    rules: readonly KeepRule[],
    resources: readonly AssociatedResource[],
): KeepRule[] {
    return rules
        .filter(({ source }) => source !== "managed" && source !== "replacement")
        .filter((rule) => !resources.some((resource) => keptBy(resource, [rule])));
}

function unmatchedEntries({ keep, inventory }: PlanInput): string[] {
    return unmatchedRules(keep, inventory).map((rule) => rule.entry);
}

function judge(resource: AssociatedResource, input: PlanInput): { action: PolicyAction; reason: string } {
    if (isFinal(resource, input.finalSnapshot)) {
        return { action: "keep", reason: FINAL_REASON };
    }
    const rule = keptBy(resource, input.keep);
    if (rule !== undefined) {
        return { action: "keep", reason: keepReason(rule) };
    }
    if (mayBeKept(resource, input)) {
        return { action: "keep", reason: "its name is not told, and something is to be kept by name" };
    }
    const follows = followsItsVolume(resource, input);
    if (follows !== undefined) {
        return { action: "keep", reason: follows };
    }
    const property = POLICY_PROPERTY[resource.kind];
    const action = input.policy[property];
    const objection = action === "keep" ? null : input.objection(resource);
    return objection === null
        ? { action, reason: `policy ${property}: ${action}` }
        : { action: "keep", reason: objection };
}

/** A managed volume is identified by its id, an address by itself. */
function mayBeKept({ kind, name }: AssociatedResource, { keep, finalSnapshot }: PlanInput): boolean {
    const mayBeFinal = kind === "snapshot" && finalSnapshot.template !== null;
    const byName = keep.some(({ source }) => source !== "managed" || kind === "reserved_ip");
    return name === "" && (mayBeFinal || byName);
}

function followsItsVolume({ kind, id }: AssociatedResource, input: PlanInput): string | undefined {
    const follows = kind === "volume_snapshot" && input.policy.volumeSnapshotsOfKeptVolumes === "keep";
    return follows ? input.snapshotsOfKeptVolumes.get(id) : undefined;
}
