import { adviceFor, type Ended } from "./advice.js";
import { keptByEnvironment } from "./requests.js";
import { isSuccess, type Report } from "./teardown/report.js";
import type { Endpoint } from "./digitalocean/connection.js";
import type { Runtime } from "./runtime.js";
import { jsonText, reportJson } from "./teardown/report-json.js";
import { reportMarkdown } from "./teardown/report-markdown.js";
import { describeReport } from "./teardown/describe.js";
import type { Narrator } from "./teardown/ports.js";
import { StackError } from "./stack-error.js";

/** A file that receives one JSON report per line. */
const REPORT_VARIABLE = "DROPLET_TEARDOWN_REPORT";
/** A file that receives Markdown, for a pipeline's step summary. */
const SUMMARY_VARIABLE = "DROPLET_TEARDOWN_SUMMARY";

/** Where a teardown took place, for its report. */
export interface ReportContext {
    readonly endpoint: Endpoint;
    readonly account: string | null;
    /** Removes secrets from a text. */
    readonly redact: (text: string) => string;
}

/**
 * Reports the outcome of one delete to a pipeline, in the files named in the environment.
 * @returns what could not be written, one line each; that does not fail a destroy
 */
async function writeReportFiles(
    reports: readonly Report[],
    { endpoint, account, redact }: ReportContext,
    { appendFile, env, version }: Runtime,
): Promise<string[]> {
    if (reports.length === 0) {
        return [];
    }
    const frame = {
        version,
        endpoint: endpoint.base,
        account,
        planDigest: null,
        startedAtMs: Math.min(...reports.map((report) => report.startedAtMs)),
        finishedAtMs: Math.max(...reports.map((report) => report.finishedAtMs)),
        requests: reports.reduce((sum, report) => sum + report.requests, 0),
        error: null,
    };
    const troubles = await Promise.all([
        append(REPORT_VARIABLE, () => `${jsonText(reportJson(frame, reports), redact)}\n`),
        append(SUMMARY_VARIABLE, () => redact(reportMarkdown(reports, null))),
    ]);
    return troubles.flat();

    async function append(variable: string, text: () => string): Promise<string[]> {
        const path = env(variable)?.trim() ?? "";
        if (path === "") {
            return [];
        }
        try {
            await appendFile(path, text());
            return [];
        } catch (error) {
            return [`${variable}: ${error instanceof Error ? error.message : String(error)}`];
        }
    }
}

/**
 * Reports the outcome of every Droplet of one delete. The one place where a report becomes an error.
 * @throws StackError whose message is all the reports, and what to do next
 */
export async function conclude(
    ended: readonly Ended[],
    context: ReportContext,
    urn: string | undefined,
    narrator: Narrator,
    runtime: Runtime,
): Promise<void> {
    const reports = ended.map(({ report }) => report);
    for (const trouble of await writeReportFiles(reports, context, runtime)) {
        await narrator.announce(trouble);
    }
    const bad = ended.filter(({ report }) => !isSuccess(report));
    const good = ended.filter(({ report }) => isSuccess(report));
    for (const { report } of good) {
        await narrator.announce(describeReport(report));
    }
    if (bad.length > 0) {
        const kept = keptByEnvironment(runtime.env);
        const texts = bad.map(({ report, cause, advice }) =>
            [describeReport(report), ...(advice ?? adviceFor(report, urn, cause, kept))].join("\n"),
        );
        throw new StackError(context.redact(texts.join("\n")), { cause: bad[0]?.cause });
    }
}
