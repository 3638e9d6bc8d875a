import { removeDroplet, removeReservedIp, removeSnapshot, removeVolume } from "../state/links.js";
import type { DestroyItem, DestroyRecord, DropletRecord } from "../state/records.js";
import { destroyView } from "../views/destroy.js";
import type { World } from "../world.js";
import type { Associated } from "./associated.js";

/** Starts the destroy of a Droplet and of `resources`; `unknownIds` are asked for but not associated. */
export function startDestroy(
    world: World,
    droplet: DropletRecord,
    resources: readonly Associated[],
    unknown: readonly Associated[] = [],
): DestroyRecord {
    const { state, agenda, settings } = world;
    const former = state.destroys.get(droplet.id);
    const record: DestroyRecord = {
        id: droplet.id,
        team: droplet.team,
        createdAtMs: agenda.now(),
        dropletName: droplet.name,
        items: [
            ...resources.map((resource) => newItem(resource, false)),
            ...unknown.map((resource) => newItem(resource, true)),
        ],
        dropletDestroyedAtMs: null,
        dropletError: null,
        completedAtMs: null,
        failures: 0,
        former:
            settings.statusDelayMs > 0
                ? {
                      answer: former === undefined ? null : destroyView(world, former),
                      untilMs: agenda.now() + settings.statusDelayMs,
                  }
                : null,
    };
    state.destroys.add(record);
    run(world, record);
    return record;
}

/** Runs once more what has failed. */
export function retryDestroy(world: World, record: DestroyRecord): void {
    const { agenda, settings } = world;
    const before = destroyView(world, record);
    for (const item of record.items) {
        item.error = null;
    }
    record.dropletError = null;
    record.completedAtMs = null;
    record.failures = 0;
    record.former =
        settings.staleAfterRetryMs > 0
            ? { answer: before, untilMs: agenda.now() + settings.staleAfterRetryMs }
            : null;
    run(world, record);
}

function newItem({ kind, id, name }: Associated, unknown: boolean): DestroyItem {
    return { kind, id, name, unknown, destroyedAtMs: null, error: null };
}

/** One resource after the other, evenly over the duration; the Droplet goes last. */
function run(world: World, record: DestroyRecord): void {
    const { agenda, settings } = world;
    const { destroyDurationMs } = settings;
    const durationMs =
        typeof destroyDurationMs === "number" ? destroyDurationMs : destroyDurationMs(record.id);
    const left = record.items.filter((item) => item.destroyedAtMs === null);
    left.forEach((item, index) => {
        agenda.later((durationMs * (index + 1)) / (left.length + 1), () => destroyItem(world, item));
    });
    agenda.later(durationMs, () => finish(world, record));
}

function destroyItem(world: World, item: DestroyItem): void {
    item.error = item.unknown ? "not found" : world.failures.attemptItem(item.id);
    if (item.error === null) {
        item.destroyedAtMs = world.agenda.now();
        removeItem(world, item);
    }
}

/** What is gone already counts as destroyed. */
function removeItem({ state }: World, item: DestroyItem): void {
    switch (item.kind) {
        case "reserved_ip": {
            const address = state.reservedIps.get(item.name);
            if (address !== undefined) {
                removeReservedIp(state, address);
            }
            return;
        }
        case "volume": {
            const volume = state.volumes.get(item.id);
            if (volume !== undefined) {
                removeVolume(state, volume);
            }
            return;
        }
        case "snapshot":
        case "volume_snapshot": {
            const snapshot = state.snapshots.get(item.id);
            if (snapshot !== undefined) {
                removeSnapshot(state, snapshot);
            }
            return;
        }
    }
}

function finish(world: World, record: DestroyRecord): void {
    const { agenda, settings } = world;
    const failed = record.items.filter((item) => item.error !== null);
    if (failed.length === 0 || !settings.dropletSurvivesFailure) {
        destroyTheDroplet(world, record);
    }
    record.failures = failed.reduce((sum, item) => sum + weight(world, item), 0);
    if (record.dropletError !== null && settings.failuresCountDroplet) {
        record.failures++;
    }
    record.completedAtMs = agenda.now();
}

function destroyTheDroplet(world: World, record: DestroyRecord): void {
    if (record.dropletDestroyedAtMs !== null) {
        return;
    }
    record.dropletError = world.failures.attemptDroplet(record.id);
    if (record.dropletError !== null) {
        return;
    }
    record.dropletDestroyedAtMs = world.agenda.now();
    const droplet = world.state.droplets.get(record.id);
    if (droplet !== undefined) {
        removeDroplet(world.state, droplet);
    }
}

function weight({ settings }: World, item: DestroyItem): number {
    return item.kind === "reserved_ip" && settings.failuresCountDuplicates ? 2 : 1;
}
