import { describeReport } from "../provider/teardown/describe.js";
import { isSuccess, type Report } from "../provider/teardown/report.js";
import { count } from "../provider/teardown/format.js";
import type { ResultEntry } from "./exit-code.js";
import type { Colour, Paint } from "./style.js";

/** Reports of teardowns for people. */
export function reportText(reports: readonly Report[], paint: Paint, account: string | null): string {
    if (reports.length === 0) {
        return nothingMatches(account);
    }
    const texts = reports.map((report) => coloured(describeReport(report), colourOf(report), paint));
    return [...texts, ...overall(reports)].join("\n");
}

/** Text for an empty result: this token sees nothing of the kind. */
export function nothingMatches(account: string | null): string {
    const team = account === null ? "" : ` (team ${account})`;
    return `no droplet that this token can see${team} matches: there is nothing to destroy`;
}

/** The entries that are reports of teardowns, not of plans. */
export function teardownReports(entries: readonly ResultEntry[]): Report[] {
    return entries.flatMap(({ report }) =>
        report.outcome === "planned" ? [] : [{ ...report, outcome: report.outcome }],
    );
}

function overall(reports: readonly Report[]): string[] {
    const good = reports.filter((report) => isSuccess(report) && report.dropletGone).length;
    const unseen = reports.filter((report) => isSuccess(report) && !report.dropletGone).length;
    const rest = unseen === 0 ? "" : `, ${unseen} not visible to this token`;
    return reports.length === 1 ? [] : [`${good} of ${count(reports.length, "droplet")} are gone${rest}.`];
}

function coloured(text: string, colour: Colour, paint: Paint): string {
    const [head = "", ...rest] = text.split("\n");
    return [paint(colour, head), ...rest].join("\n");
}

function colourOf(report: Report): Colour {
    if (isSuccess(report)) {
        return "green";
    }
    return report.outcome === "in-progress" ? "yellow" : "red";
}
