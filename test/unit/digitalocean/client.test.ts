import assert from "node:assert/strict";
import type { Exchange } from "../../../provider/digitalocean/connection.js";
import { createDropletApi } from "../../../provider/digitalocean/api.js";
import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    RefusedError,
} from "../../../provider/teardown/errors.js";
import type { SubmitOutcome } from "../../../provider/teardown/ports.js";
import {
    destroy,
    failure,
    never,
    readDroplet,
    retry,
    scriptedServer,
    SENDING,
    type Step,
    talk,
    TEST_TOKEN,
} from "../../support/connection.js";

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

    it("are told to the observer and the rate limiter, with what each answer says", async () => {
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

    it("wait for the rate limiter, one admission for each try", async () => {
        let admissions = 0;
        const server = scriptedServer([{ status: 500 }, { status: 404 }], {
            limiter: { admit: async () => void (admissions += 1), observe: () => undefined },
        });
        await server.clock.run(createDropletApi(server.connection).droplet(42, never));
        assert.equal(admissions, 2);
    });
});

describe("the delete of one resource", () => {
    const volume = { kind: "volume", id: "4d4d", name: "data", monthlyCost: null } as const;

    it('is "accepted" with a 204', async () => {
        const { result } = await talk([{ status: 204 }], (api) => api.remove(volume, SENDING));
        assert.deepEqual(result, { kind: "accepted" });
    });

    for (const status of [200, 202]) {
        it(`is "lost" with a ${status}, which no delete is answered with and which proves nothing`, async () => {
            const step = { status, body: "<h1>Maintenance</h1>" };
            const removed = await talk([step], (api) => api.remove(volume, SENDING));
            const deleted = await talk([step], (api) => api.deleteAlone(42, SENDING));
            assert.deepEqual([removed.result.kind, deleted.result.kind], ["lost", "lost"]);
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
            "a 404",
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
            "any other 422",
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
        ["a 408", { status: 408 }, "408 Request Timeout"],
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
