import * as pulumi from "@pulumi/pulumi";

/**
 * A resource's future URN, as a plain promise. An output made from the parent's URN would depend on the parent,
 * and a dependency on a component includes all its children: a resource below it would wait for itself.
 */
export async function ownUrn(
    type: string,
    name: string,
    parent: pulumi.Resource | undefined,
): Promise<string> {
    const parentUrn = parent === undefined ? undefined : await getUrn(parent);
    return new Promise((resolve) => pulumi.createUrn(name, type, parentUrn).apply(resolve));
}

/** The URN of a resource that is registered. */
export function getUrn(resource: pulumi.Resource): Promise<string> {
    return new Promise((resolve) => resource.urn.apply(resolve));
}
