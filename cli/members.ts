import type { FleetMember } from "../provider/fleet/teardown-all.js";
import { finalSnapshot } from "../provider/teardown/final-snapshot.js";
import type { TeardownRequest } from "../provider/teardown/operation.js";
import { RESOURCE_KINDS } from "../provider/teardown/model.js";
import { entryOf } from "./commands/surveys.js";
import type { Context } from "./context.js";
import type { ResultEntry } from "./exit-code.js";
import type { DestroyInvocation } from "./invocation.js";
import type { Order } from "./order.js";
import type { SelectedDroplet } from "./selection.js";
import type { Survey } from "./survey.js";

const NOT_AT_ITS_END = "the run has not come to its end";

/**
 * The teardowns of an order: everything selected, except what its survey refuses.
 * @param seen what is known of them, whether or not it was approved
 */
export function members(
    order: Order,
    surveys: readonly Survey[] | null,
    seen: readonly Survey[],
    invocation: DestroyInvocation,
): FleetMember[] {
    const surveyed = new Map((surveys ?? []).map((survey) => [survey.dropletId, survey]));
    const known = new Map(seen.map(({ dropletId, recorded }) => [dropletId, recorded]));
    return order.selected
        .filter(({ id }) => surveyed.get(id)?.standing !== "refused")
        .map(({ id, listed }) => ({
            request: {
                ...requestOf(id, surveyed.get(id) ?? null, order, invocation),
                recorded: known.get(id) ?? [],
            },
            listed,
        }));
}

function requestOf(
    dropletId: number,
    survey: Survey | null,
    { terms, saved }: Order,
    { limits }: DestroyInvocation,
): Omit<TeardownRequest, "recorded"> {
    const { policy, keep, requireTags, finalSnapshot: template } = terms;
    const planned = saved?.droplets.find(({ id }) => id === dropletId)?.destroy;
    return {
        policy,
        keep: keep.map((entry) => ({ entry, source: "argument" })),
        finalSnapshot: finalSnapshot(dropletId, template),
        requireTag: requireTags,
        dropletId,
        account: { kind: "any" },
        // In one pass, what the policy destroys is what was approved.
        approved: planned ?? survey?.plan.destroy ?? null,
        mayCleanUp: requireTags.length === 0,
        gracefulShutdown: false,
        ...limits,
    };
}

/** The report entry while the work is in progress, or after a crash. */
export function unstarted(order: Order, surveys: readonly Survey[] | null, context: Context): ResultEntry[] {
    return surveys === null
        ? order.selected.map((target) => inProgress(target, context))
        : surveys.map((survey) => begun(survey, context));
}

function begun(survey: Survey, context: Context): ResultEntry {
    const { report, cause } = entryOf(survey, context);
    return report.outcome === "planned"
        ? { report: { ...report, outcome: "in-progress", error: NOT_AT_ITS_END }, cause }
        : { report, cause };
}

function inProgress({ id, droplet }: SelectedDroplet, { runtime }: Context): ResultEntry {
    const now = runtime.clock.now();
    const report = {
        dropletId: id,
        dropletName: droplet?.name ?? null,
        dropletGone: false,
        dropletReason: null,
        dropletMonthlyPrice: droplet?.monthlyPrice ?? null,
        destroyedAt: null,
        outcome: "in-progress",
        error: NOT_AT_ITS_END,
        resources: [],
        unread: RESOURCE_KINDS,
        unmatchedKeep: [],
        rounds: 0,
        requests: 0,
        requestIds: [],
        startedAtMs: now,
        finishedAtMs: now,
    } as const;
    return { report, cause: null };
}
