import assert from "node:assert/strict";

import { checkInputs } from "../../../provider/stored/inputs.js";
import {
    NOTHING_SEEN,
    readRecord,
    readTeardown,
    recordedAt,
    STATE_VERSION,
    toOutputs,
} from "../../../provider/stored/state.js";
import { resource } from "../../support/resources.js";

const FULL = {
    inputs: {
        by: "id",
        dropletId: 3164494,
        policy: {
            reservedIps: "destroy",
            snapshots: "keep",
            volumes: "prevent",
            volumeSnapshots: "destroy",
            volumeSnapshotsOfKeptVolumes: "keep",
        },
        keep: ["pg-*"],
        managed: ["4d4d"],
        volumeIds: ["5e5e"],
        requireTag: "teardown:app:dev",
        gracefulShutdown: true,
        timeout: "20m",
        retries: 0,
        token: "secret",
        apiEndpoint: "https://api.example.com",
        resourceUrn: "urn",
    },
    seen: {
        inventory: [resource("snapshot", "1", "nightly", "0.05"), resource("volume", "v", "", null)],
        accountId: "team",
        recordedAt: "2026-01-01T00:00:00.000Z",
        predecessors: [],
        leftBehind: [],
        expiryTag: null,
        formerStackTags: [],
    },
} as const;
const { seen: SEEN } = FULL;

const { policy, keep, managed, volumeIds, timeout, token, apiEndpoint, resourceUrn } = FULL.inputs;
const COMMON = { policy, keep, managed, volumeIds, timeout, token, apiEndpoint, resourceUrn } as const;

const BY_TAG = {
    inputs: {
        ...COMMON,
        by: "tag",
        enabled: false,
        tag: "teardown-0123456789abcdef",
        resourceName: "web",
        dropletName: "web-1",
        stackTag: "teardown:app:dev",
        gracefulShutdown: true,
        retries: 0,
    },
    seen: {
        inventory: [],
        accountId: "team",
        recordedAt: "",
        predecessors: [],
        leftBehind: [],
        expiryTag: null,
        formerStackTags: ["teardown:app:test"],
    },
} as const;

const RECORD = {
    inputs: {
        ...COMMON,
        dropletId: 3164494,
        enabled: false,
        tag: "teardown-0123456789abcdef",
        imported: true,
        retained: true,
        attached: ["6f6f"],
    },
    seen: {
        ...SEEN,
        predecessors: [{ dropletId: 7, replacedAt: "2026-01-02T00:00:00.000Z", released: true }],
        leftBehind: [resource("volume", "w", "by-hand", "1.00")],
        expiryTag: null,
    },
} as const;

