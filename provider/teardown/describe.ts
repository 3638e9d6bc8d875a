import {
    columns,
    count,
    dropletLabel,
    formatDuration,
    kindLabel,
    monthly,
    NOT_COVERED,
    printable,
    resourceLabel,
    unreadLine,
} from "./format.js";
import { isSuccess, type Report, STILL_THERE_REASON, withOutcome } from "./report.js";
import { costText, rowsOf, rowWord } from "./rows.js";

/** What is said once, however many reports there are. */
export function totalLines(reports: readonly Report[]): string[] {
    return [
        ...(reports.length > 1 ? [totalLine(reports)] : []),
        ...(reports.some(isSuccess) ? [NOT_COVERED] : []),
    ];
}

/** "11 of 12 droplets destroyed, 1 failed; 3 resources kept. Saved $80.00/month. …" */
function totalLine(reports: readonly Report[]): string {
    const good = reports.filter((report) => isSuccess(report) && report.dropletGone).length;
    const unseen = reports.filter((report) => isSuccess(report) && !report.dropletGone).length;
    const failed = reports.length - good - unseen;
    const kept = reports.flatMap((report) => withOutcome(report, "kept")).length;
    const parts = [
        `${good} of ${count(reports.length, "droplet")} ${good === 1 ? "is" : "are"} gone`,
        ...(failed === 0 ? [] : [`${failed} failed`]),
        ...(unseen === 0 ? [] : [`${unseen} not visible to this token`]),
        ...(kept === 0 ? [] : [`${count(kept, "resource")} kept`]),
    ];
    return `${parts.join(", ")}. ${costText(reports)}`;
}

/** A multi-line report for people: what happened, every resource, the remaining cost. */
export function describeReport(report: Report): string {
    const rows = columns(remainingRows(report), ["destroyed".length]);
    const destroyed = destroyedLine(report);
    return [
        `${dropletLabel(report.dropletId, report.dropletName)}: ${headline(report)}`,
        ...rows,
        ...(destroyed === null ? [] : [destroyed]),
        ...unreadLine(report.unread),
        ...unmatchedLine(report),
        closing(report),
    ].join("\n");
}

function headline(report: Report): string {
    const failed = withOutcome(report, "failed").length;
    const unknown = withOutcome(report, "unknown").length;
    switch (report.outcome) {
        case "destroyed":
            return "destroyed";
        case "not-found":
            return report.dropletGone ? "already gone" : (report.error ?? "not visible to this token");
        case "in-progress":
            return report.error ?? "interrupted";
        case "refused":
        case "failed":
            return report.error ?? report.outcome;
        case "partial":
            return failed + unknown === 0 || report.dropletReason !== null
                ? (report.error ?? "not destroyed")
                : unsettledHeadline(report, failed, unknown);
    }
}

function unsettledHeadline(report: Report, failed: number, unknown: number): string {
    const concerned = withOutcome(report, "failed", "unknown", "destroyed", "pending").length;
    const noun = concerned === 1 ? "associated resource" : "associated resources";
    return failed === 0
        ? `could not determine whether ${unknown} of ${concerned} ${noun} ${unknown === 1 ? "is" : "are"} gone`
        : `${failed} of ${concerned} ${noun} could not be destroyed`;
}

function remainingRows(report: Report): string[][] {
    return rowsOf(report)
        .filter(({ kind, outcome, reason, name }) =>
            kind === "droplet"
                ? outcome !== "destroyed" && report.outcome !== "refused" && name !== ""
                : outcome !== "destroyed" || reason !== null,
        )
        .map((row) => [
            rowWord(row),
            row.kind === "droplet" ? row.kind : kindLabel(row.kind),
            row.kind === "droplet"
                ? `${printable(row.name)} (${row.id})`
                : resourceLabel({ ...row, kind: row.kind }),
            printable(row.reason === STILL_THERE_REASON ? "" : (row.reason ?? "")),
            monthly(row.monthlyCost),
        ]);
}

/** "destroyed  droplet, reserved ip 45.55.96.47, 2 volume snapshots": destroyed resources share one row. */
function destroyedLine(report: Report): string | null {
    const gone = withOutcome(report, "destroyed").filter((resource) => resource.reason === null);
    const kinds = [...new Set(gone.map((resource) => resource.kind))];
    const phrases = kinds.map((kind) => {
        const ofKind = gone.filter((resource) => resource.kind === kind);
        const [only] = ofKind;
        return ofKind.length === 1 && only !== undefined
            ? `${kindLabel(kind)} ${printable(only.name || only.id)}`
            : count(ofKind.length, kindLabel(kind));
    });
    const all = report.dropletGone && report.outcome !== "not-found" ? ["droplet", ...phrases] : phrases;
    return all.length === 0 ? null : `  destroyed  ${all.join(", ")}`;
}

function unmatchedLine(report: Report): string[] {
    return report.unmatchedKeep.length === 0
        ? []
        : [`  keep: nothing matches ${report.unmatchedKeep.map(printable).join(", ")}`];
}

function closing(report: Report): string {
    const took = formatDuration(report.finishedAtMs - report.startedAtMs);
    const attempts = report.rounds === 0 ? "" : `${count(report.rounds, "attempt")} in ${took}. `;
    return attempts + costText([report]);
}
