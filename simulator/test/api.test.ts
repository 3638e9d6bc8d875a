import { strict as assert } from "node:assert";
import { TOKEN, simulated } from "./harness.js";

const NEW = { name: "web-1", region: "nyc3", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };
const OTHER = "other-token";

function as(token: string) {
    return { headers: { authorization: `Bearer ${token}` } };
}

describe("the simulated API", () => {
    it("accepts whatever is shaped like a personal access token, and nothing else", async () => {
        const { call, run } = simulated();
        assert.equal((await run(() => call("GET account"))).status, 200);
        const { status, body } = await run(() => call("GET account", undefined, as("dop_v1_short")));
        assert.equal(status, 401);
        assert.equal(body.message, "Unable to authenticate you");
    });

    it("accepts only the tokens that it was given", async () => {
        const { call, run } = simulated({}, { tokens: { [OTHER]: {} } });
        assert.equal((await run(() => call("GET account"))).status, 401);
        assert.equal((await run(() => call("GET account", undefined, as(OTHER)))).status, 200);
    });

    it("shows a team nothing of another team", async () => {
        const { call, run, simulator } = simulated({}, { tokens: { [TOKEN]: {}, [OTHER]: { team: "b" } } });
        const { id } = simulator.panel.createDroplet("web-1");
        assert.equal((await run(() => call(`GET droplets/${id}`, undefined, as(OTHER)))).status, 404);
        const teams = [TOKEN, OTHER].map(async (token) => {
            const { body } = await call("GET account", undefined, as(token));
            return (body.account as { team: { uuid: string } }).team.uuid;
        });
        const [first, second] = await run(() => Promise.all(teams));
        assert.notEqual(first, second);
    });

    it("answers 403 without the scope, and leaves unreadable kinds out of the associated list", async () => {
        const { call, run, simulator, dropletWithEverything } = simulated();
        const { path } = dropletWithEverything();
        simulator.setToken(TOKEN, { scopes: ["droplet:read", "image:read"] });
        assert.equal((await run(() => call(`GET ${path}/status`))).status, 403);
        const { body } = await run(() => call(`GET ${path}`));
        assert.deepEqual(
            Object.entries(body).map(([key, list]) => [key, (list as unknown[]).length]),
            [
                ["reserved_ips", 0],
                ["floating_ips", 0],
                ["snapshots", 1],
                ["volume_snapshots", 0],
                ["volumes", 0],
            ],
        );
    });

    it("pages with links that keep the rest of the query", async () => {
        const { call, run, simulator } = simulated();
        ["a", "b", "c"].forEach((name) => simulator.panel.createDroplet(name, { tags: ["t"] }));
        const { body } = await run(() => call("GET droplets?tag_name=t&per_page=1&page=2"));
        const url = (page: number): string =>
            `http://api.example/v2/droplets?tag_name=t&per_page=1&page=${page}`;
        assert.deepEqual(body.links, {
            pages: { first: url(1), prev: url(1), next: url(3), last: url(3) },
        });
        assert.deepEqual(body.meta, { total: 3 });
        assert.equal((body.droplets as { name: string }[])[0]?.name, "b");
    });

    it("finds Droplets by tag, by name whatever its capitals, and GPUs only by type", async () => {
        const { call, run, simulator } = simulated();
        simulator.panel.createDroplet("web-1", { tags: ["prod"] });
        simulator.panel.createDroplet("gpu-1", { size: "gpu-h100x1-80gb", image: "gpu-h100x1-base" });
        const names = async (query: string): Promise<string[]> => {
            const { body } = await run(() => call(`GET droplets?${query}`));
            return (body.droplets as { name: string }[]).map(({ name }) => name);
        };
        assert.deepEqual(await names("tag_name=prod"), ["web-1"]);
        assert.deepEqual(await names("name=WEB-1"), ["web-1"]);
        assert.deepEqual(await names("name=gpu-1"), []);
        assert.deepEqual(await names("name=gpu-1&type=gpus"), ["gpu-1"]);
        assert.equal((await run(() => call("GET droplets?tag_name=prod&name=web-1"))).status, 400);
    });

    it("hands out an address again, and tells what everything costs", () => {
        const { simulator } = simulated();
        const { panel } = simulator;
        const { id, associatedId } = panel.createReservedIp();
        panel.deleteReservedIp(id);
        const again = panel.createReservedIp("nyc3", id);
        assert.deepEqual([again.id, again.associatedId === associatedId], [id, false]);
        panel.createDroplet("web-1");
        const { droplets, reservedIps } = simulator.state();
        assert.deepEqual(
            [...droplets, ...reservedIps].map(({ monthlyCost }) => monthlyCost),
            ["6.00", "5.00"],
        );
    });

    it("allows 250 requests in any minute, and says when to come back", async () => {
        const { call, run, clock } = simulated();
        await run(async () => {
            for (let count = 0; count < 250; count++) {
                assert.equal((await call("GET account")).status, 200);
            }
            await clock.sleep(20_000);
            const refused = await call("GET account");
            assert.equal(refused.status, 429);
            assert.equal(refused.header("retry-after"), "40");
            assert.equal(refused.header("ratelimit-remaining"), "0");
            await clock.sleep(40_000);
            assert.equal((await call("GET account")).header("ratelimit-remaining"), "4749");
        });
    });

    it("gives no retry-after when the hour is spent, only the time of the reset", async () => {
        const { call, run, clock } = simulated({ hourlyLimit: 1 });
        await run(async () => {
            await call("GET account");
            const refused = await call("GET account");
            assert.equal(refused.status, 429);
            assert.equal(refused.header("retry-after"), null);
            assert.equal(refused.header("ratelimit-reset"), String(clock.now() / 1_000 + 3_600));
        });
    });

    it("acts at half of the round trip", async () => {
        const { call, run, clock, simulator } = simulated({ roundTripMs: () => 200 });
        const start = clock.now();
        await run(() => call("GET account"));
        assert.equal(clock.now() - start, 200);
        assert.equal((simulator.requests()[0]?.atMs ?? 0) - start, 100);
    });

    it("boots a Droplet before it is active, and refuses actions until then", async () => {
        const { call, run, clock } = simulated({ bootMs: 30_000 });
        await run(async () => {
            const made = await call("POST droplets", NEW);
            const { id } = made.body.droplet as { id: number };
            const busy = await call(`POST droplets/${id}/actions`, { type: "snapshot" });
            assert.equal(busy.status, 422);
            assert.equal(busy.body.message, "Droplet already has a pending event.");
            await clock.sleep(30_000);
            const { body } = await call(`GET droplets/${id}`);
            assert.equal((body.droplet as { status: string }).status, "active");
        });
    });

    it("deletes a Droplet late, detaches its volume, unassigns its address and keeps its snapshot", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated({ deleteDelayMs: 9_000 });
        const { id, volume } = dropletWithEverything();
        await run(async () => {
            assert.equal((await call(`DELETE droplets/${id}`)).status, 204);
            assert.equal((await call(`GET droplets/${id}`)).status, 200);
            assert.equal((await call(`DELETE volumes/${volume.id}`)).status, 409);
            await clock.sleep(9_000);
            assert.equal((await call(`GET droplets/${id}`)).status, 404);
            assert.equal((await call(`DELETE volumes/${volume.id}`)).status, 204);
            assert.equal((await call(`DELETE volumes/${volume.id}`)).status, 404);
        });
        const { reservedIps, snapshots } = simulator.state();
        assert.equal(reservedIps[0]?.dropletId, null);
        assert.equal(snapshots.find(({ name }) => name === "nightly")?.resourceId, String(id));
    });

    it("answers 422 to a detach and to an unassign of what is not", async () => {
        const { call, run, simulator } = simulated();
        const { id } = simulator.panel.createDroplet("web-1");
        const volume = simulator.panel.createVolume("data");
        const address = simulator.panel.createReservedIp();
        const detach = { type: "detach", droplet_id: id };
        const first = await run(() => call(`POST volumes/${volume.id}/actions`, detach));
        assert.deepEqual([first.status, first.body.message], [422, "Attachment not found"]);
        const second = await run(() => call(`POST reserved_ips/${address.id}/actions`, { type: "unassign" }));
        assert.equal(second.status, 422);
    });

    it("ends an action after its time, and only then shows what it did", async () => {
        const { call, run, clock, simulator } = simulated({ actionMs: 3_000 });
        const { id } = simulator.panel.createDroplet("web-1");
        const volume = simulator.panel.createVolume("data");
        await run(async () => {
            const attach = { type: "attach", droplet_id: id };
            const { body } = await call(`POST volumes/${volume.id}/actions`, attach);
            const action = body.action as { id: number; status: string };
            assert.equal(action.status, "in-progress");
            assert.equal(simulator.state().volumes[0]?.dropletId, null);
            await clock.sleep(3_000);
            const later = (await call(`GET actions/${action.id}`)).body.action;
            assert.equal((later as { status: string }).status, "completed");
        });
        assert.equal(simulator.state().volumes[0]?.dropletId, id);
    });

    it("takes a new Droplet's volumes as ids and as objects with an id", async () => {
        const { call, run, simulator } = simulated();
        const volumes = ["a", "b"].map((name) => simulator.panel.createVolume(name).id);
        const [first, second] = volumes;
        await run(async () => {
            const mixed = { ...NEW, volumes: [first, { id: second }] };
            const made = (await call("POST droplets", mixed)).body.droplet as { volume_ids: string[] };
            assert.deepEqual(made.volume_ids, volumes);
            for (const wrong of [{ name: "a" }, { id: "" }, null, true]) {
                assert.equal((await call("POST droplets", { ...NEW, volumes: [wrong] })).status, 422);
            }
        });
        assert.equal(simulator.state().droplets.length, 1);
    });

    it("asks for block_storage:read where a new Droplet names volumes", async () => {
        const { call, run, simulator } = simulated();
        const volumes = [simulator.panel.createVolume("data").id];
        simulator.setToken(TOKEN, { scopes: ["droplet:create"] });
        assert.equal((await run(() => call("POST droplets", { ...NEW, volumes }))).status, 403);
        simulator.setToken(TOKEN, { scopes: ["droplet:create", "block_storage:read"] });
        assert.equal((await run(() => call("POST droplets", { ...NEW, volumes }))).status, 202);
    });

    it("dates a Droplet's snapshot by the start of the action that took it, to the second", async () => {
        const { call, run, clock, simulator } = simulated({ actionMs: 90_400 });
        const { id } = simulator.panel.createDroplet("web-1");
        await run(async () => {
            await clock.sleep(1_700);
            const { body } = await call(`POST droplets/${id}/actions`, { type: "snapshot", name: "nightly" });
            const { started_at } = body.action as { started_at: string };
            await clock.sleep(100_000);
            const list = (await call(`GET droplets/${id}/snapshots`)).body.snapshots;
            assert.equal((list as { created_at: string }[])[0]?.created_at, started_at);
            const all = (await call("GET snapshots?resource_type=droplet")).body.snapshots;
            assert.equal((all as { created_at: string }[])[0]?.created_at, started_at);
            assert.equal(started_at, "2026-01-01T00:00:01Z");
        });
    });
});
