import type * as pulumi from "@pulumi/pulumi";

/** The SDK says only here whether transforms are supported; in unit tests with mocks they are not. */
const { getStore } = require("@pulumi/pulumi/runtime/state") as {
    getStore: () => { readonly supportsTransforms: boolean };
};

/**
 * The engine hands a resource's `deletedWith` down to its children, and would then take a reserved IP below
 * `web.droplet` for deleted together with the Droplet. This gives the children their own deletes back.
 * @param guard what the resource itself is deleted with
 * @param type the resource's own type: it keeps what it has
 */
export function childrenKeepTheirDeletes(
    guard: pulumi.Resource,
    type: string,
    name: string,
): pulumi.ResourceTransform[] {
    if (!getStore().supportsTransforms) {
        return [];
    }
    const freeChild: pulumi.ResourceTransform = async (child) => {
        const { deletedWith, ...opts } = child.opts;
        const isItself = child.type === type && child.name === name;
        if (isItself || deletedWith === undefined || (await urnOf(deletedWith)) !== (await urnOf(guard))) {
            return undefined;
        }
        return { props: child.props, opts };
    };
    return [freeChild];
}

function urnOf(resource: pulumi.Resource): Promise<string> {
    return new Promise((resolve) => resource.urn.apply(resolve));
}
