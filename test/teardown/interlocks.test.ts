import assert from "node:assert/strict";

import { ProgramWorld } from "../support/program-world.js";
import { type PluginProcess, type Stored, TeardownWorld, URN } from "../support/teardown-world.js";

const TAG = "teardown:app:dev";

describe("a teardown that requires a tag", () => {
    async function begin() {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: [TAG.toUpperCase()] });
        return { world, id, stored: await world.create({ dropletId: id, policy: "keep", requireTag: TAG }) };
    }

    it("destroys a Droplet that carries it, in whatever case", async () => {
        const { world, stored } = await begin();
        await world.delete(stored);
        assert.deepEqual(world.left(), []);
    });

    it("refuses a Droplet that no longer carries it, and names the tag", async () => {
        const { world, id, stored } = await begin();
        world.simulator.panel.untagDroplet(id, TAG.toUpperCase());
        assert.match(
            await world.failedDelete(stored),
            /^droplet web-1 \(412000001\): nothing was destroyed, because the droplet does not carry the tag teardown:app:dev that this teardown requires/,
        );
        assert.deepEqual(world.changes(), []);
    });
});

describe("two teardowns of one Droplet", () => {
    it("do not take it from the one that the program still declares", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const old = await world.create({ dropletId: id, policy: "destroy" });
        const process = world.process();
        const renamed = `${URN}-renamed`;
        await process.check({}, { dropletId: id, policy: "destroy", resourceUrn: renamed });
        await world.run(process.delete("teardown-1", old));
        assert.deepEqual(world.requests(), []);
        assert.deepEqual(world.announced(), [
            `droplet ${id} is left alone: ${renamed} tears it down as well`,
        ]);
    });

    it("do not hold each other up for different Droplets", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const other = world.simulator.panel.createDroplet("other").id;
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        const process = world.process();
        await process.check({}, { dropletId: other, policy: "destroy", resourceUrn: `${URN}-other` });
        await world.run(process.delete("teardown-1", stored));
        assert.deepEqual(world.left(), ["droplet"]);
    });
});

describe("a teardown that is to take the place of another, in an `up` that continues on errors", () => {
    const SUCCESSOR = `${URN}-renamed`;
    const REFUSED = {
        message: new RegExp(
            `^droplet 412000001 is left alone, and what tears it down stays in the state: ${SUCCESSOR}, which is to take its place, could not be made. Run \`pulumi up\` again\nCode: failed$`,
        ),
    };

    /** Its create or update fails. */
    async function fails(world: TeardownWorld, dropletId: number, before?: Stored): Promise<PluginProcess> {
        const process = world.process();
        const given = { dropletId, policy: "destroy", resourceUrn: SUCCESSOR };
        const { inputs } = await process.check(before ?? {}, given);
        const match = { method: "GET", path: `/v2/droplets/${dropletId}` };
        world.simulator.faults.add({ match, times: 2, do: { kind: "answer", status: 404 } });
        const work =
            before === undefined ? process.create(inputs) : process.update("teardown-2", before, inputs);
        await assert.rejects(world.run(work), { message: /there is no Droplet/ });
        return process;
    }

    it("could not be made: the other stays in the state, and the next destroy finds the Droplet", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("legacy");
        const old = await world.create({ dropletId: id, policy: "destroy" });
        const process = await fails(world, id);
        await assert.rejects(world.run(process.delete("teardown-1", old)), REFUSED);
        await world.delete(old);
        assert.deepEqual(world.left(), []);
    });

    it("could not be pointed at its Droplet: the same", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("legacy");
        const other = world.simulator.panel.createDroplet("other");
        const old = await world.create({ dropletId: id, policy: "destroy" });
        const successor = await world.create({
            ...{ dropletId: other.id, policy: "destroy", resourceUrn: SUCCESSOR },
        });
        const process = await fails(world, id, successor);
        await assert.rejects(world.run(process.delete("teardown-1", old)), REFUSED);
    });

    it("could not be made for the Droplet of a program: its record stays, and its tag", async () => {
        const world = new ProgramWorld();
        const { record, dropletId, tag } = await world.up();
        const process = await fails(world, dropletId);
        await assert.rejects(world.run(process.record.delete("record-1", record ?? {})), REFUSED);
        assert.ok(world.simulator.state().droplets[0]?.tags.includes(tag));
    });
});

describe("a graceful shutdown", () => {
    async function begin() {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        return {
            world,
            stored: await world.create({ dropletId: id, policy: "keep", gracefulShutdown: true }),
        };
    }

    it("comes before the destroy", async () => {
        const { world, stored } = await begin();
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["POST actions 201", "DELETE selective 202"]);
        assert.ok(world.progress().includes("waiting for the droplet to shut down"));
        assert.deepEqual(world.left(), []);
    });

    it("is not asked of a Droplet that is off", async () => {
        const { world, stored } = await begin();
        await world.delete(stored, {
            fetch: async (url, init) => {
                const answer = await world.simulator.fetch(url, init);
                if (!/droplets\/\d+$/.test(url) || answer.status !== 200) {
                    return answer;
                }
                const off = (await answer.text()).replace('"status":"active"', '"status":"off"');
                return {
                    ...answer,
                    body: (async function* () {
                        yield Buffer.from(off);
                    })(),
                };
            },
        });
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
    });

    it("that takes too long does not hold the destroy up for ever", async () => {
        const { world, stored } = await begin();
        world.simulator.settings.actionMs = 10_000_000;
        await world.delete(stored);
        assert.ok(
            world
                .announced()
                .includes("droplet web-1 (412000001) did not shut down within 2m and is destroyed as it is"),
        );
        assert.deepEqual(world.changes(), ["POST actions 201", "DELETE selective 202"]);
    });
});
