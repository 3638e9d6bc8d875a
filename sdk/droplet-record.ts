import type * as pulumi from "@pulumi/pulumi";
import type { InventoryItem } from "./droplet-teardown.js";
import { DynamicResource } from "./dynamic-resource.js";
import { retainedWithItsParent } from "./own-deletes.js";
import type { DropletRecordArgs } from "./teardown-args.js";

const OUTPUTS = ["inventory", "monthlyCost", "accountId", "recordedAt", "predecessors", "stateVersion"];

/**
 * What is known of a `Droplet`: that it carries its teardown's tag, and what belongs to it. Its delete, which
 * comes before everything else, refuses what the teardown would have to refuse later. Every `Droplet` has one.
 * @example
 * ```ts
 * import type { DropletRecord } from "pulumi-droplet-teardown";
 *
 * const record: DropletRecord = new Droplet("web", args).record;
 * export const volumes = record.inventory.apply((all) => all.filter(({ kind }) => kind === "volume"));
 * ```
 */
export class DropletRecord extends DynamicResource {
    /** The Droplet's number. */
    declare readonly dropletId: pulumi.Output<number>;
    /** What belonged to the Droplet at the last create, update or refresh. */
    declare readonly inventory: pulumi.Output<InventoryItem[]>;
    /** US dollars a month of the inventory, as a decimal string. */
    declare readonly monthlyCost: pulumi.Output<string>;
    /** The team that the Droplet belongs to; empty where the token may not read it. */
    declare readonly accountId: pulumi.Output<string>;
    /** ISO date of the last change of the inventory. */
    declare readonly recordedAt: pulumi.Output<string>;
    /** Ids of Droplets that this one replaced and that may have left something. */
    declare readonly predecessors: pulumi.Output<number[]>;
    /** Version of the shape of this resource's state. */
    declare readonly stateVersion: pulumi.Output<number>;

    constructor(name: string, args: DropletRecordArgs, opts: pulumi.CustomResourceOptions = {}) {
        super("record", "DropletRecord", name, args, OUTPUTS, {
            ...opts,
            transforms: [...(opts.transforms ?? []), ...retainedWithItsParent()],
        });
        // Under mocks nothing is there that the program did not pass in.
        this.inventory = this.inventory.apply((known) => (known as InventoryItem[] | undefined) ?? []);
    }
}
