import * as pulumi from "@pulumi/pulumi";
import { hiddenTagsProblem } from "../provider/ownership/tag-options.js";
import { ProgramError } from "./program-error.js";

/**
 * Options of a `Droplet`: those of `digitalocean.Droplet` except `deletedWith`, which the teardown sets.
 * `ignoreChanges` and `replaceOnChanges` must not cover `tags`. `customTimeouts.delete` is the default of
 * `teardown.timeout`.
 * @example
 * ```ts
 * import type { DropletOptions } from "pulumi-droplet-teardown";
 *
 * const options: DropletOptions = { protect: true, customTimeouts: { delete: "30m" } };
 * const web = new Droplet("web", args, options);
 * ```
 */
export type DropletOptions = Omit<pulumi.CustomResourceOptions, "deletedWith" | "id">;

/**
 * Refuses `deletedWith` on a Droplet that has its own teardown.
 * @throws RunError that says what to do
 */
export function refuseDeletedWith(opts: pulumi.CustomResourceOptions): void {
    if (opts.deletedWith !== undefined) {
        throw new ProgramError(
            "Droplet: the option deletedWith is not supported here: the Droplet is deleted by its own teardown; " +
                "leave the option out",
        );
    }
}

/**
 * Refuses options that would hide a Droplet from its teardown, or replace it on adoption.
 * @param whose start of the message
 * @param instead what to do instead
 * @throws RunError that names the option and what to do
 */
export function refuseUnsupported(opts: DropletOptions, whose: string, instead: string): void {
    const problem = hiddenTagsProblem(opts);
    if (problem !== null) {
        throw new ProgramError(`${whose}: the option ${problem}; ${instead}`);
    }
}
