import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";

const TAG = "preview";
const ONE_PASS = `destroy --tag-name ${TAG} --yes --policy destroy --report r.json`;
const SAVE = `plan --tag-name ${TAG} --policy destroy --out p.json --report r.json`;
const APPLY = "destroy --plan p.json --yes --report r.json";
const WHY = `the droplet does not carry the tag ${TAG}`;

function outcomes(world: CliWorld): (string | null)[][] {
    return world.report("r.json").droplets.map(({ name, outcome }) => [name, outcome]);
}

function living(world: CliWorld): string[] {
    return world.simulator.state().droplets.map(({ name }) => name);
}

describe("a Droplet that --tag-name selected", () => {
    it("is refused by a saved plan once it has lost the tag; the others go", async () => {
        const world = new CliWorld();
        const rescued = world.droplet("web-1", [TAG]);
        world.droplet("web-2", [TAG]);
        await world.run(SAVE);
        world.simulator.panel.untagDroplet(rescued.id, TAG);
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 5, ran.stdout);
        assert.match(ran.stdout, new RegExp(`droplet web-1 .*${WHY}`));
        assert.deepEqual(outcomes(world), [
            ["web-1", "refused"],
            ["web-2", "destroyed"],
        ]);
        assert.deepEqual(living(world), ["web-1"]);
        assert.deepEqual(
            world.simulator.state().volumes.map(({ name }) => name),
            ["web-1-data"],
        );
    });

    it("is waited for where its destroy was running when it lost the tag, since nothing can stop that", async () => {
        const world = new CliWorld({ destroyDurationMs: 120_000 });
        const { id } = world.droplet("web-1", [TAG]);
        assert.equal((await world.run(`${ONE_PASS} --max-droplets 1 --timeout 60s`)).code, 4);
        world.simulator.panel.untagDroplet(id, TAG);
        const ran = await world.run(
            `destroy ${id} --yes --policy destroy --require-tag ${TAG} --report r.json`,
        );
        assert.equal(ran.code, 0, ran.stdout);
        assert.deepEqual(outcomes(world), [["web-1", "destroyed"]]);
    });

    it("is refused when it loses the tag while it waits for its turn", async () => {
        const world = new CliWorld();
        for (let index = 0; index < 200; index += 1) {
            world.simulator.panel.createDroplet(`web-${index}`, { tags: [TAG] });
        }
        let rescued = "";
        void world.clock.sleep(20_000).then(() => {
            const asked = world.simulator.requests().filter(({ method }) => method === "DELETE");
            const waiting = world.simulator
                .state()
                .droplets.filter(({ id }) => !asked.some(({ path }) => path.includes(`/${id}/`)));
            const last = waiting.at(-1) ?? assert.fail("every destroy has been asked for");
            rescued = last.name;
            world.simulator.panel.untagDroplet(last.id, TAG);
        });
        const ran = await world.run(`${ONE_PASS} --max-droplets 200`);
        assert.equal(ran.code, 5);
        assert.deepEqual(living(world), [rescued]);
        assert.match(ran.stdout, new RegExp(`droplet ${rescued} .*${WHY}`));
    });

    it("is refused when it loses the tag while the question is on the screen", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1", [TAG]);
        let lists = 0;
        const fetch: CliWorld["simulator"]["fetch"] = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            lists += url.endsWith("/destroy_with_associated_resources") ? 1 : 0;
            if (lists === 1) {
                lists += 1;
                world.simulator.panel.untagDroplet(id, TAG);
            }
            return answer;
        };
        const args = `destroy --tag-name ${TAG} --policy destroy`;
        const ran = await world.run(args, { answer: "web-1", fetch });
        assert.equal(ran.code, 5, ran.stdout);
        assert.deepEqual(world.changes(), []);
    });

    it("needs no --require-tag for its leftovers: they are deleted, as without a tag", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1", [TAG]);
        await world.run(SAVE);
        world.simulator.panel.deleteDroplet(id);
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 0, ran.stdout);
        assert.deepEqual(world.simulator.state().snapshots, []);
    });

    it("is destroyed whatever the case of the tag", async () => {
        const world = new CliWorld();
        world.droplet("web-1", ["Preview"]);
        const ran = await world.run(`${ONE_PASS} --max-droplets 1`);
        assert.equal(ran.code, 0, ran.stdout);
        assert.deepEqual(living(world), []);
    });
});
