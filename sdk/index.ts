/**
 * Resources for infrastructure programs.
 * @packageDocumentation
 */
import { codeLine } from "../provider/teardown/errors.js";
import type { Droplet as DropletClass } from "./droplet.js";

/**
 * A `digitalocean.Droplet` that is destroyed completely: the official provider creates and updates it, and its
 * `teardown` destroys it. Needs `@pulumi/digitalocean`.
 * @example
 * ```ts
 * const web: Droplet = new Droplet("web", args);
 * export const isOfficial = web instanceof digitalocean.Droplet; // true
 * ```
 */
export type Droplet = DropletClass;
/**
 * The class `Droplet`, loaded on first use, so that the rest of this package works without `@pulumi/digitalocean`.
 * Without `teardown.policy`, everything associated stays, and the report lists it with its cost.
 * @throws Error on first use, if `@pulumi/digitalocean` is not installed
 * @throws RunError for the options `deletedWith`, and `ignoreChanges` or `replaceOnChanges` on `tags`, and for settings
 * that it does not have
 * @example
 * ```ts
 * const web = new Droplet("web", {
 *     image: "ubuntu-24-04-x64",
 *     region: "nyc3",
 *     size: "s-1vcpu-1gb",
 *     teardown: { policy: { default: "destroy", snapshots: "keep" } },
 * });
 * export const monthlyCost = web.record.monthlyCost;
 * ```
 */
export declare const Droplet: typeof DropletClass;

// ES modules read export names from the source text.
(exports as { Droplet?: unknown }).Droplet = undefined;
Reflect.defineProperty(exports as object, "Droplet", { enumerable: true, get: loadDroplet });

export type { DropletArgs } from "./droplet.js";
export type { DropletOptions } from "./droplet-options.js";
export type { DropletRecord, Predecessor } from "./droplet-record.js";
export { DropletTeardown, type InventoryItem } from "./droplet-teardown.js";
export type { Policy, PolicyByKind, PolicyAction } from "./policy.js";
export { tearDownDroplets } from "./tear-down-droplets.js";
export type { DropletTeardownArgs, DropletTeardownSettings, TeardownOptions } from "./teardown-args.js";
export type { DropletRule, WholeProgramSettings } from "./whole-program-settings.js";

function loadDroplet(): typeof DropletClass {
    try {
        return (require("./droplet.js") as { readonly Droplet: typeof DropletClass }).Droplet;
    } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException;
        if (code === "MODULE_NOT_FOUND" && message.includes("@pulumi/digitalocean")) {
            throw new Error(
                `Droplet needs @pulumi/digitalocean: run \`npm install @pulumi/digitalocean\`\n${codeLine("invalid-input")}`,
                { cause },
            );
        }
        throw cause;
    }
}
