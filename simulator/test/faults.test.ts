import { strict as assert } from "node:assert";
import { TOKEN, simulated } from "./harness.js";

describe("the simulator's faults", () => {
    it("are for the requests that they name, as often as they say", async () => {
        const { call, run, simulator } = simulated();
        const { id } = simulator.panel.createDroplet("web-1");
        const match = { method: "GET", path: "/v2/droplets/*", dropletId: id };
        simulator.faults.add({ match, after: 1, times: 2, do: { kind: "answer", status: 503 } });
        const statuses: number[] = [];
        for (const endpoint of ["account", ...Array<string>(4).fill(`droplets/${id}`)]) {
            statuses.push((await run(() => call(`GET ${endpoint}`))).status);
        }
        assert.deepEqual(statuses, [200, 200, 503, 503, 200]);
    });

    it("answer with an error before or after the effect", async () => {
        for (const afterEffect of [false, true]) {
            const { call, run, simulator } = simulated();
            simulator.faults.add({ do: { kind: "answer", status: 500, afterEffect } });
            const { status, body } = await run(() => call("POST tags", { name: "made" }));
            assert.deepEqual([status, body.id], [500, "server_error"]);
            assert.equal((await run(() => call("GET tags/made"))).status, afterEffect ? 200 : 404);
        }
    });

    it("break the connection before or after the effect", async () => {
        for (const kind of ["dropBefore", "dropAfter"] as const) {
            const { call, run, simulator } = simulated();
            simulator.faults.add({ do: { kind } });
            await assert.rejects(
                run(() => call("POST tags", { name: "made" })),
                { code: "ECONNRESET" },
            );
            const expected = kind === "dropAfter" ? 200 : 404;
            assert.equal((await run(() => call("GET tags/made"))).status, expected);
        }
    });

    it("make an answer late, and an abort need not wait for it", async () => {
        const { call, run, clock, simulator } = simulated();
        simulator.faults.add({ times: 2, do: { kind: "slow", ms: 60_000 } });
        const start = clock.now();
        await run(() => call("GET account"));
        assert.equal(clock.now() - start, 60_000);
        const abort = new AbortController();
        const asked = call("GET account", undefined, { signal: abort.signal });
        abort.abort(new Error("enough"));
        await assert.rejects(asked, { message: "enough" });
    });

    it("send text, too much of it, or half of it", async () => {
        const { call, run, simulator } = simulated();
        simulator.faults.add({ do: { kind: "text", text: "<html>" } });
        simulator.faults.add({ do: { kind: "huge", bytes: 1_000_000 } });
        simulator.faults.add({ do: { kind: "truncated" } });
        await assert.rejects(
            run(() => call("GET account")),
            SyntaxError,
        );
        assert.equal(String((await run(() => call("GET account"))).body.filler).length, 1_000_000);
        await assert.rejects(
            run(() => call("GET account")),
            { code: "ECONNRESET" },
        );
    });

    it("limit the rate with and without a time to come back", async () => {
        const { call, run, simulator } = simulated();
        simulator.faults.add({ do: { kind: "tooManyRequests", retryAfterS: 7 } });
        simulator.faults.add({ do: { kind: "tooManyRequests" } });
        assert.equal((await run(() => call("GET account"))).header("retry-after"), "7");
        assert.equal((await run(() => call("GET account"))).header("retry-after"), null);
    });

    it("send elsewhere, show the token, and hide a kind", async () => {
        const { call, run, simulator, dropletWithEverything } = simulated();
        const { path } = dropletWithEverything();
        simulator.faults.add({ do: { kind: "redirect", location: "http://elsewhere.example/" } });
        simulator.faults.add({ do: { kind: "echoToken" } });
        simulator.faults.add({ do: { kind: "hideKinds", kinds: ["snapshot"] } });
        const moved = await run(() => call("GET account", undefined, { redirect: "manual" }));
        assert.deepEqual([moved.status, moved.header("location")], [307, "http://elsewhere.example/"]);
        assert.ok(String((await run(() => call("GET account"))).body.message).includes(TOKEN));
        assert.deepEqual((await run(() => call(`GET ${path}`))).body.snapshots, []);
    });

    it("leave a trace of every request", async () => {
        const { call, run, simulator } = simulated();
        simulator.faults.add({ do: { kind: "dropBefore" } });
        await assert.rejects(run(() => call("GET account?a=b")));
        await run(() => call("POST tags", { name: "t" }, { headers: { "User-Agent": "tests" } }));
        assert.deepEqual(
            simulator.requests().map(({ method, path, status, userAgent, body }) => ({
                ...{ method, path, status, userAgent, body },
            })),
            [
                { method: "GET", path: "/v2/account?a=b", status: 0, userAgent: "", body: "" },
                { method: "POST", path: "/v2/tags", status: 201, userAgent: "tests", body: '{"name":"t"}' },
            ],
        );
    });
});
