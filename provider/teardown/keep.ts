import type { AssociatedResource } from "./resource.js";

/** One thing that is withheld from a destroy, and on whose word. */
export interface KeepRule {
    /** An id, an IP address or a name; `*` and `?` stand for any characters, any one character of a name. */
    readonly entry: string;
    readonly source: "managed" | "argument" | "environment";
}

/** The first rule that speaks of the resource. */
export function keptBy(resource: AssociatedResource, rules: readonly KeepRule[]): KeepRule | undefined {
    return rules.find((rule) => matches(rule, resource));
}

/** Why a rule keeps a resource, in a report's words. */
export function keepReason(rule: KeepRule): string {
    switch (rule.source) {
        case "managed":
            return "managed";
        case "argument":
            return `keep: ${rule.entry}`;
        case "environment":
            return `DROPLET_TEARDOWN_KEEP: ${rule.entry}`;
    }
}

function matches(rule: KeepRule, resource: AssociatedResource): boolean {
    if (rule.source === "managed") {
        return rule.entry === resource.id || rule.entry === resource.name;
    }
    return rule.entry === resource.id || glob(rule.entry).test(resource.name);
}

function glob(pattern: string): RegExp {
    const source = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*+/g, ".*")
        .replace(/\?/g, ".");
    return new RegExp(`^${source}$`, "su");
}
