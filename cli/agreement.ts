import { RefusedError } from "../provider/teardown/errors.js";
import { count } from "../provider/teardown/format.js";
import { surveyAll } from "./commands/surveys.js";
import { confirm } from "./consent.js";
import type { Context } from "./context.js";
import type { DestroyInvocation } from "./invocation.js";
import { namesOne, refuseUnmatchedKeep } from "./keep-check.js";
import type { Order } from "./order.js";
import { planText } from "./plan-text.js";
import { refuseGrown } from "./saved-plan-guard.js";
import type { Survey } from "./survey.js";

/** What was shown before the destroys start, and why they do not start. */
export interface Agreement {
    /** Null: nothing was surveyed; each Droplet is planned when its turn comes. */
    readonly surveys: readonly Survey[] | null;
    /** Everything surveyed, whether or not it needs approval. */
    readonly seen: readonly Survey[];
    readonly refusal: RefusedError | null;
}

/** Surveys and shows what needs approval, and asks; a one-pass run needs none. */
export async function agreedSurveys(
    invocation: DestroyInvocation,
    order: Order,
    context: Context,
): Promise<Agreement> {
    const { consent, limits } = invocation;
    const { runtime, paintProgress } = context;
    const onePass = consent.yes && order.saved === null;
    if (onePass && !order.terms.keep.some(namesOne)) {
        runtime.stderr.write(`${count(order.selected.length, "droplet")} to destroy\n`);
        return { surveys: null, seen: [], refusal: null };
    }
    const surveys = await surveyAll(order.selected, order.terms, limits, context);
    try {
        runtime.stderr.write(`${planText(surveys, paintProgress, order.account)}\n`);
        if (order.saved === null) {
            refuseUnmatchedKeep(surveys);
        } else {
            refuseGrown(order.saved, surveys);
        }
        if (!consent.yes) {
            await confirm(surveys, runtime.ask);
        }
        return { surveys: onePass ? null : surveys, seen: surveys, refusal: null };
    } catch (error) {
        if (error instanceof RefusedError) {
            return { surveys, seen: surveys, refusal: error };
        }
        throw error;
    }
}
