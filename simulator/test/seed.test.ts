import { strict as assert } from "node:assert";

import { createSimulator, type Seed, VirtualClock } from "../index.js";
import { simulated, TOKEN } from "./harness.js";

const SEED: Seed = {
    tags: ["idle"],
    volumes: [{ name: "data", sizeGigabytes: 40, tags: ["prod"], snapshots: ["before"] }, { name: "free" }],
    droplets: [
        {
            ...{ name: "web-1", tags: ["prod"], backups: true, volumes: ["data"] },
            ...{ reservedIps: 2, reservedIpv6s: 1, snapshots: ["nightly"] },
        },
        { name: "web-2", region: "fra1", size: "s-2vcpu-4gb", image: "debian-12-x64" },
    ],
    reservedIps: [{}, { region: "ams3" }],
};

describe("a simulator with a seed", () => {
    it("has what the seed says", () => {
        const { droplets, volumes, reservedIps, reservedIpv6s, snapshots, tags } = simulated(
            {},
            { seed: SEED },
        ).simulator.state();
        assert.deepEqual(
            droplets.map(({ name, status, associated }) => [name, status, associated.length]),
            [
                ["web-1", "active", 5],
                ["web-2", "active", 0],
            ],
        );
        assert.deepEqual(
            volumes.map(({ name, dropletId }) => [name, dropletId === droplets[0]?.id]),
            [
                ["data", true],
                ["free", false],
            ],
        );
        assert.equal(reservedIps.filter(({ dropletId }) => dropletId === null).length, 2);
        assert.equal(reservedIpv6s.length, 1);
        assert.deepEqual(
            snapshots.map(({ name, resourceType }) => [name, resourceType]),
            [
                ["before", "volume"],
                ["nightly", "droplet"],
            ],
        );
        assert.deepEqual(
            tags.map((tag) => [tag.name, tag.droplets, tag.volumes]),
            [
                ["idle", 0, 0],
                ["prod", 1, 1],
            ],
        );
    });

    it("has it for the team that is named", () => {
        const { simulator } = simulated({}, { seed: { team: "b", droplets: [{ name: "web-1" }] } });
        assert.equal(simulator.state().droplets[0]?.team, "b");
    });

    const WRONG: readonly [what: object, error: RegExp][] = [
        [
            { droplet: [] },
            /^the seed has no droplet: it may have team, tags, volumes, droplets, reservedIps$/,
        ],
        [{ droplets: {} }, /^droplets must be an array$/],
        [{ droplets: [{ name: "a" }, {}] }, /^droplets\[1\]: name is required$/],
        [{ droplets: [{ name: "a", size: "huge" }] }, /^droplets\[0\]: You specified an invalid size/],
        [{ droplets: [{ name: "a", volumes: ["b"] }] }, /^droplets\[0\]: the seed has no volume b$/],
        [{ volumes: [{ name: "a", sizeGb: 1 }] }, /^volumes\[0\] has no sizeGb: it may have name, /],
    ];
    for (const [seed, error] of WRONG) {
        it(`refuses what it does not understand: ${JSON.stringify(seed)}`, () => {
            assert.throws(() => createSimulator({ clock: new VirtualClock(), seed: seed }), {
                message: error,
            });
        });
    }
});

describe("a simulator that is reset", () => {
    it("is as it was at the start: seed, settings, tokens, identifiers, limits", async () => {
        const { simulator, call, run } = simulated(
            { minuteLimit: 2 },
            { seed: SEED, tokens: { [TOKEN]: {} } },
        );
        const before = simulator.state();
        simulator.panel.createDroplet("another");
        simulator.settings.secondDestroy = 404;
        simulator.setToken(TOKEN, { revoked: true });
        simulator.faults.add({ do: { kind: "dropBefore" }, times: Infinity });
        simulator.reset();
        assert.deepEqual(simulator.state(), before);
        assert.equal(simulator.settings.secondDestroy, 409);
        assert.equal(simulator.settings.minuteLimit, 2);
        assert.deepEqual(simulator.requests(), []);
        for (const status of [200, 200, 429]) {
            assert.equal((await run(() => call("GET account"))).status, status);
        }
        simulator.reset();
        assert.equal((await run(() => call("GET account"))).status, 200);
        assert.equal(simulator.panel.createDroplet("new").id, (before.droplets.at(-1)?.id ?? 0) + 1);
    });

    it("forgets what was going to happen", async () => {
        const { simulator, call, run, clock } = simulated();
        const { id } = simulator.panel.createDroplet("web-1");
        await run(() => call(`DELETE droplets/${id}`));
        simulator.reset();
        assert.equal(simulator.panel.createDroplet("web-1").id, id);
        await run(() => clock.sleep(60_000));
        assert.equal(simulator.state().droplets.length, 1);
    });
});

describe("a simulator with a team for each token", () => {
    it("shows a token nothing of another's", async () => {
        const { call, run } = simulated({}, { teamPerToken: true });
        const as = (digit: string) => ({
            headers: { authorization: `Bearer dop_v1_${digit.repeat(64)}` },
        });
        await run(() => call("POST tags", { name: "mine" }, as("1")));
        for (const [token, count] of [
            ["1", 1],
            ["2", 0],
        ] as const) {
            const { body } = await run(() => call("GET tags", undefined, as(token)));
            assert.equal((body.tags as unknown[]).length, count);
        }
    });
});
