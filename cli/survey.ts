import { composeReport } from "../provider/teardown/compose-report.js";
import {
    RefusedError,
    TeardownError,
    AuthenticationError,
    isInterruption,
} from "../provider/teardown/errors.js";
import { failuresOf } from "../provider/teardown/failures.js";
import { planFromStatus, planFromList, type Wishes } from "../provider/teardown/inventory.js";
import { findLeftovers } from "../provider/teardown/leftovers.js";
import { preventedBy } from "../provider/teardown/narrate.js";
import type { Plan } from "../provider/teardown/plan.js";
import type { DropletApi } from "../provider/teardown/ports.js";
import { sameResource, type AssociatedResource, type Droplet } from "../provider/teardown/resource.js";
import type { DestroyStatus } from "../provider/teardown/status.js";
import { refuseWithoutTag } from "../provider/teardown/tag-guard.js";
import type { Target } from "./selection.js";

/** How a Droplet stands before anything is done to it. */
export type Standing =
    /** There, and a teardown would begin. */
    | "ready"
    /** A destroy of it runs: a teardown would attach to it. */
    | "running"
    /** Gone, but something of it is left that is to go. */
    | "unfinished"
    /** Gone, with everything that was to go. */
    | "gone"
    /** A guard or the policy forbids its teardown, or it could not be looked at. */
    | "refused";

/** What would become of one Droplet, read and decided, nothing done. */
export interface Survey {
    readonly dropletId: number;
    readonly droplet: Droplet | null;
    readonly standing: Standing;
    readonly status: DestroyStatus;
    readonly plan: Plan;
    /** What belongs to the Droplet while it is there, for the costs that a status does not tell. */
    readonly recorded: readonly AssociatedResource[];
    /** Why it is refused; null unless it is. */
    readonly refusal: unknown;
}

export interface SurveyTerms extends Wishes {
    readonly requireTag: string | null;
}

const NOTHING: Plan = { destroy: [], keep: [], prevented: [], unmatched: [] };

/** Looks at one Droplet. What stands in the way of its teardown is in the survey; a 401 or an interrupt is thrown. */
export async function survey(
    target: Target,
    terms: SurveyTerms,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Survey> {
    const known = { dropletId: target.id, droplet: target.droplet };
    try {
        const droplet = target.droplet ?? (await api.droplet(target.id, signal));
        const status = await api.status(target.id, signal);
        const there = droplet === null ? null : await surveyPresent(droplet, status, terms, api, signal);
        return there ?? (await surveyAbsent(target, status, terms, api, signal));
    } catch (error) {
        if (
            !(error instanceof TeardownError) ||
            error instanceof AuthenticationError ||
            isInterruption(error)
        ) {
            throw error;
        }
        const nothing = { status: { state: "none" }, plan: NOTHING, recorded: [] } as const;
        return { ...known, ...nothing, standing: "refused", refusal: error };
    }
}

async function surveyPresent(
    droplet: Droplet,
    status: DestroyStatus,
    terms: SurveyTerms,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Survey | null> {
    const about = { dropletId: droplet.id, droplet, status, refusal: null };
    if (status.state === "running") {
        const recorded = (await api.associated(droplet.id, signal)) ?? [];
        const inquiry = { ...terms, dropletId: droplet.id, recorded };
        const plan = await planFromStatus(status, inquiry, api, signal);
        return { ...about, standing: "running", plan, recorded };
    }
    const plan = await planFromList({ ...terms, dropletId: droplet.id, recorded: [] }, api, signal);
    if (plan === null) {
        return null;
    }
    const recorded = [...plan.destroy, ...plan.keep, ...plan.prevented];
    const refusal = objectionTo(droplet, plan, terms.requireTag);
    return { ...about, standing: refusal === null ? "ready" : "refused", plan, recorded, refusal };
}

function objectionTo(droplet: Droplet, plan: Plan, requireTag: string | null): RefusedError | null {
    try {
        refuseWithoutTag(droplet, requireTag);
    } catch (error) {
        if (error instanceof RefusedError) {
            return error;
        }
        throw error;
    }
    return plan.prevented.length > 0 ? new RefusedError(preventedBy(plan.prevented)) : null;
}

async function surveyAbsent(
    { id: dropletId, droplet }: Target,
    status: DestroyStatus,
    terms: SurveyTerms,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Survey> {
    const listed = await planFromStatus(status, { ...terms, dropletId, recorded: [] }, api, signal);
    const leftovers = await findLeftovers([dropletId], [], [], terms, api, signal);
    const others = leftovers.plan.destroy.filter(
        (snapshot) => !listed.destroy.some((other) => sameResource(other, snapshot)),
    );
    const plan: Plan = { ...listed, destroy: [...listed.destroy, ...others] };
    const failed = status.state === "completed" && failuresOf(status, "absent", null).length > 0;
    const unfinished = failed || others.length > 0;
    const standing = status.state === "running" ? "running" : unfinished ? "unfinished" : "gone";
    return { dropletId, droplet, status, standing, plan, recorded: [], refusal: null };
}

/** What a survey says as a report: nothing has been done. */
export function composeSurvey(survey: Survey): Omit<ReturnType<typeof composeReport>, "outcome"> {
    const { dropletId, droplet, status, recorded } = survey;
    const isGone = droplet === null || survey.standing === "gone" || survey.standing === "unfinished";
    const facts = {
        dropletId,
        droplet,
        recorded,
        seen: { droplet: isGone ? "absent" : "present", status } as const,
        plan: survey.plan,
        rounds: 0,
        gone: status.state === "none" ? [] : status.resources.filter((one) => one.destroyedAt !== null),
    };
    return composeReport(facts, survey.standing === "gone" ? "not-found" : "failed", null);
}
