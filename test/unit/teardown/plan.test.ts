import assert from "node:assert/strict";

import {
    finalSnapshot,
    makePlan,
    planFor,
    type PlanInput,
    unmatchedRules,
} from "../../../provider/teardown/plan.js";
import {
    type KeepRule,
    POLICY_PROPERTY,
    POLICY_ACTIONS,
    type PolicyByKind,
    type PolicyAction,
    resolvePolicy,
} from "../../../provider/teardown/policy.js";
import { afterAnswer, beginFindings } from "../../../provider/teardown/findings.js";
import { Inquiry } from "../../../provider/teardown/inquiry.js";
import { RESOURCE_KINDS } from "../../../provider/teardown/model.js";
import { resource } from "../../support/resources.js";

const ADDRESS = resource("reserved_ip", "6186917", "198.19.0.1", "5.00");
const NIGHTLY = resource("snapshot", "161000001", "nightly", "0.15");
const DATA = resource("volume", "81e705b8", "pg-data", "1.00");
const BEFORE = resource("volume_snapshot", "f5e848b6", "before", "0.60");
const INVENTORY = [ADDRESS, NIGHTLY, DATA, BEFORE];

function makeTestPlan(policy: PolicyAction | PolicyByKind, more: Partial<PlanInput> = {}) {
    return makePlan({
        inventory: INVENTORY,
        policy: resolvePolicy(policy),
        keep: [],
        finalSnapshot: finalSnapshot(3164494, null),
        snapshotsOfKeptVolumes: new Map(),
        objection: () => null,
        ...more,
    });
}

function rules(source: KeepRule["source"], ...entries: string[]): KeepRule[] {
    return entries.map((entry) => ({ entry, source }));
}

function unmatched(keep: readonly KeepRule[], inventory = INVENTORY): string[] {
    return unmatchedRules(keep, inventory).map(({ entry }) => entry);
}

