import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Exchange } from "../../provider/digitalocean/connection.js";
import { createDropletApi } from "../../provider/digitalocean/droplet-api.js";
import { MOST_TRIES } from "../../provider/digitalocean/retry-policy.js";
import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    MalformedAnswerError,
    RefusedError,
    UnreachableError,
} from "../../provider/teardown/errors.js";
import type { DropletApi, SubmitOutcome } from "../../provider/teardown/ports.js";
import {
    scriptedServer,
    SENDING,
    TEST_TOKEN,
    type ScriptedServer,
    type Step,
} from "../support/connection.js";

const never = new AbortController().signal;

interface Talk<T> {
    readonly server: ScriptedServer;
    readonly exchanges: Exchange[];
    readonly result: T;
}

/** Runs one call of the API, in virtual time, against a server that follows the script. */
async function talk<T>(steps: readonly Step[], call: (api: DropletApi) => Promise<T>): Promise<Talk<T>> {
    const server = scriptedServer(steps);
    const exchanges: Exchange[] = [];
    const api = createDropletApi(server.connection, (exchange) => exchanges.push(exchange));
    const result = await server.clock.run(call(api));
    assert.equal(server.clock.pending, 0, "a timer was left behind");
    return { server, exchanges, result };
}

async function failure(steps: readonly Step[], call: (api: DropletApi) => Promise<unknown>): Promise<Error> {
    const { result } = await talk(steps, (api) =>
        call(api).then(
            () => assert.fail("expected an error"),
            (error: unknown) => error,
        ),
    );
    assert.ok(result instanceof Error);
    assert.doesNotMatch(result.message, /\n/);
    assert.ok(!inspect(result, { depth: 9, showHidden: true }).includes(TEST_TOKEN));
    return result;
}

const readDroplet = (api: DropletApi): Promise<unknown> => api.droplet(42, never);
const destroy = (api: DropletApi): Promise<SubmitOutcome> => api.destroy(42, [], SENDING);
const retry = (api: DropletApi): Promise<SubmitOutcome> => api.retry(42, SENDING);

