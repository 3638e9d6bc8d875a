import { deleteGroups, dependents, transitiveDependencies } from "./graph.js";
import type { Options, Targets } from "./options.js";
import type { Plan } from "./plan.js";
import { RefusedByEngine } from "./refused.js";
import { clone, type Resource } from "./resource.js";
import { forget, remove, same, type Step, type Workplace } from "./steps.js";

/** What an operation does once the program has registered everything. */
export interface Ending {
    /** What is no target stays. */
    readonly sames: readonly Step[];
    /** Each group may be deleted at once, and after the one before it. */
    readonly deletes: readonly (readonly Step[])[];
}

/** Deletes what the program has not registered, and what was replaced. */
export function planEnding(place: Workplace, plan: Plan, targets: Targets, options: Options): Ending {
    const { base } = place.snapshot;
    const isTargeted = targetedDeletes(base, plan, targets);
    const steps: Step[] = [];
    const sames: Step[] = [];
    for (const resource of base) {
        const { urn } = resource;
        const isLeft = !plan.isOperatedOn(urn);
        if (!isTargeted(resource)) {
            if (isLeft && !resource.delete) {
                sames.push(same(place, resource, clone(resource)));
            }
        } else if (resource.delete && plan.deletedBefore.has(resource)) {
            continue;
        } else if (resource.delete) {
            plan.deletes.add(urn);
            const isGone = place.isToday && resource.pendingReplacement;
            steps.push(isGone ? forget(place, resource) : remove(place, resource, "was replaced"));
        } else if (isLeft) {
            plan.deletes.add(urn);
            steps.push(
                resource.pendingReplacement ? forget(place, resource) : remove(place, resource, "leaves"),
            );
        }
    }
    for (const resource of plan.toDelete.filter(isTargeted)) {
        plan.deletes.add(resource.urn);
        steps.push(remove(place, resource, "leaves"));
    }
    refuseOthers(steps, targets, options);
    const stepOf = new Map(steps.map((step) => [step.resource, step]));
    const groups = deleteGroups([...stepOf.keys()], [...plan.toDelete, ...base]);
    return { sames, deletes: groups.map((group) => group.flatMap((one) => stepOf.get(one) ?? [])) };
}

/** Targets and everything that depends on them; or everything but what is excluded, and what that depends on. */
function targetedDeletes(
    base: readonly Resource[],
    plan: Plan,
    targets: Targets,
): (resource: Resource) => boolean {
    if (!targets.isConstrained) {
        const excluded = base.filter(({ urn }) => targets.excluded.has(urn));
        const needed = excluded.flatMap((one) => [one, ...transitiveDependencies(one, base)]);
        const kept = new Set(needed.map(({ urn }) => urn));
        return ({ urn }) => !kept.has(urn);
    }
    const all = [...plan.toDelete, ...base];
    const chosen = base.filter(({ urn }) => targets.has(urn));
    const reached = chosen.flatMap((one) => [one, ...dependents(one, all, { children: true })]);
    const urns = new Set(reached.map(({ urn }) => urn));
    return ({ urn }) => urns.has(urn);
}

/** What is needed by something whose delete has failed is not deleted. */
export function withoutNeeded(
    group: readonly Step[],
    failed: readonly Step[],
    base: readonly Resource[],
): Step[] {
    const needed = failed.flatMap(({ resource, old }) =>
        [resource, old ?? resource].flatMap((one) => [...transitiveDependencies(one, base)]),
    );
    return group.filter(({ resource }) => !needed.includes(resource));
}

function refuseOthers(steps: readonly Step[], targets: Targets, { targetDependents }: Options): void {
    const other = steps.find(({ resource }) => !targets.has(resource.urn));
    if (other !== undefined && targetDependents !== true) {
        throw new RefusedByEngine(`${other.resource.urn} would be deleted, and is no target`);
    }
}
