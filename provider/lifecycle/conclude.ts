import type { Plugin } from "../access/plugin.js";
import { redactError, redactTokens } from "../digitalocean/connection.js";
import { isExecutorTag, stateDelete } from "../ownership/verdict.js";
import { type AnyState, KEEP_VARIABLE, keptByEnvironment, TIMEOUT_VARIABLE } from "../stored/state.js";
import { describeReport, unaccountedLines } from "../teardown/describe.js";
import {
    codeLine,
    DeadlineError,
    FinalSnapshotError,
    isInterruption,
    messageOf,
    MissingTagError,
    OtherTeamError,
    RefusedError,
    TeardownError,
} from "../teardown/errors.js";
import type { Findings } from "../teardown/findings.js";
import { deleteCommand, NOT_COVERED } from "../teardown/format.js";
import { DETACHED_REASON } from "../teardown/judge.js";
import { keepEntry } from "../teardown/model.js";
import type { Plan } from "../teardown/plan.js";
import { jsonText, reportJson } from "../teardown/report-json.js";
import { reportMarkdown } from "../teardown/report-markdown.js";
import {
    isSuccess,
    lookReport,
    type Report,
    type TeardownResult,
    UNACCOUNTED_REASON,
    withOutcome,
} from "../teardown/report.js";

/**
 * Reports the outcome of every Droplet of one delete. The one place where a report becomes an error.
 * @param trouble what went wrong besides, such as tags that could not be deleted
 * @throws StackError whose message is all the reports, and what to do next
 */
export async function conclude(
    ended: readonly Ended[],
    trouble: TeardownError | null,
    state: AnyState,
    plugin: Plugin,
): Promise<void> {
    const { inputs } = state;
    const reports = ended.map(({ report }) => report);
    const notCovered = reports.some(isSuccess) ? plugin.once([NOT_COVERED]) : [];
    await writeReportFiles(reports, trouble, state, plugin, notCovered);
    const bad = ended.filter(({ report }) => !isSuccess(report));
    const good = ended.filter(({ report }) => isSuccess(report));
    for (const [index, { report }] of good.entries()) {
        const said = index === 0 ? notCovered : [];
        const lines = [describeReport(report), ...said, ...leftInPlaceLines(report)];
        await plugin.narrate(inputs).announce(lines.join("\n"));
    }
    if (bad.length > 0 || trouble !== null) {
        const kept = keptByEnvironment(plugin.runtime.env);
        const texts = bad.map(({ report, cause, advice }) =>
            [describeReport(report), ...(advice ?? adviceFor(report, inputs.resourceUrn, cause, kept))].join(
                "\n",
            ),
        );
        const codes = [
            ...bad.map(({ report }) => report.code ?? "failed"),
            ...(trouble === null ? [] : [trouble.code]),
        ];
        const all = [...texts, ...(trouble === null ? [] : [trouble.message]), codeLine(...codes)];
        const message = redactTokens(all.join("\n"), plugin.secrets(inputs));
        throw new StackError(message, { cause: bad[0]?.cause ?? trouble });
    }
}

const AGAIN = "Fix that, then run `pulumi destroy` again: it continues where this one ended.";

/** How the teardown of one Droplet ended. */
export interface Ended extends TeardownResult {
    /** What to do next, if the report alone does not say; whole lines. */
    readonly advice?: readonly string[];
}

/** The end of a teardown that changed nothing, reported like a destroy: with the Droplet and what is known of it. */
export function untouched(
    findings: Findings,
    cause: TeardownError,
    plugin: Plugin,
    advice: readonly string[],
): Ended {
    const error = `nothing was done to it: ${cause.message}`;
    return { report: refusedReport(findings, null, cause, plugin, error), cause, advice };
}

