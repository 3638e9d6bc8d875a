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

/**
 * Whether a pattern with `*` and `?` matches a whole text. Walks both with two pointers and goes back to the
 * last `*` only, so that no pattern takes more than their lengths multiplied.
 */
function matchesGlob(pattern: string, text: string): boolean {
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
