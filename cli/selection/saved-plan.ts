import { createHash } from "node:crypto";
import { isJsonObject, parseJson } from "../../provider/digitalocean/wire.js";
import { RefusedError } from "../../provider/teardown/errors.js";
import { dropletLabel, printable } from "../../provider/teardown/format.js";
import type { AssociatedResource } from "../../provider/teardown/model.js";
import { refusalError } from "../../provider/teardown/inquiry.js";
import { isApproved } from "../../provider/teardown/plan.js";
import { policyFor, type Wanted } from "../arguments/invocation.js";
import type { Selection } from "./selection.js";
import type { CliRuntime } from "../runtime.js";
import type { Session } from "../session.js";
import type { Survey } from "./survey.js";

/** Raised with every change of what a plan holds: a plan is not checked field by field. */
const PLAN_VERSION = 1;

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

function unusablePlan(message: string): RefusedError {
    return new RefusedError(message, "plan-unusable");
}

/** The plan to save: every Droplet that is not refused, in an order that no list of the API decides. */
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
            destroy: plan.destroy
                .map(({ kind, id, name, monthlyCost }) => ({ kind, id, name, monthlyCost }))
                .sort((one, other) => (`${one.kind} ${one.id}` < `${other.kind} ${other.id}` ? -1 : 1)),
        }))
        .sort((one, other) => one.id - other.id);
    return { endpoint: endpoint.base, account, targets, terms, droplets };
}

/**
 * "sha256:…" over a plan: what was requested, where, on which terms, and what it destroys. The same plan has the
 * same digest.
 */
export function computeDigest(plan: SavedPlan): string {
    return `sha256:${createHash("sha256").update(JSON.stringify(plan)).digest("hex")}`;
}

/** The text of a plan file. The digest excludes where it comes from, which does not affect what is destroyed. */
export function planFileText(plan: SavedPlan, { version, clock }: CliRuntime): string {
    const file = {
        version: PLAN_VERSION,
        tool: `pulumi-droplet-teardown ${version}`,
        createdAt: new Date(clock.now()).toISOString(),
        digest: computeDigest(plan),
        plan,
    };
    return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Reads a plan file. What has its own digest is as it was saved, so nothing else of it is checked.
 * @throws RefusedError for anything that is not exactly as saved
 */
export function readPlanFile(text: string, path: string): SavedPlan {
    const file = parseJson(text);
    if (!isJsonObject(file) || !isJsonObject(file.plan) || typeof file.version !== "number") {
        throw unusablePlan(`${path} is not a saved plan`);
    }
    if (file.version !== PLAN_VERSION) {
        throw unusablePlan(
            `${path} is a plan of version ${file.version}, this reads version ${PLAN_VERSION}`,
        );
    }
    const plan = file.plan as unknown as SavedPlan;
    if (computeDigest(plan) !== file.digest) {
        throw unusablePlan(`${path} was changed since it was saved: digest mismatch; plan again`);
    }
    return plan;
}

/**
 * A plan is for one account at one endpoint. If an account is unknown, a Droplet must be visible to be the plan's.
 * @throws RefusedError if either differs
 */
export function refuseElsewhere(plan: SavedPlan, session: Session, account: string | null): void {
    if (plan.endpoint !== session.endpoint.base) {
        throw unusablePlan(`the plan is for ${printable(plan.endpoint)}, not for ${session.endpoint.base}`);
    }
    if (plan.account !== null && account !== null && plan.account !== account) {
        throw unusablePlan("the plan was made with a token of another account");
    }
}

/**
 * Resolves the plan's selection again.
 * @throws RefusedError if it now matches Droplets that are not in the plan
 */
export function refuseOthers(plan: SavedPlan, live: Selection): void {
    const others = live.selected.filter(({ id }) => !plan.droplets.some((planned) => planned.id === id));
    if (others.length > 0) {
        const names = others.map(({ id, droplet }) => dropletLabel(id, droplet?.name ?? null)).join(", ");
        throw unusablePlan(`nothing was destroyed, because the plan does not have ${names}; plan again`);
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
        throw unusablePlan(
            `nothing was destroyed, because no policy of the plan fits ${names} any more; plan again`,
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
            throw unusablePlan(
                `nothing was destroyed, because ${was} is now named ${printable(droplet.name)}`,
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
