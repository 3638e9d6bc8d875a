import { matchesGlob } from "./glob.js";
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

/** Whether an entry may mean more than one resource, and so may well mean none. */
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
