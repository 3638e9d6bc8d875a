import type * as pulumi from "@pulumi/pulumi";

/**
 * "destroy": goes with the Droplet; "keep": stays; "prevent": refuse to destroy while one exists.
 * @example
 * ```ts
 * import type { PolicyWord } from "pulumi-droplet-teardown";
 *
 * const forProduction: PolicyWord = pulumi.getStack() === "prod" ? "prevent" : "destroy";
 * const web = new Droplet("web", { ...args, teardown: { policy: forProduction } });
 * ```
 */
export type PolicyWord = "destroy" | "keep" | "prevent";

/**
 * A policy by kind of resource. Without `default` all four kinds have to be named, else the preview fails.
 * @example
 * ```ts
 * import type { PolicyByKind } from "pulumi-droplet-teardown";
 *
 * const policy: PolicyByKind = { default: "destroy", volumes: "keep", volumeSnapshots: "prevent" };
 * const web = new Droplet("web", { ...args, teardown: { policy } });
 * ```
 */
export interface PolicyByKind {
    /** For each kind that is not named. Default: none. */
    default?: pulumi.Input<PolicyWord>;
    /** Reserved IPs that are assigned to the Droplet. */
    reservedIps?: pulumi.Input<PolicyWord>;
    /** Snapshots of the Droplet. */
    snapshots?: pulumi.Input<PolicyWord>;
    /** Volumes that are attached to the Droplet. */
    volumes?: pulumi.Input<PolicyWord>;
    /** Snapshots of those volumes. Unless this is given, snapshots of a volume that stays stay as well. */
    volumeSnapshots?: pulumi.Input<PolicyWord>;
}

/**
 * What happens to the resources that belong to a Droplet: one word for all of them, or one by kind.
 * @example
 * ```ts
 * import type { Policy } from "pulumi-droplet-teardown";
 *
 * const policies: Policy[] = ["destroy", { default: "destroy", snapshots: "keep" }];
 * ```
 */
export type Policy = PolicyWord | PolicyByKind;
