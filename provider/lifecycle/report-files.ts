import type { ReportContext } from "../access/plugin.js";
import type { Runtime } from "../access/runtime.js";
import type { Narrator } from "../teardown/ports.js";
import type { TeardownError } from "../teardown/errors.js";
import type { Report } from "../teardown/report.js";
import { jsonText, reportJson } from "../teardown/report-json.js";
import { reportMarkdown } from "../teardown/report-markdown.js";

/** A file that receives one JSON report per line. */
const REPORT_VARIABLE = "DROPLET_TEARDOWN_REPORT";
/** A file that receives Markdown, for a pipeline's step summary. */
const SUMMARY_VARIABLE = "DROPLET_TEARDOWN_SUMMARY";

const NOTHING_LEFT = "Nothing is left to destroy: no droplet carries the tag of this teardown.";

/**
 * Reports the outcome of one delete to a pipeline, in the files named in the environment. What cannot be written is
 * announced; it does not fail a destroy.
 * @param error what ended the delete before anything was known of a Droplet; null: nothing did
 */
export async function writeReportFiles(
    reports: readonly Report[],
    error: TeardownError | null,
    { endpoint, account, redact }: ReportContext,
    narrator: Narrator,
    { appendFile, clock, env, version }: Runtime,
): Promise<void> {
    const times =
        reports.length === 0
            ? [clock.now()]
            : reports.flatMap(({ startedAtMs, finishedAtMs }) => [startedAtMs, finishedAtMs]);
    const frame = {
        version,
        endpoint: endpoint.base,
        account,
        planDigest: null,
        startedAtMs: Math.min(...times),
        finishedAtMs: Math.max(...times),
        requests: reports.reduce((sum, report) => sum + report.requests, 0),
        error: error?.message ?? null,
        code: error?.code ?? null,
    };
    const troubles = await Promise.all([
        append(REPORT_VARIABLE, () => `${jsonText(reportJson(frame, reports), redact)}\n`),
        append(SUMMARY_VARIABLE, () => redact(reportMarkdown(reports, error?.message ?? null, NOTHING_LEFT))),
    ]);
    for (const trouble of troubles.flat()) {
        await narrator.announce(trouble);
    }

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
