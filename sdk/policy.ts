import type * as pulumi from "@pulumi/pulumi";

/**
 * "destroy": destroy it with the Droplet; "keep": keep it; "prevent": refuse the destroy while one exists.
 * @example
 * ```ts
 * import type { PolicyAction } from "pulumi-droplet-teardown";
 *
 * const forProduction: PolicyAction = pulumi.getStack() === "prod" ? "prevent" : "destroy";
 * const web = new Droplet("web", { ...args, teardown: { policy: forProduction } });
 * ```
 */
export type PolicyAction = "destroy" | "keep" | "prevent";

/**
 * A policy per resource kind. Without `default`, all four kinds are required, or the preview fails.
 * @example
 * ```ts
 * import type { PolicyByKind } from "pulumi-droplet-teardown";
 *
 * const policy: PolicyByKind = { default: "destroy", volumes: "keep", volumeSnapshots: "prevent" };
 * const web = new Droplet("web", { ...args, teardown: { policy } });
 * ```
 */
export interface PolicyByKind {
    /** Applies to each kind that is not listed. Default: none. */
    default?: pulumi.Input<PolicyAction>;
    /** Reserved IPs assigned to the Droplet. */
    reservedIps?: pulumi.Input<PolicyAction>;
    /** Snapshots of the Droplet. */
    snapshots?: pulumi.Input<PolicyAction>;
    /** Volumes attached to the Droplet. */
    volumes?: pulumi.Input<PolicyAction>;
    /** Snapshots of those volumes. If not given, snapshots of a kept volume are kept as well. */
    volumeSnapshots?: pulumi.Input<PolicyAction>;
}

/**
 * What happens to a Droplet's associated resources: one action for all of them, or one per kind.
 * @example
 * ```ts
 * import type { Policy } from "pulumi-droplet-teardown";
 *
 * const policies: Policy[] = ["destroy", { default: "destroy", snapshots: "keep" }];
 * ```
 */
export type Policy = PolicyAction | PolicyByKind;
