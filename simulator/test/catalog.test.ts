import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

interface Image {
    readonly id: number;
    readonly name: string;
    readonly type: string;
    readonly public: boolean;
    readonly min_disk_size: number;
}

describe("the simulated catalog", () => {
    const { call, run, simulator } = simulated();
    const images = async (query: string): Promise<Image[]> =>
        (await run(() => call(`GET images?per_page=200&${query}`))).body.images as Image[];

    before(() => {
        const { id } = simulator.panel.createDroplet("web-1");
        const { id: tagged } = simulator.panel.takeSnapshot(id, "tagged");
        simulator.panel.takeSnapshot(id, "bare");
        const resources = [{ resource_id: tagged, resource_type: "image" }];
        simulator.panel.createTag("golden");
        return run(() => call("POST tags/golden/resources", { resources }));
    });

    it("has 13 regions and at least 20 sizes", async () => {
        const { regions } = (await run(() => call("GET regions"))).body;
        assert.equal((regions as unknown[]).length, 13);
        const { sizes } = (await run(() => call("GET sizes?per_page=200"))).body;
        assert.ok((sizes as unknown[]).length >= 20);
    });

    it("calls a public image a snapshot, as the live API does", async () => {
        const types = (await images("")).map(({ type }) => type);
        assert.deepEqual([...new Set(types)], ["snapshot"]);
    });

    it("has distributions that need 7 gigabytes of disk, as the official provider's tests do", async () => {
        const sizes = (await images("type=distribution")).map((image) => image.min_disk_size);
        assert.deepEqual([...new Set(sizes)], [7]);
    });

    it("renames an image, brings it to another region, and makes a snapshot of a backup", async () => {
        const world = simulated();
        const { id } = world.simulator.panel.createDroplet("web-1");
        const backup = world.simulator.panel.takeBackup(id, "weekly").id;
        const path = `images/${backup}`;
        await world.run(() => world.call(`PUT ${path}`, { name: "golden" }));
        await world.run(() => world.call(`POST ${path}/actions`, { type: "transfer", region: "ams3" }));
        await world.run(() => world.call(`POST ${path}/actions`, { type: "convert" }));
        await world.run(() => world.clock.sleep(1_000));
        const { image } = (await world.run(() => world.call(`GET ${path}`))).body;
        const { name, type, regions } = image as { name: string; type: string; regions: string[] };
        assert.deepEqual([name, type, regions], ["golden", "snapshot", ["nyc3", "ams3"]]);
    });

    it("lists distributions, applications, one's own images and those with a tag", async () => {
        const all = await images("");
        const distributions = await images("type=distribution");
        const applications = await images("type=application");
        const own = await images("private=true");
        assert.ok(distributions.length > 0 && applications.length > 0);
        assert.deepEqual(
            [...distributions, ...applications, ...own].map(({ id }) => id).sort(),
            all.map(({ id }) => id).sort(),
        );
        assert.deepEqual(
            own.map(({ name }) => name),
            ["tagged", "bare"],
        );
        assert.deepEqual(
            (await images("tag_name=golden")).map(({ name }) => name),
            ["tagged"],
        );
        assert.deepEqual(await images("tag_name=other"), []);
    });
});
