import assert from "node:assert/strict";

import { ApiError, ForbiddenError, MissingScopeError } from "../../provider/teardown/errors.js";
import { finalSnapshot } from "../../provider/teardown/final-snapshot.js";
import { Ledger } from "../../provider/teardown/ledger.js";
import { findLeftovers, type LeftoverRequest } from "../../provider/teardown/leftovers.js";
import type { AssociatedResource, DestroyStatus } from "../../provider/teardown/model.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import { completed, resource, shown } from "../support/resources.js";

const DROPLET = 7;
const DATA = resource("volume", "v1");
const ADDRESS = resource("reserved_ip", "5", "203.0.113.5");
const NIGHTLY = resource("snapshot", "11");
const WEEKLY = resource("volume_snapshot", "s1");

/** Where each resource is: on Droplets, nowhere (null), or an error. */
type Places = Readonly<Record<string, readonly number[] | null | Error>>;

const asked: string[] = [];

function apiOf(places: Places, snapshots: readonly AssociatedResource[] | null | Error = []): DropletApi {
    const answer = <T>(value: T | Error): Promise<T> =>
        value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
    const api: Partial<DropletApi> = {
        find: async ({ id }) => {
            asked.push(id);
            const place = await answer(places[id] ?? null);
            return place === null ? null : { dropletIds: place };
        },
        snapshotsOf: () =>
            answer(
                snapshots instanceof Error
                    ? snapshots
                    : (snapshots?.map((one) => ({ ...one, createdAt: null })) ?? null),
            ),
        volumeSnapshots: () => Promise.resolve([]),
        volumeOf: () => Promise.resolve("other"),
    };
    return api as DropletApi;
}

function request(more: Partial<LeftoverRequest> = {}): LeftoverRequest {
    return {
        dropletId: DROPLET,
        policy: resolvePolicy("destroy"),
        keep: [],
        finalSnapshot: finalSnapshot(DROPLET, null),
        approved: null,
        mayCleanUp: true,
        expectsFinal: false,
        hadBackups: false,
        ...more,
    };
}

/** A ledger that a status has named everything to. */
function named(...resources: readonly AssociatedResource[]): Ledger {
    const ledger = new Ledger([]);
    ledger.listed(resources, DROPLET);
    ledger.shown(completed(resources.map(({ kind, id }) => shown(kind, id, "there"))));
    return ledger;
}

function find(
    by: "our destroy" | "others",
    ledger: Ledger,
    api: DropletApi,
    more: Partial<LeftoverRequest> = {},
): ReturnType<typeof findLeftovers> {
    asked.length = 0;
    return findLeftovers(by, request(more), ledger, api, new AbortController().signal);
}

const ids = (resources: readonly { readonly id: string }[]): string[] => resources.map(({ id }) => id);

