import type { ResourceKind } from "./resource.js";

/** What is to become of an associated resource: go, stay, or stop the teardown while it exists. */
export const POLICY_WORDS = ["destroy", "keep", "prevent"] as const;

export type PolicyWord = (typeof POLICY_WORDS)[number];

/** A policy as a user writes it. */
export interface PolicyByKind {
    /** For every kind that is not named; required unless all four are. */
    readonly default?: PolicyWord;
    readonly reservedIps?: PolicyWord;
    readonly snapshots?: PolicyWord;
    readonly volumes?: PolicyWord;
    readonly volumeSnapshots?: PolicyWord;
}

/** A policy with nothing left open. State holds this, so that an upgrade never widens what a destroy takes. */
export interface ResolvedPolicy {
    readonly reservedIps: PolicyWord;
    readonly snapshots: PolicyWord;
    readonly volumes: PolicyWord;
    readonly volumeSnapshots: PolicyWord;
    /** For snapshots of volumes that stay: they stay too, unless `volumeSnapshots` was given explicitly. */
    readonly volumeSnapshotsOfKeptVolumes: PolicyWord;
}

/** The property of a policy that speaks of each kind. */
export const POLICY_PROPERTY = {
    reserved_ip: "reservedIps",
    snapshot: "snapshots",
    volume: "volumes",
    volume_snapshot: "volumeSnapshots",
} as const satisfies Record<ResourceKind, keyof ResolvedPolicy>;

/** Fills a policy out. The input has been checked: without `default` all four kinds are named. */
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
