import assert from "node:assert/strict";
import { ungrouped } from "../../provider/stored/inputs.js";

import { memoryTag, markTag } from "../../provider/ownership/verdict.js";
import { ProgramWorld, STACK_TAG, type StoredProgram } from "../support/program-world.js";
import { personalToken, TOKEN } from "../support/teardown-world.js";

const GPU = { size: "gpu-h100x1-80gb", region: "tor1" };
const OTHER_TEAM = personalToken("0f0f0f0f");

describe("the last look before an executor deletes its tag", () => {
    it("finds a second machine that the list by tag showed late, and destroys it", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.pass(60_000);
        world.simulator.settings.tagListDelayMs = 10_000;
        world.simulator.panel.createDroplet("web-abcdef1", { tags: [program.tag] });
        await world.destroy(program);
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("does not take one 404 for a tag that is gone", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.pass(60_000);
        world.simulator.settings.tagListDelayMs = 10_000;
        world.simulator.panel.createDroplet("web-abcdef1", { tags: [program.tag] });
        world.simulator.faults.add({
            match: { method: "GET", path: `/v2/tags/${program.tag}` },
            do: { kind: "answer", status: 404 },
        });
        await world.destroy(program);
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("finds the only machine of an interrupted `up`, although no list shows it yet", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor();
        const tag = String(executor.tag);
        world.simulator.settings.tagListDelayMs = 12_000;
        const { id } = world.simulator.panel.createDroplet("by-hand", { tags: [tag] });
        await world.destroy({ executor, record: null, dropletId: id, tag });
        assert.deepEqual(world.left(), []);
    });

    it("asks about a late one by name: one that nobody asked to delete is refused", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.pass(60_000);
        world.simulator.settings.tagListDelayMs = 10_000;
        const { id } = world.simulator.panel.createDroplet("web-abcdef1", { tags: [program.tag] });
        world.simulator.panel.createTag(memoryTag(program.tag, id));
        const message = await world.failedDestroy(program);
        assert.match(message, /droplet web-abcdef1 .* is no longer in the stack's state/);
        assert.deepEqual(
            world.simulator.state().droplets.map((one) => one.id),
            [id],
        );
        assert.ok(world.tagNames().includes(program.tag));
    });

    it("leaves the tag on a machine that no list ever shows", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.pass(60_000);
        world.simulator.settings.tagListDelayMs = 3_600_000;
        world.simulator.panel.createDroplet("web-abcdef1", { tags: [program.tag] });
        const message = await world.failedDestroy(program);
        assert.match(message, /^the tag teardown-\S+ is still in use, .* \(unlisted: 1\), so it stays\./);
        assert.ok(world.tagNames().includes(program.tag));
        world.simulator.settings.tagListDelayMs = 0;
        await world.destroy({ ...program, record: null });
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("is made before there is nothing to destroy", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor();
        const tag = String(executor.tag);
        world.simulator.settings.tagListDelayMs = 3_600_000;
        const { id } = world.simulator.panel.createDroplet("web-abcdef1", { tags: [tag] });
        const message = await world.failedDestroy({ executor, record: null, dropletId: id, tag });
        assert.match(message, /\(unlisted: 1\)/);
        assert.doesNotMatch(world.announced().join("\n"), /nothing to destroy/);
    });

    it("does not rest on a list of Droplets with a GPU that the process read earlier", async () => {
        const world = new ProgramWorld();
        const programs = [await world.up(), await world.up({ resourceName: "db" })] as const;
        const process = world.process();
        const destroy = async (index: 0 | 1): Promise<void> => {
            const { record, executor } = programs[index];
            await world.run(process.record.delete("record", record ?? {}));
            await world.run(process.delete("teardown", executor));
        };
        await destroy(0);
        world.simulator.panel.createDroplet("db-abcdef1", { ...GPU, tags: [programs[1].tag] });
        await destroy(1);
        assert.deepEqual(world.left(), []);
    });
});

describe("a copy beside the program's own Droplet, which has a GPU and no record", () => {
    it("is not taken for the only one with the tag", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor();
        const tag = String(executor.tag);
        const { id } = world.simulator.panel.createDroplet("web-abcdef1", { ...GPU, tags: [tag] });
        world.simulator.panel.createDroplet("copy", { tags: [tag] });
        const message = await world.failedDestroy({ executor, record: null, dropletId: id, tag });
        assert.match(message, /droplet copy .* it may be a copy/);
        assert.deepEqual(
            world.simulator.state().droplets.map(({ name }) => name),
            ["copy"],
        );
    });
});

describe("what tags say of a Droplet", () => {
    it("is asked by name: a list of the account's tags only says which Droplets to ask about", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.createTag(markTag(program.tag, program.dropletId));
        const process = world.process();
        // The process has read the tags before somebody takes the mark back.
        const other = await world.up({ resourceName: "db" });
        world.simulator.panel.deleteDroplet(other.dropletId);
        await world.run(process.delete("teardown", other.executor));
        world.simulator.panel.deleteTag(markTag(program.tag, program.dropletId));
        await assert.rejects(world.run(process.delete("teardown", program.executor)), {
            message: /is no longer in the stack's state/,
        });
    });
});