/** What was read of a Droplet to which nothing was done. */
export function refusedReport(
    findings: Findings,
    plan: Plan | null,
    cause: TeardownError,
    { runtime: { clock } }: Plugin,
    error = cause.message,
): Report {
    const outcome = cause instanceof RefusedError ? "refused" : "failed";
    return lookReport({ findings, plan, outcome, error, code: cause.code }, clock.now());
}

/**
 * What to do next after a `pulumi destroy` that did not succeed: whole lines, commands to copy.
 * @param cause the error that ended it, if any
 * @param kept what the environment keeps, which the next run is to keep as well
 */
export function adviceFor(
    report: Report,
    urn: string | undefined,
    cause?: unknown,
    kept: readonly string[] = [],
): string[] {
    if (cause instanceof FinalSnapshotError) {
        return snapshotLines(report.dropletId, cause.suffix);
    }
    if (cause instanceof MissingTagError) {
        return takenOverLines(report.dropletId, cause.tag, urn);
    }
    switch (report.outcome) {
        case "destroyed":
        case "not-found":
            return [];
        case "partial":
            return retryLines(report, kept);
        case "in-progress":
            return [
                "Run `pulumi destroy` again: it attaches to what is running, or begins.",
                ...timeLines(report, cause),
            ];
        case "failed":
            return isInterruption(cause)
                ? ["Run `pulumi destroy` again.", ...timeLines(report, cause)]
                : [AGAIN];
        case "refused":
            return report.dropletName === null ? onwardLines(cause, urn) : [];
    }
}

/** Where a run has come to no destroy in its time, the next one may not either. */
function timeLines({ rounds, stillRunning }: Report, cause: unknown): string[] {
    if (!(cause instanceof DeadlineError) || rounds > 0 || stillRunning) {
        return [];
    }
    const minutes = Math.ceil((2 * cause.timeoutMs) / 60_000);
    return [
        `If that ends in the same way, give it more time: \`${TIMEOUT_VARIABLE}=${minutes}m pulumi destroy\`.`,
    ];
}

/** How to delete what no destroy of the stack deletes, because it is attached to nothing any more. */
function leftInPlaceLines(report: Report): string[] {
    const commands = report.resources
        .filter(({ reason }) => reason === DETACHED_REASON)
        .flatMap((resource) => deleteCommand(resource) ?? []);
    return commands.length === 0
        ? []
        : [`To delete what was left in place: ${commands.map((one) => `\`${one}\``).join(", ")}.`];
}

function retryLines(report: Report, kept: readonly string[]): string[] {
    const unaccounted = unaccountedLines([report], "run `pulumi destroy` again");
    const failed = withOutcome(report, "failed", "unknown")
        .filter(({ reason }) => reason !== UNACCOUNTED_REASON)
        .map(keepEntry);
    if (failed.length === 0) {
        return unaccounted.length === 0 ? ["Run `pulumi destroy` again."] : unaccounted;
    }
    const value = shellWord([...kept, ...failed].join(","));
    const leave = `\`${KEEP_VARIABLE}=${value} pulumi destroy\` to leave it.`;
    return [...unaccounted, "Run `pulumi destroy` again to retry what failed,", `or ${leave}`];
}

/** A snapshot taken by hand counts as well. */
function snapshotLines(dropletId: number, suffix: string): string[] {
    return [
        "Run `pulumi destroy` again to try it once more,",
        `or take it yourself with \`doctl compute droplet-action snapshot ${dropletId} --snapshot-name by-hand${suffix}\`; then repeat this command.`,
    ];
}

/** What to do after an error before the first step. To forget a teardown is for who knows better than the token alone. */
export function onwardLines(error: unknown, urn: string | undefined): string[] {
    if (error instanceof OtherTeamError) {
        return forgetLines(urn);
    }
    return isInterruption(error) ? ["Run `pulumi destroy` again."] : [AGAIN];
}

