import { Ids } from "./ids.js";
import type {
    ActionRecord,
    DestroyRecord,
    DomainRecord,
    DropletRecord,
    FirewallRecord,
    KeyRecord,
    ProjectRecord,
    ReservedIpRecord,
    SnapshotRecord,
    TagRecord,
    VolumeRecord,
    VpcRecord,
} from "./records.js";
import { Table } from "./table.js";

/** All that the simulated DigitalOcean knows. */
export class State {
    readonly ids = new Ids();
    readonly droplets = new Table<number, DropletRecord>();
    readonly volumes = new Table<string, VolumeRecord>();
    readonly snapshots = new Table<string, SnapshotRecord>();
    readonly reservedIps = new Table<string, ReservedIpRecord>();
    readonly actions = new Table<number, ActionRecord>();
    readonly destroys = new Table<number, DestroyRecord>();
    readonly keys = new Table<number, KeyRecord>();
    readonly projects = new Table<string, ProjectRecord>();
    readonly firewalls = new Table<string, FirewallRecord>();
    readonly vpcs = new Table<string, VpcRecord>();
    readonly tags = new Table<string, TagRecord>();
    readonly domains = new Table<string, DomainRecord>();
}
