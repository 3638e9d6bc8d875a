import { describeReport } from "../provider/teardown/describe.js";
import type { Report } from "../provider/teardown/report.js";
import { isSuccess, withOutcome } from "../provider/teardown/report.js";
import { count } from "../provider/teardown/wording.js";
import type { Entry } from "./exit-code.js";
import type { Colour, Paint } from "./style.js";

/** Reports of teardowns for people, and what to do next where one did not succeed. */
export function reportText(reports: readonly Report[], paint: Paint): string {
    if (reports.length === 0) {
        return "no droplet matches: there is nothing to destroy";
    }
    const texts = reports.map((report) => coloured(describeReport(report), colourOf(report), paint));
    return [...texts, ...overall(reports), ...advice(reports)].join("\n");
}

/** The reports among the entries that are of teardowns, not of plans. */
export function teardownReports(entries: readonly Entry[]): Report[] {
    return entries.flatMap(({ report }) =>
        report.outcome === "planned" ? [] : [{ ...report, outcome: report.outcome }],
    );
}

function overall(reports: readonly Report[]): string[] {
    const good = reports.filter(isSuccess).length;
    return reports.length === 1 ? [] : [`${good} of ${count(reports.length, "droplet")} are gone.`];
}

function advice(reports: readonly Report[]): string[] {
    const unfinished = reports.some(({ outcome }) => outcome === "in-progress");
    const failed = reports.flatMap((report) => withOutcome(report, "failed"));
    const partial = reports.some(({ outcome }) => outcome === "partial");
    return [
        ...(unfinished
            ? [
                  "Run the same command again to resume: it attaches to what is running and destroys nothing twice.",
              ]
            : []),
        ...(partial ? [`Run the same command again to retry what failed${leave(failed)}.`] : []),
    ];
}

function leave(failed: readonly { readonly id: string }[]): string {
    const safe = failed.map(({ id }) => id).filter((id) => /^[\w.:-]+$/.test(id));
    return safe.length === 0 ? "" : `, or add ${safe.map((id) => `--keep ${id}`).join(" ")} to leave it`;
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
