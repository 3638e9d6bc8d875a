import type { Effects } from "./effects.js";
import { tearDownLeftovers } from "./leftovers.js";
import { withLeftovers, withOutcome, type Report } from "./report.js";
import type { TeardownRequest } from "./request.js";
import { sameResource } from "./resource.js";
import { awaitDetached } from "./verify.js";

/**
 * What is left to do once a Droplet is gone: tear down what it or its predecessors have left behind, and wait
 * until what stays has come free.
 * @param goneBefore whether the Droplet went without a destroy of this run, which has accounted for nothing
 */
export async function settleRest<R extends Pick<Report, "outcome" | "error" | "resources" | "unmatchedKeep">>(
    report: R,
    goneBefore: boolean,
    request: TeardownRequest,
    effects: Effects,
    signal: AbortSignal,
): Promise<R> {
    const unaccounted = goneBefore
        ? request.recorded.filter((known) => !report.resources.some((other) => sameResource(other, known)))
        : [];
    const dropletIds = goneBefore && request.mayCleanUp ? [request.dropletId] : [];
    const left = await tearDownLeftovers(
        { ...request, predecessors: [], dropletIds, unaccounted },
        effects,
        signal,
    );
    const settled = withLeftovers(report, left);
    await awaitDetached(withOutcome(settled, "kept"), request.dropletId, effects, signal);
    return settled;
}
