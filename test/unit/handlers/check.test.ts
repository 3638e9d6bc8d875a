import assert from "node:assert/strict";
import { checkInputs, UNKNOWN } from "../../../provider/stored/inputs.js";
import { changedProperties } from "../../../provider/handlers/handlers.js";
import { TeardownWorld, TOKEN } from "../../support/teardown-world.js";

const GOOD = { dropletId: 3164494, policy: "keep" };

describe("good input", () => {
    it("is completed with the defaults, its policy resolved", () => {
        assert.deepEqual(
            checkInputs("byId", { dropletId: " 3164494 ", policy: { default: "destroy", volumes: "keep" } }),
            {
                inputs: {
                    dropletId: 3164494,
                    policy: {
                        reservedIps: "destroy",
                        snapshots: "destroy",
                        volumes: "keep",
                        volumeSnapshots: "destroy",
                        volumeSnapshotsOfKeptVolumes: "keep",
                    },
                    keep: [],
                    managed: [],
                    volumeIds: [],
                    gracefulShutdown: false,
                    timeout: "15m",
                    retries: 3,
                },
                failures: [],
            },
        );
    });

    it("takes null for what is not given", () => {
        const { inputs, failures } = checkInputs("byId", {
            ...GOOD,
            keep: null,
            timeout: null,
            token: null,
            retries: null,
        });
        assert.deepEqual(failures, []);
        assert.equal(inputs.retries, 3);
        assert.ok(!("token" in inputs));
    });

    it("is trimmed, and what comes twice comes once", () => {
        const { inputs } = checkInputs("byId", {
            ...GOOD,
            keep: [" a ", "a", 161000001],
            token: ` ${TOKEN}\n`,
            timeout: " 5m ",
        });
        assert.deepEqual([inputs.keep, inputs.token, inputs.timeout], [["a", "161000001"], TOKEN, "5m"]);
    });

    it("names all four kinds instead of a default", () => {
        const policy = {
            reservedIps: "keep",
            snapshots: "destroy",
            volumes: "prevent",
            volumeSnapshots: "keep",
        };
        assert.deepEqual(checkInputs("byId", { ...GOOD, policy }).failures, []);
    });

    it("drops what it does not know, the outputs among it", () => {
        assert.ok(!("inventory" in checkInputs("byId", { ...GOOD, inventory: [], nonsense: 1 }).inputs));
    });
});

describe("input that is not known yet", () => {
    const properties = [
        "dropletId",
        "policy",
        "keep",
        "managed",
        "volumeIds",
        "requireTag",
        "timeout",
        "retries",
        "token",
        "apiEndpoint",
    ];
    for (const property of properties) {
        it(`is valid, and stays what it is, for ${property}`, () => {
            const { inputs, failures } = checkInputs("byId", { ...GOOD, [property]: UNKNOWN });
            assert.deepEqual(failures, []);
            assert.equal(inputs[property], UNKNOWN);
        });
    }

    it("is valid inside a list and inside a policy", () => {
        const given = { keep: ["nightly", UNKNOWN], policy: { default: "keep", volumes: UNKNOWN } };
        const { inputs, failures } = checkInputs("byId", { ...GOOD, ...given });
        assert.deepEqual(failures, []);
        assert.deepEqual([inputs.keep, inputs.policy], [given.keep, given.policy]);
    });

    it("needs no token elsewhere while the argument is not known", async () => {
        const process = new TeardownWorld().process({ config: {} });
        assert.deepEqual((await process.check({}, { ...GOOD, token: UNKNOWN })).failures, []);
    });
});

describe("a difference", () => {
    const olds = checkInputs("byId", { ...GOOD, keep: ["a"] }).inputs;

    it("is what has changed, and no output", () => {
        const news = { ...olds, dropletId: 7, keep: ["a", "b"], inventory: [1], recordedAt: "now" };
        assert.deepEqual(changedProperties(olds, news), ["dropletId", "keep"]);
    });

    it("is none between null, undefined and absent", () => {
        assert.deepEqual(changedProperties({ ...olds, token: null }, { ...olds, requireTag: undefined }), []);
    });

    it("is whatever is not known yet", () => {
        const news = { ...olds, dropletId: UNKNOWN, keep: ["a", UNKNOWN], policy: { default: UNKNOWN } };
        assert.deepEqual(changedProperties(olds, news), ["dropletId", "policy", "keep"]);
    });
});
