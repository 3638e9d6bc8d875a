import assert from "node:assert/strict";

import { finalSnapshot } from "../../provider/teardown/final-snapshot.js";
import { Ledger } from "../../provider/teardown/ledger.js";
import type { AssociatedResource, DestroyStatus } from "../../provider/teardown/model.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import { isRetrySafe } from "../../provider/teardown/round.js";
import type { Situation } from "../../provider/teardown/situation.js";
import { BUSY } from "../support/memories.js";
import { completed, resource, shown } from "../support/resources.js";

const DROPLET = 7;
const DATA = resource("volume", "v1");
const LOGS = resource("volume", "v2");
const NIGHTLY = resource("snapshot", "11");
const WEEKLY = resource("volume_snapshot", "s1");

interface Scene {
    readonly status: DestroyStatus;
    /** What is to go, of what the list shows. */
    readonly resources: readonly AssociatedResource[];
    readonly listed?: readonly AssociatedResource[];
    /** Droplets that each is attached to; what is not there is gone. */
    readonly places: Readonly<Record<string, readonly number[]>>;
    readonly request?: object;
    /** The volume that each volume snapshot is of. */
    readonly owner?: string;
}

function isSafe({ status, resources, listed, places, request, owner = "v1" }: Scene): Promise<boolean> {
    const ledger = new Ledger([]);
    ledger.listed(listed ?? resources, DROPLET);
    ledger.shown(status);
    const api: Partial<DropletApi> = {
        find: ({ id }) => {
            const dropletIds = places[id];
            return Promise.resolve(dropletIds === undefined ? null : { dropletIds });
        },
        volumeSnapshots: () => Promise.resolve([]),
        volumeOf: () => Promise.resolve(owner),
    };
    const desired = {
        policy: resolvePolicy("destroy"),
        keep: [],
        finalSnapshot: finalSnapshot(DROPLET, null),
    };
    const situation: Partial<Situation> = {
        request: {
            ...desired,
            dropletId: DROPLET,
            approved: null,
            ...request,
        } as unknown as Situation["request"],
        effects: { api } as unknown as Situation["effects"],
        signal: new AbortController().signal,
        ledger,
        seen: { droplet: "there", status },
    };
    return isRetrySafe(resources, situation as Situation);
}

const failed = (...ids: readonly string[]): DestroyStatus =>
    completed(ids.map((id) => shown(id.startsWith("s") ? "volume_snapshot" : "volume", id, BUSY)));

describe("a retry repeats what failed, so it is used", () => {
    const plain: Scene = { status: failed("v1"), resources: [DATA], places: { v1: [DROPLET] } };

    it("where that is exactly what is to go, and attached to this Droplet alone", async () => {
        assert.equal(await isSafe(plain), true);
        assert.equal(await isSafe({ ...plain, places: { v1: [] } }), true);
    });

    it("not where more is attached than failed", async () => {
        const more = { resources: [DATA, LOGS], places: { v1: [DROPLET], v2: [DROPLET] } };
        assert.equal(await isSafe({ ...plain, ...more }), false);
    });

    it("also where snapshots of the Droplet are to go, which are found without it", async () => {
        const more = { resources: [DATA, NIGHTLY], places: { v1: [DROPLET], 11: [] } };
        assert.equal(await isSafe({ ...plain, ...more }), true);
    });

    it("not where what failed is attached to another Droplet by now", async () => {
        assert.equal(await isSafe({ ...plain, resources: [], listed: [DATA], places: { v1: [8] } }), false);
        assert.equal(await isSafe({ ...plain, places: { v1: [DROPLET, 8] } }), false);
    });

    it("not where what failed is to stay, or was not agreed to", async () => {
        const policy = { policy: resolvePolicy({ default: "destroy", volumes: "keep" }) };
        assert.equal(await isSafe({ ...plain, resources: [], listed: [DATA], request: policy }), false);
        assert.equal(await isSafe({ ...plain, request: { approved: [] } }), false);
        assert.equal(await isSafe({ ...plain, request: { approved: [DATA] } }), true);
    });

    it("where what failed is gone, and where what a status shows as destroyed was not to go", async () => {
        assert.equal(await isSafe({ ...plain, resources: [], listed: [DATA], places: {} }), true);
        const keeping = { policy: resolvePolicy({ default: "destroy", volumes: "keep" }) };
        const gone = completed([shown("volume", "v1", "gone"), shown("volume_snapshot", "s1", BUSY)]);
        const scene = { status: gone, resources: [], listed: [WEEKLY], places: { s1: [] }, request: keeping };
        assert.equal(await isSafe({ ...scene, owner: "v9" }), true);
        assert.equal(await isSafe({ ...scene, owner: "v1" }), false);
    });
});
