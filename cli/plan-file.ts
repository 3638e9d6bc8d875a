import { createHash } from "node:crypto";
import { isJsonObject, parseJson } from "../provider/digitalocean/json.js";
import { RefusedError } from "../provider/teardown/errors.js";
import type { AssociatedResource } from "../provider/teardown/resource.js";
import type { Targets, Terms } from "./invocation.js";

const PLAN_VERSION = 1;

/** One Droplet that a saved plan destroys, with exactly these resources. */
export interface PlannedDroplet {
    readonly id: number;
    readonly name: string;
    readonly destroy: readonly AssociatedResource[];
}

/** A plan as it is saved: what was asked for, and what it destroys. */
export interface SavedPlan {
    /** Base URL of the API. */
    readonly endpoint: string;
    readonly account: string | null;
    readonly targets: Targets;
    readonly terms: Terms;
    readonly droplets: readonly PlannedDroplet[];
}

/** Where a plan comes from: it says nothing about what is destroyed, so the digest leaves it out. */
export interface PlanOrigin {
    readonly version: string;
    readonly createdAtMs: number;
}

/** "sha256:…" over what a plan destroys, where and under which terms: the same plan has the same digest. */
export function digestOf(plan: SavedPlan): string {
    const droplets = [...plan.droplets]
        .sort((one, other) => one.id - other.id)
        .map(({ id, name, destroy }) => [
            id,
            name,
            destroy.map((resource) => [resource.kind, resource.id]).sort(),
        ]);
    const { policy, keep, requireTag } = plan.terms;
    const terms = [Object.entries(policy).sort(), [...keep].sort(), requireTag];
    const text = JSON.stringify([PLAN_VERSION, plan.endpoint, plan.account, terms, droplets]);
    return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** The text of a plan file. */
export function planFileText(plan: SavedPlan, { version, createdAtMs }: PlanOrigin): string {
    const file = {
        version: PLAN_VERSION,
        tool: `pulumi-droplet-teardown ${version}`,
        createdAt: new Date(createdAtMs).toISOString(),
        digest: digestOf(plan),
        ...plan,
    };
    return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Reads a plan file.
 * @throws RefusedError for anything that is not exactly as it was saved
 */
export function readPlanFile(
    text: string,
    path: string,
): { readonly plan: SavedPlan; readonly digest: string } {
    const file = parseJson(text);
    if (!isJsonObject(file) || !("digest" in file) || typeof file.version !== "number") {
        throw new RefusedError(`${path} is not a saved plan`);
    }
    if (file.version !== PLAN_VERSION) {
        throw new RefusedError(
            `${path} is a plan of version ${file.version}, this reads version ${PLAN_VERSION}`,
        );
    }
    const digest = tryDigest(file as unknown as SavedPlan);
    if (digest === null || digest !== file.digest) {
        throw new RefusedError(`${path} was changed since it was saved: its digest does not fit; plan again`);
    }
    return { plan: file as unknown as SavedPlan, digest };
}

/** Null: parts of the plan are missing. Past the digest, the file is what this package wrote. */
function tryDigest(plan: SavedPlan): string | null {
    try {
        return digestOf(plan);
    } catch (error) {
        if (error instanceof TypeError) {
            return null;
        }
        throw error;
    }
}
