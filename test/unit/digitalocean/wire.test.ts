import assert from "node:assert/strict";
import {
    MalformedError,
    readAccount,
    readAssignment,
    readAssociated,
    readAttachments,
    readDroplet,
    readSnapshots,
    readStatus,
    readVolumes,
    toDecimal,
} from "../../../provider/digitalocean/wire.js";
import { nextPage } from "../../../provider/digitalocean/pages.js";

/** Every way in which the API is known or feared to say that a time is not set. */
const UNSET_TIMES: readonly unknown[] = [
    undefined,
    null,
    "",
    " ",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00.000Z",
    "0001-01-01 00:00:00 +0000 UTC",
    "0000-00-00",
    "1970-01-01T00:00:00Z",
    "pending",
    "in 1 minute",
    "2026-99-99T00:00:00Z",
];

const DONE = "2026-01-01T18:11:49Z";

describe("status on the wire", () => {
    for (const time of UNSET_TIMES) {
        it(`takes ${JSON.stringify(time)} for not set`, () => {
            const item = { id: "1", name: "a", destroyed_at: time };
            const status = readStatus({ completed_at: time, droplet: item, resources: { volumes: [item] } });
            assert.equal(status.state, "running");
            assert.equal(status.droplet.destroyedAt, null);
            assert.equal(status.resources[0]?.destroyedAt, null);
        });
    }

    it("is completed once completed_at is set", () => {
        const status = readStatus({
            droplet: { id: "42", name: "web", destroyed_at: DONE, error_message: " " },
            resources: {
                reserved_ips: [{ id: "6186916", name: "45.55.96.47", destroyed_at: DONE }],
                floating_ips: [{ id: "6186916", name: "45.55.96.47", destroyed_at: DONE }],
                snapshots: [{ id: 61486916, name: "nightly", error_message: "resource\u0007 is busy\n" }],
                volumes: [],
                volume_snapshots: null,
            },
            completed_at: DONE,
            failures: 1,
            surprise: { future: true },
        });
        assert.deepEqual(status, {
            state: "completed",
            completedAt: DONE,
            failures: 1,
            droplet: { name: "web", destroyedAt: DONE, error: null },
            resources: [
                { kind: "reserved_ip", id: "6186916", name: "45.55.96.47", destroyedAt: DONE, error: null },
                {
                    kind: "snapshot",
                    id: "61486916",
                    name: "nightly",
                    destroyedAt: null,
                    error: "resource\u0007 is busy",
                },
            ],
        });
    });

    it("knows of no destroy where the body is empty", () => {
        assert.deepEqual(readStatus({}), { state: "none" });
    });

    const failed = { id: "1", error_message: "no" };
    const counts: readonly [name: string, body: object, failures: number][] = [
        ["the reported count", { failures: 3 }, 3],
        ["a count written as text", { failures: "2" }, 2],
        ["nothing as none", { failures: null }, 0],
        ["a negative count as none", { failures: -1 }, 0],
        ["listed errors where the count is lower", { failures: 0, resources: { volumes: [failed] } }, 1],
        ["an error of the Droplet itself", { droplet: failed, resources: { volumes: [failed] } }, 2],
        ["twins once", { resources: { reserved_ips: [failed], floating_ips: [failed] } }, 1],
    ];
    for (const [name, body, failures] of counts) {
        it(`counts as failures ${name}`, () => {
            const status = readStatus({ completed_at: DONE, ...body });
            assert.ok(status.state === "completed");
            assert.equal(status.failures, failures);
        });
    }

    it("joins what the two entries of one address say", () => {
        const status = readStatus({
            resources: {
                reserved_ips: [{ id: "1" }],
                floating_ips: [{ id: 1, name: "45.55.96.47", destroyed_at: DONE }],
            },
        });
        assert.ok(status.state === "running");
        assert.deepEqual(status.resources, [
            { kind: "reserved_ip", id: "1", name: "45.55.96.47", destroyedAt: DONE, error: null },
        ]);
    });

    it("does not believe a time of destruction beside an error", () => {
        const status = readStatus({
            droplet: { name: "web-1", destroyed_at: DONE, error_message: "locked" },
            resources: {
                reserved_ips: [{ id: "1", error_message: "x" }],
                floating_ips: [{ id: "1", destroyed_at: DONE }],
            },
        });
        assert.ok(status.state === "running");
        assert.deepEqual(status.droplet, { name: "web-1", destroyedAt: null, error: "locked" });
        assert.deepEqual(status.resources, [
            { kind: "reserved_ip", id: "1", name: "", destroyedAt: null, error: "x" },
        ]);
    });
});

