import { keepReason, keptBy, type KeepRule } from "./keep.js";
import { POLICY_PROPERTY, type PolicyWord, type ResolvedPolicy } from "./policy.js";
import type { AssociatedResource } from "./resource.js";

export interface KeptResource extends AssociatedResource {
    readonly reason: string;
}

/** What a teardown would do to each associated resource. The four lists have no resource in common. */
export interface Plan {
    readonly destroy: readonly AssociatedResource[];
    readonly keep: readonly KeptResource[];
    /** While one of these exists, nothing may be destroyed. */
    readonly prevented: readonly KeptResource[];
    /** Keep entries that match nothing: perhaps a typing error, so they are told. */
    readonly unmatched: readonly string[];
}

export interface PlanInput {
    readonly inventory: readonly AssociatedResource[];
    readonly policy: ResolvedPolicy;
    readonly keep: readonly KeepRule[];
    /** Ids of the volume snapshots that belong to volumes which stay. */
    readonly snapshotsOfKeptVolumes: ReadonlySet<string>;
}

/** Decides, without looking at anything else, what goes and what stays. */
export function makePlan(input: PlanInput): Plan {
    const destroy: AssociatedResource[] = [];
    const keep: KeptResource[] = [];
    const prevented: KeptResource[] = [];
    for (const resource of input.inventory) {
        const { word, reason } = judge(resource, input);
        switch (word) {
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
    return { destroy, keep, prevented, unmatched: unmatchedEntries(input) };
}

function judge(resource: AssociatedResource, input: PlanInput): { word: PolicyWord; reason: string } {
    const rule = keptBy(resource, input.keep);
    if (rule !== undefined) {
        return { word: "keep", reason: keepReason(rule) };
    }
    if (mayBeKept(resource, input.keep)) {
        return { word: "keep", reason: "its name is not told, and something is to be kept by name" };
    }
    if (followsItsVolume(resource, input)) {
        return { word: "keep", reason: "its volume is kept" };
    }
    const property = POLICY_PROPERTY[resource.kind];
    const word = input.policy[property];
    return { word, reason: `policy ${property}: ${word}` };
}

/** A volume that the stack manages is named by its id, an address by itself. */
function mayBeKept({ kind, name }: AssociatedResource, rules: readonly KeepRule[]): boolean {
    return name === "" && rules.some(({ source }) => source !== "managed" || kind === "reserved_ip");
}

function followsItsVolume(resource: AssociatedResource, input: PlanInput): boolean {
    return (
        resource.kind === "volume_snapshot" &&
        input.policy.volumeSnapshotsOfKeptVolumes === "keep" &&
        input.snapshotsOfKeptVolumes.has(resource.id)
    );
}

function unmatchedEntries(input: PlanInput): string[] {
    return input.keep
        .filter((rule) => rule.source !== "managed")
        .filter((rule) => !input.inventory.some((resource) => keptBy(resource, [rule])))
        .map((rule) => rule.entry);
}
