import { agreedSurveys, refuseUnattended } from "./consent.js";
import type { Context } from "../context.js";
import { knownEntry, refusedEntries, unstarted } from "../text/entries.js";
import type { DestroyInvocation } from "../arguments/invocation.js";
import { reportLateArrivals } from "../selection/late-arrivals.js";
import { readOrder } from "../selection/order.js";
import { computeDigest } from "../selection/saved-plan.js";
import { destroyAdvice, reportText, teardownReports } from "../text/report.js";
import { type CommandResult, EMPTY_RESULT, type ResultEntry } from "../result.js";
import { members, tearDownTogether } from "./teardowns.js";

/**
 * Destroys and reports. A person at the terminal or a saved plan approves what was surveyed and shown; with
 * `--yes --policy`, each Droplet is planned, announced and destroyed in one pass.
 */
export async function destroy(invocation: DestroyInvocation, context: Context): Promise<CommandResult> {
    const { runtime, paint } = context;
    refuseUnattended(invocation, runtime.ask !== null);
    const order = await readOrder(invocation, context);
    const { account, leftAlone, notFound, saved } = order;
    const planDigest = saved === null ? null : computeDigest(saved);
    const known = { ...EMPTY_RESULT, account, planDigest, leftAlone, notFound };
    const agreement = await agreedSurveys(invocation, order, context);
    const { surveys, onePass, refusal } = agreement;
    const asKnown = (entry: ResultEntry): ResultEntry => knownEntry(entry, order, invocation.guards);
    if (refusal !== null) {
        return {
            ...known,
            entries: refusedEntries(surveys, refusal, context).map(asKnown),
            error: refusal,
        };
    }
    const fleet = members(order, agreement, invocation);
    const waiting = unstarted(order.selected, onePass ? null : surveys, context);
    const done = new Map<number, ResultEntry>();
    const begun = new Set<number>();
    const open = (entry: ResultEntry): ResultEntry =>
        begun.has(entry.report.dropletId)
            ? { ...entry, report: { ...entry.report, mayHaveBegun: true } }
            : entry;
    const soFar = (): CommandResult => {
        const entries = waiting.map((entry) => asKnown(done.get(entry.report.dropletId) ?? open(entry)));
        const advice = destroyAdvice(runtime.version, teardownReports(entries), order, invocation);
        return { ...known, entries, advice };
    };
    await context.saveProgress(soFar);
    const course = {
        begins: (dropletId: number) => void begun.add(dropletId),
        ended: (entry: ResultEntry) => void done.set(entry.report.dropletId, entry),
    };
    await tearDownTogether(fleet, order.selected, !onePass, course, context);
    const lateArrivals = await reportLateArrivals(order, context);
    const ended = soFar();
    const text = [reportText(teardownReports(ended.entries), paint, account), ...ended.advice].join("\n");
    return { ...ended, lateArrivals, text };
}