/** What to do if it is impossible to tell whether the Droplet is gone. */
function forgetLines(urn: string | undefined): string[] {
    return [
        "Use a token of the right team with the scope account:read and run `pulumi destroy` again,",
        `or, if you know that no droplet of this teardown is left, \`${stateDelete(urn)}\` to forget it.`,
    ];
}

/** What to do if the interlock refuses: another program or a person removed the tag. */
function takenOverLines(dropletId: number, tag: string, urn: string | undefined): string[] {
    return [
        isExecutorTag(tag)
            ? "Repeat this command to see how the droplet can stay."
            : `If the droplet is to stay, \`${stateDelete(urn)}\` forgets its teardown; then repeat this command.`,
        `If it is to go, \`doctl compute droplet tag ${dropletId} --tag-name ${tag}\` puts the tag back; then repeat this command.`,
    ];
}

function shellWord(text: string): string {
    return /^[\w.,:@-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A file that receives one JSON report per line. */
const REPORT_VARIABLE = "DROPLET_TEARDOWN_REPORT";
/** A file that receives Markdown, for a pipeline's step summary. */
const SUMMARY_VARIABLE = "DROPLET_TEARDOWN_SUMMARY";

const NOTHING_LEFT = "Nothing is left to destroy: no droplet carries the tag of this teardown.";

/**
 * Reports the outcome of one delete to a pipeline, in the files named in the environment. What cannot be written is
 * announced; it does not fail a destroy.
 * @param error what ended the delete before anything was known of a Droplet; null: nothing did
 * @param notCovered what nobody has looked at; empty: this process has said it before
 */
export async function writeReportFiles(
    reports: readonly Report[],
    error: TeardownError | null,
    { inputs, seen }: AnyState,
    plugin: Plugin,
    notCovered: readonly string[] = [],
): Promise<void> {
    const { appendFile, clock, env, version } = plugin.runtime;
    const secrets = plugin.secrets(inputs);
    const redact = (text: string): string => redactTokens(text, secrets);
    const times =
        reports.length === 0
            ? [clock.now()]
            : reports.flatMap(({ startedAtMs, finishedAtMs }) => [startedAtMs, finishedAtMs]);
    const frame = {
        version,
        endpoint: plugin.endpoint(inputs).base,
        account: seen.accountId,
        planDigest: null,
        startedAtMs: Math.min(...times),
        finishedAtMs: Math.max(...times),
        requests: reports.reduce((sum, report) => sum + report.requests, 0),
        error: error?.message ?? null,
        code: error?.code ?? null,
    };
    const troubles = await Promise.all([
        append(REPORT_VARIABLE, () => `${jsonText(reportJson(frame, reports), redact)}\n`),
        append(SUMMARY_VARIABLE, () =>
            redact(reportMarkdown(reports, error?.message ?? null, NOTHING_LEFT, notCovered)),
        ),
    ]);
    for (const trouble of troubles.flat()) {
        await plugin.narrate(inputs).announce(trouble);
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
            return [`${variable}: ${messageOf(error)}`];
        }
    }
}

/**
 * An error as the Pulumi engine shows it. Besides returning its message, the dynamic provider's host prints
 * "`toString()`: `stack`". Both are reduced to one short line, so that people see the message once and no stack
 * trace.
 */
export class StackError extends Error {
    constructor(message: string, options?: ErrorOptions) {
        super(redactTokens(message), options);
        Object.defineProperty(this, "stack", { value: "failed, see the error on the resource" });
    }

    override toString(): string {
        return "droplet-teardown";
    }
}

/** Runs a handler; an intentional error becomes a `StackError`, a defect keeps its redacted stack trace. */
export async function asStackError<T>(handler: () => Promise<T>): Promise<T> {
    try {
        return await handler();
    } catch (error) {
        if (error instanceof StackError) {
            throw error;
        }
        throw error instanceof TeardownError
            ? new StackError(`${error.message}\n${codeLine(error.code)}`, { cause: error })
            : redactError(error);
    }
}
