import { isExecutorTag } from "../ownership/tag-names.js";
import { KEEP_VARIABLE } from "../stored/requests.js";
import type { Plugin } from "../access/plugin.js";
import {
    FinalSnapshotError,
    isInterruption,
    MissingTagError,
    RefusedError,
    type TeardownError,
} from "../teardown/errors.js";
import { deleteCommand } from "../teardown/format.js";
import { DETACHED_REASON } from "../teardown/judge.js";
import { type AssociatedResource, type Droplet, hasOwnEndpoint } from "../teardown/model.js";
import { beginFindings, type Findings } from "../teardown/findings.js";
import type { Plan } from "../teardown/plan.js";
import { lookReport, type Report, withOutcome } from "../teardown/report.js";

const AGAIN = "Fix that, then run `pulumi destroy` again: it continues where this one ended.";

/** How the teardown of one Droplet ended. */
export interface Ended {
    readonly report: Report;
    /** The error that ended it, if any. */
    readonly cause: unknown;
    /** What to do next, if the report alone does not say; whole lines. */
    readonly advice?: readonly string[];
}

/** A Droplet that is not touched, and what is known of it without a look. */
export interface Untouched {
    readonly dropletId: number;
    /** Null: it could not be read. */
    readonly droplet: Droplet | null;
    /** Its recorded state. */
    readonly recorded: readonly AssociatedResource[];
}

/** The end of a teardown that changed nothing, reported like a destroy: with the Droplet and what is known of it. */
export function untouched(
    { dropletId, droplet, recorded }: Untouched,
    cause: TeardownError,
    plugin: Plugin,
    advice: readonly string[],
): Ended {
    const findings = beginFindings(dropletId, recorded, droplet);
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
    switch (report.outcome) {
        case "destroyed":
        case "not-found":
            return [];
        case "partial":
            return retryLines(report, kept);
        case "in-progress":
            return ["Run `pulumi destroy` again: it attaches to what is running, or begins."];
        case "failed":
            if (cause instanceof MissingTagError) {
                return takenOverLines(report.dropletId, cause.tag, urn);
            }
            return isInterruption(cause) ? ["Run `pulumi destroy` again."] : [AGAIN];
        case "refused":
            return cause instanceof MissingTagError
                ? takenOverLines(report.dropletId, cause.tag, urn)
                : report.dropletName === null
                  ? forgetLines(urn)
                  : [];
    }
}

/** How to delete what no destroy of the stack deletes, because it is attached to nothing any more. */
export function leftInPlaceLines(report: Report): string[] {
    const commands = report.resources
        .filter(({ reason }) => reason === DETACHED_REASON)
        .flatMap((resource) => deleteCommand(resource) ?? []);
    return commands.length === 0
        ? []
        : [`To delete what was left in place: ${commands.map((one) => `\`${one}\``).join(", ")}.`];
}

function retryLines(report: Report, kept: readonly string[]): string[] {
    // The address works everywhere; its id only in the lists of this Droplet.
    const failed = withOutcome(report, "failed", "unknown").map((resource) =>
        resource.kind === "reserved_ip" && hasOwnEndpoint(resource) ? resource.name : resource.id,
    );
    if (failed.length === 0) {
        return ["Run `pulumi destroy` again."];
    }
    const value = shellWord([...kept, ...failed].join(","));
    const leave = `\`${KEEP_VARIABLE}=${value} pulumi destroy\` to leave it.`;
    return ["Run `pulumi destroy` again to retry what failed,", `or ${leave}`];
}

/** A snapshot taken by hand counts as well. */
function snapshotLines(dropletId: number, suffix: string): string[] {
    return [
        "Run `pulumi destroy` again to try it once more,",
        `or take it yourself with \`doctl compute droplet-action snapshot ${dropletId} --snapshot-name by-hand${suffix}\`; then repeat this command.`,
    ];
}

/** What to do after an error before the first step: a refusal is about the team. */
export function onwardLines(error: unknown, urn: string | undefined): string[] {
    return error instanceof RefusedError ? forgetLines(urn) : [AGAIN];
}

/** What to do if it is impossible to tell whether the Droplet is gone. */
function forgetLines(urn: string | undefined): string[] {
    return [
        "Use a token of the right team with the scope account:read and run `pulumi destroy` again,",
        `or, if you know that no droplet of this teardown is left, \`pulumi state delete '${urn ?? "<urn>"}'\` to forget it.`,
    ];
}

/** What to do if the interlock refuses: another program or a person removed the tag. */
function takenOverLines(dropletId: number, tag: string, urn: string | undefined): string[] {
    return [
        isExecutorTag(tag)
            ? "Repeat this command to see how the droplet can stay."
            : `If the droplet is to stay, \`pulumi state delete '${urn ?? "<urn>"}'\` forgets its teardown; then repeat this command.`,
        `If it is to go, \`doctl compute droplet tag ${dropletId} --tag-name ${tag}\` puts the tag back; then repeat this command.`,
    ];
}

function shellWord(text: string): string {
    return /^[\w.,:@-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
