import { matchesGlob } from "./glob.js";
import type { AssociatedResource } from "./resource.js";

/** An entry to keep, and where it comes from. */
export interface KeepRule {
    /** An id, an IP address or a name; in a name, `*` matches any characters and `?` any one. */
    readonly entry: string;
    readonly source: "managed" | "argument" | "environment";
}

/** The first rule that matches the resource. */
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

/** Whether an entry may match more than one resource, and so may match none. */
export function isGlob({ entry }: KeepRule): boolean {
    return /[*?]/.test(entry);
}

function matches({ entry, source }: KeepRule, { id, name }: AssociatedResource): boolean {
    if (entry.toLowerCase() === id.toLowerCase()) {
        return true;
    }
    const [wanted, own] = [entry.normalize("NFC"), name.normalize("NFC")];
    return source === "managed" ? wanted === own : matchesGlob(wanted, own);
}
