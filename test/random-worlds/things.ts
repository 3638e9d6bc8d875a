import type { Panel, Simulator } from "../../simulator/index.js";
import { OTHER_TEAM } from "./tokens.js";
import { CLUTTER, type Clutter, type Keep, type Kind, type Ref, type World } from "./world.js";

export const STACK_TAG = "teardown:app:dev";
/** Of the `Droplet` resources; the names of their Droplets are made of them. */
export const RESOURCE_NAMES = ["web", "db", "job"] as const;
/** On the Droplets of a teardown that requires a tag. */
export const REQUIRED_TAG = "ephemeral";
/** On what the command line selects by it. */
export const SELECTED_TAG = "preview";
/** On what has expired by the beginning of a world. */
export const EXPIRY_TAG = "teardown-until-1767139200";
export const OTHER_EXECUTOR = "teardown-ffffffffffffffff";

/** A Droplet's resource, as the associated list tells of it. */
export interface Thing {
    readonly kind: Kind;
    readonly id: string;
    /** Of an address, itself. */
    readonly name: string;
}

/** What exists at DigitalOcean in one world, by the numbers that the world gives it. */
export class Things {
    readonly simulator: Simulator;
    /** Droplets: ours, somebody else's, then copies. */
    readonly droplets: number[] = [];
    readonly #all = new Map<Kind, Thing[]>([
        ["reserved_ip", []],
        ["snapshot", []],
        ["volume", []],
        ["volume_snapshot", []],
    ]);
    readonly #byId = new Map<string, Thing>();
    readonly #before = new Map<string, string>();
    readonly ownerVolume = new Map<string, string>();
    /** How much had ever existed when snapshots were last looked for. */
    #existed = 0;
    /** What is nobody's, the oldest first. */
    #clutters = 0;
    readonly #clutter = { tag: [] as string[], droplet: [] as number[], snapshot: [] as string[] };

    constructor(simulator: Simulator) {
        this.simulator = simulator;
    }

    add(kind: Kind, id: string, name: string): Thing {
        const thing = { kind, id, name };
        this.#all.get(kind)?.push(thing);
        this.#byId.set(id, thing);
        return thing;
    }

    /** By its id, which is unique over all kinds. */
    thing(id: string): Thing | undefined {
        return this.#byId.get(id);
    }

    addClutter(kind: Clutter): void {
        const { panel } = this.simulator;
        const name = `clutter-${(this.#clutters += 1)}`;
        switch (kind) {
            case "tag": {
                this.#clutter.tag.push(panel.createTag(name).name);
                return;
            }
            case "droplet": {
                this.#clutter.droplet.push(panel.createDroplet(name, { tags: [STACK_TAG] }).id);
                return;
            }
            case "snapshot": {
                const [owner] = this.#clutter.droplet;
                if (owner !== undefined) {
                    this.#clutter.snapshot.push(panel.takeSnapshot(owner, name).id);
                }
                return;
            }
        }
    }

    /** The oldest goes, and another comes. */
    shiftClutter(kind: Clutter): void {
        const { panel } = this.simulator;
        const [tag] = this.#clutter.tag.splice(0, kind === "tag" ? 1 : 0);
        const [droplet] = this.#clutter.droplet.splice(0, kind === "droplet" ? 1 : 0);
        const [snapshot] = this.#clutter.snapshot.splice(0, kind === "snapshot" ? 1 : 0);
        if (tag !== undefined) {
            panel.deleteTag(tag);
        }
        if (droplet !== undefined) {
            panel.deleteDroplet(droplet);
        }
        if (snapshot !== undefined) {
            panel.deleteSnapshot(snapshot);
        }
        this.addClutter(kind);
    }

    of(kind: Kind): readonly Thing[] {
        return this.#all.get(kind) ?? [];
    }

    all(): readonly Thing[] {
        return [...this.#all.values()].flat();
    }

    /** Undefined where there is nothing of that kind. */
    nth({ kind, nth }: Ref): Thing | undefined {
        const things = this.of(kind);
        return things[nth % Math.max(things.length, 1)];
    }

    droplet(nth: number): number {
        return this.droplets[nth % this.droplets.length] ?? 0;
    }

    snapshotDroplet(dropletId: number, given: string): void {
        const name = snapshotName(given, dropletId);
        this.add("snapshot", this.simulator.panel.takeSnapshot(dropletId, name).id, name);
    }

    /** It stays the same one. */
    rename(thing: Thing, given: string): void {
        const { kind, id } = thing;
        const { resourceId } = this.simulator.state().snapshots.find((one) => one.id === id) ?? {};
        const name = kind === "snapshot" ? snapshotName(given, Number(resourceId)) : given;
        const renamed = { kind, id, name };
        this.simulator.panel.renameSnapshot(id, renamed.name);
        const all = this.#all.get(kind) ?? [];
        all[all.indexOf(thing)] = renamed;
        this.#byId.set(id, renamed);
    }

    /** Somebody gets an address again, under an id of its own. */
    handOut({ id, name }: Thing, isAtOnce: boolean): void {
        const again = this.simulator.panel.createReservedIp("nyc3", name);
        this.add("reserved_ip", again.associatedId, name);
        if (isAtOnce) {
            this.#before.set(again.associatedId, id);
        }
    }

    /**
     * The ids that something may be known by. The API has an address by its name alone, so that one which was deleted
     * and handed out again in one moment looks as if it had always been there.
     */
    knownAs(id: string): readonly string[] {
        const before = this.#before.get(id);
        return before === undefined ? [id] : [id, ...this.knownAs(before)];
    }

    /** An address as it is known by now; undefined where there is none. */
    currentAddress(nth: number): Thing | undefined {
        const { name = "" } = this.nth({ kind: "reserved_ip", nth }) ?? {};
        return this.named(name);
    }

    /** Every id that an address has had. */
    findIds(address: string): readonly string[] {
        return this.of("reserved_ip")
            .filter(({ name }) => name === address)
            .map(({ id }) => id);
    }

    /** By its id or, of an address, as it is now, by its name. */
    named(key: string): Thing | undefined {
        return this.all().findLast(({ id, name }) => id === key || name === key);
    }

    /** Takes note of snapshots that an action has made, and returns them. */
    adoptSnapshots(): readonly Thing[] {
        const existed = this.simulator.history().length;
        if (existed === this.#existed) {
            return [];
        }
        this.#existed = existed;
        return this.simulator
            .state()
            .snapshots.filter(({ resourceType, backup }) => resourceType === "droplet" && !backup)
            .filter(({ resourceId }) => this.droplets.includes(Number(resourceId)))
            .filter(({ id }) => !this.of("snapshot").some((one) => one.id === id))
            .map(({ id, name }) => this.add("snapshot", id, name));
    }

    snapshotVolume(volumeId: string, name: string): void {
        const { id } = this.simulator.panel.snapshotVolume(volumeId, name);
        this.add("volume_snapshot", id, name);
        this.ownerVolume.set(id, volumeId);
    }

    /** What the entries of a keep-list are called; one that names nothing is left out. */
    entries(keep: readonly Keep[]): string[] {
        return keep.flatMap((entry) => {
            if (typeof entry === "string") {
                return [entry];
            }
            const thing = this.nth(entry);
            return thing === undefined ? [] : [entry.by === "id" ? thing.id : thing.name];
        });
    }
}

