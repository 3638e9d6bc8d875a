import type * as pulumi from "@pulumi/pulumi";
import { supportsTransforms } from "./engine-support.js";
import { urnOf } from "./own-urn.js";

/*
 * The engine hands a resource's `deletedWith` and `retainOnDelete` down to its children, and skips the delete of
 * whatever has one. The SDK knows what a resource is given itself; a transform sees what it inherits as well.
 */

/** Frees a resource of a `deletedWith` that it inherits: nothing else does what its delete does. */
export function ownDelete(): pulumi.ResourceTransform[] {
    return supported((resource) => {
        const { deletedWith, ...opts } = resource.opts;
        return deletedWith === undefined ? undefined : { props: resource.props, opts };
    });
}

/** Tells a record that its Droplet stays, also when they inherit that. */
export function retainedWithItsParent(): pulumi.ResourceTransform[] {
    return supported(({ props, opts }) =>
        opts.retainOnDelete === true && props.retained !== true
            ? { props: { ...props, retained: true }, opts }
            : undefined,
    );
}

/**
 * Gives the children of a Droplet their own deletes back: a reserved IP below `web` is not deleted with it.
 * @param executor what the Droplet itself is deleted with
 * @param type the Droplet's own type: it keeps what it has
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
    return supportsTransforms() ? [transform] : [];
}
