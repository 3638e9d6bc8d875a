import type { Endpoint } from "./digitalocean/endpoint.js";
import type { Surroundings } from "./surroundings.js";
import { jsonText, reportJson } from "./teardown/report-json.js";
import { reportMarkdown } from "./teardown/report-markdown.js";
import type { Report } from "./teardown/report.js";

/** A file that gets one JSON report a line. */
const REPORT_VARIABLE = "DROPLET_TEARDOWN_REPORT";
/** A file that gets Markdown, for a pipeline's step summary. */
const SUMMARY_VARIABLE = "DROPLET_TEARDOWN_SUMMARY";

/** Where a teardown took place. */
interface Place {
    readonly endpoint: Endpoint;
    readonly account: string | null;
    /** Takes secrets out of a text. */
    readonly redact: (text: string) => string;
}

/**
 * Tells a pipeline what became of a teardown, in the files that its environment names.
 * @returns what could not be written, in a line each: that ends no destroy
 */
export async function keepRecord(
    report: Report,
    { endpoint, account, redact }: Place,
    { appendFile, env, version }: Surroundings,
): Promise<string[]> {
    const { startedAtMs, finishedAtMs, requests } = report;
    const frame = {
        version,
        endpoint: endpoint.base,
        account,
        planDigest: null,
        startedAtMs,
        finishedAtMs,
        requests,
        error: null,
    };
    const troubles = await Promise.all([
        append(REPORT_VARIABLE, () => `${jsonText(reportJson(frame, [report]), redact)}\n`),
        append(SUMMARY_VARIABLE, () => redact(reportMarkdown([report], null))),
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
