import { removeDroplet, removeReservedIp, removeSnapshot, removeVolume } from "../state/links.js";
import type { DestroyItem, DestroyRecord, DropletRecord } from "../state/records.js";
import { destroyView } from "../views/destroy.js";
import type { World } from "../world.js";
import type { Associated } from "./associated.js";

/** Starts the destroy of a Droplet and `resources`; `unknownIds` are requested but not associated. */
export function startDestroy(
    world: World,
    droplet: DropletRecord,
    resources: readonly Associated[],
    unknown: readonly Associated[] = [],
): DestroyRecord {
    const { state, agenda, settings } = world;
    const former = remembered(world, state.destroys.get(droplet.id));
    const items = [
        ...resources.map((resource) => newItem(resource, false)),
        ...unknown.map((resource) => newItem(resource, true)),
    ];
    const record: DestroyRecord = {
        id: droplet.id,
        team: droplet.team,
        createdAtMs: agenda.now(),
        dropletName: droplet.name,
        items: [...(settings.nextStatus === "merges" ? notAskedAnew(former, items) : []), ...items],
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
    run(world, record, items, (item) => destroyItem(world, item));
    return record;
}

/** Retries what failed. */
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
    const left = record.items.filter((item) => item.destroyedAtMs === null);
    run(world, record, left, (item) => {
        if (!settings.retryTakesAttachedElsewhere && hangsElsewhere(world, record, item)) {
            item.error = "resource is in use by another Droplet";
        } else {
            destroyItem(world, item);
        }
    });
}

/** A destroy until the time for which its status is kept has passed. */
export function remembered(
    { agenda, settings }: World,
    record: DestroyRecord | undefined,
): DestroyRecord | undefined {
    const endMs = (record?.completedAtMs ?? Infinity) + settings.statusRetentionMs;
    return agenda.now() < endMs ? record : undefined;
}

function notAskedAnew(former: DestroyRecord | undefined, asked: readonly DestroyItem[]): DestroyItem[] {
    const known = new Set(asked.map(({ kind, id }) => `${kind} ${id}`));
    return (former?.items ?? []).filter(({ kind, id }) => !known.has(`${kind} ${id}`));
}

function newItem({ kind, id, name }: Associated, unknown: boolean): DestroyItem {
    return { kind, id, name, unknown, destroyedAtMs: null, error: null };
}

/** Destroys one resource after the other, evenly over the duration; the Droplet is last. */
function run(
    world: World,
    record: DestroyRecord,
    items: readonly DestroyItem[],
    attempt: (item: DestroyItem) => void,
): void {
    const { agenda, settings } = world;
    const { destroyDurationMs } = settings;
    const durationMs =
        typeof destroyDurationMs === "number" ? destroyDurationMs : destroyDurationMs(record.id);
    items.forEach((item, index) => {
        agenda.later((durationMs * (index + 1)) / (items.length + 1), () => attempt(item));
    });
    agenda.later(durationMs, () => finish(world, record, items));
}

/** Failures of an earlier destroy count, but do not keep the Droplet. */
function finish(world: World, record: DestroyRecord, attempted: readonly DestroyItem[]): void {
    const { agenda, settings } = world;
    if (attempted.every((item) => item.error === null) || !settings.dropletSurvivesFailure) {
        destroyTheDroplet(world, record);
    }
    const failed = record.items.filter((item) => item.error !== null);
    record.failures = failed.reduce((sum, item) => sum + weight(world, item), settings.unexplainedFailures);
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
        endDroplet(world, droplet);
    }
}

/** A Droplet is gone. Its volumes may show as attached to it for a while. */
export function endDroplet({ state, agenda, settings }: World, droplet: DropletRecord): void {
    const volumes = droplet.volumeIds.flatMap((id) => state.volumes.get(id) ?? []);
    removeDroplet(state, droplet, agenda.now());
    if (settings.detachDelayMs === 0) {
        return;
    }
    for (const volume of volumes) {
        volume.dropletId = droplet.id;
        agenda.later(settings.detachDelayMs, () => {
            if (volume.dropletId === droplet.id) {
                volume.dropletId = null;
            }
        });
    }
}

function weight({ settings }: World, item: DestroyItem): number {
    return item.kind === "reserved_ip" && settings.failuresCountDuplicates ? 2 : 1;
}

/** One attempt at one resource. */
export function destroyItem(world: World, item: DestroyItem): void {
    item.error = item.unknown ? "not found" : world.failures.attemptItem(item.id);
    if (item.error === null) {
        item.destroyedAtMs = world.agenda.now();
        removeItem(world, item);
    }
}

/** What is already gone counts as destroyed. */
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

/** A volume or an address that is now attached to another Droplet. */
export function hangsElsewhere({ state }: World, record: DestroyRecord, item: DestroyItem): boolean {
    const row = item.kind === "volume" ? state.volumes.get(item.id) : state.reservedIps.get(item.name);
    return row !== undefined && row.dropletId !== null && row.dropletId !== record.id;
}
