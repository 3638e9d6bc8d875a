import { datedBy } from "../../provider/polling/clock.js";
import { type FleetMember, tearDownEach } from "../../provider/fleet/teardown-all.js";
import { KINDS_OF_THE_LIST } from "../../provider/teardown/model.js";
import type { Narrator } from "../../provider/teardown/ports.js";
import type { Context } from "../context.js";
import { createDisplay } from "../text/display.js";
import { withReason } from "../text/entries.js";
import { type DestroyInvocation, ownTerms } from "../arguments/invocation.js";
import { findPlanned, type Order } from "../selection/order.js";
import type { ResultEntry } from "../result.js";
import type { Agreement } from "./consent.js";

/** The teardowns of an order: everything selected, except what its approved survey refuses. */
export function members(
    order: Order,
    { surveys, onePass }: Agreement,
    { limits }: DestroyInvocation,
): FleetMember[] {
    const surveyed = new Map(surveys.map((survey) => [survey.dropletId, survey]));
    return order.selected
        .filter(({ id }) => onePass || surveyed.get(id)?.state !== "refused")
        .map(({ id, droplet, listed }) => {
            const survey = surveyed.get(id);
            // In one pass, what the policy destroys is what was approved.
            const approved = onePass ? null : (findPlanned(order, id) ?? survey?.plan.destroy ?? null);
            const request: FleetMember["request"] = {
                ...ownTerms(order, { id, droplet }).terms,
                dropletId: id,
                account: { kind: "any" },
                approved,
                gracefulShutdown: false,
                recorded: survey?.findings.evidence ?? [],
                unrecorded: survey?.unrecorded ?? KINDS_OF_THE_LIST,
                ...limits,
            };
            return { request, listed };
        });
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
