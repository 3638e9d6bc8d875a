import assert from "node:assert/strict";

import { VirtualClock } from "../../simulator/index.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import { tearDown } from "../../provider/teardown/run.js";
import type { TeardownEffects } from "../../provider/teardown/request.js";
import { runsReplayed } from "../support/replayed.js";
import { TeardownWorld } from "../support/teardown-world.js";
import { request, WEB } from "../support/told.js";

describe("a run", () => {
    it("is replayed from its events as plain data, here and in every other test of a delete", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const before = runsReplayed();
        await world.delete(await world.create({ dropletId: id, policy: "destroy" }));
        assert.equal(runsReplayed(), before + 1);
    });

    it("that goes on and on without a wait ends at once, as a fault", async () => {
        let waits = 0;
        let reads = 0;
        const api: Partial<DropletApi> = {
            droplet: async () => {
                reads += 1;
                return WEB;
            },
            status: async () => ({ state: "none" }),
            associated: async () => ({ resources: [], unread: [], unknownKinds: [] }),
        };
        const nothing = (): Promise<void> => Promise.resolve();
        const effects: TeardownEffects = {
            api: api as DropletApi,
            clock: new VirtualClock(),
            throwIfAbandoned: nothing,
            narrator: { announce: nothing, progress: () => undefined },
            // Something waits all the time, so that nothing that was read is ever fresh.
            traffic: {
                requests: 0,
                requestIds: [],
                get waits() {
                    return (waits += 1);
                },
            },
            group: { open: nothing, close: () => undefined },
            poller: { due: nothing } as unknown as TeardownEffects["poller"],
        };
        const { report, cause } = await tearDown(request(), effects, new AbortController().signal);
        assert.equal(report.outcome, "failed");
        assert.match(String(cause), /the teardown of droplet 1000 goes round in circles/);
        assert.ok(reads > 50 && reads < 500, `${reads} reads`);
    });
});
