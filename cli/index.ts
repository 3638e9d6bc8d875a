import { beginSpan, type Span } from "../provider/polling/clock.js";
import {
    AuthenticationError,
    codeLine,
    getErrorCode,
    isInterruption,
    knownOr,
} from "../provider/teardown/errors.js";
import { printable } from "../provider/teardown/format.js";
import { destroy } from "./commands/destroy.js";
import { orphans } from "./commands/orphans.js";
import { plan } from "./commands/plan.js";
import { status } from "./commands/status.js";
import { explainTimeout, foreignEndpoint } from "./connection.js";
import type { Context } from "./context.js";
import { jsonReportText, getErrorMessage, formatSummary, type Run } from "./delivery.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { filesOf, openFiles, reportFiles } from "./files.js";
import { type Invocation, type ReportOptions, UsageError } from "./arguments/invocation.js";
import { readConfig } from "./arguments/config.js";
import { refuseKeepVariable } from "./selection/keep.js";
import { configPath, parse, reportOptionsIn, toInvocation, type Wrong } from "./arguments/parse.js";
import { type CommandResult, EMPTY_RESULT, toExitCode } from "./result.js";
import { type CliRuntime, withoutSecrets } from "./runtime.js";
import { openSession, type Session } from "./session.js";
import { fitRows, paintFor } from "./text/terminal.js";

/**
 * Runs one command line and reports its result, whatever that is.
 * @param crash rejects with an uncaught error
 * @returns the exit code
 */
export async function run(
    argv: readonly string[],
    outside: CliRuntime,
    crash: Promise<never>,
): Promise<ExitCode> {
    const runtime = withoutSecrets(outside);
    const span = beginSpan(runtime.clock);
    const parsed = await readInvocation(argv, runtime);
    switch (parsed.kind) {
        case "printed":
            return EXIT.done;
        case "wrong": {
            const result = { ...EMPTY_RESULT, error: parsed.error };
            await deliver({ result, session: null, span }, await writable(parsed, runtime), runtime);
            return EXIT.usage;
        }
        case "run":
            return execute(parsed.invocation, runtime, crash, span);
    }
}

async function readInvocation(
    argv: readonly string[],
    runtime: CliRuntime,
): Promise<{ readonly kind: "run"; readonly invocation: Invocation } | { readonly kind: "printed" } | Wrong> {
    const parsed = parse(argv, runtime);
    if (parsed.kind !== "typed") {
        return parsed;
    }
    try {
        const path = configPath(parsed.options);
        const config = path === null ? null : { path, config: await readConfig(path, runtime) };
        return { kind: "run", invocation: toInvocation(parsed, config) };
    } catch (thrown) {
        return knownOr(thrown, UsageError, (error) => {
            runtime.stderr.write(`error: ${error.message}\n`);
            return { kind: "wrong", error, ...reportOptionsIn(argv) } as const;
        });
    }
}

/** Where a command line that is wrong may report: not to its other files, whatever paths they have. */
async function writable({ reporting, others }: Wrong, { files, stderr }: CliRuntime): Promise<ReportOptions> {
    try {
        await openFiles({ read: others, written: reportFiles(reporting) }, files);
        return reporting;
    } catch (error) {
        stderr.write(`error: ${printable(getErrorMessage(error))}\n`);
        return { ...reporting, report: null, summary: null };
    }
}

async function execute(
    invocation: Invocation,
    runtime: CliRuntime,
    crash: Promise<never>,
    span: () => Span,
): Promise<ExitCode> {
    let { reporting } = invocation;
    let session: Session | null = null;
    let latest = (): CommandResult => EMPTY_RESULT;
    /** Also checks, before anything is done, whether the report can be written. */
    const saveProgress = async (known: typeof latest): Promise<void> => {
        latest = known;
        const result = { ...known(), error: new Error("the run did not finish") };
        await writeReport({ result, session, span }, reporting, runtime);
    };
    const work = async (): Promise<CommandResult> => {
        await openFiles(filesOf(invocation), runtime.files).catch((error: unknown) => {
            // One of them may be a file that must not be overwritten.
            reporting = { ...reporting, report: null, summary: null };
            throw error;
        });
        await saveProgress(latest);
        refuseKeepVariable(invocation, runtime);
        session = openSession(runtime);
        nameEndpoint(session, runtime);
        nameOverridden(invocation, runtime);
        const { env, stderr, stdout } = runtime;
        return dispatch(invocation, {
            session,
            runtime,
            timeoutMs: invocation.limits.timeoutMs,
            paint: paintFor(stdout, env),
            paintProgress: paintFor(stderr, env),
            saveProgress,
        });
    };
    const ended = await Promise.race([work(), crash]).catch((error: unknown) => ({
        ...latest(),
        error,
    }));
    const result = { ...ended, error: explainTimeout(ended.error, session) };
    const isDelivered = await tell({ result, session, span }, invocation.command, reporting, runtime);
    const code = toExitCode(result);
    return isDelivered || code !== EXIT.done ? code : EXIT.unexpected;
}

