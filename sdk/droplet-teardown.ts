import * as pulumi from "@pulumi/pulumi";
import { ownUrn } from "./own-urn.js";
import { storedProvider } from "./stored-provider.js";
import type { DropletTeardownArgs, ManagedTeardownArgs } from "./teardown-args.js";

/** A resource that DigitalOcean can destroy together with a Droplet. */
export interface InventoryItem {
    readonly kind: "reserved_ip" | "snapshot" | "volume" | "volume_snapshot";
    /** A reserved IP has a numeric id; its address is the `name`. */
    readonly id: string;
    readonly name: string;
    /** US dollars a month as a decimal string, or null where DigitalOcean did not say. */
    readonly monthlyCost: string | null;
}

const MODULE = "droplet-teardown";
const TYPE = "DropletTeardown";

/**
 * Makes a Droplet go away completely when it is deleted: the Droplet and, by its policy, the resources that
 * belong to it. Creating it changes nothing at DigitalOcean. Its delete blocks until everything is verified
 * to be gone, and fails with a report that names what is left.
 */
export class DropletTeardown extends pulumi.dynamic.Resource {
    /** The Droplet's number. */
    declare readonly dropletId: pulumi.Output<number>;
    /** What belonged to the Droplet at the last create, update or refresh. */
    declare readonly inventory: pulumi.Output<InventoryItem[]>;
    /** Dollars a month of the inventory, as a decimal string. */
    declare readonly monthlyCost: pulumi.Output<string>;
    /** The team that the Droplet belongs to; empty where the token may not read it. */
    declare readonly accountId: pulumi.Output<string>;
    /** ISO date of the last change of the inventory. */
    declare readonly recordedAt: pulumi.Output<string>;
    /** Ids of Droplets that this one replaced and whose snapshots are still to be torn down. */
    declare readonly predecessors: pulumi.Output<number[]>;
    /** Version of the shape of this resource's state. */
    declare readonly stateVersion: pulumi.Output<number>;

    constructor(name: string, args: DropletTeardownArgs, opts: pulumi.CustomResourceOptions = {}) {
        super(storedProvider, name, properties(name, args, opts), secretToken(opts), MODULE, TYPE);
    }
}

const OUTPUTS = {
    inventory: undefined,
    monthlyCost: undefined,
    accountId: undefined,
    recordedAt: undefined,
    predecessors: undefined,
    stateVersion: undefined,
};

function properties(
    name: string,
    args: ManagedTeardownArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Inputs {
    return {
        ...OUTPUTS,
        dropletId: args.dropletId,
        policy: args.policy,
        keep: args.keep,
        managed: args.managed,
        requireTag: args.requireTag,
        enabled: args.enabled,
        gracefulShutdown: args.gracefulShutdown,
        mustExist: args.mustExist,
        apiEndpoint: args.apiEndpoint,
        timeout: args.timeout ?? timeoutFrom(opts),
        retries: args.retries,
        token: args.token === undefined ? undefined : pulumi.secret(args.token),
        resourceUrn: ownUrn(`pulumi-nodejs:dynamic/${MODULE}:${TYPE}`, name, opts.parent),
    };
}

function timeoutFrom(opts: pulumi.CustomResourceOptions): string | undefined {
    return opts.customTimeouts?.delete;
}

function secretToken(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return { ...opts, additionalSecretOutputs: [...(opts.additionalSecretOutputs ?? []), "token"] };
}
