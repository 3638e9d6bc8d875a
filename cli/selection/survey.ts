import { assess, type Assessed } from "../../provider/teardown/assess.js";
import {
    afterAnswer,
    beginFindings,
    destroyStatus,
    DROPLET,
    type Evidence,
    type Findings,
    findUnread,
    remainingEvidence,
    whereIs,
} from "../../provider/teardown/findings.js";
import { judge, judgeOlder, type Judgement } from "../../provider/teardown/judge.js";
import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    isWithin,
    KINDS_OF_THE_LIST,
    type ResourceKind,
} from "../../provider/teardown/model.js";
import type { Plan, Terms } from "../../provider/teardown/plan.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import { refusalError } from "../../provider/teardown/inquiry.js";
import type { SelectedDroplet } from "./selection.js";

/** State of a Droplet before anything is done to it. */
export type SurveyState =
    /** It exists, and a teardown would start. */
    | "ready"
    /** Its destroy is running: a teardown would attach to it. */
    | "running"
    /** Gone, but leftovers remain to be destroyed. */
    | "unfinished"
    /** Gone, with everything that should go. */
    | "gone"
    /** A guard or the policy forbids its teardown, or it could not be read. */
    | "refused";

/** The assessment of one Droplet; nothing is changed. */
export interface Survey {
    readonly dropletId: number;
    /** As last seen; null: never. */
    readonly droplet: Droplet | null;
    readonly state: SurveyState;
    readonly status: DestroyStatus;
    readonly plan: Plan;
    /** Everything known of it. A teardown must know it too: a status may be forgotten, a list not be readable again. */
    readonly findings: Findings;
    /** Kinds of which nothing is known. */
    readonly unrecorded: readonly ResourceKind[];
    /** Why it is refused; null unless it is. */
    readonly refusal: unknown;
    /** Name of the final snapshot that a teardown would take first; null: none. */
    readonly finalSnapshot: string | null;
    /** Which policy of a configuration file it is judged by, for people; null: none. */
    readonly policyTitle: string | null;
}

/** A survey before the first step of a teardown is known. */
export type Assessment = Omit<Survey, "finalSnapshot" | "policyTitle">;

export interface SurveyTerms extends Terms {
    /** What is known of it from before; it may be attached to something else by now, or to nothing. */
    readonly recorded: readonly AssociatedResource[];
}

const NOTHING: Plan = { destroy: [], keep: [], prevented: [], unmatched: [], unread: [] };

/** Assesses one Droplet. The assessment contains what prevents its teardown; a 401 or an interrupt is thrown. */
export async function survey(
    { id, droplet }: SelectedDroplet,
    terms: SurveyTerms,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Assessment> {
    const begun = beginFindings(id, terms.recorded, droplet);
    const seen = { is: "read", value: droplet } as const;
    const known = droplet === null ? begun : afterAnswer(begun, DROPLET, seen, { epoch: 0, atMs: 0 });
    const found = await assess(known, (findings, epoch) => judge(findings, terms, epoch), api, signal);
    return surveyed(await withOlder(found, terms, api, signal));
}

/** Adds what an older destroy left behind, which a teardown deletes once the Droplet is gone. */
async function withOlder(
    found: Assessed<Judgement>,
    terms: SurveyTerms,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Assessed<Judgement>> {
    const ready = found.judgement;
    if (ready.is !== "ready") {
        return found;
    }
    const older = (findings: Findings, epoch: number) => judgeOlder(findings, terms, epoch);
    const { findings, judgement } = await assess(found.findings, older, api, signal);
    if (judgement.is === "refused") {
        return { findings, judgement: { ...judgement, plan: ready.plan } };
    }
    const { destroy, keep, prevented } = judgement.plan;
    const plan = {
        ...ready.plan,
        destroy: [...ready.plan.destroy, ...destroy],
        keep: [...ready.plan.keep, ...keep, ...prevented],
    };
    return { findings, judgement: { ...ready, plan } };
}

function surveyed({ findings, judgement }: Assessed<Judgement>): Assessment {
    const { dropletId, lastSeen } = findings;
    const about = { dropletId, droplet: lastSeen, status: destroyStatus(findings), refusal: null };
    const judged = (plan: Plan, state: SurveyState): Assessment => ({
        ...about,
        ...{ state, plan },
        findings: { ...findings, evidence: findings.evidence.map(unfailed(plan, state)) },
        unrecorded: state === "ready" || state === "refused" ? plan.unread : KINDS_OF_THE_LIST,
    });
    const nothing = { ...NOTHING, unread: findUnread(findings) };
    switch (judgement.is) {
        case "ready":
            return judged(judgement.plan, "ready");
        case "running":
            return judged(judgement.plan ?? nothing, "running");
        case "refused": {
            const plan = "plan" in judgement ? judgement.plan : null;
            const refusal = refusalError(judgement.refusal, false);
            return { ...judged(plan ?? nothing, "refused"), refusal };
        }
        case "gone":
        case "detaching":
        case "leftovers": {
            const { plan } = judgement;
            const isLeft = remainingEvidence(findings).some((one) => isWithin([one], plan.destroy));
            const known = { destroy: plan.destroy.filter((one) => isThere(one, findings.evidence)) };
            const unread = [...plan.unread, ...KINDS_OF_THE_LIST];
            return judged({ ...plan, ...known, unmatched: [], unread }, isLeft ? "unfinished" : "gone");
        }
    }
}

/** What an older destroy failed to delete is to go like everything else. */
function unfailed({ destroy }: Plan, state: SurveyState): (one: Evidence) => Evidence {
    const isAgain = state === "ready" || state === "unfinished";
    return (one) => (isAgain && isWithin([one], destroy) ? { ...one, failure: null } : one);
}

function isThere(resource: AssociatedResource, evidence: readonly Evidence[]): boolean {
    return evidence.some((one) => isWithin([one], [resource]) && whereIs(one).is === "there");
}
