import { strict as assert } from "node:assert";
import type { Settings } from "../index.js";
import { TOKEN, simulated } from "./harness.js";

const NEW = { name: "web-1", region: "nyc3", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };

interface TagBody {
    readonly name: string;
    readonly resources: { readonly count: number } & Readonly<Record<string, { readonly count: number }>>;
}

/** A simulator, and what its tag endpoints answer. */
function tagging(settings: Partial<Settings> = {}) {
    const world = simulated(settings);
    const { call, run } = world;
    const status = async (endpoint: string, body?: object): Promise<number> =>
        (await run(() => call(endpoint, body))).status;
    const tagged = async (tag: string): Promise<string[]> => {
        const { body } = await run(() => call(`GET droplets?tag_name=${tag}`));
        return (body.droplets as { name: string }[]).map(({ name }) => name);
    };
    const tag = async (name: string): Promise<TagBody> =>
        (await run(() => call(`GET tags/${name}`))).body.tag as TagBody;
    return { ...world, status, tagged, tag };
}

function droplet(id: number): object {
    return { resources: [{ resource_id: String(id), resource_type: "droplet" }] };
}

describe("the simulator's tags", () => {
    it("exist without resources, and making one again yields the one that is there", async () => {
        const { call, run, simulator } = tagging();
        const first = await run(() => call("POST tags", { name: "Prod" }));
        const again = await run(() => call("POST tags", { name: "prod" }));
        assert.deepEqual([first.status, again.status], [201, 201]);
        assert.equal((again.body.tag as TagBody).name, "Prod");
        assert.deepEqual(simulator.state().tags, [
            { name: "Prod", team: "default", droplets: 0, volumes: 0, images: 0, volumeSnapshots: 0 },
        ]);
    });

    it("count what carries them, by kind", async () => {
        const { simulator, dropletWithEverything, status, tag } = tagging();
        const { id, volume, snapshot, volumeSnapshot } = dropletWithEverything();
        await status("POST tags", { name: "all" });
        const resources = [
            { resource_id: String(id), resource_type: "droplet" },
            { resource_id: volume.id, resource_type: "volume" },
            { resource_id: snapshot.id, resource_type: "image" },
            { resource_id: volumeSnapshot.id, resource_type: "volume_snapshot" },
        ];
        assert.equal(await status("POST tags/all/resources", { resources }), 204);
        const counts = (await tag("all")).resources;
        assert.equal(counts.count, 4);
        for (const kind of ["droplets", "volumes", "images", "volume_snapshots"]) {
            assert.equal(counts[kind]?.count, 1, kind);
        }
        const { tags } = simulator.state();
        assert.deepEqual(tags, [
            { name: "all", team: "default", droplets: 1, volumes: 1, images: 1, volumeSnapshots: 1 },
        ]);
    });

    it("are listed in pages of 200 at most", async () => {
        const { call, run, simulator } = tagging();
        Array.from({ length: 201 }, (_, index) => simulator.panel.createTag(`t-${index}`));
        const { body } = await run(() => call("GET tags?per_page=500"));
        assert.equal((body.tags as TagBody[]).length, 200);
        assert.deepEqual(body.meta, { total: 201 });
        const { next } = (body.links as { pages: { next: string } }).pages;
        assert.equal(next, "http://api.example/v2/tags?per_page=500&page=2");
        const last = await run(() => call("GET tags?per_page=200&page=2"));
        assert.deepEqual(
            (last.body.tags as TagBody[]).map(({ name }) => name),
            ["t-200"],
        );
    });

    it("are listed in shorter pages where the setting says so", async () => {
        const { call, run, simulator } = tagging({ maxPageSize: 2 });
        ["a", "b", "c"].forEach((name) => simulator.panel.createTag(name));
        const { body } = await run(() => call("GET tags?per_page=200"));
        assert.equal((body.tags as TagBody[]).length, 2);
        assert.deepEqual(body.meta, { total: 3 });
    });

    it("list Droplets with a GPU only where the setting says so", async () => {
        const { simulator, tagged } = tagging();
        simulator.panel.createDroplet("gpu-1", { size: "gpu-h100x1-80gb", tags: ["t"] });
        assert.deepEqual(await tagged("t"), []);
        simulator.settings.tagListHasGpus = true;
        assert.deepEqual(await tagged("t"), ["gpu-1"]);
    });

    it("are taken off everything when they are deleted", async () => {
        const { simulator, dropletWithEverything, status, tagged } = tagging();
        const { id } = dropletWithEverything();
        simulator.panel.tagDroplet(id, "gone");
        assert.deepEqual(await tagged("gone"), ["web-1"]);
        assert.equal(await status("DELETE tags/gone"), 204);
        assert.deepEqual(await tagged("gone"), []);
        assert.deepEqual(simulator.state().droplets[0]?.tags, []);
        assert.equal(await status("GET tags/gone"), 404);
        assert.equal(await status("DELETE tags/gone"), 404);
        assert.equal(await status("POST tags/gone/resources", droplet(id)), 404);
    });

    it("leave a firewall too", async () => {
        const { call, run, simulator, status } = tagging();
        simulator.panel.createTag("web");
        await status("POST firewalls", { name: "fw", tags: ["web"] });
        simulator.panel.deleteTag("web");
        const { body } = await run(() => call("GET firewalls"));
        assert.deepEqual((body.firewalls as { tags: string[] }[])[0]?.tags, []);
    });

    it("are compared without case, and keep their first capitals", async () => {
        const { simulator, status, tagged, tag } = tagging();
        const { id } = simulator.panel.createDroplet("web-1", { tags: ["Env:Prod"] });
        simulator.panel.tagDroplet(id, "env:prod");
        assert.deepEqual(simulator.state().droplets[0]?.tags, ["Env:Prod"]);
        assert.deepEqual(await tagged("ENV:PROD"), ["web-1"]);
        assert.equal((await tag("env:prod")).name, "Env:Prod");
        assert.equal(await status("DELETE tags/env:prod/resources", droplet(id)), 204);
        assert.deepEqual(simulator.state().droplets[0]?.tags, []);
    });

    it("may be found under their own capitals only, as the documentation asks of clients", async () => {
        const { simulator, status, tagged } = tagging({ tagCase: "canonical" });
        simulator.panel.createDroplet("web-1", { tags: ["Prod"] });
        assert.deepEqual([await status("GET tags/prod"), await status("GET tags/Prod")], [404, 200]);
        assert.deepEqual([await tagged("prod"), await tagged("Prod")], [[], ["web-1"]]);
    });

    it("are found whole: there is no search by prefix, and a comma joins nothing", async () => {
        const { simulator, tagged } = tagging();
        simulator.panel.createDroplet("web-1", { tags: ["team", "team:web"] });
        for (const none of ["team:", "tea", "team*", "team,team:web"]) {
            assert.deepEqual(await tagged(none), [], none);
        }
    });

    it("hold letters, digits, colons, dashes and underscores, 255 of them at most", async () => {
        const { call, run, status } = tagging();
        assert.equal(await status("POST tags", { name: `aZ0:-_${"x".repeat(249)}` }), 201);
        for (const name of ["x".repeat(256), "a b", "a/b", "a.b", "ä"]) {
            const { status: refused, body } = await run(() => call("POST tags", { name }));
            assert.equal(refused, 400, name);
            assert.deepEqual(Object.keys(body), ["error", "messages", "root_causes"]);
            assert.equal(await status("POST droplets", { ...NEW, tags: [name] }), 422, name);
        }
    });

    it("take scopes of their own", async () => {
        const { simulator, status } = tagging();
        const { id } = simulator.panel.createDroplet("web-1", { tags: ["t"] });
        const requests: readonly (readonly [string, object | undefined, readonly string[]])[] = [
            ["GET tags", undefined, ["tag:read"]],
            ["GET tags/t", undefined, ["tag:read"]],
            ["GET droplets?tag_name=t", undefined, ["droplet:read", "tag:read"]],
            ["POST tags", { name: "u" }, ["tag:create"]],
            ["POST tags/t/resources", droplet(id), ["tag:create", "droplet:update"]],
            ["POST droplets", { ...NEW, tags: ["t"] }, ["droplet:create", "tag:create"]],
            ["DELETE tags/t/resources", droplet(id), ["tag:delete", "droplet:update"]],
            ["DELETE tags/t", undefined, ["tag:delete"]],
        ];
        for (const [endpoint, body, scopes] of requests) {
            for (const missing of scopes) {
                simulator.setToken(TOKEN, { scopes: scopes.filter((scope) => scope !== missing) });
                assert.equal(await status(endpoint, body), 403, `${endpoint} without ${missing}`);
            }
            simulator.setToken(TOKEN, { scopes });
            assert.ok((await status(endpoint, body)) < 300, endpoint);
        }
    });

    it("count only what the token may read", async () => {
        const { simulator, tag } = tagging();
        simulator.panel.createDroplet("web-1", { tags: ["t"] });
        simulator.setToken(TOKEN, { scopes: ["tag:read", "image:read"] });
        assert.deepEqual((await tag("t")).resources, { count: 0, images: { count: 0 } });
    });

    it("may take a while to be seen in the list of Droplets", async () => {
        const { clock, run, simulator, tagged } = tagging({ tagListDelayMs: 5_000 });
        const { id } = simulator.panel.createDroplet("web-1", { tags: ["born"] });
        await run(() => clock.sleep(3_000));
        simulator.panel.tagDroplet(id, "later");
        await run(() => clock.sleep(2_000));
        assert.deepEqual([await tagged("born"), await tagged("later")], [["web-1"], []]);
        assert.deepEqual(simulator.state().droplets[0]?.tags, ["born", "later"]);
        await run(() => clock.sleep(3_000));
        assert.deepEqual(await tagged("later"), ["web-1"]);
    });

    it("can be made and deleted in the panel", () => {
        const { simulator } = tagging();
        const { id } = simulator.panel.createDroplet("web-1");
        simulator.panel.createTag("Mine");
        simulator.panel.tagDroplet(id, "mine");
        simulator.panel.untagDroplet(id, "MINE");
        assert.deepEqual(simulator.state().droplets[0]?.tags, []);
        simulator.panel.tagDroplet(id, "mine");
        simulator.panel.deleteTag("mine");
        assert.deepEqual(simulator.state().tags, []);
        assert.deepEqual(simulator.state().droplets[0]?.tags, []);
    });
});

