import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "./dynamic-resource.js";
import { refuseUnknownSettings } from "./known-settings.js";
import type { DropletTeardownArgs, ExecutorArgs } from "./teardown-args.js";

/**
 * A resource that DigitalOcean can destroy together with a Droplet, as listed by
 * `GET /v2/droplets/{id}/destroy_with_associated_resources`.
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
    /** The name as DigitalOcean sends it; for a reserved IP, its address. */
    readonly name: string;
    /** Monthly cost in US dollars as a decimal string; null if DigitalOcean did not report it. */
    readonly monthlyCost: string | null;
}

const OUTPUTS = [
    "tag",
    "dropletId",
    "inventory",
    "monthlyCost",
    "accountId",
    "recordedAt",
    "expiryTag",
    "stateVersion",
];

/**
 * On delete, destroys a Droplet and, according to its policy, the Droplet's associated resources. The delete
 * blocks until everything is verified to be gone, and fails with a report that lists what is left. Every `Droplet`
 * creates one; create one yourself for a Droplet that comes from elsewhere. Creating your own changes nothing at
 * DigitalOcean, and fails if the Droplet is not visible to the token.
 * @throws RunError for arguments that it does not have
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
    /** The Droplet's numeric id; undefined for the teardown that a `Droplet` creates. */
    declare readonly dropletId: pulumi.Output<number | undefined>;
    /** The tag by which a `Droplet`'s teardown finds what it destroys; undefined for any other teardown. */
    declare readonly tag: pulumi.Output<string | undefined>;
    /** Resources associated with the Droplet at the last create, update or refresh; for a `Droplet`, see `record`. */
    declare readonly inventory: pulumi.Output<InventoryItem[] | undefined>;
    /** Monthly cost of the inventory in US dollars, as a decimal string. Costs that are null count as 0. */
    declare readonly monthlyCost: pulumi.Output<string | undefined>;
    /** The team that owns the Droplet; empty if the token cannot read it. */
    declare readonly accountId: pulumi.Output<string>;
    /** ISO date of the inventory's last change. */
    declare readonly recordedAt: pulumi.Output<string | undefined>;
    /** With a `ttl`: the tag `teardown-until-<unix seconds>` of the Droplet as last renewed. */
    declare readonly expiryTag: pulumi.Output<string | undefined>;
    /** Version of this resource's state format. */
    declare readonly stateVersion: pulumi.Output<number>;

    constructor(name: string, args: DropletTeardownArgs, opts: pulumi.CustomResourceOptions = {}) {
        // What a `Droplet` gives its teardown says what it knows of the program.
        if (!("program" in args)) {
            refuseUnknownSettings(`DropletTeardown ${JSON.stringify(name)}`, args, "arguments");
        }
        super("teardown", name, args, OUTPUTS, opts);
    }
}

/** The teardown that a `Droplet` creates. */
export function createExecutor(
    name: string,
    args: ExecutorArgs,
    opts: pulumi.CustomResourceOptions,
): DropletTeardown {
    return new DropletTeardown(name, args as unknown as DropletTeardownArgs, opts);
}
