import type { FleetMember } from "../../provider/fleet/teardown-all.js";
import { refuseUnattended } from "../consent.js";
import { EMPTY_RESULT, type Context, type CommandResult } from "../context.js";
import { createDisplay } from "../display.js";
import type { ResultEntry } from "../exit-code.js";
import { runAll } from "../fleet.js";
import type { DestroyInvocation } from "../invocation.js";
import { members, unstarted } from "../members.js";
import { readOrder } from "../order.js";
import { reportText, teardownReports } from "../report-text.js";
import { destroyAdvice } from "../resume.js";
import { agreedSurveys } from "../agreement.js";
import type { SelectedDroplet } from "../selection.js";
import { reportLateArrivals } from "../late-arrivals.js";
import { withReason } from "../unreached.js";
import { claimed } from "../visibility.js";
import { refusedEntries } from "./surveys.js";

/**
 * Destroys and reports. A person at the terminal or a saved plan approves what was surveyed and shown; with
 * `--yes --policy`, each Droplet is planned, announced and destroyed in one pass.
 */
export async function destroy(invocation: DestroyInvocation, context: Context): Promise<CommandResult> {
    const { runtime, paint } = context;
    refuseUnattended(invocation, runtime.ask !== null);
    const order = await readOrder(invocation, context);
    const { account, planDigest } = order;
    const known = { ...EMPTY_RESULT, account, planDigest };
    const { surveys, seen, refusal } = await agreedSurveys(invocation, order, context);
    const claim = (entry: ResultEntry): ResultEntry => claimed(entry, order, invocation.guards);
    if (refusal !== null) {
        return {
            ...known,
            entries: refusedEntries(surveys ?? [], refusal, context).map(claim),
            error: refusal,
        };
    }
    const fleet = members(order, surveys, seen, invocation);
    const waiting = unstarted(order, surveys, context);
    const advise = (entries: readonly ResultEntry[]): string[] =>
        destroyAdvice(runtime.version, teardownReports(entries), order.terms);
    await context.record({ ...known, entries: waiting, advice: advise(waiting) });
    const done = new Map<number, ResultEntry>();
    const soFar = (): Pick<CommandResult, "entries" | "advice"> => {
        const entries = waiting.map((entry) => claim(done.get(entry.report.dropletId) ?? entry));
        return { entries, advice: advise(entries) };
    };
    context.recall(soFar);
    const ended = (entry: ResultEntry): void => {
        done.set(entry.report.dropletId, withReason(entry, context.session));
    };
    await carryOut(fleet, order.selected, surveys !== null, ended, context);
    const lateArrivals = await reportLateArrivals(order, invocation.limits, context);
    const { entries, advice } = soFar();
    const text = [reportText(teardownReports(entries), paint, account), ...advice].join("\n");
    return { ...known, entries, lateArrivals, text, advice };
}

/** Tears down everything that is not refused. */
async function carryOut(
    fleet: readonly FleetMember[],
    selected: readonly SelectedDroplet[],
    planShown: boolean,
    ended: (entry: ResultEntry) => void,
    { runtime, session }: Context,
): Promise<void> {
    const { stderr, clock, interrupt } = runtime;
    const names = new Map(selected.map(({ id, droplet }) => [id, droplet?.name ?? null]));
    const crowd = new Map(
        fleet.map(({ request: { dropletId } }) => [dropletId, names.get(dropletId) ?? null]),
    );
    const display = createDisplay(stderr, clock, crowd, planShown);
    const tell = (entry: ResultEntry): void => {
        ended(entry);
        display.ended(entry);
    };
    const effects = { clock, pool: session.pool, ...display, ended: tell };
    await runAll(fleet, effects, interrupt).finally(() => display.close());
}
