import { addMoney, dropletLabel, kindLabel, monthlySum, resourceLabel } from "./format.js";
import type { ResourceKind } from "./model.js";
import { MANAGED_REASON } from "./policy.js";
import {
    GONE_BEFORE_REASON,
    isSuccess,
    MANAGED_GONE_REASON,
    type Outcome,
    type Report,
    type ReportedResource,
    type ResourceOutcome,
    STILL_THERE_REASON,
    withOutcome,
} from "./report.js";

/** The Droplet or one of its resources, and what became of it: every surface makes its lines and its sums of these. */
export interface Row extends Omit<ReportedResource, "kind"> {
    readonly kind: ResourceKind | "droplet";
}

type Tabular = Omit<Report, "outcome"> & { readonly outcome: Outcome | "planned" };

/** What needs attention comes first. */
export const ORDER: readonly ResourceOutcome[] = ["failed", "unknown", "pending", "kept", "destroyed"];

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

function dropletOutcome({ dropletGone, stillRunning, outcome }: Tabular): ResourceOutcome {
    if (dropletGone || stillRunning) {
        return dropletGone ? "destroyed" : "pending";
    }
    switch (outcome) {
        case "planned":
            return "pending";
        case "refused":
            return "kept";
        case "not-found":
            return "unknown";
        default:
            return "failed";
    }
}

/** What became of a row, for people: what should be gone and merely is not remains. */
export function rowWord({ kind, outcome, reason }: Row): string {
    switch (outcome) {
        case "destroyed":
            return reason === GONE_BEFORE_REASON || reason === MANAGED_GONE_REASON ? "gone" : outcome;
        case "failed":
            return kind === "droplet" || reason === STILL_THERE_REASON ? "remains" : outcome;
        default:
            return kind === "droplet" && outcome !== "pending" ? "remains" : outcome;
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
    /** What destroys of the Droplets took. */
    readonly destroyed: readonly (string | null)[];
    /** A Droplet counts until it is verified to be gone. */
    readonly remaining: readonly (string | null)[];
    /** What other resources of the stack manage: it is not in `remaining`. */
    readonly managed: readonly (string | null)[];
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
    const left = rows.filter(({ outcome }) => outcome !== "destroyed");
    const remaining = left.filter((row) => !isManaged(row));
    return {
        destroyed: costs(rows.filter(({ outcome, reason }) => outcome === "destroyed" && reason === null)),
        remaining: costs(remaining),
        managed: costs(left.filter(isManaged)),
        unpriced: remaining.filter(({ monthlyCost }) => monthlyCost === null),
    };
}

function costs(rows: readonly Row[]): (string | null)[] {
    return rows.map(({ monthlyCost }) => monthlyCost);
}

function isManaged({ outcome, reason }: Row): boolean {
    return outcome === "kept" && reason === MANAGED_REASON;
}

/** "Saved $6.75/month. Still accruing $10.00/month." */
export function costText(reports: readonly Tabular[]): string {
    const cost = costOf(reports);
    return [...savedText(cost, reports), remainingText(cost, reports), ...managedText(cost)].join(" ");
}

function savedText({ destroyed }: Cost, reports: readonly Tabular[]): string[] {
    const hasEnded = reports.some(
        (report) => isSuccess(report) && (report.rounds > 0 || withOutcome(report, "destroyed").length > 0),
    );
    const isKnown = Number(addMoney(destroyed)) > 0 || !destroyed.includes(null);
    return hasEnded && destroyed.length > 0 && isKnown ? [`Saved ${monthlySum(destroyed)}.`] : [];
}

function remainingText({ remaining, unpriced }: Cost, reports: readonly Tabular[]): string {
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
        return `Still accruing ${accruing.join(", and ")}.`;
    }
    const isNothing = unpriced.length === 0 && isWhole && reports.every(isSuccess);
    return isNothing ? "No remaining cost found." : "Remaining cost unknown.";
}

function managedText({ managed }: Cost): string[] {
    return managed.length === 0 ? [] : [`Other resources of the stack: ${monthlySum(managed)}.`];
}

const MAX_NAMED = 5;

/** "a, b and c"; "a, b, c, d, e and 7 more" */
function enumerated(labels: readonly string[]): string {
    const more = labels.length - MAX_NAMED;
    const parts = more > 0 ? [...labels.slice(0, MAX_NAMED), `${more} more`] : labels;
    return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}
