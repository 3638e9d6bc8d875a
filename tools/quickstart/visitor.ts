import type { Simulator } from "../../simulator/index.js";
import type { Screen } from "./screen.js";

/** What somebody has added to the Droplet in the control panel. */
export interface Additions {
    /** Id of the snapshot that the failing run cannot destroy. */
    readonly nightlyId: string;
    /** What a refresh has to name. */
    readonly names: readonly string[];
}

/** Does to the stack's Droplet what people do in the control panel, unknown to the stack. */
export function visitPanel(simulator: Simulator, screen: Screen): Additions {
    screen.heading("meanwhile, somebody in the control panel");
    const { panel } = simulator;
    const droplet = simulator.state().droplets[0];
    if (droplet === undefined) {
        throw new Error("there is no Droplet after pulumi up");
    }
    const nightly = panel.takeSnapshot(droplet.id, "nightly");
    screen.line(`takes snapshot nightly of ${droplet.name}`);
    panel.takeSnapshot(droplet.id, "before-upgrade");
    screen.line(`takes snapshot before-upgrade of ${droplet.name}`);
    panel.attachVolume(panel.createVolume("scratch", 20).id, droplet.id);
    screen.line("attaches volume scratch, 20 GB");
    const { id: address } = panel.createReservedIp();
    panel.assignReservedIp(address, droplet.id);
    screen.line(`assigns reserved IP ${address}`);
    screen.line("The program mentions none of these. A destroy of the Droplet alone would leave all four.");
    return { nightlyId: nightly.id, names: ["nightly", "before-upgrade", "scratch", address] };
}
