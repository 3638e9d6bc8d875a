import type { ResourceRef } from "./resource.js";

/** Progress of one associated resource, from the status endpoint. */
export interface ResourceProgress extends ResourceRef {
    readonly name: string;
    /** ISO date; null while it is not destroyed. */
    readonly destroyedAt: string | null;
    /** Why it could not be destroyed, or null. */
    readonly error: string | null;
}

/** Progress of the Droplet itself. */
export interface DropletProgress {
    readonly name: string;
    readonly destroyedAt: string | null;
    readonly error: string | null;
}

interface Progress {
    readonly droplet: DropletProgress;
    readonly resources: readonly ResourceProgress[];
}

/**
 * What `GET /v2/droplets/{id}/destroy_with_associated_resources/status` says, as a closed union.
 * "none" is a 404 or an empty object: no destroy is known. Anything that is not certainly finished is
 * "running".
 */
export type DestroyStatus =
    | { readonly state: "none" }
    | ({ readonly state: "running" } & Progress)
    | ({
          readonly state: "completed";
          readonly completedAt: string;
          /** The API's own count of what failed; never less than the errors listed. */
          readonly failures: number;
      } & Progress);

/** The resources in a status, without the Droplet. */
export function namedIn(status: DestroyStatus): readonly ResourceProgress[] {
    return status.state === "none" ? [] : status.resources;
}

/** The resources that a status shows as destroyed. */
export function destroyedIn(status: DestroyStatus): ResourceRef[] {
    return namedIn(status).filter((resource) => resource.destroyedAt !== null);
}

/** Whether a status shows that the Droplet itself was destroyed. */
export function provesEnd(status: DestroyStatus): boolean {
    return status.state !== "none" && status.droplet.destroyedAt !== null;
}

/**
 * Whether a destroy ended without a failure. Failures that are counted but not listed also count: an item
 * without a message, or the Droplet.
 */
export function endedWell(status: DestroyStatus): boolean {
    return status.state === "completed" && status.failures === 0;
}

/**
 * What remains to wait for, according to a status: only the "droplet", which is destroyed last, or "some"
 * resources before it.
 */
export function leftIn(status: DestroyStatus): "unknown" | "some" | "droplet" {
    const resources = namedIn(status);
    if (resources.length === 0) {
        return "unknown";
    }
    const pending = resources.some(({ destroyedAt, error }) => destroyedAt === null && error === null);
    return pending ? "some" : "droplet";
}
