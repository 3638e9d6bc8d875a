import { isExpiryTag } from "../../provider/teardown/model.js";
import type { Simulator } from "../../simulator/index.js";
import type { PanelAction } from "./life.js";

const EXECUTOR_TAG = /^teardown-[0-9a-f]{16}$/;
/** What a person calls what is to stay. */
const KEPT = "keep-";

/**
 * What a person does in the control panel to one of the Droplets; nothing where it is not possible.
 * @param freed is given Droplets that the person takes every tag off, one by one, and so knows
 * @param rescued is given Droplets that are not to expire any more
 */
export function act(
    { simulator }: { readonly simulator: Simulator },
    action: PanelAction,
    serial: number,
    freed: Set<number>,
    rescued: Set<number>,
): void {
    const { droplets, volumes, snapshots, tags } = simulator.state();
    const droplet = droplets[action.at % Math.max(droplets.length, 1)];
    if (action.panel === "new droplet") {
        simulator.panel.createDroplet(`elsewhere-${serial}`);
        return;
    }
    if (droplet === undefined) {
        return;
    }
    const panel = simulator.panelFor(droplet.team);
    const { id } = droplet;
    const attached = volumes.filter(({ dropletId, name }) => dropletId === id && isPersons(name));
    const executorTag = droplet.tags.find((tag) => EXECUTOR_TAG.test(tag));
    switch (action.panel) {
        case "snapshot":
            panel.takeSnapshot(id, `nightly-${serial}`);
            return;
        case "kept snapshot":
            panel.takeSnapshot(id, `${KEPT}${serial}`);
            return;
        case "volume":
            panel.attachVolume(panel.createVolume(`uploads-${serial}`, 1).id, id);
            return;
        case "kept volume":
            panel.attachVolume(panel.createVolume(`${KEPT}${serial}`, 1).id, id);
            return;
        case "volume snapshot":
            attached.forEach((volume) => panel.snapshotVolume(volume.id, `before-${serial}`));
            return;
        case "reserved ip":
            panel.assignReservedIp(panel.createReservedIp().id, id);
            return;
        case "detach":
            attached.forEach((volume) => panel.detachVolume(volume.id));
            return;
        case "delete droplet":
            panel.deleteDroplet(id);
            return;
        case "delete snapshot":
            snapshots
                .filter(({ resourceId, name }) => Number(resourceId) === id && !name.startsWith(KEPT))
                .forEach((snapshot) => panel.deleteSnapshot(snapshot.id));
            return;
        case "untag":
            droplet.tags.forEach((tag) => panel.untagDroplet(id, tag));
            freed.add(id);
            rescued.add(id);
            return;
        case "tag":
            panel.tagDroplet(id, "pets");
            return;
        case "rescue":
            droplet.tags.filter(isExpiryTag).forEach((tag) => panel.untagDroplet(id, tag));
            rescued.add(id);
            return;
        case "delete tag":
            if (
                executorTag !== undefined &&
                tags.some((tag) => tag.name === executorTag && tag.team === droplet.team)
            ) {
                panel.deleteTag(executorTag);
            }
            return;
        case "copy":
            panel.createDroplet(`copy-${serial}`, { tags: droplet.tags });
            return;
    }
}

/** Made by a person, and no resource of a program. */
function isPersons(name: string): boolean {
    return name.startsWith("uploads-") || name.startsWith(KEPT);
}
