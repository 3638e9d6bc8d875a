import assert from "node:assert/strict";

import { memoryTag } from "../../provider/ownership/verdict.js";
import { ProgramWorld, STACK_TAG, type StoredProgram } from "../support/program-world.js";

const OTHER_TAG = "teardown-ffffffffffffffff";

describe("the destroy of a Droplet of a program", () => {
    it("takes all of it, and leaves no tag in the account", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.destroy(program);
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("leaves the stack's readable tag while another Droplet carries it", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.createDroplet("db-1", { tags: [STACK_TAG] });
        await world.destroy(program);
        assert.deepEqual(world.tagNames(), [STACK_TAG]);
    });

    it("looks once, at the end of several in one process, whether the readable tag is still needed", async () => {
        const world = new ProgramWorld();
        const programs = [await world.up({ resourceName: "web" }), await world.up({ resourceName: "db" })];
        const process = world.process();
        const destroyOne = async ({ executor, record }: StoredProgram): Promise<void> => {
            await process.record.delete("record", record ?? {});
            await process.delete("teardown", executor);
        };
        await world.run(Promise.all(programs.map(destroyOne)));
        const looks = world.requests().filter((line) => line.startsWith("GET tags/teardown%3A"));
        assert.equal(looks.length, 1);
        assert.deepEqual(world.tagNames(), []);
    });

    it("is not held up by the lists that many of them share", async () => {
        const world = new ProgramWorld();
        const programs: StoredProgram[] = [];
        for (let index = 1; index <= 20; index += 1) {
            programs.push(await world.up({ resourceName: `web-${index}` }));
        }
        const process = world.process();
        const startedAtMs = world.clock.monotonicMs();
        await world.run(
            Promise.all(
                programs.map(async ({ executor, record }) => {
                    await process.record.delete("record", record ?? {});
                    await process.delete("teardown", executor);
                }),
            ),
        );
        assert.deepEqual(world.left(), []);
        assert.ok(world.clock.monotonicMs() - startedAtMs < 180_000);
    });

    it("takes the list by its tag for its look at the Droplet", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.destroy(program);
        const looks = world.requests().filter((line) => line === `GET droplets/${program.dropletId} 200`);
        assert.equal(looks.length, 1, "besides the record's preflight");
    });

    it("is done, with a line, where the token may not delete tags", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/tags/*" },
            times: Infinity,
            do: { kind: "answer", status: 403, message: "You are not authorized" },
        });
        await world.destroy(program);
        assert.deepEqual(world.left(), []);
        assert.match(world.announced().join("\n"), /may not delete tags \(scope tag:delete\)/);
    });

    it("fails when all is destroyed where the tags cannot be deleted, after telling what was destroyed", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/tags/*" },
            times: Infinity,
            do: { kind: "answer", status: 500, message: "Server Error" },
        });
        assert.match(
            await world.failedDestroy(program),
            /^everything is destroyed, but tags .* 500 Server Error/,
        );
        assert.match(world.announced().join("\n"), /destroyed {2}droplet, snapshot nightly/);
        world.simulator.faults.clear();
        await world.destroy({ ...program, record: null });
        assert.deepEqual(world.tagNames(), []);
    });

    it("may be told in the environment what to keep of another Droplet", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const other = world.dropletWithEverything("db");
        for (const entry of [other.snapshot, other.volume, other.address]) {
            assert.match(
                await world.failedDestroy(program, { env: { DROPLET_TEARDOWN_KEEP: `${entry},typo` } }),
                /DROPLET_TEARDOWN_KEEP lists typo, but/,
            );
        }
        await world.destroy(program, { env: { DROPLET_TEARDOWN_KEEP: other.snapshot } });
        assert.equal(world.simulator.state().droplets.length, 1);
    });

    it("takes what an `up` that was cut short has made, although lists are late", async () => {
        const world = new ProgramWorld({ settings: { tagListDelayMs: 3_000 } });
        const executor = await world.executor();
        const tag = String(executor.tag);
        const { id } = world.simulator.panel.createDroplet("web-0abcdef", { tags: [tag] });
        await world.destroy({ executor, record: null, dropletId: id, tag });
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("is resumed where only the executor is left in the state", async () => {
        const world = new ProgramWorld({ settings: { dropletSurvivesFailure: false } });
        const program = await world.up();
        const [snapshot] = world.simulator.state().snapshots;
        world.simulator.faults.failItem(snapshot?.id ?? "", { times: Infinity });
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/snapshots/*" },
            times: Infinity,
            do: { kind: "answer", status: 409, message: "snapshot is busy" },
        });
        await world.failedDestroy(program, { env: { DROPLET_TEARDOWN_TIMEOUT: "1m" } });
        assert.deepEqual(world.left(), ["snapshot"]);
        world.simulator.faults.clear();
        await world.destroy({ ...program, record: null });
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("reads the memory again where other people make tags meanwhile", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.deleteDroplet(program.dropletId);
        for (let index = 0; index < 250; index += 1) {
            world.simulator.panel.createTag(`theirs-${index}`);
        }
        let pages = 0;
        await world.destroy(
            { ...program, record: null },
            {
                fetch: async (url, init) => {
                    const answer = await world.simulator.fetch(url, init);
                    if (url.includes("/v2/tags?") && (pages += 1) === 1) {
                        world.simulator.panel.deleteTag("theirs-0");
                    }
                    return answer;
                },
            },
        );
        assert.equal(pages, 6);
        assert.deepEqual(
            world.tagNames().filter((tag) => !tag.startsWith("theirs-")),
            [],
        );
    });
});

describe("the destroy of a Droplet of a program leaves alone, in silence,", () => {
    it("what another teardown has taken over", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        world.simulator.panel.tagDroplet(program.dropletId, OTHER_TAG);
        await world.destroy(program);
        assert.equal(world.simulator.state().droplets.length, 1);
        assert.deepEqual(world.tagNames().sort(), [OTHER_TAG, STACK_TAG].sort());
        assert.ok(!world.tagNames().includes(memoryTag(program.tag, program.dropletId)));
    });
});