function nameEndpoint({ endpoint }: Session, { stderr }: CliRuntime): void {
    const foreign = foreignEndpoint(endpoint);
    if (foreign !== null) {
        stderr.write(`DigitalOcean API: ${foreign}\n`);
    }
}

function nameOverridden({ config }: Invocation, { stderr }: CliRuntime): void {
    for (const instead of config?.overridden ?? []) {
        stderr.write(`${instead} of ${printable(config?.path ?? "")}\n`);
    }
}

async function dispatch(invocation: Invocation, context: Context): Promise<CommandResult> {
    switch (invocation.command) {
        case "plan":
            return plan(invocation, context);
        case "destroy":
            return destroy(invocation, context);
        case "status":
            return status(invocation, context);
        case "orphans":
            return orphans(invocation, context);
    }
}

/** Reports the error, and delivers the reports. */
async function tell(
    run: Run,
    command: Invocation["command"],
    reporting: ReportOptions,
    runtime: CliRuntime,
): Promise<boolean> {
    const { error, entries } = run.result;
    const { env, stderr } = runtime;
    if (error !== null) {
        const lines = getErrorMessage(error).split("\n").map(printable);
        const advice = run.result.advice.map((line) => `\n${line}`).join("");
        stderr.write(
            `${paintFor(stderr, env)("red", "error:")} ${lines.join("\n")}${remark(error, entries.length, command)}${advice}\n${codeLine(getErrorCode(error))}\n`,
        );
    }
    return deliver(run, reporting, runtime);
}

/** What people need besides the error itself. */
function remark(error: unknown, known: number, command: Invocation["command"]): string {
    if (error instanceof AuthenticationError) {
        return "; is the token in DIGITALOCEAN_TOKEN (else DIGITALOCEAN_ACCESS_TOKEN) still valid?";
    }
    // Whoever asks for a status asks what somebody else has destroyed.
    const isOurs = isInterruption(error) && known === 0 && command !== "status";
    return isOurs ? "; nothing was destroyed" : "";
}

/** Writes the report to every requested destination; false if one of them fails. */
async function deliver(run: Run, reporting: ReportOptions, runtime: CliRuntime): Promise<boolean> {
    const { stdout } = runtime;
    stdout.write(formatOutput(run, reporting, runtime));
    const report = await attempt(() => writeReport(run, reporting, runtime), "--report", runtime);
    const summary = await attempt(() => writeSummary(run, reporting, runtime), "--summary", runtime);
    return report && summary;
}

function formatOutput(run: Run, { output }: ReportOptions, runtime: CliRuntime): string {
    switch (output) {
        case "json":
            return jsonReportText(run, runtime);
        case "markdown":
            return formatSummary(run, runtime);
        case "text":
            return run.result.text === "" ? "" : `${fitRows(run.result.text, runtime.stdout)}\n`;
    }
}

async function attempt(work: () => Promise<void>, option: string, { stderr }: CliRuntime): Promise<boolean> {
    try {
        await work();
        return true;
    } catch (error) {
        stderr.write(`error: ${option}: ${printable(getErrorMessage(error))}\n`);
        return false;
    }
}

async function writeReport(run: Run, { report }: ReportOptions, runtime: CliRuntime): Promise<void> {
    if (report !== null) {
        await runtime.files.write(report, jsonReportText(run, runtime));
    }
}

async function writeSummary(run: Run, { summary }: ReportOptions, runtime: CliRuntime): Promise<void> {
    if (summary !== null) {
        await runtime.files.append(summary, formatSummary(run, runtime));
    }
}
