import type * as pulumi from "@pulumi/pulumi";
import type { Policy } from "./policy.js";

/**
 * Options that `Droplet` and `DropletTeardown` share.
 * @example
 * ```ts
 * import type { TeardownOptions } from "pulumi-droplet-teardown";
 *
 * const common: TeardownOptions = { keep: ["pg-*"], timeout: "30m", retries: 5, finalSnapshot: true };
 * const web = new Droplet("web", { ...args, teardown: { policy: "destroy", ...common } });
 * ```
 */
export interface TeardownOptions {
    /** Ids, IP addresses and names (with wildcards `*` and `?`) of resources to keep. Default: none. */
    keep?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * How long one delete may take, such as "15m". After a timeout, a running destroy continues at DigitalOcean,
     * and the next `pulumi destroy` attaches to it. Default: `customTimeouts.delete`, else "15m".
     */
    timeout?: pulumi.Input<string>;
    /**
     * Takes a snapshot of the Droplet before it is destroyed, and keeps it whatever `policy` and `keep` say; if the
     * snapshot fails, the destroy is refused. A string is the prefix of the snapshot's name, in which `{name}` is
     * the Droplet's name and `{date}` the day (UTC). `true` means "{name}-{date}". Default: false.
     */
    finalSnapshot?: pulumi.Input<boolean | string>;
    /** Additional rounds for what failed, 0 to 100. Default: 3. */
    retries?: pulumi.Input<number>;
    /**
     * How long the Droplet may live, such as "12h", "7d" or "4w": it gets a tag `teardown-until-<unix seconds>`, by
     * which `droplet-teardown destroy --tag-name … --expired` finds it. Each `pulumi up` that changes the Droplet or
     * these settings renews it, as does one with `DROPLET_TEARDOWN_RENEW=1` or with less than an hour left. Default:
     * it does not expire.
     */
    ttl?: pulumi.Input<string>;
    /** An API token for an account other than the stack's. Stored as a secret. */
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
    /** The Droplet's id, as a number or a string. The Droplet must exist when the teardown is created. */
    dropletId: pulumi.Input<number | string>;
    /** What happens to the associated resources. Required: nothing is destroyed by default. */
    policy: pulumi.Input<Policy>;
    /** A tag that the Droplet must still carry to be destroyed. Default: none. */
    requireTag?: pulumi.Input<string>;
}

/**
 * Teardown settings of a `Droplet`.
 * @example
 * ```ts
 * import type { DropletTeardownSettings } from "pulumi-droplet-teardown";
 *
 * const handBack: DropletTeardownSettings = { enabled: false };
 * const web = new Droplet("web", { ...args, teardown: handBack });
 * ```
 */
export interface DropletTeardownSettings extends TeardownOptions {
    /** What happens to the associated resources. Default: "keep", which destroys only the Droplet. */
    policy?: pulumi.Input<Policy>;
    /**
     * False hands the Droplet back to the official provider. Run `pulumi up` with `enabled: false` before you
     * change back to `digitalocean.Droplet`. Default: true.
     */
    enabled?: boolean;
}

type Optional<T> = pulumi.Input<T | undefined> | undefined;

/**
 * Arguments that a Droplet's executor and record share.
 * @internal
 */
export interface SharedArgs {
    policy: pulumi.Input<Policy>;
    keep?: Optional<pulumi.Input<string>[]>;
    timeout?: Optional<string>;
    token?: Optional<string>;
    /** False: the official provider deletes the Droplet. */
    enabled?: boolean;
    program: SharedProgram;
}

/** What both know about the program, in one property of their state. */
interface SharedProgram {
    /** Ids and addresses of resources that the same stack manages; never destroyed with the Droplet. */
    managed?: Optional<string[]>;
    /** Volumes of the Droplet's `volumeIds` that the stack does not manage; never destroyed with the Droplet. */
    volumeIds?: Optional<string[]>;
    apiEndpoint?: Optional<string>;
}

/**
 * Arguments of the executor that a `Droplet` creates. It finds its Droplets by its own tag.
 * @internal
 */
export interface ExecutorArgs extends SharedArgs {
    retries?: Optional<number>;
    gracefulShutdown?: Optional<boolean>;
    finalSnapshot?: Optional<boolean | string>;
    ttl?: Optional<string>;
    program: SharedProgram & {
        /** With a `ttl`: changes with the arguments of the Droplet. */
        argumentsDigest?: Optional<string>;
        /** Name of the Droplet's resource in the program; the prefix of an autonamed Droplet. */
        resourceName: string;
        /** The Droplet's explicit name, if any. */
        dropletName?: Optional<string>;
        /** The tag by which people find the stack's Droplets. */
        stackTag: string;
    };
}

/**
 * Arguments of a `DropletRecord`.
 * @internal
 */
export interface DropletRecordArgs extends SharedArgs {
    dropletId: pulumi.Input<pulumi.ID>;
    /** The executor's tag. */
    tag: pulumi.Input<string>;
    /** The executor's team. */
    team: pulumi.Input<string>;
    /** A replaced Droplet is retained. */
    retained: boolean;
    /** The expiry tag that the Droplet gets. */
    dropletExpiryTag?: Optional<string>;
    program: SharedProgram & {
        /** The Droplet is imported, and gets its tags with the next update. */
        imported: boolean;
        /** Ids and addresses of what the stack manages, attaches by resources of their own and detaches first. */
        attached: pulumi.Input<string[]>;
    };
}
