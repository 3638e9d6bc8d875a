import { strict as assert } from "node:assert";
import { type RunningServer, VirtualClock, startServer } from "../index.js";
import { TOKEN } from "./harness.js";
import { createTestSimulator } from "../../test/support/simulated.js";

describe("the simulator as a server", () => {
    let server: RunningServer;

    beforeEach(async () => {
        server = await startServer(createTestSimulator({ clock: new VirtualClock() }), { port: 0 });
    });

    afterEach(() => server.close());

    async function admin(endpoint: string, body?: object): Promise<{ status: number; body: unknown }> {
        const [method = "", path = ""] = endpoint.split(" ");
        const init = body === undefined ? {} : { body: JSON.stringify(body) };
        const response = await fetch(`${server.url}/_admin/${path}`, { method, ...init });
        const text = await response.text();
        return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    }

    function api(path: string): Promise<Response> {
        return fetch(`${server.url}/v2/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    }

    it("serves the API on loopback, with links to itself", async () => {
        assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
        await admin("POST panel", { do: "createDroplet", name: "a" });
        await admin("POST panel", { do: "createDroplet", name: "b" });
        const response = await api("droplets?per_page=1");
        const { links } = (await response.json()) as { links: { pages: { next: string } } };
        assert.equal(links.pages.next, `${server.url}/v2/droplets?per_page=1&page=2`);
        assert.ok(Number(response.headers.get("content-length")) > 0);
    });

    it("takes faults, failures, settings and tokens from another process", async () => {
        assert.equal((await admin("POST faults", { do: { kind: "answer", status: 502 } })).status, 204);
        assert.equal((await api("account")).status, 502);
        await admin("POST faults", { times: null, do: { kind: "dropBefore" } });
        await assert.rejects(api("account"));
        await admin("DELETE faults");
        const item = { kind: "failItem", resourceId: "1", message: "no" };
        assert.equal((await admin("POST faults", { times: 3, do: item })).status, 204);
        const changed = await admin("POST settings", { destroyDurationMs: 9, secondDestroy: 202 });
        assert.equal((changed.body as { secondDestroy: number }).secondDestroy, 202);
        const switches = {
            ...{ selectiveAfterFailures: 422, nextStatus: "merges", retryTakesAttachedElsewhere: false },
            ...{ statusBeforeDestroy: "empty", associatedList: "404", unexplainedFailures: 1 },
            ...{ tagListDelayMs: 5_000, tagCase: "canonical" },
        };
        const { body } = await admin("POST settings", switches);
        assert.deepEqual({ ...(body as object), ...switches }, body);
        await admin("POST tokens", { token: TOKEN, revoked: true });
        assert.equal((await api("account")).status, 401);
    });

    it("tells what it holds and what it was asked", async () => {
        const made = await admin("POST panel", { do: "createDroplet", name: "web-1", tags: ["t"] });
        const { id } = made.body as { id: number };
        await admin("POST panel", { do: "takeSnapshot", dropletId: id, name: "nightly" });
        await api("account");
        const { body } = await admin("GET state");
        const state = body as { droplets: { name: string }[]; snapshots: { name: string }[] };
        assert.deepEqual([state.droplets[0]?.name, state.snapshots[0]?.name], ["web-1", "nightly"]);
        const { history } = (await admin("GET history")).body as { history: { by: string | null }[] };
        assert.deepEqual(
            history.map(({ by }) => by),
            [null, null],
        );
        const { requests } = (await admin("GET requests")).body as { requests: { path: string }[] };
        assert.deepEqual(
            requests.map(({ path }) => path),
            ["/v2/account"],
        );
    });

    it("refuses what it does not know, and says what", async () => {
        for (const [endpoint, body] of [
            ["POST settings", { destroyDurationMs: "soon" }],
            ["POST settings", { secondDestroy: 500 }],
            ["POST settings", { unknown: 1 }],
            ["POST settings", { associatedList: 404 }],
            ["POST settings", { selectiveAfterFailures: 404 }],
            ["POST settings", { retryTakesAttachedElsewhere: "no" }],
            ["POST settings", { unexplainedFailures: -1 }],
            ["POST panel", { do: "explode" }],
            ["POST faults", { do: { kind: "earthquake" } }],
        ] as const) {
            assert.equal((await admin(endpoint, body)).status, 400, JSON.stringify(body));
        }
        assert.equal((await admin("GET nothing")).status, 404);
    });
});
