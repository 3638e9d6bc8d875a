import { knownOr, RefusedError } from "../../provider/teardown/errors.js";
import { count, printable } from "../../provider/teardown/format.js";
import type { Context } from "../context.js";
import type { DestroyInvocation } from "../arguments/invocation.js";
import { namesOne, refuseUnmatchedKeep } from "../selection/keep.js";
import type { Order } from "../selection/order.js";
import { planText } from "../text/plan.js";
import { refuseGrown } from "../selection/saved-plan.js";
import type { Survey } from "../selection/survey.js";
import { surveyAll } from "./surveys.js";
import { fitRows } from "../text/terminal.js";

/**
 * Without a person at a terminal, the command line must say completely what to destroy.
 * @throws RefusedError if it does not
 */
export function refuseUnattended({ consent, what }: DestroyInvocation, canAsk: boolean): void {
    if (!consent.yes) {
        if (!canAsk) {
            throw unconfirmed("no terminal for the confirmation. Pass --yes with --policy or --plan");
        }
        return;
    }
    if ("planFile" in what) {
        return;
    }
    if (!consent.policyGiven) {
        throw unconfirmed("--yes needs --policy or --plan with it");
    }
    if (what.targets.tagName !== null && consent.maxDroplets === null) {
        throw unconfirmed("--yes with --tag-name needs --max-droplets with it");
    }
}

function unconfirmed(reason: string): RefusedError {
    return new RefusedError(`nothing was destroyed: ${reason}`, "not-confirmed");
}

/** What was shown before the destroys start, and why they do not start. */
export interface Agreement {
    readonly surveys: readonly Survey[];
    /** Whether each Droplet is planned when its turn comes, so that no survey is what was approved. */
    readonly onePass: boolean;
    readonly refusal: RefusedError | null;
}

/** Surveys and shows what needs approval, and asks; a one-pass run needs none. */
export async function agreedSurveys(
    invocation: DestroyInvocation,
    order: Order,
    context: Context,
): Promise<Agreement> {
    const { consent } = invocation;
    const { runtime, paintProgress } = context;
    const onePass = consent.yes && order.saved === null;
    if (onePass && !order.terms.keep.some(namesOne)) {
        runtime.stderr.write(`${count(order.selected.length, "droplet")} to destroy\n`);
        return { surveys: [], onePass, refusal: null };
    }
    const surveys = await surveyAll(order.selected, order, context);
    try {
        const plan = planText(surveys, paintProgress, order.account);
        runtime.stderr.write(`${fitRows(plan, runtime.stderr)}\n`);
        if (order.saved === null) {
            await refuseUnmatchedKeep(order, surveys, context);
        } else {
            refuseGrown(order.saved, surveys);
        }
        if (!consent.yes) {
            await confirm(surveys, runtime.ask);
        }
        return { surveys, onePass, refusal: null };
    } catch (thrown) {
        return knownOr(thrown, RefusedError, (error) => ({ surveys, onePass, refusal: error }));
    }
}

/**
 * Asks for the name of the Droplet, or for the number of Droplets if there are several.
 * @throws RefusedError if the answer differs or is missing
 */
async function confirm(surveys: readonly Survey[], ask: Context["runtime"]["ask"]): Promise<void> {
    const concerned = surveys.filter(({ state }) => state !== "gone" && state !== "refused");
    const [first, ...others] = concerned;
    if (first === undefined) {
        return;
    }
    const expected =
        others.length > 0
            ? count(concerned.length, "droplet")
            : printable(first.droplet?.name ?? "").trim() || String(first.dropletId);
    const what = others.length > 0 ? "these" : "it";
    const answer = await ask?.(`Type "${expected}" to destroy ${what}: `);
    if (answer?.trim() !== expected) {
        throw unconfirmed("it was not confirmed");
    }
}
