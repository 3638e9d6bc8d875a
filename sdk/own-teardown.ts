import type * as pulumi from "@pulumi/pulumi";

/** Marks the class `Droplet`, so that every copy of this package in a program recognizes it. */
export const HAS_OWN_TEARDOWN: unique symbol = Symbol.for("pulumi-droplet-teardown/own-teardown");

/** Whether a Droplet creates its own teardown. Works while its constructor is still running. */
export function hasOwnTeardown(droplet: pulumi.Resource): boolean {
    return HAS_OWN_TEARDOWN in droplet.constructor;
}
