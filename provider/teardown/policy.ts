import type { AssociatedResource, ResourceKind } from "./model.js";

/** What happens to an associated resource: it goes, stays, or blocks the teardown while it exists. */
export const POLICY_ACTIONS = ["destroy", "keep", "prevent"] as const;

export type PolicyAction = (typeof POLICY_ACTIONS)[number];

/** A policy as a user writes it. */
export interface PolicyByKind {
    /** Applies to every kind that is not listed; required unless all four are. */
    readonly default?: PolicyAction;
    readonly reservedIps?: PolicyAction;
    readonly snapshots?: PolicyAction;
    readonly volumes?: PolicyAction;
    readonly volumeSnapshots?: PolicyAction;
}

/** A fully resolved policy. State holds this, so that an upgrade never widens what a destroy takes. */
export interface ResolvedPolicy {
    readonly reservedIps: PolicyAction;
    readonly snapshots: PolicyAction;
    readonly volumes: PolicyAction;
    readonly volumeSnapshots: PolicyAction;
    /** Snapshots of kept volumes are kept too, unless `volumeSnapshots` is given explicitly. */
    readonly volumeSnapshotsOfKeptVolumes: PolicyAction;
}

/** The policy property for each kind. */
export const POLICY_PROPERTY = {
    reserved_ip: "reservedIps",
    snapshot: "snapshots",
    volume: "volumes",
    volume_snapshot: "volumeSnapshots",
} as const satisfies Record<ResourceKind, keyof ResolvedPolicy>;

/** Resolves a policy. The input is validated: without `default`, all four kinds are present. */
export function resolvePolicy(policy: PolicyAction | PolicyByKind): ResolvedPolicy {
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

/**
 * Whether a pattern with `*` and `?` matches a whole text. Walks both with two pointers and backtracks only to
 * the last `*`, so the worst case is the product of their lengths.
 */
export function matchesGlob(pattern: string, text: string): boolean {
    const [wanted, given] = [Array.from(pattern), Array.from(text)];
    let [at, star, resumeAt] = [0, -1, 0];
    let index = 0;
    while (index < given.length) {
        if (wanted[at] === "*") {
            [star, resumeAt] = [at, index];
            at += 1;
        } else if (wanted[at] === "?" || wanted[at] === given[index]) {
            at += 1;
            index += 1;
        } else if (star >= 0) {
            resumeAt += 1;
            [at, index] = [star + 1, resumeAt];
        } else {
            return false;
        }
    }
    return wanted.slice(at).every((character) => character === "*");
}

/** "attached": it counts only once the Droplet is gone, because the stack detaches it before. */
type KeepSource = "managed" | "attached" | "volumeIds" | "argument" | "file" | "environment" | "replacement";

/** An entry to keep, and where it comes from. */
export interface KeepRule {
    /** An id, an IP address or a name; in a name, `*` matches any characters and `?` any one. */
    readonly entry: string;
    readonly source: KeepSource;
}

/** The first rule that matches the resource. */
export function keptBy(resource: AssociatedResource, rules: readonly KeepRule[]): KeepRule | undefined {
    return rules.find((rule) => matches(rule, resource));
}

/** Another resource of the stack deletes it, or keeps it. */
export const MANAGED_REASON = "managed by its own resource";

/** Why a rule keeps a resource, in a report's words. */
export function keepReason(rule: KeepRule): string {
    switch (rule.source) {
        case "managed":
        case "attached":
            return MANAGED_REASON;
        case "volumeIds":
            return "in the droplet's volumeIds";
        case "argument":
        case "file":
            return `keep: ${rule.entry}`;
        case "environment":
            return `DROPLET_TEARDOWN_KEEP: ${rule.entry}`;
        case "replacement":
            return "only the droplet is replaced";
    }
}

/** Whether an entry may match more than one resource, and so may match none. */
export function isGlob({ entry }: KeepRule): boolean {
    return /[*?]/.test(entry);
}

/** A volume of the program is identified by its id, an address by itself. */
export function isExact(source: KeepSource): boolean {
    return source === "managed" || source === "attached" || source === "volumeIds";
}

function matches({ entry, source }: KeepRule, { id, name }: AssociatedResource): boolean {
    if (entry.toLowerCase() === id.toLowerCase()) {
        return true;
    }
    const [wanted, own] = [entry.normalize("NFC"), name.normalize("NFC")];
    // White space around a name is not visible, and an entry has none.
    return isExact(source) ? wanted === own : [own, own.trim()].some((text) => matchesGlob(wanted, text));
}
