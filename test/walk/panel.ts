import type { EngineWorld } from "../support/engine-world.js";
import type { PanelAction } from "./step.js";

/** What a person does in the control panel to one of the Droplets; nothing where there is none. */
export function act({ simulator }: EngineWorld, { panel: action, at }: PanelAction, serial: number): void {
    const { droplets, volumes } = simulator.state();
    const droplet = droplets[at % Math.max(droplets.length, 1)];
    if (droplet === undefined) {
        return;
    }
    const { panel } = simulator;
    switch (action) {
        case "snapshot":
            panel.takeSnapshot(droplet.id, `nightly-${serial}`);
            return;
        case "kept snapshot":
            panel.takeSnapshot(droplet.id, `keep-${serial}`);
            return;
        case "volume":
            panel.attachVolume(panel.createVolume(`uploads-${serial}`, 1).id, droplet.id);
            return;
        case "kept volume":
            panel.attachVolume(panel.createVolume(`keep-${serial}`, 1).id, droplet.id);
            return;
        case "reserved ip":
            panel.assignReservedIp(panel.createReservedIp().id, droplet.id);
            return;
        case "detach":
            volumes
                .filter(({ dropletId, name }) => dropletId === droplet.id && name !== "data")
                .forEach(({ id }) => panel.detachVolume(id));
            return;
        case "delete droplet":
            panel.deleteDroplet(droplet.id);
    }
}
