import type { Failure } from "./failures.js";
import type { Plan } from "./plan.js";
import type { ReportedResource } from "./report.js";
import { sameResource, type AssociatedResource, type ResourceRef } from "./resource.js";
import type { DestroyStatus } from "./status.js";

/** Everything that is known of a teardown's resources when it ends. */
export interface Knowledge {
    readonly plan: Plan | null;
    readonly status: DestroyStatus;
    readonly failures: readonly Failure[];
    /** Resources that were seen to be destroyed, in a status or by a look at their own endpoint. */
    readonly gone: readonly ResourceRef[];
    /** The inventory of an earlier day: it knows the costs that a status does not tell. */
    readonly recorded: readonly AssociatedResource[];
}

/** What became of each resource that the plan or the status speaks of. */
export function tally(known: Knowledge): ReportedResource[] {
    return everyResource(known).map((resource) => outcomeOf(resource, known));
}

/** The resources of a status, with their costs, and names that are missing, where an earlier inventory knows them. */
export function resourcesOf(
    status: DestroyStatus,
    recorded: readonly AssociatedResource[],
): AssociatedResource[] {
    if (status.state === "none") {
        return [];
    }
    return status.resources.map(({ kind, id, name }) => {
        const known = recorded.find((other) => sameResource(other, { kind, id }));
        return { kind, id, name: name || (known?.name ?? ""), monthlyCost: known?.monthlyCost ?? null };
    });
}

function everyResource({ plan, status, recorded }: Knowledge): AssociatedResource[] {
    const planned = plan === null ? [] : [...plan.destroy, ...plan.keep, ...plan.prevented];
    const others = resourcesOf(status, recorded).filter(
        (resource) => !planned.some((known) => sameResource(known, resource)),
    );
    return [...planned, ...others].map(({ kind, id, name, monthlyCost }) => ({
        kind,
        id,
        name,
        monthlyCost,
    }));
}

function outcomeOf(resource: AssociatedResource, known: Knowledge): ReportedResource {
    const { plan } = known;
    const kept = [...(plan?.keep ?? []), ...(plan?.prevented ?? [])].find((k) => sameResource(k, resource));
    if (known.gone.some((other) => sameResource(other, resource))) {
        const reason = kept === undefined ? null : `was to stay (${kept.reason}), taken by another request`;
        return { ...resource, outcome: "destroyed", reason };
    }
    if (kept !== undefined) {
        return { ...resource, outcome: "kept", reason: kept.reason };
    }
    const failure = known.failures.find((other) => sameResource(other, resource));
    if (failure !== undefined) {
        return { ...resource, outcome: "failed", reason: failure.reason };
    }
    return { ...resource, outcome: "pending", reason: null };
}
