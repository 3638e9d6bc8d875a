import assert from "node:assert/strict";

import { ask } from "../../../provider/teardown/ask.js";
import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    MalformedAnswerError,
    UnreachableError,
} from "../../../provider/teardown/errors.js";
import type { NoNews, Question, Said } from "../../../provider/teardown/findings.js";
import type { DropletApi } from "../../../provider/teardown/ports.js";
import { ADDRESS, DROPLET_ID, VOLUME } from "../../support/told.js";

const { signal } = new AbortController();

function said(question: Question, api: Partial<DropletApi>): Promise<Said | NoNews> {
    return ask(question, DROPLET_ID, api as DropletApi, signal);
}

const fails = (error: Error) => () => Promise.reject(error);
const DROPLET = { about: "droplet" } as const;
const RESOURCE = { about: "resource", resource: VOLUME } as const;

describe("a question to DigitalOcean", () => {
    it("is answered by what it has, or by a 404", async () => {
        assert.deepEqual(await said(RESOURCE, { find: async () => ({ dropletIds: [8] }) }), {
            is: "read",
            value: { dropletIds: [8] },
        });
        assert.deepEqual(await said(RESOURCE, { find: async () => null }), { is: "absent" });
    });

    it("is not answered by what says nothing: that is neither there nor gone", async () => {
        const error = new ForbiddenError("403", 403, null);
        assert.deepEqual(await said(DROPLET, { droplet: fails(error) }), { is: "unreadable", error });
    });

    it("may be asked again where no answer came, or one that cannot be used", async () => {
        for (const error of [new UnreachableError("no"), new MalformedAnswerError("html", 200, null)]) {
            assert.deepEqual(await said(DROPLET, { droplet: fails(error) }), { is: "no news", error });
        }
    });

    it("about one resource of many is left open by an answer that cannot be used", async () => {
        const error = new MalformedAnswerError("html", 200, null);
        assert.deepEqual(await said(RESOURCE, { find: fails(error) }), { is: "unreadable", error });
    });

    it("is not asked about an address that no list has told", async () => {
        const resource = { ...ADDRESS, name: "" };
        const answer = await said({ about: "resource", resource }, { find: fails(new Error("asked")) });
        assert.equal(
            answer.is === "unreadable" && answer.error.message,
            "DigitalOcean did not return its address",
        );
    });

    it("ends where the token is rejected, and at a fault of the program", async () => {
        for (const error of [new AuthenticationError("401", 401, null), new TypeError("fault")]) {
            await assert.rejects(said(RESOURCE, { find: fails(error) }), error);
        }
    });

    describe("whether a keep entry keeps anything", () => {
        const entry = (text: string, byName = true): Question => ({
            about: "keep entry",
            entry: text,
            byName,
        });
        const asked: string[] = [];
        const api: Partial<DropletApi> = {
            find: async ({ kind, id }) => {
                asked.push(kind);
                return id === "161000001" ? { dropletIds: [] } : null;
            },
            hasNamed: async (name) => name === "golden",
        };
        const value = async (question: Question): Promise<unknown> => {
            asked.length = 0;
            const answer = await said(question, api);
            return answer.is === "read" ? answer.value : answer.is;
        };

        it("is answered by ids and addresses of its form, then by names", async () => {
            assert.equal(await value(entry("161000001")), true);
            assert.deepEqual(asked, ["snapshot"]);
            assert.equal(await value(entry("81e705b8-0000-4000-8000-000000000000")), false);
            assert.deepEqual(asked, ["volume", "volume_snapshot"]);
            assert.equal(await value(entry("golden")), true);
            assert.equal(await value(entry("golden", false)), false);
        });

        it("is not answered by what the token may not read", async () => {
            const forbidden = { ...api, find: fails(new ForbiddenError("403", 403, null)) };
            const answer = await said(entry("198.19.0.1"), forbidden);
            assert.deepEqual(answer, { is: "read", value: false });
            const broken = { ...api, find: fails(new ApiError("500", 500, null)) };
            assert.equal((await said(entry("198.19.0.1"), broken)).is, "unreadable");
        });
    });
});
