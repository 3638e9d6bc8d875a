import type * as pulumi from "@pulumi/pulumi";
import type { Policy } from "./policy.js";

/**
 * What `Droplet` and `DropletTeardown` have in common.
 * @example
 * ```ts
 * import type { TeardownOptions } from "pulumi-droplet-teardown";
 *
 * const common: TeardownOptions = { keep: ["pg-*"], timeout: "30m", retries: 5, finalSnapshot: true };
 * const web = new Droplet("web", { ...args, teardown: { policy: "destroy", ...common } });
 * ```
 */
export interface TeardownOptions {
    /** Ids, IP addresses and names (with `*` and `?`) of resources that stay. Default: none. */
    keep?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * How long one delete may take, such as "15m". What runs at DigitalOcean then goes on, and the next
     * `pulumi destroy` attaches to it. Default: `customTimeouts.delete`, else "15m".
     */
    timeout?: pulumi.Input<string>;
    /**
     * Takes a snapshot of the Droplet before it is destroyed, and keeps it whatever `policy` and `keep` say; a
     * snapshot that fails refuses the destroy. A text is what its name begins with: `{name}` stands for the
     * Droplet's name, `{date}` for the day (UTC). `true` is the same as "{name}-{date}". Default: false.
     */
    finalSnapshot?: pulumi.Input<boolean | string>;
    /** Rounds in which what failed is tried again, 0 to 100. Default: 3. */
    retries?: pulumi.Input<number>;
    /** An API token, for another account than the stack's. Stored as a secret. */
    token?: pulumi.Input<string>;
}

/**
 * Arguments of a `DropletTeardown`.
 * @example
 * ```ts
 * import type { DropletTeardownArgs } from "pulumi-droplet-teardown";
 *
 * const lost: DropletTeardownArgs = {
 *     dropletId: "3164494",
 *     policy: "destroy",
 *     requireTag: "teardown:shop:prod",
 * };
 * new DropletTeardown("lost", lost);
 * ```
 */
export interface DropletTeardownArgs extends TeardownOptions {
    /** The Droplet's number, also as a string; it must exist when the teardown is created. */
    dropletId: pulumi.Input<number | string>;
    /** What happens to the associated resources. Required: nothing is destroyed by default. */
    policy: pulumi.Input<Policy>;
    /** A tag; a Droplet that does not carry it (any more) is not destroyed. Default: none. */
    requireTag?: pulumi.Input<string>;
}

/**
 * How a `Droplet` is torn down.
 * @example
 * ```ts
 * import type { DropletTeardownSettings } from "pulumi-droplet-teardown";
 *
 * const handBack: DropletTeardownSettings = { enabled: false };
 * const web = new Droplet("web", { ...args, teardown: handBack });
 * ```
 */
export interface DropletTeardownSettings extends TeardownOptions {
    /** What happens to the associated resources. Default: "keep", only the Droplet is destroyed. */
    policy?: pulumi.Input<Policy>;
    /**
     * False: hands the Droplet back to the official provider. Run `pulumi up` with it before you change back
     * to `digitalocean.Droplet`. Default: true.
     */
    enabled?: boolean;
}

type Optional<T> = pulumi.Input<T | undefined> | undefined;

/**
 * What a Droplet's executor and its record have in common.
 * @internal
 */
export interface SharedArgs {
    policy: pulumi.Input<Policy>;
    keep?: Optional<pulumi.Input<string>[]>;
    /** Ids and addresses of resources that the same stack manages: never destroyed with the Droplet. */
    managed?: Optional<string[]>;
    timeout?: Optional<string>;
    token?: Optional<string>;
    apiEndpoint?: Optional<string>;
    /** False: the official provider deletes the Droplet. */
    enabled?: boolean;
}

/**
 * Arguments of the executor that a `Droplet` makes for itself: it finds its Droplets by a tag of its own.
 * @internal
 */
export interface ExecutorArgs extends SharedArgs {
    retries?: Optional<number>;
    gracefulShutdown?: Optional<boolean>;
    finalSnapshot?: Optional<boolean | string>;
    /** Name of the Droplet's resource in the program: an autonamed Droplet begins with it. */
    resourceName: string;
    /** The name that the program gives the Droplet, if any. */
    dropletName?: Optional<string>;
    /** The tag by which people find the stack's Droplets. */
    stackTag: string;
}

/**
 * Arguments of a `DropletRecord`.
 * @internal
 */
export interface DropletRecordArgs extends SharedArgs {
    dropletId: pulumi.Input<pulumi.ID>;
    /** The executor's tag. */
    tag: pulumi.Input<string>;
    /** The Droplet is imported: its tags come with the next update. */
    imported: boolean;
    /** A Droplet that is replaced stays. */
    retained: boolean;
}