describe("requests", () => {
    it("carry the token to the endpoint only, name the program, and refuse redirects", async () => {
        const { server } = await talk([{ status: 200, body: { droplet: { id: 42 } } }], readDroplet);
        const [request] = server.sent;
        assert.equal(request?.url, "https://api.digitalocean.com/v2/droplets/42");
        assert.equal(request.init.redirect, "manual");
        assert.deepEqual(request.init.headers, {
            accept: "application/json",
            authorization: `Bearer ${TEST_TOKEN}`,
            "user-agent": "pulumi-droplet-teardown/0.0.0",
        });
    });

    it("name every kind in a selective destroy, with ids as strings", async () => {
        const { server } = await talk([{ status: 202 }], (api) =>
            api.destroy(
                42,
                [
                    { kind: "volume", id: "4d4d" },
                    { kind: "reserved_ip", id: "6186916" },
                    { kind: "volume", id: "5e5e" },
                ],
                SENDING,
            ),
        );
        const [request] = server.sent;
        assert.equal(request?.init.method, "DELETE");
        assert.equal(request.init.headers["content-type"], "application/json");
        assert.deepEqual(JSON.parse(request.init.body ?? ""), {
            reserved_ips: ["6186916"],
            snapshots: [],
            volumes: ["4d4d", "5e5e"],
            volume_snapshots: [],
        });
    });

    it("escape ids into their paths", async () => {
        const { server } = await talk([{ status: 404, body: {} }], (api) =>
            api.find({ kind: "volume", id: "a/../b?c#d", name: "", monthlyCost: null }, never),
        );
        assert.equal(server.sent[0]?.url, "https://api.digitalocean.com/v2/volumes/a%2F..%2Fb%3Fc%23d");
    });

    for (const id of ["", ".", ".."]) {
        it(`are not sent for the id ${JSON.stringify(id)}, which would address something else`, async () => {
            assert.ok((await failure([], (api) => api.volumeSnapshots(id, never))) instanceof RefusedError);
        });
    }

    for (const token of ["", "two words", "line\nbreak"]) {
        it(`are not sent with the token ${JSON.stringify(token)}`, () => {
            const { connection } = scriptedServer([], { token });
            assert.throws(() => createDropletApi(connection), /token is empty or contains/);
        });
    }

    it("are told to the observer and the budget, with what each answer says", async () => {
        const headers = { "RateLimit-Remaining": "7", "x-request-id": "abc" };
        const { server, exchanges } = await talk(
            [new Error("reset"), { status: 404, headers, body: { id: "not_found" } }],
            readDroplet,
        );
        const sent = { method: "GET", path: "/v2/droplets/42" } as const;
        assert.deepEqual(exchanges, [
            { ...sent, status: null, requestId: null },
            { ...sent, status: 404, requestId: "abc" },
        ]);
        assert.deepEqual(server.observed, [
            { status: 404, remaining: 7, resetInMs: null, retryAfterMs: null },
        ]);
    });

    it("wait for the budget, one admission for each try", async () => {
        let admissions = 0;
        const server = scriptedServer([{ status: 500 }, { status: 404 }], {
            budget: { admit: async () => void (admissions += 1), observe: () => undefined },
        });
        await server.clock.run(createDropletApi(server.connection).droplet(42, never));
        assert.equal(admissions, 2);
    });
});

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
            `GET /v2/droplets/42: no usable answer after ${MOST_TRIES} tries; the last: (ECONNREFUSED)`,
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

    it("finding 16: do not count the 429s of an hour as tries, and wait for its reset each time", async () => {
        const headers = {
            "ratelimit-remaining": "0",
            "ratelimit-reset": String(Date.UTC(2026, 0, 1, 0, 30) / 1_000),
        };
        const { server, result } = await talk(
            [...Array<Step>(MOST_TRIES + 1).fill({ status: 429, headers }), { status: 404 }],
            readDroplet,
        );
        assert.equal(result, null);
        assert.equal(server.sent[1]!.atMs - server.sent[0]!.atMs, 1_800_500);
    });

    it("finding 18: repeat after a 408", async () => {
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
            "403 You are missing the required permission droplet:read (request r-2); the token lacks a scope that this needs",
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
        const { server, result } = await talk(
            [
                { status: 200, body: { snapshots: [{ id: "a" }], links: { pages: { next } } } },
                { status: 200, body: { snapshots: [{ id: 2 }], links: {}, meta: { total: 2 } } },
            ],
            (api) => api.volumeSnapshots("4d4d", never),
        );
        assert.deepEqual(result, ["a", "2"]);
        assert.deepEqual(
            server.sent.map(({ url }) => url),
            [1, 2].map(
                (page) => `https://api.digitalocean.com/v2/volumes/4d4d/snapshots?page=${page}&per_page=200`,
            ),
        );
    });

    it("give null for the list of a volume that is not there", async () => {
        const { result } = await talk([{ status: 404 }], (api) => api.volumeSnapshots("4d4d", never));
        assert.equal(result, null);
    });

    it("take a 403 as an account or a kind that the token may not read", async () => {
        const forbidden = { status: 403, body: { message: "no" } };
        assert.equal((await talk([forbidden], (api) => api.account(never))).result, null);
        assert.equal((await talk([forbidden], (api) => api.canRead("volume", never))).result, false);
        assert.equal(
            (await talk([{ status: 200, body: { volumes: [] } }], (api) => api.canRead("volume", never)))
                .result,
            true,
        );
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
            const body = { volume: { droplet_ids: [] }, reserved_ip: { droplet: null } };
            const there = await talk([{ status: 200, body }], (api) => api.find(resource, never));
            const gone = await talk([{ status: 404 }], (api) => api.find(resource, never));
            assert.deepEqual([there.result, gone.result], [{ dropletIds: [] }, null]);
            assert.ok(there.server.sent[0]?.url.endsWith(path));
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
        it(`finding 6: are read as they were sent: ${JSON.stringify(name)}`, async () => {
            const volumes = [{ id: "4d4d", name, cost: "1.00" }];
            const { result } = await talk([{ status: 200, body: { volumes } }], (api) =>
                api.associated(42, never),
            );
            assert.equal(result?.resources[0]?.name, name);
        });
    }
});

