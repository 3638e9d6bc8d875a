import { addMoney, dropletLabel, kindLabel, monthlySum, resourceLabel } from "./format.js";
import type { ResourceKind } from "./model.js";
import {
    isSuccess,
    type Outcome,
    type Report,
    type ReportedResource,
    type ResourceOutcome,
    withOutcome,
} from "./report.js";

/** The Droplet or one of its resources, and what became of it: every surface makes its lines and its sums of these. */
export interface Row extends Omit<ReportedResource, "kind"> {
    readonly kind: ResourceKind | "droplet";
}

type Tabular = Omit<Report, "outcome"> & { readonly outcome: Outcome | "planned" };

/** What needs attention comes first. */
const ORDER: readonly ResourceOutcome[] = ["failed", "unknown", "pending", "kept", "destroyed"];

/** The Droplet, then its resources. */
export function rowsOf(report: Tabular): readonly Row[] {
    const droplet: Row = {
        kind: "droplet",
        id: String(report.dropletId),
        name: report.dropletName ?? "",
        outcome: dropletOutcome(report),
        reason: report.dropletReason,
        monthlyCost: report.dropletMonthlyPrice,
    };
    return [droplet, ...ORDER.flatMap((outcome) => withOutcome(report, outcome))];
}

function dropletOutcome({ dropletGone, goesOn, outcome }: Tabular): ResourceOutcome {
    if (dropletGone || goesOn) {
        return dropletGone ? "destroyed" : "pending";
    }
    switch (outcome) {
        case "planned":
        case "in-progress":
            return "pending";
        case "refused":
            return "kept";
        case "not-found":
            return "unknown";
        default:
            return "failed";
    }
}

/** "volume pg-data (4d4d)" */
export function rowLabel({ kind, ...row }: Row): string {
    return kind === "droplet"
        ? dropletLabel(Number(row.id), row.name || null)
        : `${kindLabel(kind)} ${resourceLabel({ kind, ...row })}`;
}

/** What teardowns have saved, and what still costs something; all sums are made of the rows. */
export interface Cost {
    readonly destroyed: readonly (string | null)[];
    /** A Droplet counts until it is verified to be gone. */
    readonly remaining: readonly (string | null)[];
    /** What remains without a known price: it is in no sum. */
    readonly unpriced: readonly Row[];
}

export function costOf(reports: readonly Tabular[]): Cost {
    const rows = reports.flatMap((report) =>
        // What was gone before has not been saved.
        rowsOf(report).filter(
            ({ kind }) => kind !== "droplet" || !(report.dropletGone && report.outcome === "not-found"),
        ),
    );
    const remaining = rows.filter(({ outcome }) => outcome !== "destroyed");
    return {
        destroyed: rows
            .filter(({ outcome }) => outcome === "destroyed")
            .map(({ monthlyCost }) => monthlyCost),
        remaining: remaining.map(({ monthlyCost }) => monthlyCost),
        unpriced: remaining.filter(({ monthlyCost }) => monthlyCost === null),
    };
}

/** "Saved $6.75/month. Still accruing $10.00/month." */
export function costText(reports: readonly Tabular[]): string {
    const { destroyed, remaining, unpriced } = costOf(reports);
    const hasSaved = reports.some(
        (report) => isSuccess(report) && (report.rounds > 0 || withOutcome(report, "destroyed").length > 0),
    );
    const savings = hasSaved ? `Saved ${monthlySum(destroyed)}. ` : "";
    const sum = addMoney(remaining);
    const isWhole = reports.every(({ unread }) => unread.length === 0);
    // A Droplet that was never seen has no name, and need not exist.
    const named = unpriced.filter(({ kind, name }) => kind !== "droplet" || name !== "").map(rowLabel);
    const accruing = [
        ...(Number(sum) > 0
            ? [`${isWhole && named.length === unpriced.length ? "" : "at least "}$${sum}/month`]
            : []),
        ...(named.length > 0 ? [`the unknown cost of ${enumerated(named)}`] : []),
    ];
    if (accruing.length > 0) {
        return `${savings}Still accruing ${accruing.join(", and ")}.`;
    }
    const isNothing = unpriced.length === 0 && isWhole && reports.every(isSuccess);
    return `${savings}${isNothing ? "No cost is known to remain." : "What still accrues cost is not known."}`;
}

const MAX_NAMED = 5;

/** "a, b and c"; "a, b, c, d, e and 7 more" */
function enumerated(labels: readonly string[]): string {
    const more = labels.length - MAX_NAMED;
    const parts = more > 0 ? [...labels.slice(0, MAX_NAMED), `${more} more`] : labels;
    return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}
