import assert from "node:assert/strict";

import {
    assess,
    confirmTeam,
    findDroplet,
    listInventory,
    readAll,
} from "../../../provider/teardown/assess.js";
import { AuthenticationError, ForbiddenError, UnreachableError } from "../../../provider/teardown/errors.js";
import { answerTo, beginFindings, DROPLET, LIST, whereIs } from "../../../provider/teardown/findings.js";
import { judge, type Judgement } from "../../../provider/teardown/judge.js";
import type { DestroyStatus, Inventory } from "../../../provider/teardown/model.js";
import type { DropletApi } from "../../../provider/teardown/ports.js";
import { DONE, DROPLET_ID, NONE, request, VOLUME, WEB } from "../../support/told.js";
import { completed, running } from "../../support/resources.js";

const { signal } = new AbortController();

/** Answers to each read, in order; the last one stays. An error is thrown. */
type Script<T> = readonly (T | Error)[];

interface Scripts {
    readonly droplet?: Script<typeof WEB | null>;
    readonly status?: Script<DestroyStatus>;
    readonly associated?: Script<Inventory | null>;
    readonly find?: Script<{ readonly dropletIds: readonly number[] } | null>;
    readonly account?: Script<{ readonly id: string } | null>;
    readonly accessTo?: Script<{ readonly denied: string | null }>;
}

/** An API that answers as scripted, and what it was asked. */
function scripted(scripts: Scripts): { api: DropletApi; asked: string[] } {
    const asked: string[] = [];
    const reads: Scripts = {
        ...{ droplet: [WEB], status: [NONE], associated: [{ resources: [], unread: [], unknownKinds: [] }] },
        ...{ find: [null], account: [{ id: "ours" }], accessTo: [{ denied: null }] },
        ...scripts,
    };
    const reader = ([name, script]: [string, Script<unknown>]) => {
        const rest = [...script];
        const next = async (): Promise<unknown> => {
            asked.push(name);
            const answer = rest.length > 1 ? rest.shift() : rest[0];
            if (answer instanceof Error) {
                throw answer;
            }
            return answer;
        };
        return [name, next] as const;
    };
    const api = Object.fromEntries(Object.entries(reads).map(reader));
    return { api: { snapshotsForDroplet: async () => [], ...api } as unknown as DropletApi, asked };
}

async function assessed(scripts: Scripts): Promise<{ judgement: Judgement; asked: string[] }> {
    const { api, asked } = scripted(scripts);
    const terms = request();
    const begun = beginFindings(DROPLET_ID, []);
    const { judgement } = await assess(begun, (known, epoch) => judge(known, terms, epoch), api, signal);
    return { judgement: judgement as Judgement, asked: asked.filter((name) => name !== "accessTo") };
}

describe("an assessment", () => {
    const rows: Readonly<Record<string, readonly [Scripts, is: string, asked: readonly string[]]>> = {
        "asks what the judgement lacks": [{}, "ready", ["droplet", "status", "associated"]],
        "reads everything again after a single 404 of the list": [
            { associated: [null, { resources: [VOLUME], unread: [], unknownKinds: [] }] },
            "ready",
            ["droplet", "status", "associated", "associated", "droplet", "status"],
        ],
        "finds that the droplet has gone in between": [
            { droplet: [WEB, null], associated: [null] },
            "gone",
            ["droplet", "status", "associated", "associated", "droplet", "status", "droplet"],
        ],
        "believes two 404s": [{ droplet: [null] }, "gone", ["droplet", "status", "droplet"]],
        "does not believe one": [
            { droplet: [null, WEB] },
            "ready",
            ["droplet", "status", "droplet", "associated"],
        ],
        "does not believe one beside a status that does not show the droplet's end": [
            { droplet: [null, WEB], status: [completed()] },
            "ready",
            ["droplet", "status", "droplet", "associated"],
        ],
        "believes one beside a status that shows the end": [
            { droplet: [null], status: [DONE] },
            "gone",
            ["droplet", "status"],
        ],
        "lists what hangs on a droplet whose destroy is running": [
            { status: [running()] },
            "running",
            ["droplet", "status", "associated"],
        ],
        "ends with what cannot be read": [
            { droplet: [new ForbiddenError("403", 403, null)] },
            "refused",
            ["droplet"],
        ],
        "ends with an answer that says nothing": [
            { status: [new UnreachableError("503")] },
            "refused",
            ["droplet", "status"],
        ],
    };
    for (const [behavior, [scripts, is, asked]] of Object.entries(rows)) {
        it(behavior, async () => {
            const found = await assessed(scripts);
            assert.deepEqual([found.judgement.is, found.asked], [is, asked]);
        });
    }

    it("does not judge by a token that is rejected", async () => {
        const rejected = new AuthenticationError("401", 401, null);
        await assert.rejects(assessed({ droplet: [rejected] }), rejected);
    });

    it("that never comes to an end is a fault, not a wait", async () => {
        const { api } = scripted({});
        const open = { is: "open", ask: [DROPLET], again: false } as const;
        await assert.rejects(
            assess(beginFindings(7, []), () => open, api, signal),
            /goes round in circles/,
        );
    });
});