describe("the readable tag of a stack", () => {
    it("goes in each team with the last of its Droplets", async () => {
        const world = new ProgramWorld({ grants: { [TOKEN]: {}, [OTHER_TEAM]: { team: "other" } } });
        const own = await world.up();
        const args = { resourceName: "db", token: OTHER_TEAM };
        const executor = await world.executor(args);
        const tag = String(executor.tag);
        const dropletId = world.simulator
            .panelFor("other")
            .createDroplet("db-1", { tags: [STACK_TAG, tag] }).id;
        const record = await world.record(tag, dropletId, args);
        const process = world.process();
        await world.run(
            Promise.all(
                [own, { executor, record }].map(async (program) => {
                    await process.record.delete("record", program.record ?? {});
                    await process.delete("teardown", program.executor);
                }),
            ),
        );
        assert.deepEqual(world.tagNames(), []);
    });
});

describe("the readable tag of a stack that is renamed", () => {
    const renamed = (urn: unknown): string => String(urn).replace("urn:pulumi:dev::", "urn:pulumi:prod::");

    async function upAfterRename(world: ProgramWorld, { record, dropletId }: StoredProgram): Promise<void> {
        const { panel } = world.simulator;
        panel.untagDroplet(dropletId, STACK_TAG);
        panel.tagDroplet(dropletId, "teardown:app:prod");
        const news = { ...record, resourceUrn: renamed(ungrouped(record ?? {}).resourceUrn) };
        await world.run(world.process().record.update("record-1", record ?? {}, news));
    }

    it("goes with the last Droplet that carried the old name", async () => {
        const world = new ProgramWorld();
        const programs = [await world.up(), await world.up({ resourceName: "db" })] as const;
        await upAfterRename(world, programs[0]);
        assert.ok(world.tagNames().includes(STACK_TAG));
        await upAfterRename(world, programs[1]);
        assert.ok(!world.tagNames().includes(STACK_TAG));
        assert.ok(world.tagNames().includes("teardown:app:prod"));
    });

    it("goes with the destroy of a Droplet that still carried the old name, if no other does", async () => {
        const world = new ProgramWorld();
        const { panel } = world.simulator;
        const program = await world.up();
        panel.tagDroplet(program.dropletId, "teardown:app:old");
        panel.tagDroplet(program.dropletId, "teardown:other:dev");
        panel.createDroplet("another", { tags: ["teardown:other:dev"] });
        await world.destroy(program);
        assert.deepEqual(world.tagNames(), ["teardown:other:dev"]);
    });
});

describe("a Droplet with the readable tag and that of no teardown", () => {
    /** An `up` was killed while it created it, and then somebody deleted the teardown's tag. */
    async function beside(
        world: ProgramWorld,
    ): Promise<{ readonly program: StoredProgram; readonly id: number }> {
        const program = await world.up();
        const { id } = world.simulator.panel.createDroplet("web-abcdef1", { tags: [STACK_TAG] });
        return { program, id };
    }

    it("is named when the last teardown of its stack is gone, with its cost and its command", async () => {
        const world = new ProgramWorld();
        const { program, id } = await beside(world);
        await world.destroy(program);
        const line = world.announced().find((one) => one.includes(`(${id})`)) ?? "";
        assert.match(line, /^droplet web-abcdef1 \(\d+\), \$6\.00\/month, carries the tag teardown:app:dev/);
        assert.ok(line.includes(`\`npx pulumi-droplet-teardown destroy ${id}\``));
        assert.ok(world.tagNames().includes(STACK_TAG));
    });

    it("is named after the stack was renamed twice, also where a teardown of the new name is the last", async () => {
        const world = new ProgramWorld();
        const { program, id } = await beside(world);
        const process = world.process();
        let { executor } = program;
        for (const stackTag of ["teardown:app:test", "teardown:app:prod"]) {
            const news = await process.check(executor, { ...executor, stackTag });
            ({ outs: executor } = await world.run(process.update("teardown-1", executor, news.inputs)));
        }
        const created = await world.executor({ resourceName: "db" });
        const db = { ...created, stackTag: "teardown:app:prod" };
        world.simulator.panel.createDroplet("db-1234567", { tags: [String(created.tag)] });
        const destroying = world.process();
        await world.run(destroying.record.delete("record-1", program.record ?? {}));
        await world.run(Promise.all([destroying.delete("1", executor), destroying.delete("2", db)]));
        const lines = world.announced().filter((one) => one.includes(`(${id})`));
        assert.deepEqual(
            lines.map((line) => /carries the tag (\S+)/.exec(line)?.[1]),
            [STACK_TAG],
        );
        assert.ok(world.tagNames().includes(STACK_TAG));
    });

    it("is not named where a teardown has it", async () => {
        const world = new ProgramWorld();
        const programs = [await world.up(), await world.up({ resourceName: "db" })] as const;
        await world.destroy(programs[0]);
        assert.ok(!world.announced().some((line) => line.includes(`(${programs[1].dropletId})`)));
    });
});

describe("one `up` of many Droplets in an account with many tags", () => {
    it("reads the pages of tags once", async () => {
        const world = new ProgramWorld();
        for (let index = 0; index < 700; index += 1) {
            world.simulator.panel.createTag(`theirs-${index}`);
        }
        const process = world.process();
        const names = Array.from({ length: 30 }, (_, index) => `web-${index}`);
        await Promise.all(
            names.map(async (resourceName) => {
                const executor = await world.executor({ resourceName }, process);
                const tag = String(executor.tag);
                const { id } = world.simulator.panel.createDroplet(resourceName, { tags: [STACK_TAG, tag] });
                await world.record(tag, id, { resourceName }, process);
            }),
        );
        const pages = world.requests().filter((line) => line.startsWith("GET tags?"));
        assert.equal(pages.length, 8);
        assert.ok(world.requests().length <= 8 + 30 * 5 + 3, String(world.requests().length));
    });
});