describe("what a Droplet left behind", () => {
    it("may be deleted where a destroy named it, and it is attached to nothing", async () => {
        const ledger = named(DATA, ADDRESS);
        const { remaining, attached, unread } = await find("others", ledger, apiOf({ v1: [], 5: [] }));
        assert.deepEqual([ids(remaining), attached, unread], [["v1", "5"], [], []]);
    });

    it("is waited for while it is attached to the Droplet that is gone", async () => {
        const { remaining, attached } = await find("others", named(DATA), apiOf({ v1: [DROPLET] }));
        assert.deepEqual([remaining, ids(attached)], [[], ["v1"]]);
    });

    it("stays on another Droplet", async () => {
        const ledger = named(DATA);
        const { remaining, attached } = await find("others", ledger, apiOf({ v1: [DROPLET, 8] }));
        assert.deepEqual([remaining, ids(attached)], [[], ["v1"]]);
        assert.equal(ledger.entries[0]?.keep, "in use by droplet 8");
    });

    it("stays where no destroy named it", async () => {
        const ledger = new Ledger([DATA]);
        const { remaining } = await find("others", ledger, apiOf({ v1: [] }));
        assert.deepEqual(remaining, []);
        assert.equal(ledger.entries[0]?.keep, "left in place: no longer attached to anything");
    });

    it("stays where the Droplet may have been somebody else's", async () => {
        const ledger = named(DATA);
        const { remaining } = await find("others", ledger, apiOf({ v1: [] }), { mayCleanUp: false });
        assert.deepEqual(remaining, []);
        assert.match(ledger.entries[0]?.keep ?? "", /may have been somebody else's/);
    });

    it("stays where nobody agreed to it", async () => {
        const ledger = named(DATA, ADDRESS);
        const { remaining } = await find("others", ledger, apiOf({ v1: [], 5: [] }), { approved: [ADDRESS] });
        assert.deepEqual(ids(remaining), ["5"]);
        assert.equal(ledger.entries[0]?.keep, "not in the plan that was agreed to");
    });

    it("is not deleted unseen", async () => {
        const forbidden = new ApiError("403 Forbidden", 403, null);
        const ledger = named(DATA);
        const { remaining } = await find("others", ledger, apiOf({ v1: forbidden }));
        assert.deepEqual(remaining, []);
        assert.deepEqual(ledger.entries[0]?.sight, { is: "hidden", why: "403 Forbidden" });
        assert.equal(ledger.entries[0].listed, false);
    });

    it("has snapshots that no destroy named, found by the Droplet they are of", async () => {
        const ledger = new Ledger([]);
        const { remaining } = await find("others", ledger, apiOf({ 11: [] }, [NIGHTLY]));
        assert.deepEqual(ids(remaining), ["11"]);
    });

    it("keeps older snapshots where the Droplet went before its final one", async () => {
        const ledger = new Ledger([]);
        const more = { expectsFinal: true, finalSnapshot: finalSnapshot(DROPLET, "{name}") };
        const { remaining } = await find("others", ledger, apiOf({ 11: [] }, [NIGHTLY]), more);
        assert.deepEqual(remaining, []);
        assert.match(ledger.entries[0]?.keep ?? "", /before its final snapshot/);
    });

    it("is unknown where snapshots cannot be listed, unless they are kept anyway", async () => {
        const forbidden = new ForbiddenError("403", 403, null);
        await assert.rejects(find("others", new Ledger([]), apiOf({}, forbidden)), (error) => {
            assert.ok(error instanceof MissingScopeError);
            assert.match(error.message, /Add the scope image:read, or set policy snapshots: "keep"$/);
            return true;
        });
        await assert.rejects(
            find("others", new Ledger([]), apiOf({}, null)),
            /list of snapshots answers 404/,
        );
        const broken = new ApiError("500", 500, null);
        await assert.rejects(find("others", new Ledger([]), apiOf({}, broken)), broken);
        const kept = { policy: resolvePolicy({ default: "destroy", snapshots: "keep" }) };
        const { unread } = await find("others", new Ledger([]), apiOf({}, forbidden), kept);
        assert.deepEqual(unread, ["snapshot"]);
    });
});

describe("after our own destroy", () => {
    const KEPT = { policy: resolvePolicy("keep") };
    const done: DestroyStatus = completed([shown("volume", "v1", "gone")]);

    /** A ledger whose plan keeps everything. */
    function kept(...resources: readonly AssociatedResource[]): Ledger {
        const ledger = new Ledger([]);
        ledger.listed(resources, DROPLET);
        const keep = resources.map((one) => ({ ...one, reason: "policy" }));
        ledger.planned({ destroy: [], keep, prevented: [], unmatched: [], unread: [] });
        return ledger;
    }

    it("snapshots that it did not name are not looked up again", async () => {
        const ledger = kept(DATA, NIGHTLY, WEEKLY);
        await find("our destroy", ledger, apiOf({ v1: [], 11: [], s1: [] }), KEPT);
        assert.deepEqual(asked, ["v1"]);
        assert.deepEqual(
            ledger.entries.map(({ listed }) => listed),
            [true, true, true],
        );
    });

    it("everything is, where somebody took what was to stay", async () => {
        const ledger = kept(DATA, NIGHTLY, WEEKLY);
        await find("our destroy", ledger, apiOf({ 11: [] }), KEPT);
        assert.deepEqual(asked.sort(), ["11", "s1", "s1", "v1", "v1"]);
        assert.deepEqual(ids(ledger.open), ["11"]);
    });

    it("nothing more is, where only what was to go is gone", async () => {
        const ledger = kept(NIGHTLY, WEEKLY);
        ledger.shown(done);
        await find("our destroy", ledger, apiOf({ 11: [], s1: [] }), KEPT);
        assert.deepEqual(asked, []);
    });

    it("a final snapshot is", async () => {
        const ledger = new Ledger([]);
        ledger.stays(NIGHTLY, "final snapshot");
        await find("our destroy", ledger, apiOf({ 11: [] }), KEPT);
        assert.deepEqual(asked, ["11"]);
    });
});
