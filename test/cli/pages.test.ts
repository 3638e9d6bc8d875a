import assert from "node:assert/strict";

import { betweenPages } from "../support/between-pages.js";
import { CliWorld } from "../support/cli-world.js";

const TAG = "preview";
const DESTROY = `destroy --tag-name ${TAG} --yes --policy destroy --max-droplets 9 --report r.json`;

function createWorld(names: readonly string[], tags: readonly string[] = [TAG]): CliWorld {
    const world = new CliWorld({ maxPageSize: 2 });
    names.forEach((name) => world.simulator.panel.createDroplet(name, { tags }));
    return world;
}

/** After the first page of a list, its first Droplet goes and another one comes. */
function shifting(world: CliWorld, path: string, times = 1): CliWorld["simulator"]["fetch"] {
    const { panel } = world.simulator;
    return betweenPages(
        world.simulator.fetch,
        path,
        () => {
            const [first] = world.simulator.state().droplets;
            panel.deleteDroplet(first?.id ?? assert.fail("there is none"));
            panel.createDroplet("late", { tags: [TAG] });
        },
        times,
    );
}

describe("Droplets on several pages of a list", () => {
    it("are all destroyed by tag, although one vanishes between two pages", async () => {
        const world = createWorld(["web-1", "web-2", "web-3", "web-4"]);
        const ran = await world.run(DESTROY, { fetch: shifting(world, `/v2/droplets?tag_name=${TAG}`) });
        assert.equal(ran.code, 0, ran.stdout + ran.stderr);
        assert.deepEqual(
            world.report("r.json").droplets.map(({ name }) => name),
            ["web-2", "web-3", "web-4", "late"],
        );
        assert.deepEqual(world.simulator.state().droplets, []);
    });

    it("are all in a plan by tag", async () => {
        const world = createWorld(["web-1", "web-2", "web-3"]);
        const ran = await world.run(`plan --tag-name ${TAG} --policy destroy --report r.json`, {
            fetch: shifting(world, `/v2/droplets?tag_name=${TAG}`),
        });
        assert.equal(ran.code, 0);
        assert.deepEqual(
            world.report("r.json").droplets.map(({ name }) => name),
            ["web-2", "web-3", "late"],
        );
    });

    it("are not destroyed by tag while the list does not settle", async () => {
        const world = createWorld(["web-1", "web-2", "web-3"]);
        const fetch = shifting(world, `/v2/droplets?tag_name=${TAG}`, Infinity);
        const ran = await world.run(DESTROY, { fetch });
        assert.notEqual(ran.code, 0);
        assert.match(ran.stderr + ran.stdout, /the list changed during each of 5 reads/);
        assert.deepEqual(world.changes(), []);
    });

    it("hide no second one of the same name where many are given", async () => {
        const world = createWorld(["other", "more", "web", "web"]);
        const ran = await world.run("destroy web more --yes --policy destroy", {
            fetch: shifting(world, "/v2/droplets?page"),
        });
        assert.equal(ran.code, 5, ran.stdout);
        assert.match(ran.stderr + ran.stdout, /2 droplets are named web/);
        assert.deepEqual(world.changes(), []);
    });

    it("are each read when a short list is no proof", async () => {
        const world = createWorld(["web-1", "web-2", "web-3", "web-4", "web-5"]);
        const ran = await world.run(DESTROY);
        assert.equal(ran.code, 0, ran.stdout);
        assert.deepEqual(world.simulator.state().droplets, []);
    });
});