/** The name of one of our Droplets, as Pulumi makes it. */
export function dropletName(nth: number): string {
    return `${RESOURCE_NAMES[nth % RESOURCE_NAMES.length]}-000000${nth}`;
}

/** What somebody else's Droplet is called. */
function theirName({ names }: World): string {
    const name = dropletName(0);
    return { twin: name, "twin in capitals": name.toUpperCase() }[names as string] ?? "theirs";
}

/** What ours is called. */
function ownName(nth: number, { names }: World, theirs: number | null): string {
    const name = dropletName(nth);
    return nth === 0 && theirs !== null ? String(theirs) : names === "capitals" ? name.toUpperCase() : name;
}

/** Names of final snapshots end in what they are recognized by, here that of a teardown by id. */
export function snapshotName(name: string, dropletId: number): string {
    return name === "final" ? `web-final-${dropletId}` : name;
}

/** Makes what exists at the beginning. */
export function furnish(
    world: World,
    simulator: Simulator,
    tagsFor: (nth: number) => readonly string[],
): Things {
    const things = new Things(simulator);
    const { panel } = simulator;
    for (let nth = 0; nth < world.clutter; nth += 1) {
        CLUTTER.forEach((kind) => things.addClutter(kind));
    }
    // Its id is the name of our first.
    const theirs = world.names === "an id" ? panel.createDroplet("theirs").id : null;
    for (let nth = 0; nth < world.ours; nth += 1) {
        const size = world.gpu && nth === 0 ? { size: "gpu-h100x1-80gb" } : {};
        const given = { tags: tagsFor(nth), backups: world.backups > 0, ...size };
        const { id } = panel.createDroplet(
            ownName(nth, world, theirs),
            given,
            world.young && nth === 0 ? BOOT_MS : 0,
        );
        things.droplets.push(id);
        for (let backup = 0; backup < world.backups; backup += 1) {
            panel.takeBackup(id, `backup-${backup}`);
        }
    }
    things.droplets.push(theirs ?? panel.createDroplet(theirName(world)).id);
    furnishOtherTeam(simulator.panelFor(OTHER_TEAM));
    world.volumes.forEach(({ on, snapshots }, index) => {
        const { id } = panel.createVolume(`${VOLUME_NAMES[index % VOLUME_NAMES.length]}-${index}`);
        things.add("volume", id, `${VOLUME_NAMES[index % VOLUME_NAMES.length]}-${index}`);
        if (on !== null) {
            panel.attachVolume(id, things.droplet(on));
        }
        for (let nth = 0; nth < snapshots; nth += 1) {
            things.snapshotVolume(id, `${nth === 0 ? "pg" : "before"}-${index}`);
        }
    });
    for (const { on } of world.addresses) {
        const { id, associatedId } = panel.createReservedIp();
        things.add("reserved_ip", associatedId, id);
        if (on !== null) {
            panel.assignReservedIp(id, things.droplet(on));
        }
    }
    world.snapshots.forEach(({ of, name }) => things.snapshotDroplet(things.droplet(of), name));
    return things;
}

/** It has the same names and the same stack's tag, and nothing of it is ours. */
function furnishOtherTeam(panel: Panel): void {
    const { id } = panel.createDroplet("web-0000000", { tags: [STACK_TAG] });
    panel.attachVolume(panel.createVolume("pg-data-0").id, id);
    panel.takeSnapshot(id, "nightly");
}

const BOOT_MS = 20_000;
const VOLUME_NAMES = ["pg-data", "cache", "logs"] as const;
