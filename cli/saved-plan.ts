import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject, parseJson } from "../provider/digitalocean/wire.js";
import { RefusedError } from "../provider/teardown/errors.js";
import { dropletLabel, printable } from "../provider/teardown/format.js";
import { type AssociatedResource, RESOURCE_KINDS } from "../provider/teardown/model.js";
import { POLICY_ACTIONS, resolvePolicy } from "../provider/teardown/policy.js";
import { refusalError } from "../provider/teardown/inquiry.js";
import { isApproved } from "../provider/teardown/plan.js";
import {
    type AgeSelector,
    type DropletSelector,
    type NamedPolicy,
    policyFor,
    type Terms,
    type Wanted,
} from "./invocation.js";
import type { Selection } from "./selection.js";
import type { Session } from "./session.js";
import type { Survey } from "./survey.js";

const PLAN_VERSION = 1;
const POLICY_KEYS = Object.keys(resolvePolicy("keep"));

/** A Droplet that a saved plan destroys, with exactly these resources. */
export interface PlannedDroplet {
    readonly id: number;
    readonly name: string;
    readonly destroy: readonly AssociatedResource[];
}

/** A saved plan: what was requested, and what it destroys. */
export interface SavedPlan extends Wanted {
    /** Base URL of the API. */
    readonly endpoint: string;
    readonly account: string | null;
    readonly droplets: readonly PlannedDroplet[];
}

/** Where a plan comes from. It does not affect what is destroyed, so the digest excludes it. */
export interface PlanOrigin {
    readonly version: string;
    readonly createdAtMs: number;
}

/** The plan to save: every Droplet that is not refused. */
export function toSavedPlan(
    { targets, terms }: Wanted,
    surveys: readonly Survey[],
    { endpoint }: Session,
    account: string | null,
): SavedPlan {
    const droplets = surveys
        .filter(({ state }) => state !== "refused")
        .map(({ dropletId, droplet, plan }) => ({
            id: dropletId,
            name: droplet?.name ?? "",
            destroy: plan.destroy.map(({ kind, id, name, monthlyCost }) => ({ kind, id, name, monthlyCost })),
        }));
    return { endpoint: endpoint.base, account, targets, terms, droplets };
}

/**
 * "sha256:…" over a plan: what was requested, where, on which terms, and what it destroys. The same plan has the
 * same digest.
 */
export function computeDigest({ endpoint, account, targets, terms, droplets }: SavedPlan): string {
    const { policy, keep, requireTags, finalSnapshot, policies } = terms;
    const all = {
        ...{ version: PLAN_VERSION, endpoint, account },
        // Plans from before selections by age existed keep their digest.
        targets: [[...targets.named].sort(), targets.tagName, ...ageDigest(targets)],
        terms: [
            Object.entries(policy).sort(),
            [...keep].sort(),
            [...requireTags].sort(),
            // Plans from before final snapshots existed keep their digest.
            ...(finalSnapshot === null ? [] : [finalSnapshot]),
            ...(policies.length === 0 ? [] : [policies.map(policyDigest)]),
        ],
        droplets: [...droplets]
            .sort((one, other) => one.id - other.id)
            .map(({ id, name, destroy }) => [id, name, destroy.map(resourceDigest).sort()]),
    };
    return `sha256:${createHash("sha256").update(JSON.stringify(all)).digest("hex")}`;
}

function policyDigest({ title, policy, keep, finalSnapshot, names, tags }: NamedPolicy): readonly unknown[] {
    return [title, Object.entries(policy).sort(), keep, finalSnapshot, names, tags];
}

function ageDigest({ age }: DropletSelector): readonly unknown[] {
    return age === null ? [] : [[age.expired, age.olderThanMs, age.includeStacks, age.asOfMs]];
}

function resourceDigest({ kind, id, name, monthlyCost }: AssociatedResource): string {
    return JSON.stringify([kind, id, name, monthlyCost]);
}

