import assert from "node:assert/strict";

import { createRemote } from "../../provider/access/clients.js";
import { parseEndpoint } from "../../provider/digitalocean/connection.js";
import { RefusedError } from "../../provider/teardown/errors.js";
import { finalSnapshot } from "../../provider/teardown/plan.js";
import type { TeardownRequest } from "../../provider/teardown/request.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import { preflight, unlessRefused } from "../../provider/teardown/assess.js";
import { openLimiter } from "../support/connection.js";
import { TeardownWorld, TOKEN, type Everything } from "../support/teardown-world.js";

/** A Droplet with everything, and a look at what a teardown of it would do. */
function begin() {
    const world = new TeardownWorld({ grants: { [TOKEN]: {} } });
    const droplet = world.dropletWithEverything();
    const { api } = createRemote({
        endpoint: parseEndpoint("https://api.digitalocean.com"),
        token: TOKEN,
        fetch: world.simulator.fetch,
        clock: world.clock,
        random: () => 0.5,
        userAgent: "pulumi-droplet-teardown/0.0.0",
    }).client(openLimiter());
    const { signal } = new AbortController();
    const look = async (more: Partial<TeardownRequest> = {}) => {
        const found = await api.droplet(droplet.id, signal);
        assert.ok(found !== null);
        const { judgement } = await world.run(preflight(found, requestFor(droplet, more), api, signal));
        unlessRefused(judgement);
        return judgement.plan;
    };
    return { world, droplet, look };
}

function requestFor({ id }: Everything, more: Partial<TeardownRequest>): TeardownRequest {
    return {
        policy: resolvePolicy("destroy"),
        keep: [],
        finalSnapshot: finalSnapshot(id, null),
        dropletId: id,
        account: { kind: "recorded", id: "somebody" },
        approved: null,
        recorded: [],
        unrecorded: [],
        requireTag: [],
        sweep: null,
        mayCleanUp: true,
        replacedAt: null,
        gracefulShutdown: false,
        retries: 3,
        timeoutMs: 900_000,
        ...more,
    };
}

describe("a preflight", () => {
    it("says what would go, and changes nothing", async () => {
        const { world, look } = begin();
        const plan = await look();
        assert.equal(plan.destroy.length, 4);
        assert.deepEqual(world.changes(), []);
    });

    const refusals: Readonly<Record<string, { more: Partial<TeardownRequest>; message: RegExp }>> = {
        "a tag is missing": { more: { requireTag: ["mine"] }, message: /does not carry the tag mine/ },
        "the policy prevents something": {
            more: { policy: resolvePolicy({ default: "destroy", volumes: "prevent" }) },
            message: /the policy prevents it while there is volume web-1-data/,
        },
        "an entry of the environment matches nothing": {
            more: { keep: [{ entry: "typo", source: "environment" }] },
            message: /DROPLET_TEARDOWN_KEEP lists typo/,
        },
    };
    for (const [when, { more, message }] of Object.entries(refusals)) {
        it(`refuses when ${when}`, async () => {
            const { look } = begin();
            await assert.rejects(look(more), (error: unknown) => {
                assert.ok(error instanceof RefusedError);
                assert.match(error.message, message);
                return true;
            });
        });
    }

    it("refuses when a kind cannot be read", async () => {
        const { world, look } = begin();
        world.simulator.settings.associatedList = "404";
        await assert.rejects(look(), /the policy depends on them/);
    });
});
