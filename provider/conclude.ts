import { FinalSnapshotError, MissingTagError } from "./teardown/errors.js";
import { isSuccess, type Report, withOutcome } from "./teardown/report.js";
import { type AssociatedResource, type Droplet, hasOwnEndpoint, RESOURCE_KINDS } from "./teardown/model.js";
import type { Endpoint } from "./digitalocean/connection.js";
import type { Runtime } from "./runtime.js";
import { jsonText, reportJson } from "./teardown/report-json.js";
import { reportMarkdown } from "./teardown/report-markdown.js";
import { describeReport } from "./teardown/describe.js";
import type { Narrator } from "./teardown/ports.js";
import { StackError } from "./stack-error.js";

/**
 * What to do next after a `pulumi destroy` that did not succeed: whole lines, commands to copy.
 * @param cause the error that ended it, if any
 */
export function adviceFor(report: Report, urn: string | undefined, cause?: unknown): string[] {
    if (cause instanceof FinalSnapshotError) {
        return snapshotLines(report.dropletId, cause.suffix);
    }
    switch (report.outcome) {
        case "destroyed":
        case "not-found":
            return [];
        case "partial":
            return retryLines(report);
        case "in-progress":
            return ["Run `pulumi destroy` again: it attaches to what is running, or begins."];
        case "failed":
            return cause instanceof MissingTagError
                ? takenOverLines(report.dropletId, cause.tag, urn)
                : ["Fix that, then run `pulumi destroy` again: it continues where this one ended."];
        case "refused":
            return cause instanceof MissingTagError
                ? takenOverLines(report.dropletId, cause.tag, urn)
                : report.dropletName === null
                  ? forgetLine(urn)
                  : [];
    }
}

function retryLines(report: Report): string[] {
    // The address works everywhere; its id only in the lists of this Droplet.
    const failed = withOutcome(report, "failed", "unknown").map((resource) =>
        resource.kind === "reserved_ip" && hasOwnEndpoint(resource) ? resource.name : resource.id,
    );
    const leave = `\`DROPLET_TEARDOWN_KEEP=${failed.join(",")} pulumi destroy\` to leave it.`;
    if (failed.length === 0) {
        return ["Run `pulumi destroy` again."];
    }
    return ["Run `pulumi destroy` again to retry what failed,", `or ${leave}`];
}

/** A snapshot taken by hand counts as well. */
function snapshotLines(dropletId: number, suffix: string): string[] {
    return [
        "Run `pulumi destroy` again to try it once more,",
        `or take it yourself with \`doctl compute droplet-action snapshot ${dropletId} --snapshot-name by-hand${suffix}\`; then repeat this command.`,
    ];
}

/** What to do if it is impossible to tell whether the Droplet is gone. */
function forgetLine(urn: string | undefined): string[] {
    return [
        "Use a token of the right team with the scope account:read and run `pulumi destroy` again,",
        `or, if you know that the droplet is gone, \`pulumi state delete '${urn ?? "<urn>"}'\` to forget it.`,
    ];
}

/** What to do if the interlock refuses: another program or a person removed the tag. */
function takenOverLines(dropletId: number, tag: string, urn: string | undefined): string[] {
    return [
        `If the droplet is to stay, \`pulumi state delete '${urn ?? "<urn>"}'\` forgets its teardown; then repeat this command.`,
        `If it is to go, \`doctl compute droplet tag ${dropletId} --tag-name ${tag}\` puts the tag back; then repeat this command.`,
    ];
}

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

/** A Droplet that was not changed. */
export interface Untouched {
    readonly dropletId: number;
    /** Null: it could not be read. */
    readonly droplet: Droplet | null;
    /** Its recorded state. */
    readonly recorded: readonly AssociatedResource[];
    readonly outcome: "refused" | "failed";
}

/** The report of a destroy that changed nothing. */
export function untouchedReport(
    { dropletId, droplet, recorded, outcome }: Untouched,
    error: string,
    nowMs: number,
): Report {
    return {
        dropletId,
        dropletName: droplet?.name ?? null,
        dropletGone: false,
        dropletReason: null,
        dropletMonthlyPrice: droplet?.monthlyPrice ?? null,
        destroyedAt: null,
        outcome,
        error,
        resources: recorded.map((resource) => ({
            ...resource,
            outcome: "unknown",
            reason: "as last recorded",
        })),
        unread: RESOURCE_KINDS,
        unmatchedKeep: [],
        rounds: 0,
        requests: 0,
        requestIds: [],
        startedAtMs: nowMs,
        finishedAtMs: nowMs,
    };
}

/** How the teardown of one Droplet ended. */
export interface Ended {
    readonly report: Report;
    /** The error that ended it, if any. */
    readonly cause: unknown;
    /** What to do next, if the report alone does not say; whole lines. */
    readonly advice?: readonly string[];
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
        const texts = bad.map(({ report, cause, advice }) =>
            [describeReport(report), ...(advice ?? adviceFor(report, urn, cause))].join("\n"),
        );
        throw new StackError(context.redact(texts.join("\n")), { cause: bad[0]?.cause });
    }
}
