import type * as pulumi from "@pulumi/pulumi";
import type { Policy } from "./policy.js";

/** What `Droplet` and `DropletTeardown` have in common. */
export interface TeardownOptions {
    /** Ids, IP addresses and names (with `*` and `?`) of resources that stay. Default: none. */
    keep?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * How long one delete may take, such as "15m". What runs at DigitalOcean then goes on, and the next
     * `pulumi destroy` attaches to it. Default: `customTimeouts.delete`, else "15m".
     */
    timeout?: pulumi.Input<string>;
    /** Rounds in which what failed is tried again. Default: 3. */
    retries?: pulumi.Input<number>;
    /** An API token, for another account than the stack's. Stored as a secret. */
    token?: pulumi.Input<string>;
}

/** Arguments of a `DropletTeardown`. */
export interface DropletTeardownArgs extends TeardownOptions {
    /** The Droplet's number, also as a string; it must exist when the teardown is created. */
    dropletId: pulumi.Input<number | string>;
    /** What is to become of the associated resources. Deleting data takes a word, so there is no default. */
    policy: pulumi.Input<Policy>;
    /** A tag; a Droplet that does not carry it (any more) is not destroyed. Default: none. */
    requireTag?: pulumi.Input<string>;
}

type Optional<T> = pulumi.Input<T | undefined> | undefined;

/**
 * What `Droplet` tells its teardown beyond a user's arguments.
 * @internal
 */
export interface ManagedTeardownArgs extends Omit<DropletTeardownArgs, "requireTag" | "timeout" | "token"> {
    requireTag?: Optional<string>;
    timeout?: Optional<string>;
    token?: Optional<string>;
    /** Ids of resources that the same stack manages: never destroyed with the Droplet. */
    managed?: Optional<pulumi.Input<string>[]>;
    /** False: a delete does nothing to the Droplet. */
    enabled?: boolean;
    gracefulShutdown?: Optional<boolean>;
    /** False: the program creates the Droplet itself. */
    mustExist?: boolean;
    apiEndpoint?: Optional<string>;
}
