/**
 * Resources for infrastructure programs.
 * @packageDocumentation
 */
export { Droplet, type DropletArgs, type DropletTeardownSettings } from "./droplet.js";
export type { DropletOptions } from "./droplet-options.js";
export { DropletTeardown, type InventoryItem } from "./droplet-teardown.js";
export type { Policy, PolicyByKind, PolicyWord } from "./policy.js";
export type { DropletTeardownArgs, TeardownOptions } from "./teardown-args.js";
