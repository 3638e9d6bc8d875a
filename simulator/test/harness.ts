import { type FetchInit, type Settings, type SimulatorOptions, VirtualClock } from "../index.js";
import { createTestSimulator } from "../../test/support/simulated.js";

export const TOKEN = `dop_v1_${"1".repeat(64)}`;

export interface Answer {
    readonly status: number;
    readonly body: Record<string, unknown>;
    header(name: string): string | null;
}

/** A simulator in virtual time, and a client for it. */
export function simulated(settings: Partial<Settings> = {}, more: Partial<SimulatorOptions> = {}) {
    const clock = new VirtualClock();
    const simulator = createTestSimulator({ clock, settings, ...more });

    async function call(endpoint: string, body?: object, init: FetchInit = {}): Promise<Answer> {
        const [method = "", path = ""] = endpoint.split(" ");
        const response = await simulator.fetch(`http://api.example/v2/${path}`, {
            method,
            ...init,
            headers: { authorization: `Bearer ${TOKEN}`, ...init.headers },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        return {
            status: response.status,
            body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
            header: (name) => response.headers.get(name),
        };
    }

    /** A Droplet with one resource of each kind. */
    function dropletWithEverything() {
        const { panel } = simulator;
        const droplet = panel.createDroplet("web-1");
        const volume = panel.createVolume("data");
        panel.attachVolume(volume.id, droplet.id);
        const address = panel.createReservedIp();
        panel.assignReservedIp(address.id, droplet.id);
        return {
            id: droplet.id,
            path: `droplets/${droplet.id}/destroy_with_associated_resources`,
            volume,
            address,
            snapshot: panel.takeSnapshot(droplet.id, "nightly"),
            volumeSnapshot: panel.snapshotVolume(volume.id, "before"),
        };
    }

    return {
        clock,
        simulator,
        call,
        dropletWithEverything,
        run: <T>(work: () => Promise<T>): Promise<T> => clock.run(work()),
    };
}
