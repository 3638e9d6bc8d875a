import type * as pulumi from "@pulumi/pulumi";
import { supportsTransforms } from "./engine-support.js";
import { getUrn } from "./own-urn.js";

/*
 * Children inherit a resource's `deletedWith` and `retainOnDelete`, and the engine skips the delete of a resource
 * that has either. The SDK knows only a resource's own options; a transform also sees the inherited ones.
 */

/** Frees a resource of a `deletedWith` that it inherits: nothing else does what its delete does. */
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
        if (
            isItself ||
            deletedWith === undefined ||
            (await getUrn(deletedWith)) !== (await getUrn(executor))
        ) {
            return undefined;
        }
        return { props: child.props, opts };
    });
}

function supported(transform: pulumi.ResourceTransform): pulumi.ResourceTransform[] {
    return supportsTransforms() ? [transform] : [];
}