describe("a look at one thing", () => {
    it("takes two 404s for the absence of a droplet, and not one", async () => {
        assert.equal(await findDroplet(7, scripted({ droplet: [null] }).api, signal), null);
        assert.equal(await findDroplet(7, scripted({ droplet: [null, WEB] }).api, signal), WEB);
    });

    it("takes two 404s for the absence of a resource, and not one", async () => {
        const look = async (...find: NonNullable<Scripts["find"]>) => {
            const question = { about: "resource", resource: VOLUME } as const;
            const begun = beginFindings(7, [VOLUME]);
            const [volume] = (await readAll([question], begun, scripted({ find }).api, signal)).evidence;
            return volume === undefined ? null : whereIs(volume);
        };
        assert.deepEqual(await look(null, { dropletIds: [9] }), { is: "there", dropletIds: [9] });
        assert.deepEqual(await look(null), { is: "gone" });
        const forbidden = new ForbiddenError("403", 403, null);
        assert.deepEqual(await look(forbidden), { is: "hidden", why: "403" });
    });

    it("throws what cannot be read at all", async () => {
        const silent = new UnreachableError("503");
        await assert.rejects(findDroplet(7, scripted({ droplet: [silent] }).api, signal), silent);
    });

    it("probes the kinds that a list does not show, and only those that are suspect", async () => {
        const { api, asked } = scripted({
            associated: [{ resources: [VOLUME], unread: ["snapshot"], unknownKinds: [] }],
            accessTo: [{ denied: "403" }],
        });
        const found = await listInventory(7, ["volume", "snapshot", "reserved_ip"], api, signal);
        assert.deepEqual(found, {
            resources: [VOLUME],
            unread: ["snapshot", "reserved_ip"],
            unknownKinds: [],
        });
        assert.deepEqual(asked, ["associated", "accessTo"]);
    });

    it("knows nothing of a list that answers 404 twice", async () => {
        const { api, asked } = scripted({ associated: [null] });
        const { resources, unread } = await listInventory(7, [], api, signal);
        assert.deepEqual([resources, unread.length], [[], 4]);
        assert.deepEqual(asked, ["associated", "associated"]);
    });

    it("takes old answers for no answers", async () => {
        const { api, asked } = scripted({});
        const once = await readAll([LIST], beginFindings(7, []), api, signal);
        const twice = await readAll([LIST], once, api, signal);
        assert.equal(answerTo(twice, LIST)?.at.nth, 2);
        assert.deepEqual(asked, ["associated", "associated"]);
    });

    it("confirms the team, or says why it cannot", async () => {
        const ours = { kind: "recorded", id: "ours" } as const;
        await confirmTeam(ours, scripted({}).api, signal);
        await assert.rejects(confirmTeam(ours, scripted({ account: [{ id: "theirs" }] }).api, signal), {
            code: "wrong-team",
        });
        await assert.rejects(confirmTeam(ours, scripted({ account: [null] }).api, signal), {
            code: "scope-missing",
        });
    });
});
