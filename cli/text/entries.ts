import { DeadlineError, getErrorCode, messageOf, RefusedError } from "../../provider/teardown/errors.js";
import { beginFindings } from "../../provider/teardown/findings.js";
import { lookReport, type Report } from "../../provider/teardown/report.js";
import { describeObstacle } from "../connection.js";
import type { Context } from "../context.js";
import type { Guards } from "../arguments/invocation.js";
import { notVisible } from "./report.js";
import type { ResultEntry } from "../result.js";
import type { LookedUp, SelectedDroplet } from "../selection/selection.js";
import type { Assessment, Survey } from "../selection/survey.js";

const UNFINISHED = {
    outcome: "in-progress",
    error: "the run did not finish",
    code: "interrupted",
} as const;

/** A survey as a report entry: planned, refused with its reason, or already gone. */
export function toEntry(survey: Survey, { runtime }: Context): ResultEntry {
    const { refusal, state } = survey;
    const report = surveyReport(survey, runtime.clock.now());
    switch (state) {
        case "ready":
        case "running":
        case "unfinished":
            return { report: { ...report, outcome: "planned", code: null }, cause: null };
        case "gone":
            return { report, cause: null };
        case "refused":
            return {
                report: { ...report, outcome: refusal instanceof RefusedError ? "refused" : "failed" },
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
    const { message, code } = error;
    return surveys.map((survey) =>
        insteadOfPlanned(survey, { outcome: "refused", error: message, code }, error, context),
    );
}

/** A survey as an entry; what would be destroyed has ended like this. */
function insteadOfPlanned(
    survey: Survey,
    ended: Pick<Report, "outcome" | "error" | "code">,
    cause: unknown,
    context: Context,
): ResultEntry {
    const entry = toEntry(survey, context);
    const isPlanned = entry.report.outcome === "planned";
    return isPlanned ? { report: { ...entry.report, ...ended }, cause } : entry;
}

/** A survey as a report: nothing has been done. */
export function surveyReport({ findings, plan, state, refusal }: Assessment, nowMs: number): Report {
    if (state === "refused") {
        const [error, code] = [messageOf(refusal), getErrorCode(refusal)];
        return lookReport({ findings, plan, outcome: "refused", error, code }, nowMs);
    }
    const outcome = state === "gone" ? "not-found" : "in-progress";
    return lookReport({ findings, plan, outcome, error: null }, nowMs);
}

/** The report entry while the work is in progress, or after a crash. */
export function unstarted(
    selected: readonly SelectedDroplet[],
    surveys: readonly Survey[] | null,
    context: Context,
): ResultEntry[] {
    return surveys === null
        ? selected.map((target) => inProgress(target, context))
        : surveys.map((survey) => insteadOfPlanned(survey, UNFINISHED, null, context));
}

function inProgress({ id, droplet }: SelectedDroplet, { runtime }: Context): ResultEntry {
    const findings = beginFindings(id, [], droplet);
    return { report: lookReport({ findings, plan: null, ...UNFINISHED }, runtime.clock.now()), cause: null };
}

/** An entry that claims only what is known: a Droplet that was never seen is not "already gone". */
export function knownEntry(
    entry: ResultEntry,
    { account, selected }: LookedUp,
    { requireMatch }: Guards,
): ResultEntry {
    const { report } = entry;
    if (report.outcome !== "not-found" || report.dropletGone) {
        return entry;
    }
    const seen = selected.find(({ id }) => id === report.dropletId)?.droplet;
    if (seen !== null && seen !== undefined) {
        return { ...entry, report: { ...report, dropletGone: true, dropletName: seen.name } };
    }
    const error = notVisible(account, report.dropletId);
    return requireMatch
        ? {
              report: { ...report, outcome: "refused", error, code: "droplet-not-found" },
              cause: new RefusedError(error, "droplet-not-found"),
          }
        : { ...entry, report: { ...report, error } };
}

/** Why a teardown got no answer before its deadline. A requested destroy may still be running, so its outcome stays. */
export function withReason(entry: ResultEntry, { session }: Context): ResultEntry {
    const { report, cause } = entry;
    const obstacle = cause instanceof DeadlineError ? session.obstacle() : null;
    return obstacle === null
        ? entry
        : { cause, report: { ...report, error: `${describeObstacle(obstacle)}; ${report.error ?? ""}` } };
}
