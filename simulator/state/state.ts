import type { History, HistoryKind } from "./history.js";
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
    readonly droplets: Table<number, DropletRecord>;
    readonly volumes: Table<string, VolumeRecord>;
    readonly snapshots: Table<string, SnapshotRecord>;
    readonly reservedIps: Table<string, ReservedIpRecord>;
    readonly actions = new Table<number, ActionRecord>();
    readonly destroys = new Table<number, DestroyRecord>();
    readonly keys = new Table<number, KeyRecord>();
    readonly projects = new Table<string, ProjectRecord>();
    readonly firewalls = new Table<string, FirewallRecord>();
    readonly vpcs = new Table<string, VpcRecord>();
    readonly tags = new Table<string, TagRecord>();
    readonly domains = new Table<string, DomainRecord>();

    /** @param history what it is told of every Droplet, and of everything that can be associated with one */
    constructor(history: History) {
        this.droplets = new Table(
            history.watch(({ id, name, team }) => ({ kind: "droplet", id: String(id), name, team })),
        );
        this.volumes = new Table(history.watch(({ id, name, team }) => ({ kind: "volume", id, name, team })));
        this.snapshots = new Table(
            history.watch((row) => ({ kind: snapshotKind(row), id: row.id, name: row.name, team: row.team })),
        );
        this.reservedIps = new Table(
            history.watch(({ id, associatedId, team }) => ({
                ...{ kind: "reserved_ip", id: associatedId, name: id, team },
            })),
        );
    }
}

function snapshotKind({ backup, resourceType }: SnapshotRecord): HistoryKind {
    if (backup) {
        return "backup";
    }
    return resourceType === "droplet" ? "snapshot" : "volume_snapshot";
}
