/**
 * Resources for infrastructure programs.
 * @packageDocumentation
 */
import type { Droplet as DropletClass } from "./droplet.js";

/** {@inheritDoc DropletClass} */
export type Droplet = DropletClass;
/** The class is loaded with its first use: without `@pulumi/digitalocean` the rest works. */
export declare const Droplet: typeof DropletClass;

// Names the export for ES modules, which read it from the text.
(exports as { Droplet?: unknown }).Droplet = undefined;
Object.defineProperty(exports, "Droplet", {
    enumerable: true,
    get: () => (require("./droplet.js") as { readonly Droplet: typeof DropletClass }).Droplet,
});

export type { DropletArgs } from "./droplet.js";
export type { DropletOptions } from "./droplet-options.js";
export type { DropletRecord } from "./droplet-record.js";
export { DropletTeardown, type InventoryItem } from "./droplet-teardown.js";
export type { Policy, PolicyByKind, PolicyWord } from "./policy.js";
export type { DropletTeardownArgs, DropletTeardownSettings, TeardownOptions } from "./teardown-args.js";
