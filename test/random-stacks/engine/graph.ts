import { allDependencies, dependencyUrns, type Resource } from "./resource.js";

/**
 * What depends on a resource, directly or not, in the order of the list, in which a resource comes after everything
 * that it depends on.
 */
export function dependents(
    resource: Resource,
    all: readonly Resource[],
    { children = false, ignored = new Set<string>() } = {},
): Resource[] {
    const reached = new Set([resource.urn]);
    const needs = children ? allDependencies : dependencyUrns;
    return all.slice(all.indexOf(resource) + 1).filter((candidate) => {
        const isDependent =
            !ignored.has(candidate.urn) && [...needs(candidate)].some((urn) => reached.has(urn));
        if (isDependent) {
            reached.add(candidate.urn);
        }
        return isDependent;
    });
}

/** What a resource depends on directly: of what has the same URN, everything that comes before it. */
export function directDependencies(resource: Resource, all: readonly Resource[]): Resource[] {
    const needs = allDependencies(resource);
    return all.slice(0, Math.max(all.indexOf(resource), 0)).filter(({ urn }) => needs.has(urn));
}

/** What a resource depends on, directly or not. What is to be deleted depends on its like. */
export function transitiveDependencies(resource: Resource, all: readonly Resource[]): Set<Resource> {
    const found = new Set<Resource>();
    const visit = (from: Resource): void => {
        for (const urn of allDependencies(from)) {
            const same = all.filter((one) => one.urn === urn);
            const next = same.find((one) => one.delete === from.delete) ?? same[0];
            if (next !== undefined && !found.has(next)) {
                found.add(next);
                visit(next);
            }
        }
    };
    visit(resource);
    return found;
}

/**
 * The order of deletes: each group may be deleted at once, and after the one before it. A resource waits for everything
 * that depends on it.
 */
export function deleteGroups(condemned: readonly Resource[], all: readonly Resource[]): Resource[][] {
    const groups: Resource[][] = [];
    let left = [...condemned];
    while (left.length > 0) {
        const group = left.filter(
            (one) => !directDependencies(one, all).some((dependency) => left.includes(dependency)),
        );
        groups.unshift(group);
        left = left.filter((one) => !group.includes(one));
    }
    return groups;
}
