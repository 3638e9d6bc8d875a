import assert from "node:assert/strict";
import { MAX_TRIES } from "../../../provider/digitalocean/exchange.js";
import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    MalformedAnswerError,
    UnreachableError,
} from "../../../provider/teardown/errors.js";
import { failure, never, readDroplet, type Step, talk, TEST_TOKEN } from "../../support/connection.js";

describe("reads", () => {
    it("give null for a 404 of the API", async () => {
        const { result } = await talk(
            [{ status: 404, body: { id: "not_found", message: "x" } }],
            readDroplet,
        );
        assert.equal(result, null);
    });

    it("do not take a gateway's 404 page for one", async () => {
        const error = await failure([{ status: 404, body: "<h1>Nothing here</h1>" }], readDroplet);
        assert.equal(error.message, "GET /v2/droplets/42: 404 <h1>Nothing here</h1>");
    });

    it("report no destroy where the status is a 404", async () => {
        const { result } = await talk([{ status: 404 }], (api) => api.status(42, never));
        assert.deepEqual(result, { state: "none" });
    });

    it("repeat until an answer comes, after growing pauses", async () => {
        const { server, exchanges } = await talk(
            [new Error("reset"), { status: 502, body: "<html>" }, { status: 503 }, { status: 404 }],
            readDroplet,
        );
        assert.equal(exchanges.length, 4);
        const start = server.sent[0]?.atMs ?? 0;
        assert.deepEqual(
            server.sent.map(({ atMs }) => atMs - start),
            [0, 250, 750, 1_750],
        );
    });

    it("end as unreachable after the last try, with the last failure and its cause", async () => {
        const refused = Object.assign(new Error(""), { code: "ECONNREFUSED" });
        const error = await failure([refused], readDroplet);
        assert.ok(error instanceof UnreachableError);
        assert.equal(
            error.message,
            `GET /v2/droplets/42: no usable answer after ${MAX_TRIES} tries; the last: (ECONNREFUSED)`,
        );
        assert.ok(error.cause instanceof Error);
    });

    it("keep the last answer as the cause where it was a server fault", async () => {
        const error = await failure([{ status: 503, body: "" }], readDroplet);
        assert.match(error.message, /the last: 503 Service Unavailable$/);
        assert.ok(error.cause instanceof ApiError);
        assert.equal(error.cause.status, 503);
    });

    it("give up on a request that is not answered in 30 s, and try again", async () => {
        const { server } = await talk(["hang", { status: 404 }], readDroplet);
        assert.equal((server.sent[1]?.atMs ?? 0) - (server.sent[0]?.atMs ?? 0), 30_250);
        assert.ok(server.sent[0]?.init.signal.aborted);
    });

    it("wait as long as a 429 asks", async () => {
        const { server } = await talk(
            [
                { status: 429, headers: { "Retry-After": "42" }, body: { id: "too_many_requests" } },
                { status: 404 },
            ],
            readDroplet,
        );
        assert.equal((server.sent[1]?.atMs ?? 0) - (server.sent[0]?.atMs ?? 0), 42_000);
    });

    it("do not count the 429s of an hour as tries, and wait for its reset each time", async () => {
        const headers = {
            "ratelimit-remaining": "0",
            "ratelimit-reset": String(Date.UTC(2026, 0, 1, 0, 30) / 1_000),
        };
        const { server, result } = await talk(
            [...Array<Step>(MAX_TRIES + 1).fill({ status: 429, headers }), { status: 404 }],
            readDroplet,
        );
        assert.equal(result, null);
        assert.equal(server.sent[1]!.atMs - server.sent[0]!.atMs, 1_800_500);
    });

    it("repeat after a 408", async () => {
        const { result, exchanges } = await talk([{ status: 408 }, { status: 404 }], readDroplet);
        assert.equal(result, null);
        assert.equal(exchanges.length, 2);
    });

    const errors: readonly [step: Step, errorClass: typeof ApiError, text: string][] = [
        [
            {
                status: 401,
                body: { id: "unauthorized", message: "Unable to authenticate you", request_id: "r-1" },
            },
            AuthenticationError,
            "401 Unable to authenticate you (request r-1)",
        ],
        [
            {
                status: 403,
                headers: { "x-request-id": "r-2" },
                body: { message: "You are missing the required permission droplet:read" },
            },
            ForbiddenError,
            "403 You are missing the required permission droplet:read (request r-2); the token may lack a scope",
        ],
        [
            {
                status: 422,
                headers: { "x-request-id": "header" },
                body: { message: "a\nb", request_id: "body" },
            },
            ApiError,
            "422 a b (request body)",
        ],
        [{ status: 501 }, ApiError, "501 Not Implemented"],
        [{ status: 418, body: { message: `no ${TEST_TOKEN}` } }, ApiError, "418 no dop_v1_[redacted]"],
        [
            { status: 400, headers: { "x-request-id": "\u001b[2J" }, body: "x".repeat(300) },
            ApiError,
            `400 ${"x".repeat(200)}…`,
        ],
        [{ status: 200, body: "<html>\u0007" }, MalformedAnswerError, "200 the answer is not JSON: <html>"],
        [{ status: 200 }, MalformedAnswerError, "200 the answer is not JSON: an empty body"],
        [
            { status: 200, body: [] },
            MalformedAnswerError,
            "200 unexpected answer: body: expected an object, got a list",
        ],
        [
            { status: 200, body: { droplet: TEST_TOKEN } },
            MalformedAnswerError,
            '200 unexpected answer: droplet: expected an object, got "dop_v1_[redacted]"',
        ],
        [
            {
                status: 404,
                headers: { "x-request-id": TEST_TOKEN },
                body: `<h1>${"x".repeat(180)}${TEST_TOKEN}`,
            },
            ApiError,
            `404 <h1>${"x".repeat(180)}dop_v1_[redacted…`,
        ],
        [
            { status: 302, headers: { location: "https://evil.example/x?token=1" } },
            ApiError,
            "302 redirects are refused (to evil.example)",
        ],
        [{ status: 308 }, ApiError, "308 redirects are refused (to an unknown host)"],
    ];
    for (const [step, errorClass, text] of errors) {
        it(`fail with "${text.slice(0, 80)}"`, async () => {
            const error = await failure([step], readDroplet);
            assert.equal(error.constructor, errorClass);
            assert.equal(error.message, `GET /v2/droplets/42: ${text}`);
        });
    }

    it("fail on an answer that is too large, without reading it to its end", async () => {
        const error = await failure([{ status: 200, body: "x".repeat(40 * 1024 * 1024) }], readDroplet);
        assert.match(error.message, /200 the answer is too large$/);
    });

    it("follow the pages of a list by number", async () => {
        const next = "https://evil.example/v2/steal?page=2&per_page=1";
        const pages = [
            { status: 200, body: { snapshots: [{ id: "a" }], links: { pages: { next } } } },
            { status: 200, body: { snapshots: [{ id: 2 }], links: {}, meta: { total: 2 } } },
        ];
        const { server, result } = await talk([...pages, ...pages], (api) =>
            api.volumeSnapshots("4d4d", never),
        );
        assert.deepEqual(result, ["a", "2"]);
        assert.deepEqual(
            server.sent.map(({ url }) => url),
            [1, 2, 1, 2].map(
                (page) => `https://api.digitalocean.com/v2/volumes/4d4d/snapshots?page=${page}&per_page=200`,
            ),
        );
    });

    const toPage = (ids: readonly string[], page: number, total: number): Step => {
        const next = { pages: { next: `https://api.digitalocean.com/?page=${page + 1}` } };
        const snapshots = ids.map((id) => ({ id }));
        return { status: 200, body: { snapshots, links: page === 1 ? next : {}, meta: { total } } };
    };

    it("believe a list of several pages once two reads in a row show the same", async () => {
        const hiding = [toPage(["a", "b"], 1, 4), toPage(["e"], 2, 4)];
        const shorter = [toPage(["b", "c"], 1, 4), toPage(["d", "e"], 2, 4)];
        const { server, result } = await talk([...hiding, ...shorter, ...shorter], (api) =>
            api.volumeSnapshots("4d4d", never),
        );
        assert.deepEqual(result, ["b", "c", "d", "e"]);
        assert.equal(server.sent.length, 6);
    });

    it("believe one page at once, and not if it lacks what it counts", async () => {
        const whole = toPage(["a"], 2, 1);
        const one = await talk([whole], (api) => api.volumeSnapshots("4d4d", never));
        assert.equal(one.server.sent.length, 1);
        const again = await talk([toPage([], 2, 1), whole], (api) => api.volumeSnapshots("4d4d", never));
        assert.deepEqual([again.result, again.server.sent.length], [["a"], 2]);
    });

    it("give up on a list that changes during each of five reads", async () => {
        const steps = [1, 2, 3, 4, 5].flatMap(() => [toPage(["a"], 1, 3), toPage(["b"], 2, 2)]);
        const error = await failure(steps, (api) => api.volumeSnapshots("4d4d", never));
        assert.ok(error instanceof UnreachableError);
        assert.match(error.message, /snapshots: the list changed during each of 5 reads$/);
    });

    it("give null for the list of a volume that is not there", async () => {
        const { result } = await talk([{ status: 404 }], (api) => api.volumeSnapshots("4d4d", never));
        assert.equal(result, null);
    });

    it("take a 403 as an account or a kind that the token may not read", async () => {
        const forbidden = { status: 403, body: { message: "no" } };
        assert.equal((await talk([forbidden], (api) => api.account(never))).result, null);
        const access = async (script: Parameters<typeof talk>[0]) =>
            (await talk(script, (api) => api.accessTo("volume", never))).result;
        assert.match((await access([forbidden])).denied ?? "", /^GET \/v2\/volumes\?per_page=1: 403 no/);
        assert.deepEqual(await access([{ status: 200, body: { volumes: [] } }]), { denied: null });
        await failure([{ status: 404 }], (api) => api.account(never));
    });

    const lookups: readonly [
        kind: "reserved_ip" | "snapshot" | "volume" | "volume_snapshot",
        path: string,
    ][] = [
        ["reserved_ip", "/v2/reserved_ips/45.55.96.47"],
        ["snapshot", "/v2/snapshots/1"],
        ["volume", "/v2/volumes/1"],
        ["volume_snapshot", "/v2/snapshots/1"],
    ];
    for (const [kind, path] of lookups) {
        it(`look for a ${kind} at ${path}`, async () => {
            const resource = { kind, id: "1", name: "45.55.96.47", monthlyCost: null };
            const body = {
                volume: { droplet_ids: [] },
                reserved_ip: { droplet: null },
                snapshot: { id: "1", name: "nightly" },
            };
            const there = await talk([{ status: 200, body }], (api) => api.find(resource, never));
            const gone = await talk([{ status: 404 }], (api) => api.find(resource, never));
            const named = kind === "snapshot" || kind === "volume_snapshot" ? { name: "nightly" } : {};
            assert.deepEqual([there.result, gone.result], [{ dropletIds: [], ...named }, null]);
            assert.ok(there.server.sent[0]?.url.endsWith(path));
            await failure([{ status: 200, body: {} }], (api) => api.find(resource, never));
        });
    }
});

describe("bodies", () => {
    const names = [
        `dop_v1_${"0".repeat(64)}`,
        TEST_TOKEN,
        "https://user:pass@db.example/x",
        "a\u202eb\u0007",
    ];
    for (const name of names) {
        it(`are read as they were sent: ${JSON.stringify(name)}`, async () => {
            const volumes = [{ id: "4d4d", name, cost: "1.00" }];
            const { result } = await talk([{ status: 200, body: { volumes } }], (api) =>
                api.associated(42, never),
            );
            assert.equal(result?.resources[0]?.name, name);
        });
    }
});
