import assert from "node:assert/strict";
import { createDropletApi } from "../../provider/digitalocean/api.js";
import { parseEndpoint } from "../../provider/digitalocean/connection.js";
import { createRateLimiter } from "../../provider/polling/rate-limiter.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import { type Settings, VirtualClock } from "../../simulator/index.js";
import { createTestSimulator } from "../support/simulated.js";

const TOKEN = `dop_v1_${"7".repeat(64)}`;
const never = new AbortController().signal;
const QUARTER_HOUR_MS = 900_000;

/** A client with a rate limiter of its own and the simulator, in virtual time. */
function scene(settings: Partial<Settings>) {
    const clock = new VirtualClock();
    const simulator = createTestSimulator({ clock, settings, tokens: { [TOKEN]: {} } });
    const api = createDropletApi({
        endpoint: parseEndpoint("https://api.digitalocean.com"),
        token: TOKEN,
        fetch: simulator.fetch,
        clock,
        random: () => 0.5,
        limiter: createRateLimiter({ clock, hourlyReserve: 0 }),
        userAgent: "pulumi-droplet-teardown/0.0.0",
    });
    const dropletId = simulator.panel.createDroplet("web-1").id;
    /** Seconds from the beginning to the answer of each of so many reads. */
    const reads = async (count: number, call: (api: DropletApi) => Promise<unknown>): Promise<number[]> => {
        const answeredS: number[] = [];
        for (let read = 0; read < count; read += 1) {
            await clock.run(call(api));
            answeredS.push(Math.round(clock.monotonicMs() / 1_000));
        }
        return answeredS;
    };
    const statuses = (): number[] => simulator.requests().map(({ status }) => status);
    return { clock, simulator, reads, statuses, dropletId };
}

describe("limits of the API, as the client waits for them", () => {
    const limits = { minuteLimit: 2, hourlyLimit: 3 };

    it("are those of a minute and of an hour", async () => {
        const { reads, statuses, dropletId } = scene(limits);
        const answeredS = await reads(4, (api) => api.droplet(dropletId, never));
        assert.deepEqual(answeredS, [0, 0, 60, 3_601]);
        assert.deepEqual(statuses(), [200, 200, 429, 200, 429, 200]);
    });

    for (const [whose, clockSkewMs] of [
        ["behind the server's", QUARTER_HOUR_MS],
        ["ahead of the server's", -QUARTER_HOUR_MS],
    ] as const) {
        it(`are waited for as long where our clock is a quarter of an hour ${whose}`, async () => {
            const { reads, dropletId } = scene({ ...limits, clockSkewMs });
            assert.deepEqual(await reads(4, (api) => api.droplet(dropletId, never)), [0, 0, 60, 3_601]);
        });
    }

    for (const jumpMs of [QUARTER_HOUR_MS, -QUARTER_HOUR_MS]) {
        it(`are waited for as long where our clock is set by ${jumpMs / 60_000} minutes`, async () => {
            const { clock, reads, dropletId } = scene(limits);
            await reads(2, (api) => api.droplet(dropletId, never));
            clock.jumpWall(jumpMs);
            assert.deepEqual(await reads(1, (api) => api.droplet(dropletId, never)), [60]);
            clock.jumpWall(jumpMs);
            assert.deepEqual(await reads(1, (api) => api.droplet(dropletId, never)), [3_601]);
        });
    }
});
