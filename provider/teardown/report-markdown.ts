import { addMoney, kindLabel, monthlySum, NOT_COVERED, printable } from "./format.js";
import type { DropletReport, ReportedOutcome } from "./report-json.js";
import { isSuccess, type ResourceOutcome } from "./report.js";
import { costText, type Row, rowsOf } from "./rows.js";

/** A Droplet's outcome as shown in a summary. */
const OUTCOME_WORDS: Record<ReportedOutcome, string> = {
    destroyed: "destroyed",
    "not-found": "not visible to this token",
    partial: "not all destroyed",
    "in-progress": "not finished",
    refused: "refused, nothing destroyed",
    failed: "failed",
    planned: "would be destroyed",
};

/** Rows per Droplet; a step summary has a size limit, and nobody reads more. */
const MAX_ROWS = 100;

/** Reports as Markdown: what went, what stays, and what it costs. Ends with an empty line. */
export function reportMarkdown(droplets: readonly DropletReport[], error: string | null): string {
    const sections = droplets.map(dropletSection);
    const nothing =
        droplets.length === 0 && error === null ? ["No droplet matched: nothing was destroyed."] : [];
    const trouble =
        error === null
            ? []
            : [`**${droplets.length === 0 ? "Nothing was done" : "Ended early"}:** ${code(error)}`];
    return ["### Droplet teardown", ...trouble, ...nothing, ...sections, totals(droplets)]
        .filter((section) => section !== "")
        .join("\n\n")
        .concat("\n\n");
}

function dropletSection(report: DropletReport): string {
    const name = report.dropletName === null ? "" : `${code(report.dropletName)} `;
    const title = `**Droplet ${name}(${report.dropletId}): ${outcomeWords(report)}**`;
    const error = report.error === null ? [] : [code(report.error)];
    const rows = tableRows(report);
    const more = rows.length - MAX_ROWS;
    const table = ["| | kind | name | why | a month |", "|---|---|---|---|---|", ...rows.slice(0, MAX_ROWS)];
    return [
        title,
        ...error,
        ...(rows.length === 0 ? [] : [table.join("\n")]),
        ...(more > 0 ? [`… and ${more} more.`] : []),
        ...(report.unread.length === 0 ? [] : [`Not read: ${report.unread.map(kindLabel).join(", ")}.`]),
    ].join("\n\n");
}

function outcomeWords({ outcome, dropletGone, dropletName }: DropletReport): string {
    if (outcome === "planned" && dropletName === null) {
        return `${OUTCOME_WORDS["not-found"]}, something of it would be destroyed`;
    }
    if (dropletGone && (outcome === "not-found" || outcome === "planned")) {
        return outcome === "planned" ? "gone, something of it would be destroyed" : "already gone";
    }
    return OUTCOME_WORDS[outcome];
}

/** A Droplet of which nothing is known has no row. */
function tableRows(report: DropletReport): string[] {
    return rowsOf(report)
        .filter(({ kind, name }) => kind !== "droplet" || name !== "")
        .map(({ kind, id, name, reason, monthlyCost, ...row }) => {
            const label = kind === "droplet" ? kind : kindLabel(kind);
            const word = rowWord(kind, row.outcome, report.outcome);
            return `| ${word} | ${label} | ${code(name || id)} | ${code(reason ?? "")} | ${dollars(monthlyCost)} |`;
        });
}

function rowWord(kind: Row["kind"], outcome: ResourceOutcome, of: ReportedOutcome): string {
    if (of === "planned" && outcome === "pending") {
        return "would be destroyed";
    }
    return kind === "droplet" && outcome !== "destroyed" ? "still there" : outcome;
}

function totals(droplets: readonly DropletReport[]): string {
    if (droplets.length === 0) {
        return "";
    }
    if (droplets.some(({ outcome }) => outcome === "planned")) {
        return plannedTotals(droplets);
    }
    return `${costText(droplets)}${droplets.some(isSuccess) ? ` ${NOT_COVERED}` : ""}`;
}

/** What a plan would save: nothing has been saved yet. */
function plannedTotals(droplets: readonly DropletReport[]): string {
    const rows = droplets.flatMap((report) =>
        rowsOf(report)
            .filter(({ kind, name }) => kind !== "droplet" || name !== "")
            .map((row) => ({ ...row, goes: report.outcome === "planned" && row.outcome === "pending" })),
    );
    const going = rows.filter(({ goes }) => goes).map(({ monthlyCost }) => monthlyCost);
    const staying = rows
        .filter(({ goes, outcome }) => !goes && outcome !== "destroyed")
        .map(({ monthlyCost }) => monthlyCost);
    const isWhole = droplets.every(({ unread }) => unread.length === 0);
    return `Nothing was destroyed. Would save ${monthlySum(going)}; ${monthlySum(staying, isWhole)} would stay.`;
}

function dollars(amount: string | null): string {
    return amount === null ? "unknown" : `$${addMoney([amount])}`;
}

/**
 * Untrusted text as a code span, in which Markdown, HTML, links and mentions have no effect. A pipe would still
 * end a table cell, and a backslash before the escaping one would undo the escape.
 */
export function code(text: string): string {
    const clean = printable(text).trim();
    if (clean === "") {
        return "";
    }
    const longestRun = Math.max(0, ...(clean.match(/`+/g) ?? []).map((run) => run.length));
    const fence = "`".repeat(longestRun + 1);
    const pad = longestRun > 0 ? " " : "";
    return `${fence}${pad}${clean.replace(/(\\*)\|/g, "$1$1\\|")}${pad}${fence}`;
}
