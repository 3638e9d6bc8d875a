import { datedBy } from "../../provider/polling/clock.js";
import { type FleetMember, tearDownEach } from "../../provider/fleet/teardown-all.js";
import { finalSnapshot } from "../../provider/teardown/plan.js";
import { KINDS_OF_THE_LIST } from "../../provider/teardown/model.js";
import type { Narrator } from "../../provider/teardown/ports.js";
import type { Context } from "../context.js";
import { createDisplay } from "../text/display.js";
import { withReason } from "../text/entries.js";
import { type DestroyInvocation, ownTerms } from "../arguments/invocation.js";
import { findPlanned, type Order } from "../selection/order.js";
import type { ResultEntry } from "../result.js";
import type { SelectedDroplet } from "../selection/selection.js";
import type { Survey } from "../selection/survey.js";

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
    const known = new Map(seen.map((survey) => [survey.dropletId, survey]));
    return order.selected
        .filter(({ id }) => surveyed.get(id)?.state !== "refused")
        .map((target) => ({
            request: {
                ...toRequest(target, surveyed.get(target.id) ?? null, order, invocation),
                recorded: known.get(target.id)?.findings.evidence ?? [],
                unrecorded: known.get(target.id)?.unrecorded ?? KINDS_OF_THE_LIST,
            },
            listed: target.listed,
        }));
}

function toRequest(
    { id: dropletId, droplet }: SelectedDroplet,
    survey: Survey | null,
    order: Order,
    { limits }: DestroyInvocation,
): Omit<FleetMember["request"], "recorded" | "unrecorded"> {
    const { policy, keep, requireTag, mayCleanUp, sweep, ...own } = ownTerms(order, droplet);
    return {
        ...{ policy, keep, requireTag, mayCleanUp, sweep },
        finalSnapshot: finalSnapshot(dropletId, own.finalSnapshot),
        replacedAt: null,
        dropletId,
        account: { kind: "any" },
        // In one pass, what the policy destroys is what was approved.
        approved: findPlanned(order, dropletId) ?? survey?.plan.destroy ?? null,
        gracefulShutdown: false,
        ...limits,
    };
}

/** What is told of each Droplet. */
interface Course {
    /** From here on, its destroy may have been requested. */
    readonly begins: (dropletId: number) => void;
    readonly ended: (entry: ResultEntry) => void;
}

/**
 * Tears down many Droplets together, each on its own terms, and shows their progress. Never throws.
 * @param planShown whether a person has seen the plans already
 */
export async function tearDownTogether(
    fleet: readonly FleetMember[],
    selected: Order["selected"],
    planShown: boolean,
    { begins, ended }: Course,
    context: Context,
): Promise<void> {
    const { stderr, clock, interrupt } = context.runtime;
    const selectedNames = new Map(selected.map(({ id, droplet }) => [id, droplet?.name ?? null]));
    const names = new Map(
        fleet.map(({ request: { dropletId } }) => [dropletId, selectedNames.get(dropletId) ?? null]),
    );
    const { narratorFor, progress, ...display } = createDisplay(stderr, clock, names, planShown);
    // Nothing is destroyed before it is announced.
    const listenedTo = (dropletId: number): Narrator => {
        const { announce, ...others } = narratorFor(dropletId);
        return {
            ...others,
            announce: (...said) => {
                begins(dropletId);
                return announce(...said);
            },
        };
    };
    const effects = {
        clock: datedBy(clock, () => context.session.serverNow()),
        ...{ pool: context.session.pool, narratorFor: listenedTo, progress },
        throwIfAbandoned: () => Promise.resolve(),
        report: (report: ResultEntry["report"], cause: unknown) => {
            ended(withReason({ report, cause }, context));
            display.ended(report.dropletId);
        },
    };
    await tearDownEach(fleet, effects, interrupt).finally(() => display.close());
}