describe("destroy and retry", () => {
    for (const body of [undefined, "<accepted>"]) {
        it(`202 ${body === undefined ? "" : "with a body that is no JSON "}is "accepted"`, async () => {
            const step = { status: 202, body };
            assert.deepEqual((await talk([step], destroy)).result, { kind: "accepted" });
            assert.deepEqual((await talk([step], retry)).result, { kind: "accepted" });
        });
    }

    const refusals: readonly [name: string, step: Step, kind: SubmitOutcome["kind"], message: string][] = [
        ["409", { status: 409, body: { id: "conflict" } }, "conflict", '409 {"id":"conflict"}'],
        [
            "finding 15: a 404",
            { status: 404, body: { message: "The resource you were accessing could not be found." } },
            "gone",
            "404 The resource you were accessing could not be found.",
        ],
        [
            "422 with a pending event",
            { status: 422, body: { message: "Droplet already has a pending event." } },
            "busy",
            "422 Droplet already has a pending event.",
        ],
        [
            "finding 15: any other 422",
            { status: 422, body: { id: "x", message: "volumes is invalid", request_id: "r-1" } },
            "busy",
            "422 volumes is invalid (request r-1)",
        ],
        [
            "a 429, which is not waited for here,",
            { status: 429, headers: { "retry-after": "600" }, body: { message: "API rate limit exceeded." } },
            "limited",
            "429 API rate limit exceeded.",
        ],
    ];
    for (const [name, step, kind, text] of refusals) {
        it(`${name} is "${kind}", with the API's words`, async () => {
            const { result, exchanges, server } = await talk([step], retry);
            const message = `POST /v2/droplets/42/destroy_with_associated_resources/retry: ${text}`;
            assert.deepEqual(result, { kind, message });
            assert.equal(exchanges.length, 1);
            assert.equal(server.clock.monotonicMs(), 0);
        });
    }

    it("quote what DigitalOcean says", async () => {
        const step = { status: 409, body: { message: "A destroy is in progress." } };
        const { result } = await talk([step], destroy);
        assert.ok(result.kind === "conflict");
        assert.match(result.message, /selective: 409 A destroy is in progress\./);
    });

    it("are not sent when what they rest on is no longer fresh", async () => {
        const sending = { signal: never, stillFresh: () => false };
        const { result, exchanges } = await talk([{ status: 202 }], (api) => api.destroy(42, [], sending));
        assert.equal(result.kind, "stale");
        assert.equal(exchanges.length, 0);
    });

    const lost: readonly [name: string, step: Step, message: string][] = [
        ["connection error", new Error(`reset ${TEST_TOKEN}`), "reset dop_v1_[redacted]"],
        ["timeout", "hang", "no answer within 30 s"],
        ["500", { status: 500, body: { message: "oops", request_id: "r" } }, "500 oops (request r)"],
        ["501", { status: 501 }, "501 Not Implemented"],
        ["finding 18: a 408", { status: 408 }, "408 Request Timeout"],
        ["503 with retry-after", { status: 503, headers: { "retry-after": "1" } }, "503 Service Unavailable"],
        ["200 that the API does not declare", { status: 200, body: "hello" }, "200 hello"],
    ];
    for (const [name, step, text] of lost) {
        it(`${name} is "lost" and never repeated`, async () => {
            const { result, exchanges } = await talk([step], retry);
            const message = `POST /v2/droplets/42/destroy_with_associated_resources/retry: ${text}`;
            assert.deepEqual(result, { kind: "lost", message });
            assert.equal(exchanges.length, 1);
        });
    }

    it("a 202 counts although its connection breaks off", async () => {
        const server = scriptedServer([], {
            fetch: () => Promise.resolve({ status: 202, headers: { get: () => null }, body: broken() }),
        });
        const outcome = await server.clock.run(destroy(createDropletApi(server.connection)));
        assert.deepEqual(outcome, { kind: "accepted" });
    });

    it("a 429 holds up the next request, as long as it asks", async () => {
        const steps = [{ status: 429, headers: { "retry-after": "600" } }, { status: 404 }];
        const { server } = await talk(steps, async (api) => {
            await destroy(api);
            await readDroplet(api);
        });
        assert.deepEqual(
            server.sent.map(({ atMs }) => atMs - server.sent[0]!.atMs),
            [0, 600_000],
        );
    });

    const errors: readonly [step: Step, errorClass: typeof ApiError][] = [
        [{ status: 401 }, AuthenticationError],
        [{ status: 403 }, ForbiddenError],
        [{ status: 400, body: { message: "volumes is invalid" } }, ApiError],
        [{ status: 307, headers: { location: "https://evil.example/" } }, ApiError],
        [{ status: 404, body: "<h1>Nothing here</h1>" }, ApiError],
    ];
    for (const [step, errorClass] of errors) {
        it(`fail on ${JSON.stringify(step)}`, async () => {
            assert.equal((await failure([step], destroy)).constructor, errorClass);
        });
    }
});

describe("an abort", () => {
    const reason = new Error("enough");

    it("cuts a request at once, with the caller's reason, and tells the observer", async () => {
        const server = scriptedServer(["hang"]);
        const exchanges: Exchange[] = [];
        const abort = new AbortController();
        const api = createDropletApi(server.connection, (exchange) => exchanges.push(exchange));
        const work = assert.rejects(api.droplet(42, abort.signal), (error) => error === reason);
        await server.clock.run(Promise.resolve());
        abort.abort(reason);
        await work;
        assert.ok(server.sent[0]?.init.signal.aborted);
        assert.equal(server.clock.pending, 0);
        assert.equal(exchanges.length, 1);
    });

    it("cuts a pause between tries", async () => {
        const server = scriptedServer([{ status: 429, headers: { "retry-after": "3000" } }]);
        const abort = new AbortController();
        const work = assert.rejects(
            createDropletApi(server.connection).droplet(42, abort.signal),
            (error) => error === reason,
        );
        await server.clock.run(Promise.resolve());
        abort.abort(reason);
        await work;
        assert.equal(server.clock.pending, 0);
    });

    it("before the request sends nothing", async () => {
        const server = scriptedServer([{ status: 404 }]);
        const signal = AbortSignal.abort(reason);
        await assert.rejects(
            createDropletApi(server.connection).droplet(42, signal),
            (error) => error === reason,
        );
        assert.equal(server.sent.length, 0);
    });
});

async function* broken(): AsyncGenerator<string> {
    yield await Promise.resolve("{");
    throw new Error("premature close");
}
