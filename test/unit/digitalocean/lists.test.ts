import assert from "node:assert/strict";

import {
    parseDecimal,
    readAction,
    readDropletPage,
    readDroplets,
    readReservedIps,
    readSnapshots,
    readVolumes,
} from "../../../provider/digitalocean/wire.js";

const CREATED = "2026-01-01T18:11:49Z";
const DROPLET = { id: 7, name: "web-1", created_at: CREATED, tags: ["a"], size: { price_monthly: 6 } };

describe("lists of the account on the wire", () => {
    it("of volumes have cost, date and the droplets they are on", () => {
        const volume = { id: "v", name: "data", size_gigabytes: 10, created_at: CREATED, droplet_ids: [7] };
        assert.deepEqual(readVolumes({ volumes: [volume, { id: "w", droplet_ids: [] }] }), [
            { kind: "volume", id: "v", name: "data", monthlyCost: "1", createdAt: CREATED, dropletIds: [7] },
            { kind: "volume", id: "w", name: "", monthlyCost: null, createdAt: null, dropletIds: [] },
        ]);
    });

    it("of snapshots have cost, date and what they are of, if that is told", () => {
        const snapshot = { id: 1, name: "n", size_gigabytes: 2.5, created_at: CREATED, resource_id: "v" };
        assert.deepEqual(readSnapshots({ snapshots: [snapshot, { id: 2 }] }, "volume_snapshot"), [
            {
                kind: "volume_snapshot",
                id: "1",
                name: "n",
                monthlyCost: "0.15",
                createdAt: CREATED,
                ownerId: "v",
            },
            { kind: "volume_snapshot", id: "2", name: "", monthlyCost: null, createdAt: null, ownerId: "" },
        ]);
    });

    it("of addresses have the price of one that is not assigned, and none where it is", () => {
        const unassigned = { ip: "198.19.0.2", droplet: null };
        const lists = { reserved_ips: [{ ip: "198.19.0.1", droplet: DROPLET }, unassigned] };
        const told = readReservedIps(lists).map((one) => [
            one.kind,
            one.name,
            one.monthlyCost,
            one.dropletId,
        ]);
        assert.deepEqual(told, [
            ["reserved_ip", "198.19.0.1", "0.00", 7],
            ["reserved_ip", "198.19.0.2", "5", null],
        ]);
        assert.throws(
            () => readReservedIps({ reserved_ips: [{ ip: "198.19.0.1" }] }),
            /reserved_ips\[0\]\.droplet/,
        );
        for (const droplet of [null, {}]) {
            const [address] = readReservedIps({ reserved_ips: [{ ip: "198.19.0.1", droplet }] });
            assert.deepEqual([address?.dropletId, address?.monthlyCost], [null, "5"]);
        }
    });

    it("of droplets have names, tags and, on a page, the total where it is told", () => {
        const told = { droplets: [DROPLET] };
        const [droplet] = readDroplets(told);
        assert.deepEqual([droplet?.id, droplet?.name, droplet?.tags], [7, "web-1", ["a"]]);
        assert.deepEqual(readDropletPage(told), { droplets: [droplet], total: null });
        assert.equal(readDropletPage({ ...told, meta: { total: 41 } }).total, 41);
        assert.deepEqual(readDroplets({ droplets: [{ id: 7, name: "web-1" }] })[0]?.tags, []);
    });

    const shapeless = { droplets: 3, volumes: 3, snapshots: 3, reserved_ips: 3 };
    it("that are none are refused by their name", () => {
        assert.throws(() => readDroplets(shapeless), /droplets/);
        assert.throws(() => readDropletPage(shapeless), /droplets/);
        assert.throws(() => readVolumes(shapeless), /volumes/);
        assert.throws(() => readSnapshots(shapeless, "snapshot"), /snapshots/);
        assert.throws(() => readReservedIps(shapeless), /reserved_ips/);
    });
});

describe("an action on the wire", () => {
    it("is read from its own field, whatever it does not tell", () => {
        const action = readAction({ action: { id: 5, type: "snapshot", status: "completed" } });
        assert.equal(action.type, "snapshot");
        assert.equal(readAction({ action: { id: 5, status: "completed" } }).type, "");
    });
});

describe("a price as text", () => {
    const table = { "10.00": true, "0": true, "123456789": true, "1.": false, ".5": false, "1e3": false };
    for (const [text, isOne] of Object.entries({ ...table, "1234567890": false, $1: false, "1 ": false })) {
        it(`${JSON.stringify(text)} is ${isOne ? "one" : "none"}`, () => {
            assert.equal(parseDecimal(text), isOne ? text : null);
        });
    }

    it("that is not told is none", () => assert.equal(parseDecimal(null), null));
});
