import { RefusedError } from "../../provider/teardown/errors.js";
import { EMPTY_RESULT, type Context, type CommandResult } from "../context.js";
import type { ResultEntry } from "../exit-code.js";
import type { PlanInvocation } from "../invocation.js";
import { refuseUnmatchedKeep } from "../keep-check.js";
import { digestOf, planFileText, type SavedPlan } from "../plan-file.js";
import { planText } from "../plan-text.js";
import type { Survey } from "../survey.js";
import { claimed } from "../visibility.js";
import { entryOf, inTime, lookUp, refusedEntries, surveyAll } from "./surveys.js";

/** Shows what would be destroyed, kept or refused. Changes nothing. */
export async function plan(invocation: PlanInvocation, context: Context): Promise<CommandResult> {
    const { terms, targets } = invocation;
    const { limits, guards } = invocation;
    const { account, selection } = await inTime(limits, context, (signal) =>
        lookUp(targets, guards, context, signal),
    );
    const surveys = await surveyAll(selection.targets, terms, limits, context);
    const known = { ...EMPTY_RESULT, account, text: planText(surveys, context.paint, account) };
    const selected = selection.targets;
    const claim = (entry: ResultEntry): ResultEntry => claimed(entry, { account, selected }, guards);
    try {
        refuseUnmatchedKeep(surveys);
        const saved = planOf(invocation, surveys, context, account);
        if (invocation.out !== null) {
            refuseIncomplete(surveys);
            await save(saved, invocation.out, context);
        }
        const entries = surveys.map((survey) => claim(entryOf(survey, context)));
        return { ...known, entries, planDigest: digestOf(saved) };
    } catch (error) {
        if (error instanceof RefusedError) {
            return { ...known, entries: refusedEntries(surveys, error, context).map(claim), error };
        }
        throw error;
    }
}

function planOf(
    { targets, terms }: PlanInvocation,
    surveys: readonly Survey[],
    { session }: Context,
    account: string | null,
): SavedPlan {
    const droplets = surveys
        .filter(({ standing }) => standing !== "refused")
        .map(({ dropletId, droplet, plan }) => ({
            id: dropletId,
            name: droplet?.name ?? "",
            destroy: plan.destroy.map(({ kind, id, name, monthlyCost }) => ({ kind, id, name, monthlyCost })),
        }));
    return { endpoint: session.endpoint.base, account, targets, terms, droplets };
}

/** A plan that omits part of the selection would be mistaken for the whole. */
function refuseIncomplete(surveys: readonly Survey[]): void {
    const refused = surveys.filter(({ standing }) => standing === "refused").length;
    if (refused > 0) {
        throw new RefusedError("the plan was not saved, because not all of it can be carried out");
    }
}

async function save(saved: SavedPlan, path: string, { runtime }: Context): Promise<void> {
    const { clock, files, stderr, version } = runtime;
    await files.write(path, planFileText(saved, { version, createdAtMs: clock.now() }));
    stderr.write(`saved ${path}, ${digestOf(saved)}\n`);
}
