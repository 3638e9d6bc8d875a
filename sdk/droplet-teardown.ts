import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "./dynamic-resource.js";
import type { DropletTeardownArgs, ExecutorArgs } from "./teardown-args.js";

/**
 * A resource that DigitalOcean can destroy together with a Droplet, as `GET
 * /v2/droplets/{id}/destroy_with_associated_resources` lists it.
 * @example
 * ```ts
 * import type { InventoryItem } from "pulumi-droplet-teardown";
 *
 * const nightly: InventoryItem = { kind: "snapshot", id: "61486916", name: "nightly", monthlyCost: "0.15" };
 * ```
 */
export interface InventoryItem {
    /** A volume snapshot is a snapshot of a volume that is attached to the Droplet. */
    readonly kind: "reserved_ip" | "snapshot" | "volume" | "volume_snapshot";
    /** A reserved IP has a numeric id; its address is the `name`. */
    readonly id: string;
    /** As DigitalOcean sends it; the address of a reserved IP. */
    readonly name: string;
    /** US dollars a month as a decimal string, or null where DigitalOcean did not say. */
    readonly monthlyCost: string | null;
}

const OUTPUTS = ["tag", "dropletId", "inventory", "monthlyCost", "accountId", "recordedAt", "stateVersion"];

/**
 * Destroys a Droplet completely when it is deleted: the Droplet and, by its policy, the resources that belong
 * to it. Its delete blocks until everything is verified to be gone, and fails with a report that names what is
 * left. Every `Droplet` makes one for itself; make one yourself for a Droplet that comes from elsewhere. Its create
 * fails if the token sees no such Droplet, and changes nothing at DigitalOcean.
 * @example
 * ```ts
 * const legacy = new DropletTeardown("legacy", {
 *     dropletId: 3164494,
 *     policy: { default: "destroy", volumes: "prevent" },
 * });
 * export const monthlyCost = legacy.monthlyCost;
 * ```
 */
export class DropletTeardown extends DynamicResource {
    /** The Droplet's number; undefined for the teardown that a `Droplet` makes for itself. */
    declare readonly dropletId: pulumi.Output<number | undefined>;
    /** The tag by which the teardown of a `Droplet` finds what it destroys; undefined for any other. */
    declare readonly tag: pulumi.Output<string | undefined>;
    /** What belonged to the Droplet at the last create, update or refresh; see `record` for that of a `Droplet`. */
    declare readonly inventory: pulumi.Output<InventoryItem[] | undefined>;
    /** US dollars a month of the inventory, as a decimal string. */
    declare readonly monthlyCost: pulumi.Output<string | undefined>;
    /** The team that the Droplet belongs to; empty where the token may not read it. */
    declare readonly accountId: pulumi.Output<string>;
    /** ISO date of the last change of the inventory. */
    declare readonly recordedAt: pulumi.Output<string | undefined>;
    /** Version of the shape of this resource's state. */
    declare readonly stateVersion: pulumi.Output<number>;

    constructor(name: string, args: DropletTeardownArgs, opts: pulumi.CustomResourceOptions = {}) {
        super("teardown", "DropletTeardown", name, args, OUTPUTS, opts);
    }
}

/** The teardown that a `Droplet` makes for itself. */
export function createExecutor(
    name: string,
    args: ExecutorArgs,
    opts: pulumi.CustomResourceOptions,
): DropletTeardown {
    return new DropletTeardown(name, args as unknown as DropletTeardownArgs, opts);
}
