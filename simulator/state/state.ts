import type { History, HistoryKind, Watcher } from "./history.js";
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
    ReservedIpv6Record,
    SnapshotRecord,
    TagRecord,
    VolumeRecord,
    VpcRecord,
} from "./records.js";

/** Records of one kind in the order they were made; reads are always on behalf of a team. */
export class Table<Id extends string | number, Row extends { readonly id: Id; readonly team: string }> {
    readonly #rows = new Map<Id, Row>();
    readonly #watcher: Watcher<Row> | undefined;

    constructor(watcher?: Watcher<Row>) {
        this.#watcher = watcher;
    }

    add(row: Row): Row {
        this.#rows.set(row.id, row);
        this.#watcher?.added(row);
        return row;
    }

    remove(id: Id): void {
        const row = this.#rows.get(id);
        if (row !== undefined) {
            this.#rows.delete(id);
            this.#watcher?.removed(row);
        }
    }

    /** Undefined also when it belongs to another team. */
    find(team: string, id: Id): Row | undefined {
        const row = this.#rows.get(id);
        return row?.team === team ? row : undefined;
    }

    list(team: string): Row[] {
        return this.all().filter((row) => row.team === team);
    }

    /** Whoever it belongs to. */
    get(id: Id): Row | undefined {
        return this.#rows.get(id);
    }

    all(): Row[] {
        return [...this.#rows.values()];
    }
}

/** All that the simulated DigitalOcean knows. */
export class State {
    readonly ids = new Ids();
    readonly droplets: Table<number, DropletRecord>;
    readonly volumes: Table<string, VolumeRecord>;
    readonly snapshots: Table<string, SnapshotRecord>;
    readonly reservedIps: Table<string, ReservedIpRecord>;
    readonly reservedIpv6s: Table<string, ReservedIpv6Record>;
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
        this.reservedIpv6s = new Table(
            history.watch(({ id, team }) => ({ kind: "reserved_ipv6", id, name: id, team })),
        );
    }
}

function snapshotKind({ backup, resourceType }: SnapshotRecord): HistoryKind {
    if (backup) {
        return "backup";
    }
    return resourceType === "droplet" ? "snapshot" : "volume_snapshot";
}
