import type { ResourceKind } from "./model.js";

/** The last snapshot of a Droplet, taken before it is destroyed. */
export interface FinalSnapshot {
    readonly dropletId: number;
    /** Prefix of its name, such as `{name}-{date}`; null: none is taken, but an existing one is kept. */
    readonly template: string | null;
    /** Suffix of its name in every run, by which a resumed destroy recognizes it. */
    readonly suffix: string;
    /** Ids that this run has seen with such a name. */
    readonly ids: readonly string[];
}

/** Why it is kept, in a report's words. */
export const FINAL_REASON = "final snapshot";

export const DEFAULT_TEMPLATE = "{name}-{date}";
const MAX_TEMPLATE = 100;
const MAX_NAME = 255;

/** Matches any executor: a Droplet of a stack may be destroyed from the command line. */
const EXECUTORS = /-final-[0-9a-f]{16}$/i;

/** @param owner the executor's hex; the Droplet's id if there is no executor */
export function finalSnapshot(
    dropletId: number,
    template: string | null,
    owner: string | number = dropletId,
): FinalSnapshot {
    return { dropletId, template, suffix: `-final-${owner}`, ids: [] };
}

/** Whether a snapshot of the Droplet is a final one, whoever took it: no other snapshot has such a name. */
export function isFinal(
    { kind, id, name }: { readonly kind: ResourceKind; readonly id: string; readonly name: string },
    { dropletId, suffix, ids }: FinalSnapshot,
): boolean {
    const isNamed = EXECUTORS.test(name) || [suffix, `-final-${dropletId}`].some((end) => name.endsWith(end));
    return kind === "snapshot" && (ids.includes(id) || isNamed);
}

/** `web-1-2026-11-25-final-3164494`; the date is in UTC. */
export function finalSnapshotName(
    template: string,
    suffix: string,
    dropletName: string,
    nowMs: number,
): string {
    const [date = ""] = new Date(nowMs).toISOString().split("T");
    const begin = template.replace(/\{(name|date)\}/g, (_, word) => (word === "name" ? dropletName : date));
    return `${Array.from(begin)
        .slice(0, MAX_NAME - suffix.length)
        .join("")}${suffix}`;
}

/** What is wrong with a template; null: it is valid. */
export function templateFailure(template: string): string | null {
    if (template.trim() === "" || template.length > MAX_TEMPLATE || /\p{Cc}/u.test(template)) {
        return `must be a string of at most ${MAX_TEMPLATE} characters on one line`;
    }
    const rest = template.replace(/\{(?:name|date)\}/g, "");
    return /[{}]/.test(rest) ? "supports only the placeholders {name} and {date}" : null;
}
