import type { Endpoint } from "./digitalocean/endpoint.js";
import type { Surroundings } from "./surroundings.js";
import { jsonText, reportJson } from "./teardown/report-json.js";
import { reportMarkdown } from "./teardown/report-markdown.js";
import type { Report } from "./teardown/report.js";

/** A file that receives one JSON report per line. */
const REPORT_VARIABLE = "DROPLET_TEARDOWN_REPORT";
/** A file that receives Markdown, for a pipeline's step summary. */
const SUMMARY_VARIABLE = "DROPLET_TEARDOWN_SUMMARY";

/** Where a teardown took place. */
export interface Place {
    readonly endpoint: Endpoint;
    readonly account: string | null;
    /** Removes secrets from a text. */
    readonly redact: (text: string) => string;
}

/**
 * Reports the outcome of one delete to a pipeline, in the files named in the environment.
 * @returns what could not be written, one line each; that does not fail a destroy
 */
export async function keepRecord(
    reports: readonly Report[],
    { endpoint, account, redact }: Place,
    { appendFile, env, version }: Surroundings,
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