describe("the last thing that a simulated tag was put on", () => {
    it("is named of each kind, and of all", async () => {
        const { call, run, simulator, clock } = simulated();
        const { panel } = simulator;
        const { id: volumeId } = panel.createVolume("data");
        const first = panel.createDroplet("web-1", { tags: ["prod"] }).id;
        await run(() => clock.sleep(1_000));
        panel.createDroplet("web-2", { tags: ["prod"] });
        await run(() => clock.sleep(1_000));
        const tag = (id: string, kind: string) =>
            run(() =>
                call("POST tags/prod/resources", {
                    resources: [{ resource_id: id, resource_type: kind }],
                }),
            );
        const uris = async () => {
            const { resources } = (await run(() => call("GET tags/prod"))).body.tag as {
                resources: Record<string, { count: number; last_tagged_uri?: string }> & {
                    last_tagged_uri?: string;
                };
            };
            const { last_tagged_uri: last, droplets, volumes, images } = resources;
            return [last, droplets?.last_tagged_uri, volumes?.last_tagged_uri, images?.last_tagged_uri];
        };
        await tag(volumeId, "volume");
        const path = "http://api.example/v2";
        const [, second] = simulator.state().droplets;
        const volume = `${path}/volumes/${volumeId}`;
        assert.deepEqual(await uris(), [volume, `${path}/droplets/${second?.id}`, volume, undefined]);
        simulator.panel.untagDroplet(first, "prod");
        await run(() => clock.sleep(1_000));
        await tag(String(first), "droplet");
        const droplet = `${path}/droplets/${first}`;
        assert.deepEqual(await uris(), [droplet, droplet, volume, undefined]);
    });

    it("is not named where there is none", async () => {
        const { call, run, simulator } = simulated();
        simulator.panel.createTag("idle");
        const { tag } = (await run(() => call("GET tags/idle"))).body;
        assert.ok(!JSON.stringify(tag).includes("last_tagged_uri"));
    });
});
