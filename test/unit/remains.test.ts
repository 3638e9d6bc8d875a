import assert from "node:assert/strict";

import { finalSnapshot } from "../../provider/teardown/final-snapshot.js";
import type { DestroyStatus } from "../../provider/teardown/model.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import { findRemains, type Remains, type RemainsRequest } from "../../provider/teardown/remains.js";
import { completed, resource, running, shown } from "../support/resources.js";

const NONE: DestroyStatus = { state: "none" };
const BUSY = { failed: "resource is busy" };
const DROPLET = 7;
const DATA = resource("volume", "v1");
const ACCOUNT = { kind: "recorded", id: "ours" } as const;

interface Scene {
    readonly status: DestroyStatus;
    readonly team?: string;
    readonly lives?: boolean;
    /** Whether the volume exists. */
    readonly isThere?: boolean;
    readonly request?: Partial<RemainsRequest>;
}

const asked: string[] = [];

function find({ status, team = "ours", lives = false, isThere = false, request }: Scene): Promise<Remains> {
    asked.length = 0;
    const droplet = { id: DROPLET, name: "web", status: "active", tags: [], monthlyPrice: null, backups: 0 };
    const api: Partial<DropletApi> = {
        status: () => Promise.resolve(status),
        account: () => Promise.resolve({ id: team }),
        droplet: () => {
            asked.push("droplet");
            return Promise.resolve(lives ? droplet : null);
        },
        snapshotsOf: () => Promise.resolve([]),
        find: () => Promise.resolve(isThere ? { dropletIds: [] } : null),
        volumeSnapshots: () => Promise.resolve([]),
    };
    const all: RemainsRequest = {
        dropletId: DROPLET,
        account: ACCOUNT,
        recorded: [DATA],
        policy: resolvePolicy("destroy"),
        keep: [],
        finalSnapshot: finalSnapshot(DROPLET, null),
        mayCleanUp: true,
        ...request,
    };
    return findRemains(all, api as DropletApi, new AbortController().signal);
}

describe("what a Droplet that does not exist left, as a refresh sees it,", () => {
    it("is not settled while its destroy is running, and nothing is deleted", async () => {
        const { unfinished, left, remaining, unread, entries } = await find({
            status: running([shown("volume", "v1", "there")]),
        });
        assert.deepEqual([unfinished, left.length, remaining, unread, entries.length], [true, 1, [], [], 1]);
        assert.deepEqual(asked, []);
    });

    it("is settled where everything is gone", async () => {
        const { unfinished, left } = await find({ status: NONE });
        assert.deepEqual([unfinished, left], [false, []]);
    });

    it("would be deleted where a destroy named it and failed", async () => {
        const { unfinished, remaining } = await find({
            status: completed([shown("volume", "v1", BUSY)]),
            isThere: true,
        });
        assert.deepEqual([unfinished, remaining.map(({ id }) => id)], [true, ["v1"]]);
    });

    it("is told and left where nothing named it", async () => {
        const { unfinished, left, remaining } = await find({ status: NONE, isThere: true });
        assert.deepEqual([unfinished, left.length, remaining], [false, 1, []]);
    });

    it("is not believed from another team, unless a status shows the destroy", async () => {
        await assert.rejects(find({ status: NONE, team: "theirs" }), /another team/);
        assert.equal((await find({ status: completed(), team: "theirs" })).unfinished, false);
    });

    it("is not believed where one 404 is contradicted, unless a status proves the end", async () => {
        await assert.rejects(
            find({ status: NONE, lives: true }),
            /^UnreadableError: droplet 7 is there, but DigitalOcean answered 404 to a question about it: try again$/,
        );
        const droplet = { name: "web", destroyedAt: "2026-01-01T00:00:00Z", error: null };
        await find({ status: completed([], { droplet }), lives: true });
        assert.deepEqual(asked, []);
    });
});
