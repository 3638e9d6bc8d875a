import { type DeploymentOptions, Targets } from "./options.js";
import { allDependencies, clone, type Resource } from "./resource.js";

/** What a refresh does about one resource. */
export interface Reading {
    readonly resource: Resource;
    /** Resolves with what it is now; null: it is gone. */
    readonly read: () => Promise<Resource | null>;
}

/** The resources that an operation refreshes before anything else. */
export function readings(base: readonly Resource[], options: DeploymentOptions): Reading[] {
    const targets = new Targets(options.targets, options.excludes);
    const chosen = base.filter((resource) => {
        const isBelow =
            options.targetDependents === true &&
            [...allDependencies(resource)].some((urn) => targets.has(urn));
        if (isBelow) {
            targets.add(resource.urn);
        }
        return targets.has(resource.urn);
    });
    return chosen.map((resource) => ({ resource, read: () => read(options, resource) }));
}

async function read({ providerFor }: DeploymentOptions, old: Resource): Promise<Resource | null> {
    if (!old.custom || old.pendingReplacement) {
        return old;
    }
    const provider = providerFor(old.type);
    const found = await provider.read(old.urn, old.id, old.outputs, old.inputs);
    if (found === null) {
        return null;
    }
    const inputs = found.inputs ?? old.inputs;
    // For what is shown: what the next update would change, the other way round.
    await provider.diff(old.urn, old.id, found.outputs, old.inputs, old.ignoreChanges);
    return { ...clone(old), inputs, outputs: found.outputs, initErrors: [] };
}

/** The list of resources after a refresh. Nothing in it refers to what is gone. */
export function rebuilt(
    base: readonly Resource[],
    refreshed: ReadonlyMap<Resource, Resource | null>,
): Resource[] {
    const there = new Set<string>();
    /** The parent of each resource that is gone. */
    const above = new Map<string, string>();
    const kept: Resource[] = [];
    for (const old of base) {
        const now = refreshed.has(old) ? (refreshed.get(old) ?? null) : old;
        if (now === null) {
            above.set(old.urn, old.parent);
            continue;
        }
        kept.push(withoutMissing(now, there));
        there.add(now.urn);
    }
    for (const resource of kept) {
        while (resource.parent !== "" && !there.has(resource.parent)) {
            resource.parent = above.get(resource.parent) ?? "";
        }
    }
    return kept;
}

/** Refers only to what comes before it in the list. */
function withoutMissing(resource: Resource, there: ReadonlySet<string>): Resource {
    const present = (urns: readonly string[]): string[] => urns.filter((urn) => there.has(urn));
    resource.dependencies = present(resource.dependencies);
    resource.propertyDependencies = Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([name, urns]) => [name, present(urns)]),
    );
    resource.deletedWith = there.has(resource.deletedWith) ? resource.deletedWith : "";
    return resource;
}
