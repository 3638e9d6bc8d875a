import {
    addMoney,
    columns,
    costs,
    count,
    countedCost,
    kindLabel,
    monthly,
    resourceLabel,
} from "../../provider/teardown/format.js";
import { READ_SCOPES } from "../../provider/teardown/inquiry.js";
import type { ResourceKind } from "../../provider/teardown/model.js";
import { dollars } from "../../provider/teardown/report-json.js";
import { code } from "../../provider/teardown/report-markdown.js";
import type { Orphan, OrphanList } from "../selection/orphans.js";

const GOLDEN =
    "Golden images, and volumes that are kept on purpose, look like orphans too: check before deleting.";

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
function orphansTotal({ listed, younger, ageless, kept, unread }: OrphanList): string {
    if (listed.length > 0) {
        return `${countedCost("orphan", listed, unread.length === 0)}.`;
    }
    return younger + ageless + kept + unread.length === 0
        ? "no orphans: everything belongs to a droplet"
        : "no orphans among the kinds that could be read";
}

/** What the list omits, and how to read it. */
function orphansNotes({ listed, younger, ageless, kept, unread }: OrphanList): string[] {
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
            (kind) =>
                `could not be read: ${kindLabel(kind)}s; the token needs the scope ${scopesFor(kind).join(", ")}`,
        ),
        ...(listed.length === 0 ? [] : [GOLDEN]),
    ];
}

/** The scopes needed to list the orphans of a kind. */
function scopesFor(kind: ResourceKind): readonly string[] {
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

/** The list as it stands in the JSON report, costs in dollars. */
export function orphansJson({ listed, younger, ageless, kept, unread }: OrphanList): object {
    const remaining = addMoney(costs(listed));
    const unpriced = listed
        .filter(({ monthlyCost }) => monthlyCost === null)
        .map((orphan) => `${kindLabel(orphan.kind)} ${resourceLabel(orphan)}`);
    return {
        orphans: listed.map(orphanJson),
        leftOut: { younger, ageless, kept },
        unread,
        cost: { destroyed: addMoney([]), remaining, managed: addMoney([]), unpriced },
    };
}

function orphanJson({ kind, id, name, createdAt, monthlyCost, deleteCommand }: Orphan): object {
    return { kind, id, name, createdAt, monthlyCost: dollars(monthlyCost), deleteCommand };
}

/** The list as a Markdown summary. */
export function orphansMarkdown(list: OrphanList): string {
    const rows = list.listed.map(({ kind, id, name, ageMs, monthlyCost }) => {
        const cost = monthlyCost === null ? "unknown" : `$${addMoney([monthlyCost])}`;
        return `| ${kindLabel(kind)} | ${code(name || id)} | ${code(id)} | ${ageText(ageMs)} | ${cost} |`;
    });
    const table = ["| kind | name | id | age | a month |", "|---|---|---|---|---|", ...rows].join("\n");
    const parts = [...(rows.length === 0 ? [] : [table]), orphansTotal(list), ...orphansNotes(list)];
    return ["### Droplet orphans", ...parts].join("\n\n").concat("\n\n");
}

const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;

/** "12 days", "5 hours", "age unknown" */
export function ageText(ageMs: number | null): string {
    if (ageMs === null) {
        return "age unknown";
    }
    const hours = Math.floor(ageMs / HOUR_MS);
    return hours < 2 * HOURS_PER_DAY ? count(hours, "hour") : count(Math.floor(hours / HOURS_PER_DAY), "day");
}
