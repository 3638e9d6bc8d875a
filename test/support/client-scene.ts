import { createNodeFetch } from "../../provider/digitalocean/node-fetch.js";
import { type Exchange, parseEndpoint } from "../../provider/digitalocean/connection.js";
import { createDropletApi } from "../../provider/digitalocean/api.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import { type Settings, type Simulator, startServer } from "../../simulator/index.js";
import { openLimiter } from "./connection.js";
import { hastyClock, type HastyClock } from "./loopback.js";
import { createTestSimulator } from "./simulated.js";

export const TOKEN = `dop_v1_${"7".repeat(64)}`;
export const never: AbortSignal = new AbortController().signal;

export interface Scene {
    readonly api: DropletApi;
    readonly simulator: Simulator;
    readonly clock: HastyClock;
    readonly exchanges: Exchange[];
    /** A Droplet with one resource of each kind. */
    readonly dropletId: number;
    readonly volumeId: string;
    readonly address: string;
}

/** Runs a test against a fresh simulator behind a socket. */
export function scene(
    test: (scene: Scene) => Promise<void>,
    settings: Partial<Settings> = {},
): () => Promise<void> {
    return async () => {
        const clock = hastyClock();
        const simulator = createTestSimulator({ clock, settings, tokens: { [TOKEN]: {} } });
        const server = await startServer(simulator, { port: 0 });
        try {
            const exchanges: Exchange[] = [];
            const connection = {
                endpoint: parseEndpoint(server.url),
                token: TOKEN,
                fetch: createNodeFetch(() => ""),
                clock,
                random: () => 0.5,
                limiter: openLimiter(),
                userAgent: "pulumi-droplet-teardown/0.0.0",
            };
            const api = createDropletApi(connection, (exchange) => exchanges.push(exchange));
            await test({ api, simulator, clock, exchanges, ...furnish(simulator) });
        } finally {
            await server.close();
        }
    };
}

function furnish({ panel }: Simulator): Pick<Scene, "dropletId" | "volumeId" | "address"> {
    const dropletId = panel.createDroplet("web-1", { tags: ["teardown:shop:dev"] }).id;
    const volumeId = panel.createVolume("pg-data").id;
    const address = panel.createReservedIp().id;
    panel.attachVolume(volumeId, dropletId);
    panel.snapshotVolume(volumeId, "pg-backup");
    panel.takeSnapshot(dropletId, "nightly");
    panel.assignReservedIp(address, dropletId);
    return { dropletId, volumeId, address };
}
