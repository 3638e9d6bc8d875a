import type * as pulumi from "@pulumi/pulumi";
import type { InventoryItem } from "./droplet-teardown.js";
import { DynamicResource } from "./dynamic-resource.js";
import { retainedWithItsParent } from "./own-deletes.js";
import type { DropletRecordArgs } from "./teardown-args.js";

const OUTPUTS = [
    "inventory",
    "monthlyCost",
    "accountId",
    "recordedAt",
    "predecessors",
    "leftBehind",
    "stateVersion",
];

/**
 * A Droplet in whose place the recorded one came, and which may have left snapshots.
 * @example
 * ```ts
 * import type { DropletRecord, Predecessor } from "pulumi-droplet-teardown";
 *
 * const record: DropletRecord = new Droplet("web", args).record;
 * export const replaced = record.predecessors.apply((all: Predecessor[]) => all.map((one) => one.dropletId));
 * ```
 */
export interface Predecessor {
    /** Numeric id. */
    readonly dropletId: number;
    /** ISO date of its replacement. */
    readonly replacedAt: string;
    /** Whether it was seen alive without its tag: then a destroy leaves it alone, with all it has. */
    readonly released: boolean;
}

/**
 * Records a `Droplet`: that it carries its teardown's tag, and its associated resources. It is deleted first,
 * and its delete refuses whatever the teardown would refuse later. Every `Droplet` has one.
 * @example
 * ```ts
 * import type { DropletRecord } from "pulumi-droplet-teardown";
 *
 * const record: DropletRecord = new Droplet("web", args).record;
 * export const volumes = record.inventory.apply((all) => all.filter(({ kind }) => kind === "volume"));
 * ```
 */
export class DropletRecord extends DynamicResource {
    /** The Droplet's numeric id. */
    declare readonly dropletId: pulumi.Output<number>;
    /** Resources associated with the Droplet at the last create, update or refresh. */
    declare readonly inventory: pulumi.Output<InventoryItem[]>;
    /** Monthly cost of the inventory in US dollars, as a decimal string. Costs that are null count as 0. */
    declare readonly monthlyCost: pulumi.Output<string>;
    /** The team that owns the Droplet; empty if the token cannot read it. */
    declare readonly accountId: pulumi.Output<string>;
    /** ISO date of the inventory's last change. */
    declare readonly recordedAt: pulumi.Output<string>;
    /** Droplets that this one replaced and that may have left snapshots. */
    declare readonly predecessors: pulumi.Output<Predecessor[]>;
    /** What they had besides snapshots, and which nobody deleted with them. */
    declare readonly leftBehind: pulumi.Output<InventoryItem[]>;
    /** Version of this resource's state format. */
    declare readonly stateVersion: pulumi.Output<number>;

    constructor(name: string, args: DropletRecordArgs, opts: pulumi.CustomResourceOptions) {
        const own = { ...opts, transforms: [...(opts.transforms ?? []), ...retainedWithItsParent()] };
        super("record", name, args, OUTPUTS, own);
        // With mocks, only the program's inputs are present.
        this.inventory = this.inventory.apply((known) => (known as InventoryItem[] | undefined) ?? []);
    }
}
