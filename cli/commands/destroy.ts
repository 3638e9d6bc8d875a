import { RefusedError } from "../../provider/teardown/errors.js";
import type { TeardownRequest } from "../../provider/teardown/operation.js";
import { confirm, refuseTooMany, refuseUnattended } from "../consent.js";
import { NO_OUTCOME, type Context, type Outcome } from "../context.js";
import { createDisplay } from "../display.js";
import type { Entry } from "../exit-code.js";
import { runAll, straysOf, type FleetOrder } from "../fleet.js";
import type { DestroyInvocation, Targets, Terms } from "../invocation.js";
import { refuseUnmatchedKeep } from "../keep-check.js";
import { readPlanFile, type SavedPlan } from "../plan-file.js";
import { planText } from "../plan-text.js";
import { reportText, teardownReports } from "../report-text.js";
import { refuseElsewhere, refuseGrown, refuseOthers } from "../saved-plan-guard.js";
import type { Target } from "../selection.js";
import { straysText } from "../strays-text.js";
import type { Survey } from "../survey.js";
import { entryOf, inTime, lookUp, refusedEntries, surveyAll } from "./surveys.js";

/** What a destroy is about to do. */
interface Prepared {
    readonly account: string | null;
    readonly surveys: readonly Survey[];
    readonly targets: Targets;
    readonly terms: Terms;
    readonly saved: SavedPlan | null;
    readonly planDigest: string | null;
}

/** Shows the plan, asks, destroys what was shown and nothing beyond it, and reports. */
export async function destroy(invocation: DestroyInvocation, context: Context): Promise<Outcome> {
    const { surroundings } = context;
    refuseUnattended(invocation, surroundings.ask !== null);
    const prepared = await prepare(invocation, context);
    const { account, planDigest, surveys } = prepared;
    const known = { ...NO_OUTCOME, account, planDigest };
    try {
        surroundings.stderr.write(`${planText(surveys, context.paintProgress)}\n`);
        refuse(invocation, prepared);
        if (!invocation.consent.yes) {
            await confirm(surveys, surroundings.ask);
        }
    } catch (error) {
        if (error instanceof RefusedError) {
            return { ...known, entries: refusedEntries(surveys, error, context), error };
        }
        throw error;
    }
    await context.record({ ...known, entries: surveys.map((survey) => begun(survey, context)) });
    const { entries, strays } = await carryOut(prepared, invocation, context);
    return { ...known, entries, strays, text: reportText(teardownReports(entries), context.paint) };
}

async function prepare(invocation: DestroyInvocation, context: Context): Promise<Prepared> {
    const { what, limits } = invocation;
    const file = "planFile" in what ? await readSaved(what.planFile, context) : null;
    const { targets, terms } = "planFile" in what ? asked(file?.plan) : what;
    const { account, selection } = await inTime(limits, context, (signal) =>
        lookUp(targets, context, signal),
    );
    const saved = file?.plan ?? null;
    if (saved !== null) {
        refuseElsewhere(saved, context.session, account);
        refuseOthers(saved, selection);
    } else {
        refuseTooMany(selection.targets.length, invocation.consent.maxDroplets);
    }
    const all =
        saved === null ? selection.targets : saved.droplets.map(({ id }) => known(id, selection.targets));
    const surveys = await surveyAll(all, terms, limits, context);
    return { account, surveys, targets, terms, saved, planDigest: file?.digest ?? null };
}

function known(id: number, targets: readonly Target[]): Target {
    return targets.find((target) => target.id === id) ?? { id, droplet: null };
}

function asked(plan: SavedPlan | undefined): { readonly targets: Targets; readonly terms: Terms } {
    if (plan === undefined) {
        throw new RefusedError("there is no plan");
    }
    return plan;
}

async function readSaved(path: string, { surroundings }: Context) {
    return readPlanFile(await surroundings.files.read(path), path);
}

function refuse({ consent }: DestroyInvocation, { surveys, saved }: Prepared): void {
    if (saved === null) {
        refuseUnmatchedKeep(surveys);
        return;
    }
    refuseTooMany(surveys.length, consent.maxDroplets);
    refuseGrown(saved, surveys);
}

/** Tears down what may be torn down; the entries come in the order of the surveys. */
async function carryOut(
    prepared: Prepared,
    invocation: DestroyInvocation,
    context: Context,
): Promise<Pick<Outcome, "entries" | "strays">> {
    const { surveys, targets } = prepared;
    const { surroundings, session } = context;
    const able = surveys.filter(({ standing }) => standing !== "refused");
    const crowd = new Map(able.map(({ dropletId, droplet }) => [dropletId, droplet?.name ?? null]));
    const display = createDisplay(surroundings.stderr, surroundings.clock, crowd);
    const requests = able.map((survey) => requestOf(survey, prepared, invocation));
    const order = { requests, tagName: targets.tagName, timeoutMs: invocation.limits.timeoutMs };
    const effects = { clock: surroundings.clock, pool: session.pool, ...display };
    const done = await runAll(order, effects, surroundings.interrupt).finally(() => display.close());
    const strays = await tellOfStrays(order, surveys, context);
    const entries = surveys.map((survey) => done.get(survey.dropletId) ?? entryOf(survey, context));
    return { entries, strays };
}

async function tellOfStrays(
    order: FleetOrder,
    surveys: readonly Survey[],
    context: Context,
): Promise<Outcome["strays"]> {
    const { clock, interrupt, stderr } = context.surroundings;
    const surveyed = surveys.map(({ dropletId }) => dropletId);
    const strays = await straysOf(order, surveyed, { clock, pool: context.session.pool }, interrupt);
    const text = straysText(strays, order.tagName);
    if (text !== "") {
        stderr.write(`${context.paintProgress("yellow", "note:")} ${text}\n`);
    }
    return strays ?? [];
}

function requestOf(
    { dropletId, plan, recorded }: Survey,
    { terms, saved }: Prepared,
    { limits }: DestroyInvocation,
): TeardownRequest {
    const { policy, keep, requireTag } = terms;
    return {
        policy,
        keep: keep.map((entry) => ({ entry, source: "argument" })),
        requireTag,
        dropletId,
        account: { kind: "any" },
        approved: saved?.droplets.find(({ id }) => id === dropletId)?.destroy ?? plan.destroy,
        recorded,
        mayCleanUp: requireTag === null,
        gracefulShutdown: false,
        ...limits,
    };
}

/** What a report says that is read while the work is under way, or after a crash. */
function begun(survey: Survey, context: Context): Entry {
    const { report, cause } = entryOf(survey, context);
    return report.outcome === "planned"
        ? { report: { ...report, outcome: "in-progress", error: "the run has not come to its end" }, cause }
        : { report, cause };
}
