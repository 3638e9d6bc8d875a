import type { Props } from "../../../simulator/plugin/core/props.js";

/** One resource as the engine keeps it. Two of the same URN may be there at a time, so an object stands for each. */
export interface Resource {
    urn: string;
    readonly type: string;
    readonly custom: boolean;
    /** "" until it is created. */
    id: string;
    inputs: Props;
    outputs: Props;
    /** URN; "" for the stack. */
    parent: string;
    dependencies: readonly string[];
    propertyDependencies: Readonly<Record<string, readonly string[]>>;
    /** URN, or "". */
    deletedWith: string;
    protect: boolean;
    retainOnDelete: boolean;
    ignoreChanges: readonly string[];
    replaceOnChanges: readonly string[];
    importId: string;
    /** Why it is not complete, if it is not. */
    initErrors: readonly string[];
    /** It has been replaced, and is to be deleted. */
    delete: boolean;
    /** It has been deleted, and is to be created again. */
    pendingReplacement: boolean;
    /** The next update replaces it. */
    taint: boolean;
}

/** Everything that a resource depends on, its parent aside. */
export function dependencyUrns({ dependencies, propertyDependencies, deletedWith }: Resource): Set<string> {
    return new Set([
        ...dependencies,
        ...Object.values(propertyDependencies).flat(),
        ...(deletedWith === "" ? [] : [deletedWith]),
    ]);
}

/** The same with its parent. */
export function allDependencies(resource: Resource): Set<string> {
    const all = dependencyUrns(resource);
    return resource.parent === "" ? all : all.add(resource.parent);
}

/** One of its own, which may be marked; what it has is never changed, but set anew. */
export function clone(resource: Resource): Resource {
    return { ...resource };
}
