import * as pulumi from "@pulumi/pulumi";

/** Resource fields that the SDK declares as internal. */
interface Inside {
    readonly __pulumiType: string;
    readonly __name: string;
    readonly __remote?: boolean;
    readonly __childResources?: ReadonlySet<pulumi.Resource>;
    __transformations?: pulumi.ResourceTransformation[];
}

const { getStackResource } = require("@pulumi/pulumi/runtime/state") as {
    getStackResource: () => pulumi.Resource | undefined;
};

/** The program's root resource; undefined in unit tests with mocks. */
export function stackOfProgram(): pulumi.Resource | undefined {
    return getStackResource();
}

/** A resource that a program has registered. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    /** What it consists of is registered by another process. */
    readonly isRemote: boolean;
}

/** Every resource that a program has registered so far. */
export function registeredBelow(stack: pulumi.Resource): Registered[] {
    return descendants(stack).map(({ __pulumiType: type, __name: name, __remote: isRemote = false }) => ({
        type,
        name,
        isRemote,
    }));
}

/**
 * Transforms every resource registered from now on. A resource copies its parent's transformations when it is
 * created, so existing resources get this one too, for their future children.
 */
export function transformEverythingBelow(
    stack: pulumi.Resource,
    transformation: pulumi.ResourceTransformation,
): void {
    pulumi.runtime.registerStackTransformation(transformation);
    for (const resource of descendants(stack)) {
        resource.__transformations = [...(resource.__transformations ?? []), transformation];
    }
}

/** Registers a child that does not inherit these transformations of its parent. */
export function withoutTransformations<Child>(
    parent: pulumi.Resource,
    excluded: readonly pulumi.ResourceTransformation[],
    register: () => Child,
): Child {
    const inside = parent as unknown as Inside;
    const all = inside.__transformations;
    inside.__transformations = (all ?? []).filter((one) => !excluded.includes(one));
    try {
        return register();
    } finally {
        inside.__transformations = all;
    }
}

function descendants(resource: pulumi.Resource): Inside[] {
    const children = [...((resource as unknown as Inside).__childResources ?? [])];
    return children.flatMap((child) => [child as unknown as Inside, ...descendants(child)]);
}
