import assert from "node:assert/strict";

import {
    destroyedIn,
    type DestroyStatus,
    endedWell,
    hasOwnEndpoint,
    isWithin,
    leftIn,
    provesEnd,
    type ResourceProgress,
    sameResource,
} from "../../../provider/teardown/model.js";

const AT = "2026-01-01T00:00:00Z";
const item = (id: string, destroyedAt: string | null, error: string | null): ResourceProgress => ({
    ...{ kind: "volume", id, name: id },
    destroyedAt,
    error,
});
const status = (
    state: "running" | "completed",
    dropletAt: string | null,
    resources: readonly ResourceProgress[] = [],
    failures = 0,
): DestroyStatus => {
    const droplet = { name: "web", destroyedAt: dropletAt, error: null };
    return state === "running"
        ? { state, droplet, resources }
        : { state, completedAt: AT, failures, droplet, resources };
};

describe("whether two are the same resource", () => {
    const address = { kind: "reserved_ip", id: "5", name: "203.0.113.5" };

    it("is told by kind and id", () => {
        assert.ok(sameResource({ kind: "volume", id: "1" }, { kind: "volume", id: "1" }));
        assert.ok(!sameResource({ kind: "volume", id: "1" }, { kind: "snapshot", id: "1" }));
        assert.ok(!sameResource({ kind: "volume", id: "1" }, { kind: "volume", id: "2" }));
    });

    it("is told of addresses by their text as well, unless there is none", () => {
        assert.ok(sameResource(address, { ...address, id: "other" }));
        assert.ok(!sameResource(address, { ...address, id: "other", name: "203.0.113.6" }));
        for (const name of ["", undefined]) {
            const { kind } = address;
            const nameless = name === undefined ? { kind, id: "5" } : { kind, id: "5", name };
            assert.ok(!sameResource(nameless, { ...nameless, id: "other" }));
        }
    });

    it("is not told by the name of anything else", () => {
        const volume = { kind: "volume", id: "1", name: "data" };
        assert.ok(!sameResource(volume, { ...volume, id: "2" }));
    });

    it("is asked of each of some among others", () => {
        const [one, two] = [address, { ...address, id: "6", name: "203.0.113.6" }];
        assert.ok(isWithin([], []));
        assert.ok(isWithin([one], [two, one]));
        assert.ok(!isWithin([one, two], [one]));
    });
});

describe("whether a resource has its own endpoint", () => {
    const reserved = (name: string) => ({ kind: "reserved_ip" as const, id: "5", name, monthlyCost: null });

    it("depends on the address of a reserved IP, of either version", () => {
        assert.ok(hasOwnEndpoint(reserved("203.0.113.5")));
        assert.ok(hasOwnEndpoint(reserved("2001:DB8::5")));
        for (const name of ["", "web", "the 203.0.113.5", "203.0.113.5 of web", "ab"]) {
            assert.ok(!hasOwnEndpoint(reserved(name)), name);
        }
    });

    it("is given for all other kinds", () => {
        assert.ok(hasOwnEndpoint({ kind: "volume", id: "v1", name: "", monthlyCost: null }));
    });
});

describe("what a status says", () => {
    const some = [item("gone", AT, null), item("failed", null, "busy"), item("waiting", null, null)];

    it("of the resources: which are destroyed", () => {
        assert.deepEqual(
            destroyedIn(status("running", null, some)).map(({ id }) => id),
            ["gone"],
        );
        assert.deepEqual(destroyedIn({ state: "none" }), []);
    });

    it("of the Droplet: whether it is destroyed", () => {
        assert.equal(provesEnd({ state: "none" }), false);
        assert.equal(provesEnd(status("running", null)), false);
        assert.equal(provesEnd(status("running", AT)), true);
        assert.equal(provesEnd(status("completed", null)), false);
    });

    it("of the destroy: whether it ended without a failure", () => {
        assert.equal(endedWell({ state: "none" }), false);
        assert.equal(endedWell(status("running", AT)), false);
        assert.equal(endedWell(status("completed", AT)), true);
        assert.equal(endedWell(status("completed", AT, [], 1)), false);
    });

    it("of what is left to wait for", () => {
        assert.equal(leftIn({ state: "none" }), "unknown");
        assert.equal(leftIn(status("running", null)), "unknown");
        assert.equal(leftIn(status("running", null, some)), "some");
        assert.equal(leftIn(status("running", null, some.slice(0, 2))), "droplet");
    });
});
