import assert from "node:assert/strict";

import { ApiError, AuthenticationError } from "../../provider/teardown/errors.js";
import { Ledger, type LedgerEntry, lookUp } from "../../provider/teardown/ledger.js";
import type { AssociatedResource, DestroyStatus, ResourceProgress } from "../../provider/teardown/model.js";
import type { DropletApi } from "../../provider/teardown/ports.js";

const DROPLET = 7;
const AGAIN: AssociatedResource = { kind: "snapshot", id: "11", name: "nightly", monthlyCost: "0.60" };
const DATA: AssociatedResource = { kind: "volume", id: "v1", name: "data", monthlyCost: "10.00" };
const WEEKLY: AssociatedResource = { kind: "volume_snapshot", id: "s1", name: "weekly", monthlyCost: "1.00" };
const ADDRESS: AssociatedResource = {
    kind: "reserved_ip",
    id: "5",
    name: "203.0.113.5",
    monthlyCost: "5.00",
};
const ALL = [AGAIN, DATA, WEEKLY, ADDRESS];

const running = (...resources: readonly ResourceProgress[]): DestroyStatus => ({
    state: "running",
    droplet: { name: "web", destroyedAt: null, error: null },
    resources,
});
const destroyed = ({ kind, id, name }: AssociatedResource): ResourceProgress => ({
    ...{ kind, id, name, error: null },
    destroyedAt: "2026-01-01T00:00:00Z",
});
const failing = (resource: AssociatedResource, error: string): ResourceProgress => ({
    ...destroyed(resource),
    ...{ destroyedAt: null, error },
});

const only = (ledger: Ledger): LedgerEntry => {
    const [entry] = ledger.entries;
    assert.ok(entry !== undefined && ledger.entries.length === 1);
    return entry;
};