/** "volume pg-data: keep: pg-*" */
function kept(...args: Parameters<typeof makeTestPlan>): string[] {
    return makeTestPlan(...args).keep.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`);
}

describe("a plan", () => {
    for (const word of POLICY_ACTIONS) {
        for (const kind of RESOURCE_KINDS) {
            it(`follows the policy "${word}" for a ${kind}`, () => {
                const others = word === "keep" ? "destroy" : "keep";
                const plan = makeTestPlan({ default: others, [POLICY_PROPERTY[kind]]: word });
                const list = { destroy: plan.destroy, keep: plan.keep, prevent: plan.prevented }[word];
                assert.deepEqual(
                    list.map((one) => one.kind),
                    [kind],
                );
                assert.equal(plan.destroy.length + plan.keep.length + plan.prevented.length, 4);
            });
        }
    }

    it("says which policy keeps or prevents something", () => {
        const plan = makeTestPlan({ default: "keep", volumes: "prevent" });
        assert.deepEqual(
            [...plan.keep, ...plan.prevented].map(({ reason }) => reason),
            [
                "policy reservedIps: keep",
                "policy snapshots: keep",
                "policy volumeSnapshots: keep",
                "policy volumes: prevent",
            ],
        );
    });

    const entries: Readonly<Record<string, string>> = {
        "161000001": "snapshot nightly",
        nightly: "snapshot nightly",
        "night*": "snapshot nightly",
        "n?ghtly": "snapshot nightly",
        "198.19.0.1": "reserved_ip 198.19.0.1",
        "198.19.*": "reserved_ip 198.19.0.1",
        "6186917": "reserved_ip 198.19.0.1",
        "*-data": "volume pg-data",
        "81e705b8": "volume pg-data",
    };
    for (const [entry, what] of Object.entries(entries)) {
        it(`keeps ${what} for the entry ${entry}`, () => {
            assert.deepEqual(kept("destroy", { keep: rules("argument", entry) }), [
                `${what}: keep: ${entry}`,
            ]);
        });
    }

    for (const entry of [
        "night",
        "1980190.1",
        "198x19x0x1",
        "16100000*",
        "NIGHTLY",
        "(",
        "pg-data$",
        "[a-z]*",
    ]) {
        it(`keeps nothing for the entry ${entry}, and tells`, () => {
            const keep = rules("argument", entry);
            assert.deepEqual(makeTestPlan("destroy", { keep }).keep, []);
            assert.deepEqual(unmatched(keep), [entry]);
        });
    }

    it("keeps what has white space around its name, which no entry can have", () => {
        const inventory = [{ ...DATA, name: " pg-data " }];
        for (const entry of ["pg-data", "pg-*", "*-data", "pg-dat?", "?pg-data?"]) {
            const keep = rules("argument", entry);
            const plan = makeTestPlan("destroy", { inventory, keep });
            assert.deepEqual([plan.keep.length, unmatched(keep, inventory)], [1, []], entry);
        }
    });

    it("keeps everything for the entry *", () => {
        assert.equal(kept("prevent", { keep: rules("argument", "*") }).length, 4);
    });

    it("keeps what the environment adds, and names the variable", () => {
        assert.deepEqual(kept("destroy", { keep: rules("environment", "nightly") }), [
            "snapshot nightly: DROPLET_TEARDOWN_KEEP: nightly",
        ]);
    });

    it("keeps what the stack manages by id or address, never by a pattern, and does not miss it", () => {
        const keep = rules("managed", "81e705b8", "198.19.0.1", "night*", "gone");
        assert.deepEqual(kept("destroy", { keep }), [
            "reserved_ip 198.19.0.1: managed by its own resource",
            "volume pg-data: managed by its own resource",
        ]);
        assert.deepEqual(unmatched(keep), []);
    });

    it("names the first rule where several speak of a resource", () => {
        const keep = [...rules("managed", "81e705b8"), ...rules("argument", "pg-data")];
        assert.deepEqual(kept("destroy", { keep }), ["volume pg-data: managed by its own resource"]);
        assert.deepEqual(unmatched(keep), []);
    });

    it("keeps the snapshots of a volume that is kept", () => {
        const snapshotsOfKeptVolumes = new Map([[BEFORE.id, "its volume is kept"]]);
        assert.deepEqual(kept({ default: "destroy", volumes: "keep" }, { snapshotsOfKeptVolumes }), [
            "volume pg-data: policy volumes: keep",
            "volume_snapshot before: its volume is kept",
        ]);
    });

    it("keeps the snapshots of a volume that was to be kept and is gone, and says so", () => {
        const owners: Readonly<Record<string, string | null>> = {
            f5e848b6: DATA.id,
            "0c1d": null,
            "2e3f": "other",
        };
        const snapshots = Object.keys(owners).map((id) => resource("volume_snapshot", id, id, "0.60"));
        const findings = Object.entries(owners).reduce(
            (known, [snapshotId, owner]) => {
                const said =
                    owner === null ? ({ is: "absent" } as const) : ({ is: "read", value: owner } as const);
                return afterAnswer(known, { about: "source", snapshotId }, said, { epoch: 0, atMs: 0 });
            },
            beginFindings(3164494, []),
        );
        const terms = {
            policy: resolvePolicy({ default: "destroy", volumes: "keep" }),
            keep: [],
            finalSnapshot: finalSnapshot(3164494, null),
            replacedAt: null,
        };
        const facts = { objection: () => null, absent: [DATA] };
        const plan = planFor(snapshots, terms, facts, new Inquiry(findings, () => true));
        assert.deepEqual(
            plan.keep.map(({ id, reason }) => `${id}: ${reason}`),
            [
                "f5e848b6: its volume should have been kept and is gone",
                "0c1d: its volume may be one that should have been kept and is gone",
            ],
        );
        assert.deepEqual(
            plan.destroy.map(({ id }) => id),
            ["2e3f"],
        );
    });

    it("lets an explicit policy for volume snapshots stand above that", () => {
        const policy = { default: "destroy", volumes: "keep", volumeSnapshots: "destroy" } as const;
        const plan = makeTestPlan(policy, {
            snapshotsOfKeptVolumes: new Map([[BEFORE.id, "its volume is kept"]]),
        });
        assert.ok(plan.destroy.includes(BEFORE));
    });

    it("is not stopped by what is prevented but kept by name", () => {
        const plan = makeTestPlan(
            { default: "destroy", volumes: "prevent" },
            { keep: rules("argument", "pg-data") },
        );
        assert.deepEqual(plan.prevented, []);
    });

    it("of nothing is empty", () => {
        assert.deepEqual(makeTestPlan("destroy", { inventory: [] }), {
            destroy: [],
            keep: [],
            prevented: [],
        });
    });
});

describe("a policy", () => {
    it("as one word is for all kinds, and snapshots of kept volumes stay", () => {
        assert.deepEqual(resolvePolicy("destroy"), {
            reservedIps: "destroy",
            snapshots: "destroy",
            volumes: "destroy",
            volumeSnapshots: "destroy",
            volumeSnapshotsOfKeptVolumes: "keep",
        });
    });

    it("by kind takes the default for the others", () => {
        assert.deepEqual(
            resolvePolicy({ default: "prevent", snapshots: "keep", volumeSnapshots: "destroy" }),
            {
                reservedIps: "prevent",
                snapshots: "keep",
                volumes: "prevent",
                volumeSnapshots: "destroy",
                volumeSnapshotsOfKeptVolumes: "destroy",
            },
        );
    });

    it("keeps what an objection is raised against, and asks for none where the policy keeps anyway", () => {
        const objection = ({ id }: { readonly id: string }): string | null =>
            id === DATA.id ? "it is in use elsewhere" : null;
        assert.deepEqual(kept("destroy", { objection }), ["volume pg-data: it is in use elsewhere"]);
        const policy = { default: "destroy", volumes: "keep" } as const;
        assert.deepEqual(kept(policy, { objection }), ["volume pg-data: policy volumes: keep"]);
    });

    const nameless = { ...DATA, name: "" };
    const namelessAddress = { ...ADDRESS, name: "" };
    const unnamed = "DigitalOcean did not return its name, and a keep entry matches by name";
    it("keeps what has no name where something is to be kept by name", () => {
        const keep = rules("argument", "pg-*");
        assert.deepEqual(kept("destroy", { inventory: [nameless], keep }), [`volume : ${unnamed}`]);
    });

    it("what the stack manages names volumes by id and addresses by themselves", () => {
        const keep = rules("managed", "198.19.0.9");
        assert.deepEqual(kept("destroy", { inventory: [nameless, namelessAddress], keep }), [
            `reserved_ip : ${unnamed}`,
        ]);
    });

    it("without anything to keep destroys what has no name", () => {
        assert.deepEqual(kept("destroy", { inventory: [nameless, namelessAddress] }), []);
    });
});