describe("the state of a teardown", () => {
    it("is read as it was written", () => {
        assert.deepEqual(readTeardown(toOutputs(FULL)), FULL);
        assert.deepEqual(readTeardown(toOutputs(BY_TAG)), BY_TAG);
        assert.deepEqual(readRecord(toOutputs(RECORD)), RECORD);
    });

    it("holds the inventory's cost and its own version", () => {
        const { monthlyCost, stateVersion } = toOutputs(FULL);
        assert.deepEqual([monthlyCost, stateVersion], ["0.05", STATE_VERSION]);
    });

    it("takes what is missing to mean the least: keep everything, defaults for the rest", () => {
        assert.deepEqual(readTeardown({ dropletId: "7" }), {
            inputs: {
                by: "id",
                dropletId: 7,
                policy: {
                    reservedIps: "keep",
                    snapshots: "keep",
                    volumes: "keep",
                    volumeSnapshots: "keep",
                    volumeSnapshotsOfKeptVolumes: "keep",
                },
                keep: [],
                managed: [],
                volumeIds: [],
                gracefulShutdown: false,
                timeout: "15m",
                retries: 3,
            },
            seen: NOTHING_SEEN,
        });
    });

    it("keeps a kind that a stored policy does not name", () => {
        const { policy } = readTeardown({ dropletId: 7, policy: { volumes: "destroy" } }).inputs;
        assert.deepEqual([policy.volumes, policy.snapshots], ["destroy", "keep"]);
    });

    it("leaves out of an inventory what it does not understand", () => {
        const inventory = [{ kind: "backup", id: "1" }, { kind: "volume" }, { kind: "snapshot", id: "2" }];
        assert.deepEqual(readTeardown({ dropletId: 7, inventory }).seen.inventory, [
            resource("snapshot", "2", "", null),
        ]);
    });

    it("leaves out of its lists what is no object", () => {
        const odd = [null, "x", 3, { kind: "snapshot", id: "2" }];
        const { inventory, leftBehind } = readRecord({
            ...{ dropletId: 7, tag: "teardown-0123456789abcdef" },
            ...{ inventory: odd, leftBehind: odd, predecessors: [null] },
        }).seen;
        assert.deepEqual([inventory.length, leftBehind.length], [1, 1]);
    });

    it("knows a predecessor whose number is text", () => {
        const predecessors = [{ dropletId: "8", replacedAt: "2026-01-02T00:00:00.000Z" }];
        const { seen } = readRecord({ dropletId: 7, tag: "teardown-0123456789abcdef", predecessors });
        assert.deepEqual(
            seen.predecessors.map(({ dropletId }) => dropletId),
            [8],
        );
    });

    it("takes a number among what is kept for an id", () => {
        assert.deepEqual(readTeardown({ dropletId: 7, keep: [161000001] }).inputs.keep, ["161000001"]);
    });

    const UNREADABLE: Readonly<Record<string, [state: object, message: string]>> = {
        "a keep that is no list": [{ keep: "nightly" }, 'keep is "nightly"'],
        "an entry of keep that is no text": [{ keep: [{ id: "1" }] }, 'keep is [{"id":"1"}]'],
        "managed resources that are no list": [{ managed: true }, "managed is true"],
        "a required tag that is no text": [{ requireTag: 5 }, "requireTag is 5"],
        "an action that is none": [{ policy: { volumes: "Prevent" } }, 'policy.volumes is "Prevent"'],
    };
    for (const [name, [state, message]] of Object.entries(UNREADABLE)) {
        it(`is refused where it says what stays, and nobody can read it: ${name}`, () => {
            assert.throws(() => readTeardown({ dropletId: 7, ...state }), {
                name: "RefusedError",
                message: `the state cannot be read: ${message}`,
            });
        });
    }

    it("keeps a kind whose action is null", () => {
        assert.equal(readTeardown({ dropletId: 7, policy: { volumes: null } }).inputs.policy.volumes, "keep");
    });

    it("of a newer version is refused, and says what to do", () => {
        assert.throws(() => readTeardown({ dropletId: 7, stateVersion: STATE_VERSION + 1 }), {
            name: "RefusedError",
            message:
                "this stack was last updated by a newer pulumi-droplet-teardown (state version 5, this one reads up to 4). " +
                "Install that version again",
        });
    });

    for (const dropletId of [undefined, null, "web", -1, 1.5, ""]) {
        it(`without a Droplet is refused: ${JSON.stringify(dropletId)}`, () => {
            assert.throws(() => readTeardown({ dropletId }), /the state names no Droplet/);
        });
    }

    it("of checked inputs is those inputs", () => {
        const { inputs } = checkInputs("byId", { dropletId: 7, policy: "destroy", keep: ["a"] });
        assert.deepEqual(readTeardown(inputs).inputs, { by: "id", ...inputs });
    });
});

describe("the date of an inventory", () => {
    const NOW = Date.UTC(2026, 5, 1);
    const TODAY = "2026-06-01T00:00:00.000Z";

    it("stays while the inventory does, in whatever order it comes", () => {
        assert.equal(recordedAt(SEEN, [...SEEN.inventory].reverse(), NOW), SEEN.recordedAt);
    });

    const changes = {
        "a resource is new": [...SEEN.inventory, resource("volume", "w")],
        "a resource is gone": SEEN.inventory.slice(1),
        "a resource is another": [SEEN.inventory[0], resource("volume", "w", "", null)],
        "a name is another": [SEEN.inventory[1], { ...SEEN.inventory[0], name: "weekly" }],
        "a cost is another": [SEEN.inventory[1], { ...SEEN.inventory[0], monthlyCost: "0.06" }],
    };
    for (const [change, inventory] of Object.entries(changes)) {
        it(`is today when ${change}`, () => {
            assert.equal(recordedAt(SEEN, inventory, NOW), TODAY);
        });
    }

    it("is today when there was none", () => {
        assert.equal(recordedAt(NOTHING_SEEN, [], NOW), TODAY);
        assert.equal(recordedAt({ ...SEEN, recordedAt: "" }, SEEN.inventory, NOW), TODAY);
    });
});
