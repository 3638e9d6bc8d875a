import { PUBLIC_ENDPOINT, redactTokens } from "../provider/digitalocean/connection.js";
import type { Span } from "../provider/polling/clock.js";
import { getErrorCode, messageOf } from "../provider/teardown/errors.js";
import { jsonText, reportJson } from "../provider/teardown/report-json.js";
import { code, reportMarkdown } from "../provider/teardown/report-markdown.js";
import { leftAloneJson, leftAloneMarkdown } from "./selection/age.js";
import { lateArrivalsMarkdown } from "./selection/late-arrivals.js";
import { orphansJson, orphansMarkdown } from "./text/orphans.js";
import type { CommandResult } from "./result.js";
import { createRedactor, type CliRuntime } from "./runtime.js";
import type { Session } from "./session.js";

/** A run, as reported. */
export interface Run {
    readonly result: CommandResult;
    /** Null if it was not opened. */
    readonly session: Session | null;
    /** From the start of the run until now. */
    readonly span: () => Span;
}

function toJson({ result, session, span }: Run, { version }: CliRuntime): object {
    const { entries, account, planDigest, error, orphans, leftAlone } = result;
    const frame = {
        version,
        endpoint: session?.endpoint.base ?? PUBLIC_ENDPOINT,
        ...{ account, planDigest },
        ...span(),
        requests: session?.requests() ?? 0,
        error: error === null ? null : getErrorMessage(error),
        code: error === null ? null : getErrorCode(error),
    };
    const reports = entries.map(({ report }) => report);
    return {
        ...reportJson(frame, reports),
        ...(orphans === null ? selectionJson(result) : orphansJson(orphans)),
        ...(leftAlone === null ? {} : leftAloneJson(leftAlone)),
    };
}

function selectionJson({ notFound, lateArrivals }: CommandResult): object {
    return { notFound, lateArrivals: lateArrivals?.map(({ id, name }) => ({ id, name })) ?? null };
}

/** The JSON report of a run as text. */
export function jsonReportText(run: Run, runtime: CliRuntime): string {
    return `${jsonText(toJson(run, runtime), createRedactor(runtime), 2)}\n`;
}

/** The Markdown summary of a run. */
export function formatSummary(run: Run, runtime: CliRuntime): string {
    return createRedactor(runtime)(summaryText(run));
}

function summaryText({ result }: Run): string {
    const { entries, error, orphans, notFound, leftAlone, lateArrivals, advice } = result;
    if (orphans !== null) {
        return orphansMarkdown(orphans);
    }
    const reports = entries.map(({ report }) => report);
    return [
        reportMarkdown(reports, error === null ? null : getErrorMessage(error)),
        notFoundMarkdown(notFound),
        leftAloneMarkdown(leftAlone ?? []),
        lateArrivalsMarkdown(lateArrivals ?? []),
        adviceMarkdown(advice),
    ].join("");
}

function notFoundMarkdown(names: CommandResult["notFound"]): string {
    return names.length === 0 ? "" : `No droplet is named ${names.map(code).join(", ")}.\n\n`;
}

function adviceMarkdown(advice: CommandResult["advice"]): string {
    const lines = advice.map((line) => (line.startsWith(" ") ? code(line) : line));
    return lines.length === 0 ? "" : `${lines.join("\n\n")}\n\n`;
}

/** An error's message for people, redacted. */
export function getErrorMessage(error: unknown): string {
    return redactTokens(messageOf(error));
}
