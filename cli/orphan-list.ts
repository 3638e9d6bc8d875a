import { keptBy } from "../provider/teardown/policy.js";
import { addMoney, columns, count, kindLabel, monthly, resourceLabel } from "../provider/teardown/format.js";
import type { ResourceKind } from "../provider/teardown/model.js";
import { READ_SCOPES } from "../provider/teardown/guards.js";
import { ageText } from "./age-text.js";
import type { OrphansInvocation } from "./invocation.js";
import type { Orphan, Orphans } from "./orphan.js";

/** Orphans to report: those listed, and how many are omitted, and why. */
export interface OrphanList {
    readonly listed: readonly Orphan[];
    readonly younger: number;
    readonly ageless: number;
    readonly kept: number;
    /** Kinds that the token cannot read. */
    readonly unread: readonly ResourceKind[];
}

const GOLDEN =
    "Golden images, and volumes that are kept on purpose, look like orphans too: check before deleting.";

/** Chooses what is listed. */
export function listOrphans(
    { found, unread }: Orphans,
    { olderThanMs, keep }: Pick<OrphansInvocation, "olderThanMs" | "keep">,
): OrphanList {
    const rules = keep.map((entry) => ({ entry, source: "argument" as const }));
    const wanted = found.filter((orphan) => keptBy(orphan, rules) === undefined);
    const limitMs = olderThanMs ?? Number.NEGATIVE_INFINITY;
    const ageless = olderThanMs === null ? [] : wanted.filter(({ ageMs }) => ageMs === null);
    const younger = wanted.filter(({ ageMs }) => ageMs !== null && ageMs <= limitMs);
    return {
        listed: wanted.filter((orphan) => !ageless.includes(orphan) && !younger.includes(orphan)),
        younger: younger.length,
        ageless: ageless.length,
        kept: found.length - wanted.length,
        unread,
    };
}

/** The list for people. */
export function orphansText(list: OrphanList): string {
    const rows = list.listed.map((orphan) => [
        kindLabel(orphan.kind),
        resourceLabel(orphan),
        ageText(orphan.ageMs),
        monthly(orphan.monthlyCost),
        orphan.deleteCommand ?? "",
    ]);
    return [...columns(rows), orphansTotal(list), ...orphansNotes(list)].join("\n");
}

/** "3 orphans, at least $6.75/month." */
export function orphansTotal({ listed, younger, ageless, kept, unread }: OrphanList): string {
    const least = unread.length === 0 ? "" : "at least ";
    if (listed.length > 0) {
        const total = addMoney(listed.map(({ monthlyCost }) => monthlyCost));
        return `${least}${count(listed.length, "orphan")}, ${least}$${total}/month.`;
    }
    return younger + ageless + kept + unread.length === 0
        ? "no orphans: everything belongs to a droplet"
        : "no orphans among what was looked at";
}

/** What the list omits, and how to read it. */
export function orphansNotes({ listed, younger, ageless, kept, unread }: OrphanList): string[] {
    const notes = [
        [younger, "left out, because it is younger", "left out, because they are younger"],
        [
            ageless,
            "left out, because the API does not tell how old it is",
            "left out, because the API does not tell how old they are",
        ],
        [kept, "left out by --keep", "left out by --keep"],
    ] as const;
    return [
        ...notes.flatMap(([many, one, several]) =>
            many === 0 ? [] : [`${many} ${many === 1 ? one : several}.`],
        ),
        ...unread.map(
            (kind) => `not read: ${kindLabel(kind)}s; the token lacks a scope: ${scopesOf(kind).join(", ")}`,
        ),
        ...(listed.length === 0 ? [] : [GOLDEN]),
    ];
}

/** The scopes needed to list the orphans of a kind. */
function scopesOf(kind: ResourceKind): readonly string[] {
    switch (kind) {
        case "snapshot":
            return ["snapshot:read", "droplet:read"];
        case "volume_snapshot":
            return ["snapshot:read", ...READ_SCOPES.volume];
        case "volume":
        case "reserved_ip":
            return READ_SCOPES[kind];
    }
}