describe("associated list on the wire", () => {
    it("lists each resource once, with its cost as the API wrote it", () => {
        const address = { id: "6186916", name: "45.55.96.47", cost: "4.00" };
        const { resources: list } = readAssociated({
            reserved_ips: [address],
            floating_ips: [address, { id: 7, name: "45.55.96.48" }],
            snapshots: [{ id: "61486916", name: "nightly", cost: 0.05 }],
            volumes: [{ id: "4d4d", name: "pg-data", cost: "free" }],
            volume_snapshots: [{ id: "6186916", name: "same id, other kind", cost: null }],
        });
        assert.deepEqual(
            list.map(({ kind, id, monthlyCost }) => [kind, id, monthlyCost]),
            [
                ["reserved_ip", "6186916", "4.00"],
                ["reserved_ip", "7", null],
                ["snapshot", "61486916", "0.05"],
                ["volume", "4d4d", null],
                ["volume_snapshot", "6186916", null],
            ],
        );
    });

    it("takes name and cost from whichever twin has them", () => {
        const { resources: list } = readAssociated({
            reserved_ips: [{ id: "1" }],
            floating_ips: [{ id: "1", name: "45.55.96.47", cost: "4.00" }],
        });
        assert.deepEqual(list, [{ kind: "reserved_ip", id: "1", name: "45.55.96.47", monthlyCost: "4.00" }]);
    });

    it("is empty where the lists are empty or null, and not where they are missing", () => {
        assert.deepEqual(readAssociated({ volumes: [], snapshots: null, floating_ips: [] }), {
            resources: [],
            unread: ["volume_snapshot"],
            unknownKinds: [],
        });
        assert.deepEqual(readAssociated({}).unread, ["reserved_ip", "snapshot", "volume", "volume_snapshot"]);
    });

    it("lists an address once, whatever ids it stands under", () => {
        const { resources } = readAssociated({
            reserved_ips: [{ id: "1", name: "45.55.96.47", cost: "4.00" }],
            floating_ips: [{ id: "2", name: "45.55.96.47" }],
        });
        assert.deepEqual(
            resources.map(({ id }) => id),
            ["1"],
        );
    });

    const names: readonly [what: string, name: string][] = [
        ["looks like a URL with credentials", "https://user:pass@db.example/backup"],
        ["looks like a token", `dop_v1_${"0".repeat(64)}`],
        ["has bidirectional marks", "pg\u202e-backup\u2066"],
        ["has control characters", "a\u001b[2Jb\nc"],
        ["has white space at its ends", "  pg  backup "],
        ["is in another normal form", "cafe\u0301"],
    ];
    for (const [what, name] of names) {
        it(`gives a name as it was sent that ${what}`, () => {
            const item = { id: " 4D4D ", name };
            assert.equal(readAssociated({ volumes: [item] }).resources[0]?.name, name);
            assert.equal(readAssociated({ volumes: [item] }).resources[0]?.id, "4D4D");
            const status = readStatus({ droplet: item, resources: { snapshots: [item] } });
            assert.ok(status.state === "running");
            assert.deepEqual([status.droplet.name, status.resources[0]?.name], [name, name]);
            const droplet = readDroplet({ droplet: { id: 1, name, tags: [name] } });
            assert.deepEqual([droplet.name, droplet.tags], [name, [name]]);
            assert.equal(readVolumes({ volumes: [{ ...item, droplet_ids: [] }] })[0]?.name, name);
            assert.equal(readSnapshots({ snapshots: [item] }, "snapshot")[0]?.name, name);
        });
    }
});