describe("the ledger of a teardown", () => {
    it("takes what was recorded for a source of costs, and for proof of nothing", () => {
        const entry = only(new Ledger([DATA]));
        const unproved = {
            sight: { is: "unseen" },
            listed: false,
            claimed: false,
            keep: null,
            failure: null,
        };
        assert.deepEqual(entry, { ...DATA, ...unproved });
    });

    it("notes of the list where volumes and addresses hang, and that snapshots are the Droplet's", () => {
        const ledger = new Ledger([]);
        ledger.listed(ALL, DROPLET);
        const noted = ledger.entries.map(({ kind, sight, listed, claimed }) => ({
            kind,
            on: sight.is === "there" ? sight.dropletIds : sight.is,
            listed,
            claimed,
        }));
        assert.deepEqual(noted, [
            { kind: "snapshot", on: [], listed: true, claimed: true },
            { kind: "volume", on: [DROPLET], listed: true, claimed: false },
            { kind: "volume_snapshot", on: [], listed: true, claimed: false },
            { kind: "reserved_ip", on: [DROPLET], listed: true, claimed: false },
        ]);
    });

    it("knows nothing any more of what a later list does not show, nor why it was to be kept", () => {
        const ledger = new Ledger([]);
        ledger.listed([DATA], DROPLET);
        const plan = { destroy: [], prevented: [], unmatched: [], unread: [] };
        ledger.planned({ ...plan, keep: [{ ...DATA, reason: "policy" }] });
        assert.equal(only(ledger).keep, "policy");
        ledger.listed([], DROPLET);
        const { sight, listed, keep } = only(ledger);
        assert.deepEqual({ sight, listed, keep }, { sight: { is: "unseen" }, listed: false, keep: null });
    });

    it("forgets a reason to keep what a later plan destroys, and has one for what a plan prevents", () => {
        const ledger = new Ledger([DATA, WEEKLY]);
        const plan = { destroy: [], keep: [], prevented: [], unmatched: [], unread: [] };
        ledger.planned({ ...plan, keep: [{ ...DATA, reason: "policy" }] });
        ledger.planned({ ...plan, destroy: [DATA], prevented: [{ ...WEEKLY, reason: "prevented" }] });
        assert.deepEqual(
            ledger.entries.map(({ keep }) => keep),
            [null, "prevented"],
        );
    });

    it("takes a status's word that something is gone for good, whatever a lagging list shows", () => {
        const ledger = new Ledger([DATA, WEEKLY]);
        ledger.shown(running(destroyed(DATA), failing(WEEKLY, "busy")));
        ledger.listed([DATA, WEEKLY], DROPLET);
        assert.deepEqual(
            ledger.open.map(({ id, claimed, failure }) => [id, claimed, failure]),
            [["s1", true, "busy"]],
        );
        assert.equal(ledger.isGone(DATA), true);
        assert.equal(ledger.isGone(WEEKLY), false);
        assert.equal(ledger.isGone(AGAIN), false);
    });

    it("claims what a destroy was accepted for, and forgets why an earlier one failed", () => {
        const ledger = new Ledger([DATA]);
        ledger.failed(DATA, "busy");
        ledger.asked([DATA]);
        assert.deepEqual([only(ledger).claimed, only(ledger).failure], [true, null]);
    });

    it("has snapshots that a list by source shows: they hang on nothing, and are the Droplet's", () => {
        const ledger = new Ledger([]);
        ledger.taken([AGAIN]);
        const { sight, claimed, listed } = only(ledger);
        assert.deepEqual(
            { sight, claimed, listed },
            { sight: { is: "there", dropletIds: [] }, claimed: true, listed: false },
        );
    });

    it("keeps a snapshot that the Droplet's own list shows for the reason it is given", () => {
        const ledger = new Ledger([]);
        ledger.stays(AGAIN, "final");
        const { sight, listed, keep, claimed } = only(ledger);
        const expected = {
            sight: { is: "there", dropletIds: [] },
            listed: true,
            keep: "final",
            claimed: false,
        };
        assert.deepEqual({ sight, listed, keep, claimed }, expected);
    });

    it("keeps a cost that a status lacks, and takes the latest name", () => {
        const ledger = new Ledger([DATA]);
        ledger.shown(running(failing({ ...DATA, name: "renamed" }, "busy")));
        assert.deepEqual([only(ledger).name, only(ledger).monthlyCost], ["renamed", "10.00"]);
        ledger.shown(running(failing({ ...DATA, name: "" }, "busy")));
        assert.equal(only(ledger).name, "renamed");
    });

    it("knows an address by its text where a status gives it another id, and leaves it its name", () => {
        const ledger = new Ledger([ADDRESS]);
        ledger.shown(running(failing({ ...ADDRESS, id: "203.0.113.5" }, "busy")));
        assert.deepEqual([only(ledger).name, only(ledger).failure], [ADDRESS.name, "busy"]);
        ledger.shown(running(failing({ ...ADDRESS, id: "203.0.113.5", name: "the front" }, "busy")));
        assert.equal(only(ledger).name, ADDRESS.name);
    });
});

describe("looking resources up", () => {
    const { signal } = new AbortController();
    const api = (find: DropletApi["find"]): DropletApi => ({ find }) as DropletApi;
    const looked = async (resource: AssociatedResource, find: DropletApi["find"]): Promise<LedgerEntry> => {
        const ledger = new Ledger([resource]);
        await lookUp(ledger.entries, ledger, api(find), signal);
        return only(ledger);
    };

    it("believes two 404s, and not one", async () => {
        const answers = [null, { dropletIds: [9] }];
        const one = await looked(DATA, () => Promise.resolve(answers.shift() ?? null));
        assert.deepEqual(one.sight, { is: "there", dropletIds: [9] });
        const two = await looked(DATA, () => Promise.resolve(null));
        assert.deepEqual(two.sight, { is: "gone" });
    });

    it("knows neither way of what the API does not answer, and says why", async () => {
        const { sight } = await looked(DATA, () => Promise.reject(new ApiError("GET: 500", 500, null)));
        assert.deepEqual(sight, { is: "hidden", why: "GET: 500" });
    });

    it("asks nothing about an address that no list has told", async () => {
        const { sight } = await looked({ ...ADDRESS, name: "" }, () => Promise.reject(new Error("asked")));
        assert.deepEqual(sight, { is: "hidden", why: "its address is not told" });
    });

    it("ends where the token is rejected, and at a fault of the program", async () => {
        const rejected = new AuthenticationError("401", 401, null);
        await assert.rejects(
            looked(DATA, () => Promise.reject(rejected)),
            rejected,
        );
        const fault = new TypeError("fault");
        await assert.rejects(
            looked(DATA, () => Promise.reject(fault)),
            fault,
        );
    });
});
