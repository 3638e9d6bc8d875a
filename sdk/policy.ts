import type * as pulumi from "@pulumi/pulumi";

/** "destroy": goes with the Droplet; "keep": stays; "prevent": refuse to destroy while one exists. */
export type PolicyWord = "destroy" | "keep" | "prevent";

/** A policy by kind of resource. Without `default` all four kinds have to be named. */
export interface PolicyByKind {
    default?: pulumi.Input<PolicyWord>;
    reservedIps?: pulumi.Input<PolicyWord>;
    /** Snapshots of the Droplet. */
    snapshots?: pulumi.Input<PolicyWord>;
    /** Volumes that are attached to the Droplet. */
    volumes?: pulumi.Input<PolicyWord>;
    /** Snapshots of those volumes. Unless this is given, snapshots of a volume that stays stay as well. */
    volumeSnapshots?: pulumi.Input<PolicyWord>;
}

export type Policy = PolicyWord | PolicyByKind;
