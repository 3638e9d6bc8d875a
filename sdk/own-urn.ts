import * as pulumi from "@pulumi/pulumi";

/**
 * The URN that a resource is going to have, as a plain promise. An output would do, but one made from the
 * parent's URN depends on the parent, and a component stands for all its children: a resource below it that
 * waits for one of them would then wait for itself.
 */
export function ownUrn(type: string, name: string, parent: pulumi.Resource | undefined): Promise<string> {
    return new Promise((resolve) => {
        if (parent === undefined) {
            pulumi.createUrn(name, type).apply(resolve);
        } else {
            parent.urn.apply((parentUrn) => pulumi.createUrn(name, type, parentUrn).apply(resolve));
        }
    });
}

/** The URN of a resource that is registered. */
export function urnOf(resource: pulumi.Resource): Promise<string> {
    return new Promise((resolve) => resource.urn.apply(resolve));
}