describe("other answers on the wire", () => {
    const dates: readonly [sent: string, read: string | null][] = [
        ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
        ["2026-01-01T00:00:00.123456+01:00", "2026-01-01T00:00:00.123456+01:00"],
        ["2026-01-01T00:00:00", "2026-01-01T00:00:00.000Z"],
        ["2026-01-01 00:00:00", "2026-01-01T00:00:00.000Z"],
        ["2026-01-01", "2026-01-01T00:00:00.000Z"],
        ["2026-01-01 00:00:00 UTC", "2026-01-01T00:00:00.000Z"],
        ["2026-01-01 at noon", null],
    ];
    for (const [sent, read] of dates) {
        it(`give the date ${sent} as ${read}, whatever the machine's time zone`, () => {
            const zone = process.env.TZ;
            process.env.TZ = "Asia/Tokyo";
            try {
                assert.equal(readDroplet({ droplet: { id: 1, created_at: sent } }).createdAt, read);
            } finally {
                if (zone === undefined) {
                    delete process.env.TZ;
                } else {
                    process.env.TZ = zone;
                }
            }
        });
    }

    it("give a Droplet with its tags and its price without the noise of binary fractions", () => {
        const droplet = {
            id: "3164494",
            name: "web-1",
            tags: ["a", "b"],
            status: "off",
            size: { price_monthly: 0.1 + 0.2 },
            created_at: "2026-01-01T00:00:00Z",
        };
        assert.deepEqual(readDroplet({ droplet }), {
            id: 3164494,
            name: "web-1",
            status: "off",
            tags: ["a", "b"],
            monthlyPrice: "0.3",
            backups: 0,
            createdAt: "2026-01-01T00:00:00Z",
        });
        assert.deepEqual(readDroplet({ droplet: { id: 1, tags: null, size: null } }), {
            id: 1,
            name: "",
            status: "",
            tags: [],
            monthlyPrice: null,
            backups: 0,
            createdAt: null,
        });
    });

    const amounts: readonly [amount: number, decimal: string | null][] = [
        [4, "4"],
        [0, "0"],
        [5.999999999999999, "6"],
        [0.00744, "0.00744"],
        [1234567.89, "1234567.89"],
        [1e-7, "0.0000001"],
        [-1, null],
        [1e21, null],
        [NaN, null],
    ];
    for (const [amount, decimal] of amounts) {
        it(`write the amount ${amount} as ${decimal}`, () => assert.equal(toDecimal(amount), decimal));
    }

    it("give the team, for which its user is no substitute", () => {
        assert.deepEqual(readAccount({ account: { uuid: "a", team: { uuid: "t" } } }), { id: "t" });
        assert.equal(readAccount({ account: { uuid: "a", team: { uuid: "" } } }), null);
        assert.equal(readAccount({ account: { uuid: "a", team: null } }), null);
        assert.equal(readAccount({ account: { uuid: "a" } }), null);
    });

    it("give the Droplets of a volume", () => {
        assert.deepEqual(readAttachments({ volume: { droplet_ids: [1, "2"] } }), { dropletIds: [1, 2] });
        assert.deepEqual(readAttachments({ volume: { droplet_ids: null } }), { dropletIds: [] });
    });

    it("give the Droplet of an address, if any", () => {
        assert.deepEqual(readAssignment({ reserved_ip: { droplet: { id: 5 } } }), { dropletIds: [5] });
        for (const droplet of [null, "", {}]) {
            assert.deepEqual(readAssignment({ reserved_ip: { droplet } }), { dropletIds: [] });
        }
    });

    it("do not take for free what says nothing of its Droplet", () => {
        assert.throws(() => readAssignment({ reserved_ip: {} }), MalformedError);
        assert.throws(() => readAttachments({ volume: {} }), MalformedError);
    });

    it("take only the number of the next page from its link", () => {
        const linked = (next: unknown): object => ({ links: { pages: { next } } });
        assert.equal(nextPage(linked("https://evil.example/?page=2&per_page=200"), 1), 2);
        assert.equal(nextPage(linked("/v2/x?per_page=200&page=3"), 1), 3);
        for (const body of [{}, { links: {} }, { links: null }, linked(null), linked("")]) {
            assert.equal(nextPage(body, 1), null);
        }
        assert.throws(() => nextPage(linked("https://x/?page=99999"), 1), MalformedError);
        assert.throws(() => nextPage(linked("https://x/?per_page=200"), 1), MalformedError);
    });
});
