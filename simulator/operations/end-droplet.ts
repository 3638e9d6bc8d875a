import { removeDroplet } from "../state/links.js";
import type { DropletRecord } from "../state/records.js";
import type { World } from "../world.js";

/** A Droplet is gone. Its volumes may show as attached to it for a while. */
export function endDroplet({ state, agenda, settings }: World, droplet: DropletRecord): void {
    const volumes = droplet.volumeIds.flatMap((id) => state.volumes.get(id) ?? []);
    removeDroplet(state, droplet);
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
