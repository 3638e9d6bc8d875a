import assert from "node:assert/strict";

import { checkInputs } from "../../../provider/stored/inputs.js";
import { readActions, readDropletSnapshots } from "../../../provider/digitalocean/wire.js";
import { readTeardown, toOutputs } from "../../../provider/stored/state.js";
import { finalSnapshot, finalSnapshotName, isFinal, makePlan } from "../../../provider/teardown/plan.js";
import { type PolicyAction, resolvePolicy } from "../../../provider/teardown/policy.js";
import { resource } from "../../support/resources.js";

const NOW = Date.UTC(2026, 10, 25, 23, 59);
const GOOD = { dropletId: 7, policy: "destroy" };
const OURS = finalSnapshot(7, "{name}");

describe("the name of a final snapshot", () => {
    it("has the Droplet's name and the day, and ends in what it is known by", () => {
        assert.equal(
            finalSnapshotName("{name}-{date}", OURS.suffix, "web-1", NOW),
            "web-1-2026-11-25-final-7",
        );
        assert.equal(
            finalSnapshotName("{date}/{date}", OURS.suffix, "$&", NOW),
            "2026-11-25/2026-11-25-final-7",
        );
        assert.equal(finalSnapshotName("{name}", OURS.suffix, "{date}", NOW), "{date}-final-7");
    });

    it("keeps its end, however long it is", () => {
        const name = finalSnapshotName("{name}", OURS.suffix, "x".repeat(400), NOW);
        assert.equal(name.length, 255);
        assert.ok(isFinal(resource("snapshot", "1", name), OURS));
    });

    it("is known by its end or its id, whoever has taken it, and only among snapshots of Droplets", () => {
        const stack = finalSnapshot(7, null, "0123456789abcdef");
        for (const name of ["a-final-7", "a-final-0123456789abcdef", "a-final-fedcba9876543210"]) {
            assert.ok(
                [OURS, stack].every((wish) => isFinal(resource("snapshot", "1", name), wish)),
                name,
            );
        }
        assert.ok(isFinal(resource("snapshot", "1", ""), { ...OURS, ids: ["1"] }));
        for (const name of ["a-final-77", "a-final-7-b", "final-7", "a-final-17", ""]) {
            assert.ok(!isFinal(resource("snapshot", "1", name), OURS), name);
        }
        assert.ok(!isFinal(resource("volume_snapshot", "1", "a-final-7"), OURS));
    });
});

describe("a plan with a final snapshot", () => {
    const planFor = (word: PolicyAction, name: string, template: string | null) =>
        makePlan({
            inventory: [resource("snapshot", "1", name)],
            policy: resolvePolicy(word),
            keep: [{ entry: "*", source: "argument" }],
            finalSnapshot: finalSnapshot(7, template),
            snapshotsOfKeptVolumes: new Map(),
            objection: () => "somebody else's reason",
        });

    for (const word of ["destroy", "keep", "prevent"] as const) {
        for (const template of [null, "{name}"]) {
            it(`keeps it before anything else is asked: ${word}, ${template ?? "none is asked for"}`, () => {
                const { keep, destroy, prevented } = planFor(word, "web-final-7", template);
                assert.deepEqual([keep[0]?.reason, destroy, prevented], ["final snapshot", [], []]);
            });
        }
    }

    it("keeps a snapshot whose name is not told, while one is asked for", () => {
        const kept = (template: string | null): number =>
            makePlan({
                inventory: [resource("snapshot", "1", "")],
                policy: resolvePolicy("destroy"),
                keep: [],
                finalSnapshot: finalSnapshot(7, template),
                snapshotsOfKeptVolumes: new Map(),
                objection: () => null,
            }).keep.length;
        assert.deepEqual([kept("{name}"), kept(null)], [1, 0]);
    });
});

describe("the argument finalSnapshot", () => {
    it("is true, or what the name begins with; anything else is refused in one line", () => {
        for (const finalSnapshot of [true, "before-{date}", "x"]) {
            const { inputs, failures } = checkInputs("byId", { ...GOOD, finalSnapshot });
            assert.deepEqual([inputs.finalSnapshot, failures], [finalSnapshot, []]);
        }
        const reasons = ["", "{user}", "a\nb", 1, "x".repeat(101)].map(
            (finalSnapshot) => checkInputs("byId", { ...GOOD, finalSnapshot }).failures[0]?.reason ?? "",
        );
        assert.deepEqual(reasons.slice(0, 4), [
            'finalSnapshot must be a string of at most 100 characters on one line, not ""',
            'finalSnapshot supports only the placeholders {name} and {date}, not "{user}"',
            'finalSnapshot must be a string of at most 100 characters on one line, not "a\\nb"',
            "finalSnapshot must be true or a name prefix, not 1",
        ]);
        assert.match(reasons[4] ?? "", /at most 100 characters/);
    });

    it("is no input where it is false or absent, so that states from before show no difference", () => {
        for (const finalSnapshot of [false, undefined, null]) {
            assert.ok(!("finalSnapshot" in checkInputs("byId", { ...GOOD, finalSnapshot }).inputs));
        }
    });

    it("comes back out of the state, and whatever is stored there asks for one rather than none", () => {
        const stored = (finalSnapshot: unknown): unknown => {
            const state = readTeardown({ ...GOOD, finalSnapshot });
            return (toOutputs(state) as { finalSnapshot?: unknown }).finalSnapshot;
        };
        const given = [true, "x", undefined, null, false, "", { later: 1 }];
        assert.deepEqual(given.map(stored), [true, "x", undefined, undefined, undefined, true, true]);
    });
});

describe("actions and snapshots of a Droplet on the wire", () => {
    it("begin when the API says", () => {
        const started = (started_at: unknown): unknown =>
            readActions({ actions: [{ id: 1, started_at }] })[0]?.startedAtMs;
        assert.deepEqual([started("2026-11-25T23:59:00Z"), started(null), started("")], [NOW, null, null]);
    });

    it("are at their end only where that is certain", () => {
        const states = ["completed", "errored", "in-progress", "", null, "paused"].map(
            (status) => readActions({ actions: [{ id: 1, type: "snapshot", status }] })[0]?.state,
        );
        assert.deepEqual(states, [
            "completed",
            "errored",
            ...["in-progress", "in-progress", "in-progress", "in-progress"],
        ]);
        assert.throws(() => readActions({}), /actions: expected a list/);
    });

    it("have a cost by their size and a date, where these are told", () => {
        const [full, bare] = readDropletSnapshots({
            snapshots: [
                { id: 5, name: "a", size_gigabytes: 2.5, created_at: "2026-11-25T23:59:00Z" },
                { id: 6 },
            ],
        });
        assert.deepEqual(full, { ...resource("snapshot", "5", "a", "0.15"), createdAtMs: NOW });
        assert.deepEqual(bare, { ...resource("snapshot", "6", "", null), createdAtMs: null });
    });
});
