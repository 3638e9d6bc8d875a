import type * as pulumi from "@pulumi/pulumi";

/*
 * Children inherit a resource's `deletedWith` and `retainOnDelete`, and the engine skips the delete of a resource
 * that has either. The SDK knows only a resource's own options; a transform also sees the inherited ones.
 */

/** The only place in the SDK that tells whether transforms are supported; with mocks they are not. */
const { getStore } = require("@pulumi/pulumi/runtime/state") as {
    getStore: () => { readonly supportsTransforms: boolean };
};

/** Removes an inherited `deletedWith`: nothing else does what this resource's delete does. */
export function ownDelete(): pulumi.ResourceTransform[] {
    return supported((resource) => {
        const { deletedWith, ...opts } = resource.opts;
        return deletedWith === undefined ? undefined : { props: resource.props, opts };
    });
}

/** Tells a record that its Droplet is retained, even if both inherit that option. */
export function retainedWithItsParent(): pulumi.ResourceTransform[] {
    return supported(({ props, opts }) =>
        opts.retainOnDelete === true && props.retained !== true
            ? { props: { ...props, retained: true }, opts }
            : undefined,
    );
}

/**
 * Restores the deletes of a Droplet's children: a reserved IP below `web` is not deleted with it.
 * @param executor the resource that the Droplet is deleted with
 * @param type the Droplet's own type, which keeps its `deletedWith`
 */
export function childrenKeepTheirDeletes(
    executor: pulumi.Resource,
    type: string,
    name: string,
): pulumi.ResourceTransform[] {
    return supported(async (child) => {
        const { deletedWith, ...opts } = child.opts;
        const isItself = child.type === type && child.name === name;
        if (isItself || deletedWith === undefined || (await urnOf(deletedWith)) !== (await urnOf(executor))) {
            return undefined;
        }
        return { props: child.props, opts };
    });
}

function supported(transform: pulumi.ResourceTransform): pulumi.ResourceTransform[] {
    return getStore().supportsTransforms ? [transform] : [];
}

function urnOf(resource: pulumi.Resource): Promise<string> {
    return new Promise((resolve) => resource.urn.apply(resolve));
}
