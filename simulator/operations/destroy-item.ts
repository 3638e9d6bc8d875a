import { removeReservedIp, removeSnapshot, removeVolume } from "../state/links.js";
import type { DestroyItem, DestroyRecord } from "../state/records.js";
import type { World } from "../world.js";

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
