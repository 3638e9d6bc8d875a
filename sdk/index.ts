/**
 * Resources for infrastructure programs.
 * @packageDocumentation
 */
import { createRequire } from "node:module";
import type { Droplet as DropletClass } from "./droplet.js";

/** A `digitalocean.Droplet` that is destroyed completely; needs `@pulumi/digitalocean`. */
export type Droplet = DropletClass;
/** Loaded with its first use: without `@pulumi/digitalocean` the rest of this package works. */
export declare const Droplet: typeof DropletClass;

// ES modules read the names of exports from the text.
(exports as { Droplet?: unknown }).Droplet = undefined;
Reflect.defineProperty(exports as object, "Droplet", { enumerable: true, get: loadDroplet });

export type { DropletArgs } from "./droplet.js";
export type { DropletOptions } from "./droplet-options.js";
export type { DropletRecord } from "./droplet-record.js";
export { DropletTeardown, type InventoryItem } from "./droplet-teardown.js";
export type { Policy, PolicyByKind, PolicyWord } from "./policy.js";
export { tearDownDroplets } from "./tear-down-droplets.js";
export type { DropletTeardownArgs, DropletTeardownSettings, TeardownOptions } from "./teardown-args.js";
export type { DropletRule, WholeProgramSettings } from "./whole-program-settings.js";

function loadDroplet(): typeof DropletClass {
    try {
        return (createRequire(__filename)("./droplet.js") as { readonly Droplet: typeof DropletClass })
            .Droplet;
    } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException;
        if (code === "MODULE_NOT_FOUND" && message.includes("@pulumi/digitalocean")) {
            throw new Error("Droplet needs @pulumi/digitalocean: run `npm install @pulumi/digitalocean`", {
                cause,
            });
        }
        throw cause;
    }
}
