import type { LoggedRequest, Simulator } from "../../simulator/index.js";
import type { Screen } from "./screen.js";

export interface ManagedVolume {
    readonly id: string;
    readonly name: string;
}

/** The one volume that the program declares. */
export function managedVolume(simulator: Simulator): ManagedVolume {
    const volume = simulator.state().volumes[0];
    if (volume === undefined) {
        throw new Error("there is no volume after pulumi up");
    }
    return volume;
}

/** Shows what is left and what the teardown has kept. Throws unless all is as promised. */
export function showRemains(simulator: Simulator, managed: ManagedVolume, screen: Screen): void {
    screen.heading("what is left at DigitalOcean");
    const { droplets, volumes, reservedIps, snapshots } = simulator.state();
    const left = { droplets, snapshots, volumes, "reserved IPs": reservedIps };
    screen.line(
        Object.entries(left)
            .map(([kind, rows]) => `${rows.length} ${kind}`)
            .join(", "),
    );
    if (Object.values(left).some((rows) => rows.length > 0)) {
        throw new Error("something is left that was to go");
    }
    if (simulator.requests().some((request) => asksToDestroy(request, managed.id))) {
        throw new Error(`the teardown has asked to destroy volume ${managed.name}, which the stack manages`);
    }
    if (!simulator.requests().some((request) => deletesVolume(request, managed.id))) {
        throw new Error(`volume ${managed.name} was not deleted by its own resource`);
    }
    screen.line(
        `Kept by the teardown: volume ${managed.name}, which the stack manages. Its own resource deleted it afterwards.`,
    );
}

function asksToDestroy({ path, body }: LoggedRequest, volumeId: string): boolean {
    return path.includes("/destroy_with_associated_resources/") && body.includes(volumeId);
}

function deletesVolume({ method, path, status }: LoggedRequest, volumeId: string): boolean {
    return method === "DELETE" && path === `/v2/volumes/${volumeId}` && status === 204;
}
