import type { Plan } from "./plan.js";
import { sameResource, type ResourceKind } from "./resource.js";
import type { DestroyStatus, ResourceProgress } from "./status.js";

/** Something that a finished destroy did not destroy. */
export interface Failure {
    readonly kind: ResourceKind | "droplet";
    readonly id: string;
    readonly name: string;
    readonly reason: string;
}

export type Completed = DestroyStatus & { readonly state: "completed" };

const NO_REASON = "DigitalOcean gives no reason";

/**
 * What failed. The API's `failures` may count more than it names (a duplicate, the Droplet, an item without
 * a message): then everything that is not shown as destroyed is taken to have failed. `own` is the plan of
 * a destroy that this run sent, which can have failed in nothing else.
 */
export function failuresOf(status: Completed, droplet: "present" | "absent", own: Plan | null): Failure[] {
    const failed = status.resources
        .filter((resource) => resource.destroyedAt === null && resource.error !== null)
        .map(asFailure);
    if (status.failures > failed.length) {
        failed.push(
            ...status.resources
                .filter((resource) => resource.destroyedAt === null && resource.error === null)
                .filter(
                    (resource) => own === null || own.destroy.some((other) => sameResource(other, resource)),
                )
                .map(asFailure),
        );
    }
    const dropletFailed = status.droplet.error !== null || (status.failures > 0 && failed.length === 0);
    if (droplet === "present" && status.droplet.destroyedAt === null && dropletFailed) {
        const reason = status.droplet.error ?? NO_REASON;
        failed.push({ kind: "droplet", id: "", name: status.droplet.name, reason });
    }
    return failed;
}

/** Whether two rounds failed in the same things for the same reasons. */
export function sameFailures(some: readonly Failure[], others: readonly Failure[]): boolean {
    const key = (failure: Failure): string => JSON.stringify([failure.kind, failure.id, failure.reason]);
    const known = new Set(others.map(key));
    return some.length === others.length && some.every((failure) => known.has(key(failure)));
}

function asFailure(resource: ResourceProgress): Failure {
    const { kind, id, name, error } = resource;
    return { kind, id, name, reason: error ?? NO_REASON };
}