/** The text of a plan file. */
export function planFileText(plan: SavedPlan, { version, createdAtMs }: PlanOrigin): string {
    const file = {
        version: PLAN_VERSION,
        tool: `pulumi-droplet-teardown ${version}`,
        createdAt: new Date(createdAtMs).toISOString(),
        digest: computeDigest(plan),
        ...plan,
    };
    return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Reads a plan file.
 * @throws RefusedError for anything that is not exactly as saved
 */
export function readPlanFile(
    text: string,
    path: string,
): { readonly plan: SavedPlan; readonly digest: string } {
    const file = parseJson(text);
    if (!isJsonObject(file) || !("digest" in file) || typeof file.version !== "number") {
        throw new RefusedError(`${path} is not a saved plan`, { code: "plan-unusable" });
    }
    if (file.version !== PLAN_VERSION) {
        throw new RefusedError(
            `${path} is a plan of version ${file.version}, this reads version ${PLAN_VERSION}`,
            { code: "plan-unusable" },
        );
    }
    const plan = planIn(file);
    if (plan === null) {
        throw new RefusedError(`${path} is not a saved plan: parts of it are missing; plan again`, {
            code: "plan-unusable",
        });
    }
    const digest = computeDigest(plan);
    if (digest !== file.digest) {
        throw new RefusedError(`${path} was changed since it was saved: digest mismatch; plan again`, {
            code: "plan-unusable",
        });
    }
    return { plan, digest };
}

/** Null if it is not a plan. */
function planIn(file: JsonObject): SavedPlan | null {
    const { endpoint, account, targets, terms, droplets } = file;
    const asked = isJsonObject(terms) ? { finalSnapshot: null, policies: [], ...terms } : null;
    const chosen = isJsonObject(targets) ? { age: null, ...targets } : null;
    const whole =
        typeof endpoint === "string" &&
        isTextOrNull(account) &&
        isTargets(chosen) &&
        isTerms(asked) &&
        Array.isArray(droplets) &&
        droplets.every(isPlannedDroplet);
    return whole ? { endpoint, account, targets: chosen, terms: asked, droplets } : null;
}

function isTargets(value: unknown): value is DropletSelector {
    return (
        isJsonObject(value) &&
        isTexts(value.named) &&
        isTextOrNull(value.tagName) &&
        (value.age === null || isAge(value.age))
    );
}

function isAge(value: unknown): value is AgeSelector {
    return (
        isJsonObject(value) &&
        typeof value.expired === "boolean" &&
        (value.olderThanMs === null || Number.isSafeInteger(value.olderThanMs)) &&
        typeof value.includeStacks === "boolean" &&
        Number.isSafeInteger(value.asOfMs)
    );
}

function isTerms(value: unknown): value is Terms {
    return (
        isJsonObject(value) &&
        isTexts(value.keep) &&
        isTexts(value.requireTags) &&
        isTextOrNull(value.finalSnapshot) &&
        Array.isArray(value.policies) &&
        value.policies.every(isNamedPolicy) &&
        isPolicy(value.policy)
    );
}

function isNamedPolicy(value: unknown): value is NamedPolicy {
    return (
        isJsonObject(value) &&
        typeof value.title === "string" &&
        isPolicy(value.policy) &&
        isTexts(value.keep) &&
        isTextOrNull(value.finalSnapshot) &&
        isTexts(value.names) &&
        isTexts(value.tags)
    );
}

function isPolicy(value: unknown): boolean {
    return (
        isJsonObject(value) && POLICY_KEYS.every((key) => POLICY_ACTIONS.some((word) => word === value[key]))
    );
}

function isPlannedDroplet(value: unknown): value is PlannedDroplet {
    return (
        isJsonObject(value) &&
        Number.isSafeInteger(value.id) &&
        typeof value.name === "string" &&
        Array.isArray(value.destroy) &&
        value.destroy.every(isResource)
    );
}

function isResource(value: unknown): value is AssociatedResource {
    return (
        isJsonObject(value) &&
        RESOURCE_KINDS.some((kind) => kind === value.kind) &&
        typeof value.id === "string" &&
        typeof value.name === "string" &&
        isTextOrNull(value.monthlyCost)
    );
}

function isTextOrNull(value: unknown): value is string | null {
    return value === null || typeof value === "string";
}

function isTexts(value: unknown): value is string[] {
    return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/**
 * A plan is for one account at one endpoint. If an account is unknown, a Droplet must be visible to be the plan's.
 * @throws RefusedError if either differs
 */
export function refuseElsewhere(plan: SavedPlan, session: Session, account: string | null): void {
    if (plan.endpoint !== session.endpoint.base) {
        throw new RefusedError(
            `the plan is for ${printable(plan.endpoint)}, not for ${session.endpoint.base}`,
            { code: "plan-unusable" },
        );
    }
    if (plan.account !== null && account !== null && plan.account !== account) {
        throw new RefusedError("the plan was made with a token of another account", {
            code: "plan-unusable",
        });
    }
}

/**
 * Resolves the plan's selection again.
 * @throws RefusedError if it now matches Droplets that are not in the plan
 */
export function refuseOthers(plan: SavedPlan, live: Selection): void {
    const others = live.targets.filter(({ id }) => !plan.droplets.some((planned) => planned.id === id));
    if (others.length > 0) {
        const names = others.map(({ id, droplet }) => dropletLabel(id, droplet?.name ?? null)).join(", ");
        throw new RefusedError(`nothing was destroyed, because the plan does not have ${names}; plan again`, {
            code: "plan-unusable",
        });
    }
}

/**
 * Chooses the policies of a file again.
 * @throws RefusedError if a Droplet of the plan now fits none
 */
export function refuseUnfit(plan: SavedPlan, { leftAlone }: Selection): void {
    const { policies } = plan.terms;
    const unfit = (policies.length === 0 ? [] : (leftAlone ?? [])).filter(
        ({ droplet }) =>
            plan.droplets.some(({ id }) => id === droplet.id) && policyFor(droplet, policies) === null,
    );
    if (unfit.length > 0) {
        const names = unfit.map(({ droplet }) => dropletLabel(droplet.id, droplet.name)).join(", ");
        throw new RefusedError(
            `nothing was destroyed, because no policy of the plan fits ${names} any more; plan again`,
            { code: "plan-unusable" },
        );
    }
}

/**
 * Compares what exists with what was planned. What has gone in the meantime is accepted.
 * @throws RefusedError if there is more, or a Droplet is not the same one
 */
export function refuseGrown(plan: SavedPlan, surveys: readonly Survey[]): void {
    for (const { dropletId, droplet, plan: live, state } of surveys) {
        const planned = plan.droplets.find(({ id }) => id === dropletId);
        if (planned === undefined || state === "refused") {
            continue;
        }
        if (droplet !== null && droplet.name !== planned.name) {
            const was = dropletLabel(dropletId, planned.name);
            throw new RefusedError(
                `nothing was destroyed, because ${was} is now named ${printable(droplet.name)}`,
                { code: "plan-unusable" },
            );
        }
        if (state === "ready") {
            const grown = live.destroy.filter((resource) => !isApproved(resource, planned.destroy));
            if (grown.length > 0) {
                throw refusalError({ code: "not-approved", grown }, false);
            }
        }
    }
}
