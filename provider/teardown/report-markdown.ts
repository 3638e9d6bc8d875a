import { addMoney, kindLabel, monthlySum, NOT_COVERED, printable } from "./format.js";
import type { DropletReport, ReportedOutcome } from "./report-json.js";
import { amountsOf, costOf, isSuccess, type ReportedResource, withOutcome } from "./report.js";

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

const WOULD_GO = "would be destroyed";

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
    const rows = [...dropletRow(report), ...resourceRows(report)];
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

function dropletRow(report: DropletReport): string[] {
    const there = report.outcome === "planned" ? WOULD_GO : "still there";
    const word = report.dropletGone ? "destroyed" : there;
    const price = dollars(report.dropletMonthlyPrice);
    return report.dropletName === null
        ? []
        : [
              `| ${word} | droplet | ${code(report.dropletName)} | ${code(report.dropletReason ?? "")} | ${price} |`,
          ];
}

function resourceRows(report: DropletReport): string[] {
    const order = ["failed", "unknown", "pending", "kept", "destroyed"] as const;
    return order
        .flatMap((outcome) => withOutcome(report, outcome))
        .map((resource) => resourceRow(resource, report.outcome));
}

function resourceRow(
    { kind, id, name, outcome, reason, monthlyCost }: ReportedResource,
    of: ReportedOutcome,
): string {
    const word = of === "planned" && outcome === "pending" ? WOULD_GO : outcome;
    const why = reason === null ? "" : code(reason);
    return `| ${word} | ${kindLabel(kind)} | ${code(name || id)} | ${why} | ${dollars(monthlyCost)} |`;
}

function totals(droplets: readonly DropletReport[]): string {
    if (droplets.length === 0) {
        return "";
    }
    if (droplets.some(({ outcome }) => outcome === "planned")) {
        return plannedTotals(droplets);
    }
    const { remaining } = costOf(droplets);
    const unread = droplets.some((report) => report.unread.length > 0);
    const saved = droplets.flatMap((report) => amountsOf(report).destroyed);
    const open = droplets.flatMap((report) => amountsOf(report).remaining);
    const unknown = open.includes(null) ? ", and what has no known cost" : "";
    const uncovered = droplets.some(isSuccess) ? ` ${NOT_COVERED}` : "";
    return `Saved ${monthlySum(saved)}. Still accruing ${unread ? "at least " : ""}$${remaining}/month${unknown}.${uncovered}`;
}

/** What a plan would save: nothing has been saved yet. */
function plannedTotals(droplets: readonly DropletReport[]): string {
    const going = droplets.flatMap((report) => (report.outcome === "planned" ? openAmounts(report) : []));
    const staying = droplets.flatMap((report) => [
        ...withOutcome(report, "kept", "failed", "unknown").map(({ monthlyCost }) => monthlyCost),
        ...(report.outcome === "planned" ? [] : openAmounts(report)),
    ]);
    const isWhole = droplets.every(({ unread }) => unread.length === 0);
    return `Nothing was destroyed. Would save ${monthlySum(going)}; ${monthlySum(staying, isWhole)} would stay.`;
}

/** The costs of a Droplet that was seen and is not gone, and of what awaits its destroy. */
function openAmounts(report: DropletReport): (string | null)[] {
    const there = !report.dropletGone && report.dropletName !== null;
    return [
        ...withOutcome(report, "pending").map(({ monthlyCost }) => monthlyCost),
        ...(there ? [report.dropletMonthlyPrice] : []),
    ];
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
