import { knownOr, RefusedError } from "../../provider/teardown/errors.js";
import { type Context, inTime } from "../context.js";
import { knownEntry, refusedEntries, toEntry } from "../text/entries.js";
import type { PlanInvocation } from "../arguments/invocation.js";
import { refuseUnmatchedKeep } from "../selection/keep.js";
import { planText } from "../text/plan.js";
import { type CommandResult, EMPTY_RESULT, type ResultEntry } from "../result.js";
import { computeDigest, planFileText, type SavedPlan, toSavedPlan } from "../selection/saved-plan.js";
import { lookUp } from "../selection/selection.js";
import { surveyAll } from "./surveys.js";

/** Shows what would be destroyed, kept or refused. Changes nothing. */
export async function plan(invocation: PlanInvocation, context: Context): Promise<CommandResult> {
    const { guards } = invocation;
    const found = await inTime(context, (signal) => lookUp(invocation, guards, context, signal));
    const { account, leftAlone, notFound } = found;
    const wanted = { targets: found.targets, terms: invocation.terms };
    const surveys = await surveyAll(found.selected, { ...wanted, saved: null }, context);
    const text = planText(surveys, context.paint, account);
    const known = { ...EMPTY_RESULT, account, leftAlone, notFound, text };
    const asKnown = (entry: ResultEntry): ResultEntry => knownEntry(entry, found, guards);
    try {
        await refuseUnmatchedKeep(wanted, surveys, context);
        const saved = toSavedPlan(wanted, surveys, context.session, account);
        if (invocation.out !== null) {
            // A plan that omits part of the selection would be mistaken for the whole.
            if (surveys.some(({ state }) => state === "refused")) {
                throw new RefusedError(
                    "the plan was not saved, because not all of it can be carried out",
                    "plan-unusable",
                );
            }
            await save(saved, invocation.out, context);
        }
        const entries = surveys.map((survey) => asKnown(toEntry(survey, context)));
        return { ...known, entries, planDigest: computeDigest(saved) };
    } catch (thrown) {
        return knownOr(thrown, RefusedError, (error) => ({
            ...known,
            entries: refusedEntries(surveys, error, context).map(asKnown),
            error,
        }));
    }
}

async function save(saved: SavedPlan, path: string, { runtime }: Context): Promise<void> {
    await runtime.files.write(path, planFileText(saved, runtime));
    runtime.stderr.write(`saved ${path}, ${computeDigest(saved)}\n`);
}
