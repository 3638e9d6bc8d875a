import {
    addMoney,
    costs,
    kindLabel,
    kindLabels,
    monthlySum,
    NOT_COVERED,
    printable,
    unknownKindLabel,
} from "./format.js";
import { isWhole, RESOURCE_KINDS } from "./model.js";
import { costText, type DropletReport, isSuccess, ORDER, type Row, rowWord, toRows } from "./report.js";

/** A Droplet's outcome as shown in a summary. */
const OUTCOME_WORDS: Record<DropletReport["outcome"], string> = {
    destroyed: "destroyed",
    "not-found": "not visible to this token",
    partial: "not all destroyed",
    "in-progress": "not finished",
    refused: "refused",
    failed: "failed",
    planned: "would be destroyed",
};

/** A step summary has a size limit, and nobody reads more. */
const MAX_ROWS = 200;

/**
 * Reports as Markdown: the verdict, the sums, then what failed, stays and went. Ends with an empty line.
 * @param none what it means that there is no Droplet
 * @param notCovered what a success says at its end; empty: it was said before
 */
export function reportMarkdown(
    droplets: readonly DropletReport[],
    error: string | null,
    none = "No droplet matched: nothing was destroyed.",
    notCovered: readonly string[] = [NOT_COVERED],
): string {
    const ended = droplets.length === 0 ? "Nothing was done" : "Ended early";
    return [
        "### Droplet teardown",
        ...(error === null ? [] : [`**${ended}:** ${code(error)}`]),
        ...(droplets.length === 0 && error === null ? [none] : []),
        ...verdict(droplets),
        totals(droplets),
        errors(droplets),
        table(droplets),
        unreadText(droplets),
        unknownText(droplets),
        unmatchedText(droplets),
        ...(droplets.some(isSuccess) ? notCovered : []),
    ]
        .filter((section) => section !== "")
        .join("\n\n")
        .concat("\n\n");
}

/** "**12 droplets: 1 failed, 11 destroyed**" */
function verdict(droplets: readonly DropletReport[]): string[] {
    const [only] = droplets;
    if (only === undefined || droplets.length === 1) {
        return only === undefined ? [] : [`**Droplet ${named(only)}: ${outcomeWords(only)}**`];
    }
    const words = [...droplets].sort((one, other) => urgency(one) - urgency(other)).map(outcomeWords);
    const counts = [...new Set(words)].map((word) => {
        return `${words.filter((other) => other === word).length} ${word}`;
    });
    return [`**${droplets.length} droplets: ${counts.join(", ")}**`];
}

const URGENCY = ["failed", "refused", "partial", "in-progress", "planned", "not-found", "destroyed"];

function urgency({ outcome }: DropletReport): number {
    return URGENCY.indexOf(outcome);
}

function named({ dropletId, dropletName }: DropletReport): string {
    return `${dropletName === null ? "" : `${code(dropletName)} `}(${dropletId})`;
}

/** Why a Droplet was not torn down, for each. */
function errors(droplets: readonly DropletReport[]): string {
    return droplets
        .filter(({ error }) => error !== null)
        .map((report) =>
            droplets.length === 1
                ? code(report.error ?? "")
                : `- Droplet ${named(report)}, ${outcomeWords(report)}: ${code(report.error ?? "")}`,
        )
        .join("\n");
}

function outcomeWords({ outcome, dropletGone, dropletName }: DropletReport): string {
    if (outcome === "planned" && dropletName === null) {
        return `${OUTCOME_WORDS["not-found"]}; some of its resources would be destroyed`;
    }
    if (dropletGone && (outcome === "not-found" || outcome === "planned")) {
        return outcome === "planned" ? "gone; some of its resources would be destroyed" : "already gone";
    }
    return OUTCOME_WORDS[outcome];
}

/** What needs attention comes first. A Droplet of which nothing is known has no row. */
function table(droplets: readonly DropletReport[]): string {
    const all = droplets.flatMap((report) =>
        toRows(report)
            .filter(({ kind, name }) => kind !== "droplet" || name !== "")
            .map((row) => ({ row, report })),
    );
    const sorted = ORDER.flatMap((outcome) => all.filter(({ row }) => row.outcome === outcome));
    if (sorted.length === 0) {
        return "";
    }
    const more = sorted.length - MAX_ROWS;
    return [
        "| | droplet | kind | name | id | why | a month |",
        "|---|---|---|---|---|---|---|",
        ...sorted.slice(0, MAX_ROWS).map(({ row, report }) => tableRow(row, report)),
        ...(more > 0 ? ["", `… and ${more} more.`] : []),
    ].join("\n");
}

function tableRow(row: Row, report: DropletReport): string {
    const { kind, id, name, reason, monthlyCost } = row;
    return `| ${[
        report.outcome === "planned" && row.outcome === "pending" ? "would be destroyed" : rowWord(row),
        code(report.dropletName ?? String(report.dropletId)),
        kind === "droplet" ? kind : kindLabel(kind),
        code(name || id),
        code(id),
        code(reason ?? ""),
        dollars(monthlyCost),
    ].join(" | ")} |`;
}

function unreadText(droplets: readonly DropletReport[]): string {
    const kinds = RESOURCE_KINDS.filter((kind) => droplets.some(({ unread }) => unread.includes(kind)));
    return kinds.length === 0 ? "" : `Could not be read, and not in the sums: ${kindLabels(kinds)}.`;
}

function unknownText(droplets: readonly DropletReport[]): string {
    const labels = droplets.flatMap(({ unknownKinds }) => unknownKinds.map(unknownKindLabel));
    return labels.length === 0 ? "" : `Not destroyed, and not in the sums: ${labels.map(code).join("; ")}.`;
}

function unmatchedText(droplets: readonly DropletReport[]): string {
    const entries = [...new Set(droplets.flatMap(({ unmatchedKeep }) => unmatchedKeep))];
    return entries.length === 0 ? "" : `Nothing matches what is to be kept: ${entries.map(code).join(", ")}.`;
}

function totals(droplets: readonly DropletReport[]): string {
    if (droplets.length === 0) {
        return "";
    }
    if (droplets.some(({ outcome }) => outcome === "planned")) {
        return plannedTotals(droplets);
    }
    return costText(droplets, code);
}

/** What a plan would save: nothing has been saved yet. */
function plannedTotals(droplets: readonly DropletReport[]): string {
    const rows = droplets.flatMap((report) =>
        toRows(report)
            .filter(({ kind, name }) => kind !== "droplet" || name !== "")
            .map((row) => ({ ...row, goes: report.outcome === "planned" && row.outcome === "pending" })),
    );
    const going = costs(rows.filter(({ goes }) => goes));
    const staying = costs(rows.filter(({ goes, outcome }) => !goes && outcome !== "destroyed"));
    return `Nothing was destroyed. Would save ${monthlySum(going)}; ${monthlySum(staying, droplets.every(isWhole))} would stay.`;
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
