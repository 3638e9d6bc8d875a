/** Everything that is stored belongs to a team; another team's token does not see it. */
interface Owned<Id> {
    readonly id: Id;
    readonly team: string;
    readonly createdAtMs: number;
}

export interface DropletRecord extends Owned<number> {
    name: string;
    readonly region: string;
    size: string;
    /** A smaller one than that of its size, if only its memory was resized. */
    diskGb: number;
    image: { readonly id: number; readonly slug: string | null; readonly name: string };
    status: "new" | "active" | "off";
    tags: string[];
    readonly taggedAtMs: TaggedAtMs;
    /** Null without public networking. */
    readonly publicIp: string | null;
    readonly privateIp: string;
    publicIpv6: string | null;
    backupPolicy: BackupPolicy | null;
    readonly monitoring: boolean;
    readonly vpcId: string;
    /** The action under way, if any. */
    pendingActionId: number | null;
    /** What belongs to it, kept up to date by `links.ts`. */
    volumeIds: string[];
    snapshotIds: string[];
    reservedIps: string[];
}

/** Since when it carries a tag that it was not made with. */
type TaggedAtMs = Map<string, number>;

/** When backups are taken; the weekday is that of a weekly one. */
export interface BackupPolicy {
    readonly plan: "daily" | "weekly";
    readonly weekday: "SUN" | "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT";
    readonly hour: number;
}

export interface VolumeRecord extends Owned<string> {
    readonly name: string;
    readonly description: string;
    readonly region: string;
    sizeGigabytes: number;
    readonly filesystemType: string;
    readonly filesystemLabel: string;
    tags: string[];
    readonly taggedAtMs: TaggedAtMs;
    dropletId: number | null;
    snapshotIds: string[];
}

/** A Droplet snapshot (its id is a number in digits), a backup, or a volume snapshot (a UUID). */
export interface SnapshotRecord extends Owned<string> {
    name: string;
    readonly resourceType: "droplet" | "volume";
    readonly resourceId: string;
    backup: boolean;
    regions: readonly string[];
    readonly minDiskSize: number;
    readonly sizeGigabytes: number;
    tags: string[];
    readonly taggedAtMs: TaggedAtMs;
}

/** A reserved IP. Its id is the address; only the associated list knows it by a number. */
export interface ReservedIpRecord extends Owned<string> {
    readonly associatedId: string;
    readonly region: string;
    dropletId: number | null;
    unassignedAtMs: number | null;
}

/** A reserved IPv6; its id is the address. No Droplet is associated with it. */
export interface ReservedIpv6Record extends Owned<string> {
    readonly region: string;
    dropletId: number | null;
}

export interface ActionRecord extends Owned<number> {
    status: "in-progress" | "completed" | "errored";
    readonly type: string;
    completedAtMs: number | null;
    /** Null for volumes, whose ids are not numbers. */
    readonly resourceId: number | null;
    readonly resourceType: "droplet" | "backend" | "reserved_ip" | "floating_ip" | "reserved_ipv6" | "image";
    /** The id in the path under which the action is also found. */
    readonly resourceKey: string;
    readonly region: string;
}

/** Its id is `team/name in lower case`: two teams may hold the same name. */
export interface TagRecord extends Owned<string> {
    readonly name: string;
}

export interface KeyRecord extends Owned<number> {
    name: string;
    readonly fingerprint: string;
    readonly publicKey: string;
}

export interface ProjectRecord extends Owned<string> {
    name: string;
    description: string;
    purpose: string;
    environment: string;
    isDefault: boolean;
    updatedAtMs: number;
    /** URN to the time it was assigned at. */
    readonly resources: Map<string, number>;
}

/** Firewalls and records keep the caller's own fields as they came. */
export interface FirewallRecord extends Owned<string> {
    name: string;
    dropletIds: number[];
    tags: string[];
    inboundRules: readonly object[];
    outboundRules: readonly object[];
}

export interface DomainRecord extends Owned<string> {
    readonly ttl: number;
    readonly records: Map<number, DnsRecord>;
}

export interface DnsRecord {
    readonly id: number;
    readonly type: string;
    readonly name: string;
    readonly data: string;
    readonly priority: number | null;
    readonly port: number | null;
    readonly ttl: number;
    readonly weight: number | null;
    readonly flags: number | null;
    readonly tag: string | null;
}

export interface VpcRecord extends Owned<string> {
    name: string;
    description: string;
    readonly region: string;
    readonly ipRange: string;
    readonly isDefault: boolean;
}

/** The four kinds that go with a Droplet, as the associated list groups them. */
export const ASSOCIATED_KINDS = ["reserved_ip", "snapshot", "volume_snapshot", "volume"] as const;
export type AssociatedKind = (typeof ASSOCIATED_KINDS)[number];

export interface DestroyItem {
    readonly kind: AssociatedKind;
    /** The id of the associated list. */
    readonly id: string;
    readonly name: string;
    /** Asked for, but not associated with the Droplet. */
    readonly unknown: boolean;
    destroyedAtMs: number | null;
    error: string | null;
}

/** A destroy of a Droplet with associated resources, from its 202 on. Its id is the Droplet's. */
export interface DestroyRecord extends Owned<number> {
    readonly dropletName: string;
    readonly items: DestroyItem[];
    dropletDestroyedAtMs: number | null;
    dropletError: string | null;
    completedAtMs: number | null;
    failures: number;
    /** What was to be read before, and until when it still is; null: 404. */
    former: { readonly answer: object | null; readonly untilMs: number } | null;
}
