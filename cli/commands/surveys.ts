import { withDeadline } from "../../provider/teardown/deadline.js";
import { RefusedError } from "../../provider/teardown/errors.js";
import { finalSnapshot } from "../../provider/teardown/final-snapshot.js";
import { mapBounded } from "../bounded.js";
import type { Context } from "../context.js";
import type { ResultEntry } from "../exit-code.js";
import type { Guards, TimeLimits, Targets, Terms } from "../invocation.js";
import { select, type Selection, type SelectedDroplet } from "../selection.js";
import { surveyProgress } from "../survey-progress.js";
import { refuseOtherAccount } from "../account-guard.js";
import { composeSurvey, survey, type Survey } from "../survey.js";

const MAX_CONCURRENT_SURVEYS = 8;

/** Surveys every target, each within the deadline. */
export async function surveyAll(
    targets: readonly SelectedDroplet[],
    { policy, keep, requireTags, finalSnapshot: template }: Terms,
    limits: TimeLimits,
    context: Context,
): Promise<Survey[]> {
    const { api } = context.session.client();
    const { clock } = context.runtime;
    const rules = keep.map((entry) => ({ entry, source: "argument" as const }));
    const wishes = { policy, keep: rules, requireTag: requireTags };
    const progress = surveyProgress(targets.length, context);
    const one = async (target: SelectedDroplet): Promise<Survey> => {
        const terms = { ...wishes, finalSnapshot: finalSnapshot(target.id, template) };
        const found = await inTime(limits, context, (signal) =>
            survey(target, terms, api, clock.now(), signal),
        );
        progress.next();
        return found;
    };
    return mapBounded(targets, MAX_CONCURRENT_SURVEYS, one).finally(() => progress.close());
}

/** The token's account, and the selected Droplets. */
export async function lookUp(
    targets: Targets,
    guards: Guards,
    { session, runtime }: Context,
    signal: AbortSignal,
): Promise<{ readonly account: string | null; readonly selection: Selection }> {
    const [account, selection] = await Promise.all([
        session.account(signal),
        select(targets, session, signal),
    ]);
    refuseOtherAccount(guards.account, account);
    for (const name of selection.unmatched) {
        runtime.stderr.write(`no droplet that this token can see is named ${JSON.stringify(name)}\n`);
    }
    if (guards.requireMatch && (selection.unmatched.length > 0 || selection.targets.length === 0)) {
        throw new RefusedError(`nothing was destroyed, because of --require-match: ${noMatch(selection)}`);
    }
    return { account, selection };
}

function noMatch({ unmatched }: Selection): string {
    const names = unmatched.map((name) => JSON.stringify(name)).join(", ");
    return names === "" ? "the tag matches no droplet" : `no droplet is named ${names}`;
}

/** Runs read-only work under the deadline and the interrupt of a run. */
export function inTime<T>(
    { timeoutMs }: TimeLimits,
    { runtime }: Context,
    work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    return withDeadline(runtime.clock, timeoutMs, runtime.interrupt, work);
}

/** A survey as a report entry: planned, refused with its reason, or already gone. */
export function entryOf(survey: Survey, { runtime }: Context): ResultEntry {
    const { refusal, standing } = survey;
    const now = runtime.clock.now();
    const totals = { requests: 0, requestIds: [], startedAtMs: now, finishedAtMs: now };
    const report = { ...composeSurvey(survey), ...totals };
    switch (standing) {
        case "ready":
        case "running":
        case "unfinished":
            return { report: { ...report, outcome: "planned" }, cause: null };
        case "gone":
            return { report: { ...report, outcome: "not-found" }, cause: null };
        case "refused":
            return {
                report: {
                    ...report,
                    outcome: refusal instanceof RefusedError ? "refused" : "failed",
                    error: refusal instanceof Error ? refusal.message : String(refusal),
                },
                cause: refusal,
            };
    }
}

/** Surveys as the entries of a run that was refused as a whole: nothing was done. */
export function refusedEntries(
    surveys: readonly Survey[],
    error: RefusedError,
    context: Context,
): ResultEntry[] {
    return surveys
        .map((survey) => entryOf(survey, context))
        .map(({ report, cause }) =>
            report.outcome === "planned"
                ? { report: { ...report, outcome: "refused", error: error.message }, cause: error }
                : { report, cause },
        );
}
