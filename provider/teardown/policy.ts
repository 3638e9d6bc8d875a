import type { ResourceKind } from "./resource.js";

/** What happens to an associated resource: it goes, stays, or blocks the teardown while it exists. */
export const POLICY_WORDS = ["destroy", "keep", "prevent"] as const;

export type PolicyWord = (typeof POLICY_WORDS)[number];

/** A policy as a user writes it. */
export interface PolicyByKind {
    /** Applies to every kind that is not listed; required unless all four are. */
    readonly default?: PolicyWord;
    readonly reservedIps?: PolicyWord;
    readonly snapshots?: PolicyWord;
    readonly volumes?: PolicyWord;
    readonly volumeSnapshots?: PolicyWord;
}

/** A fully resolved policy. State holds this, so that an upgrade never widens what a destroy takes. */
export interface ResolvedPolicy {
    readonly reservedIps: PolicyWord;
    readonly snapshots: PolicyWord;
    readonly volumes: PolicyWord;
    readonly volumeSnapshots: PolicyWord;
    /** Snapshots of kept volumes are kept too, unless `volumeSnapshots` is given explicitly. */
    readonly volumeSnapshotsOfKeptVolumes: PolicyWord;
}

/** The policy property for each kind. */
export const POLICY_PROPERTY = {
    reserved_ip: "reservedIps",
    snapshot: "snapshots",
    volume: "volumes",
    volume_snapshot: "volumeSnapshots",
} as const satisfies Record<ResourceKind, keyof ResolvedPolicy>;

/** Resolves a policy. The input is validated: without `default`, all four kinds are present. */
export function resolvePolicy(policy: PolicyWord | PolicyByKind): ResolvedPolicy {
    const given: PolicyByKind = typeof policy === "string" ? { default: policy } : policy;
    const otherwise = given.default ?? "keep";
    return {
        reservedIps: given.reservedIps ?? otherwise,
        snapshots: given.snapshots ?? otherwise,
        volumes: given.volumes ?? otherwise,
        volumeSnapshots: given.volumeSnapshots ?? otherwise,
        volumeSnapshotsOfKeptVolumes: given.volumeSnapshots ?? "keep",
    };
}
