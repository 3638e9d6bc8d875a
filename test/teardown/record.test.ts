import assert from "node:assert/strict";
import { ungrouped } from "../../provider/stored/inputs.js";

import type { Fetch } from "../../provider/digitalocean/connection.js";
import { aloneTag, markTag, memoryTag } from "../../provider/ownership/verdict.js";
import { type ProgramArgs, ProgramWorld, STACK_TAG } from "../support/program-world.js";
import type { Stored } from "../support/teardown-world.js";

/** An `up` that changes something. */
async function update(
    world: ProgramWorld,
    before: Stored,
    tag: string,
    dropletId: number,
    args: object = {},
) {
    const process = world.process();
    const { inputs } = await process.record.check(before, world.recordInputs(tag, dropletId, args));
    return (await world.run(process.record.update("record-1", before, inputs))).outs;
}

describe("the record of a Droplet", () => {
    it("remembers the Droplet at DigitalOcean once everything else is read, in few requests", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor();
        const tag = String(executor.tag);
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: [STACK_TAG, tag] });
        const process = world.process();
        world.simulator.clearRequests();
        const record = await world.record(tag, id, {}, process);
        assert.deepEqual(
            world.requests().map((line) =>
                line
                    .replace(/teardown-\w+/, "T")
                    .replace(/\?(?!type).*/, "")
                    .replace(/&.*/, ""),
            ),
            [
                "GET account 200",
                "GET droplets",
                "GET droplets?type=gpus",
                "GET tags",
                "GET droplets/412000001/destroy_with_associated_resources 200",
                "POST tags 201",
            ],
        );
        assert.ok(world.tagNames().includes(memoryTag(tag, id)));
        assert.match(String(record.accountId), /^[0-9a-f]{40}$/);
    });

    it("reads side by side whatever does not depend on another answer", async () => {
        const world = new ProgramWorld({ settings: { roundTripMs: 200 } });
        const process = world.process();
        const executor = await world.executor({}, process);
        const tag = String(executor.tag);
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: [STACK_TAG, tag] });
        const sinceMs = world.clock.monotonicMs();
        await world.record(tag, id, {}, process);
        // The reads, and then what remembers the Droplet.
        assert.equal(world.clock.monotonicMs() - sinceMs, 400);
    });

    it("takes back the mark of an earlier destroy that was given up", async () => {
        const world = new ProgramWorld();
        const { tag, dropletId, record } = await world.up();
        await world.run(world.process().record.delete("record-1", record ?? {}));
        assert.ok(world.tagNames().includes(markTag(tag, dropletId)));
        await world.record(tag, dropletId);
        assert.ok(!world.tagNames().includes(markTag(tag, dropletId)));
    });

    it("says at a check that the Droplet stays where it gets another teardown, and only there", async () => {
        const world = new ProgramWorld();
        const { record, dropletId, tag } = await world.up();
        assert.ok(record);
        const process = world.process();
        const before = world.announced().length;
        await process.record.check(record, world.recordInputs(tag, dropletId));
        await process.record.check(record, world.recordInputs("teardown-1", dropletId + 1));
        assert.equal(world.announced().length, before);
        await process.record.check(record, world.recordInputs("teardown-1", dropletId));
        assert.deepEqual(world.announced().slice(before), [
            `droplet ${dropletId} stays: it gets another teardown, and the delete of the one that it had does not destroy it`,
        ]);
    });

    it("fails where the Droplet does not carry the tag", async () => {
        const world = new ProgramWorld();
        const { tag, dropletId } = await world.up();
        world.simulator.panel.untagDroplet(dropletId, tag);
        await assert.rejects(world.record(tag, dropletId), {
            message: /does not carry the tag .* transformation/,
        });
    });

    it("lets a Droplet go that somebody destroys between its two reads of it", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const { simulator } = world;
        const fetch: Fetch = async (url, init) => {
            if (url.endsWith("/destroy_with_associated_resources") && simulator.state().droplets.length > 0) {
                simulator.panel.deleteDroplet(program.dropletId);
            }
            return simulator.fetch(url, init);
        };
        await world.destroy(program, { fetch });
        assert.match(
            world.announced().join("\n"),
            /droplet 412000001: already gone\n +kept +snapshot +nightly/,
        );
    });

    it("warns where the Droplet is imported, and a destroy in between refuses", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor();
        const tag = String(executor.tag);
        const { id } = world.simulator.panel.createDroplet("web-1");
        const record = await world.record(tag, id, { imported: true });
        assert.match(world.announced().join("\n"), /is imported as it is: run `pulumi up` once more/);
        const program = { executor, record, dropletId: id, tag };
        assert.match(await world.failedDestroy(program), /does not carry the tag/);
        assert.deepEqual(world.left(), ["droplet"]);
    });

    it("fails beside a living Droplet of an unfinished destroy, and names it", async () => {
        const world = new ProgramWorld();
        const { tag } = await world.up();
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [tag] });
        await assert.rejects(world.record(tag, id), {
            message: /^droplet web-1 \(412000001\), \$6\.00\/month: of an unfinished destroy/,
        });
        assert.ok(!world.tagNames().includes(memoryTag(tag, id)));
    });

    it("names a Droplet of an unfinished destroy that a person keeps by taking its tag off, and so does the destroy, which leaves it", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.run(world.process().record.delete("record-1", program.record ?? {}));
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [program.tag] });
        const record = await world.record(program.tag, id);
        const left =
            /^droplet web-1 \(412000001\), \$6\.00\/month, of an earlier `pulumi up` no longer carries its tag/m;
        assert.match(world.announced().join("\n"), left);
        assert.ok(!world.tagNames().includes(markTag(program.tag, program.dropletId)));
        world.lines.length = 0;
        await world.destroy({ ...program, record, dropletId: id });
        assert.match(world.announced().join("\n"), left);
        assert.ok(!world.tagNames().includes(memoryTag(program.tag, program.dropletId)));
        assert.deepEqual(
            world.simulator.state().droplets.map(({ name }) => name),
            ["web-1"],
        );
    });

    it("tells the snapshots of a predecessor once", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [program.tag] });
        const updated = await update(world, program.record ?? {}, program.tag, id);
        world.simulator.panel.deleteDroplet(program.dropletId);
        const { props } = await world.run(world.process().record.read("record-1", updated));
        assert.equal((props?.inventory as unknown[]).length, 1);
        await world.destroy({ ...program, record: props ?? {}, dropletId: id });
        const told = world.announced().filter((text) => /^ {2}destroyed .*nightly/m.test(text));
        assert.equal(told.length, 1, world.announced().join("\n"));
    });

    it("knows a predecessor, whose snapshots follow the policy at the next destroy", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [program.tag] });
        const record = await update(world, program.record ?? {}, program.tag, id);
        assert.deepEqual(record.predecessors, [
            { dropletId: program.dropletId, replacedAt: "2026-01-01T00:00:00.000Z", released: false },
        ]);
        assert.ok(world.tagNames().includes(aloneTag(program.tag, program.dropletId)));
        world.simulator.panel.deleteDroplet(program.dropletId);
        await world.destroy({ ...program, record, dropletId: id });
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("tells what a replaced Droplet has that the official provider does not delete with it", async () => {
        const world = new ProgramWorld();
        const { panel } = world.simulator;
        const program = await world.up();
        const [data, moved, own] = ["data", "moved", "own"].map((name) => panel.createVolume(name));
        assert.ok(data && moved && own);
        [data, moved, own].forEach(({ id }) => panel.attachVolume(id, program.dropletId));
        const { id } = panel.createDroplet("web-2", { tags: [program.tag] });
        panel.detachVolume(moved.id);
        panel.attachVolume(moved.id, id);
        await update(world, program.record ?? {}, program.tag, id, { keep: [own.id] });
        assert.deepEqual(
            world.announced().filter((line) => line.includes("is replaced")),
            [
                `droplet ${program.dropletId} is replaced, and what else it has is not deleted with it: volume data (${data.id}), $1.00/month`,
            ],
        );
    });

    it("tells what a Droplet had that was gone before its replacement was recorded", async () => {
        const world = new ProgramWorld();
        const { panel } = world.simulator;
        const program = await world.up();
        const { id: data } = panel.createVolume("data");
        panel.attachVolume(data, program.dropletId);
        const { props } = await world.run(world.process().record.read("record-1", program.record ?? {}));
        panel.deleteDroplet(program.dropletId);
        const { id } = panel.createDroplet("web-2", { tags: [program.tag] });
        await update(world, props ?? {}, program.tag, id);
        assert.match(
            world.announced().join("\n"),
            new RegExp(`not deleted with it: volume data \\(${data}\\)`),
        );
    });

    it("takes a predecessor that could not be deleted together with its successor", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [program.tag] });
        const record = await update(world, program.record ?? {}, program.tag, id);
        await world.destroy({ ...program, record, dropletId: id });
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("forgets a predecessor that has left nothing", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [program.tag] });
        const record = await update(world, program.record ?? {}, program.tag, id);
        world.simulator.panel.deleteDroplet(program.dropletId);
        for (const snapshot of world.simulator.state().snapshots) {
            world.simulator.panel.deleteSnapshot(snapshot.id);
        }
        const again = await update(world, record, program.tag, id, { policy: "keep" });
        assert.deepEqual(again.predecessors, []);
        assert.ok(!world.tagNames().includes(memoryTag(program.tag, program.dropletId)));
        assert.ok(!world.tagNames().includes(markTag(program.tag, program.dropletId)));
    });

    it("releases a Droplet that stays when it is replaced", async () => {
        const world = new ProgramWorld();
        const program = await world.up({ retained: true });
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [program.tag] });
        const record = await update(world, program.record ?? {}, program.tag, id, { retained: true });
        assert.deepEqual(record.predecessors, []);
        const [old] = world.simulator.state().droplets;
        assert.deepEqual(old?.tags, [STACK_TAG]);
        await world.destroy({ ...program, record, dropletId: id });
        assert.deepEqual(world.left(), ["droplet", "snapshot"]);
        assert.deepEqual(world.tagNames(), [STACK_TAG]);
    });

    it("lets the Droplet go where its teardown is not enabled any more", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const record = await update(world, program.record ?? {}, program.tag, program.dropletId, {
            enabled: false,
        });
        const [droplet] = world.simulator.state().droplets;
        assert.deepEqual(droplet?.tags, [STACK_TAG]);
        const executor = { ...program.executor, enabled: false };
        await world.destroy({ ...program, executor, record });
        assert.deepEqual(world.left(), ["droplet", "snapshot"]);
        assert.deepEqual(world.tagNames(), [STACK_TAG]);
    });

    it("destroys a Droplet whose teardown was to be switched off by an `up` that was cut short", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.destroy({ ...program, executor: { ...program.executor, enabled: false } });
        assert.deepEqual(world.left(), []);
    });

    it("names the Droplet that it cannot record: the official provider may have just made it", async () => {
        const world = new ProgramWorld();
        const { tag } = await world.executor();
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: [STACK_TAG, String(tag)] });
        world.simulator.faults.add({
            match: { method: "GET", path: "/v2/droplets" },
            do: { kind: "answer", status: 500 },
            times: Infinity,
        });
        await assert.rejects(world.record(String(tag), id), {
            message: new RegExp(`^droplet ${id} is not recorded: GET /v2/droplets.*no usable answer`),
        });
    });

    it("that got another teardown is reported by that one alone, while the former one is still to be deleted", async () => {
        const world = new ProgramWorld();
        const former = await world.up();
        const { tag: formerTag, dropletId } = former;
        const executor = await world.executor();
        const tag = String(executor.tag);
        world.simulator.panel.untagDroplet(dropletId, formerTag);
        world.simulator.panel.tagDroplet(dropletId, tag);
        const record = await update(world, former.record ?? {}, tag, dropletId);
        const process = world.process();
        await world.run(process.record.delete("record-1", record));
        await world.run(process.delete("teardown-2", executor));
        const told = world.announced().length;
        await world.run(process.delete("teardown-1", former.executor));
        assert.deepEqual(world.announced().slice(told), [
            "no droplet carries the tag of this teardown: nothing to destroy",
        ]);
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("leaves the tag to another record with the same one, as after a `pulumi state rename` of the teardown", async () => {
        const world = new ProgramWorld();
        const { executor, record, dropletId, tag } = await world.up();
        const process = world.process();
        const renamed = { resourceName: "site" };
        const other = await world.record(tag, dropletId, renamed, process);
        await world.run(process.record.delete("record-1", record ?? {}));
        assert.match(world.announced().join("\n"), /is left alone: .*::site declares it as well/);
        assert.deepEqual(world.simulator.state().droplets[0]?.tags, [STACK_TAG, tag]);
        await world.destroy({ executor, record: other, dropletId, tag });
        assert.deepEqual(world.left(), []);
    });

    it("leaves the Droplet to another resource that the running program declares for it", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const process = world.process();
        const other = {
            dropletId: program.dropletId,
            policy: "destroy",
            resourceUrn: `urn:other::site`,
        };
        await process.check({}, other);
        await world.run(process.record.delete("record-1", program.record ?? {}));
        await world.run(process.delete("teardown-1", program.executor));
        assert.deepEqual(world.left(), ["droplet", "snapshot"]);
        assert.match(world.announced().join("\n"), /is left alone: urn:other::site declares it as well/);
        assert.deepEqual(world.tagNames(), [STACK_TAG]);
    });

    it("leaves the state at a refresh when the Droplet is gone with all it had, and changes nothing", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.deleteSnapshot(world.simulator.state().snapshots[0]?.id ?? "");
        world.simulator.panel.deleteDroplet(program.dropletId);
        const { id } = await world.run(world.process().record.read("record-1", program.record ?? {}));
        assert.equal(id, undefined);
        assert.deepEqual(world.changes(), []);
        await world.destroy({ ...program, record: null });
        assert.deepEqual(world.tagNames(), []);
    });
});

describe("an executor", () => {
    it("keeps its tag, and another one has another", async () => {
        const world = new ProgramWorld();
        const process = world.process();
        const news = { policy: "keep", resourceName: "web", stackTag: STACK_TAG };
        const first = (await process.check({}, news)).inputs;
        assert.match(String(first.tag), /^teardown-[0-9a-f]{16}$/);
        assert.equal((await process.check(first, { ...news, policy: "destroy" })).inputs.tag, first.tag);
        assert.notEqual((await process.check({}, news)).inputs.tag, first.tag);
    });

    it("takes no other teardown's name", async () => {
        const process = new ProgramWorld().process();
        const byTag = { policy: "keep", resourceName: "web", stackTag: STACK_TAG };
        const byId = { policy: "keep", dropletId: 7 };
        const { inputs } = await process.check({}, byTag);
        assert.match((await process.check(inputs, byId)).failures[0]?.reason ?? "", /another name/);
        assert.match((await process.check(byId, byTag)).failures[0]?.reason ?? "", /another name/);
    });

    for (const property of ["managed", "volumeIds"]) {
        it(`keeps what was in ${property} once`, async () => {
            const process = new ProgramWorld().process();
            const news = { policy: "keep", resourceName: "web", stackTag: STACK_TAG };
            const { inputs } = await process.check({}, { ...news, [property]: ["v1"] });
            const { inputs: next } = await process.check(inputs, { ...news, [property]: ["v2"] });
            assert.deepEqual(ungrouped(next)[property], ["v1", "v2"]);
        });
    }

    it("is refused beside a Droplet that the same program makes", async () => {
        const process = new ProgramWorld().process();
        const urn = "urn:pulumi:dev::app::x::web";
        await process.record.check({}, { dropletId: 7, tag: "teardown-0", policy: "keep", resourceUrn: urn });
        const { failures } = await process.check(
            {},
            { dropletId: 7, policy: "keep", resourceUrn: `${urn}-2` },
        );
        assert.match(failures[0]?.reason ?? "", /Droplet 7 is made by this program/);
    });

    it("is refused beside another one of the same Droplet by id, and names both", async () => {
        const process = new ProgramWorld().process();
        const [one, other] = ["a", "b"].map((name) => `urn:pulumi:dev::app::x::${name}`);
        const inputs = { dropletId: 7, policy: "keep" };
        assert.deepEqual((await process.check({}, { ...inputs, resourceUrn: one })).failures, []);
        assert.deepEqual((await process.check({}, { ...inputs, resourceUrn: one })).failures, []);
        const { failures } = await process.check({}, { ...inputs, resourceUrn: other });
        assert.deepEqual(failures, [
            {
                property: "dropletId",
                reason: `Droplet 7 has two teardowns in this program, ${one} and ${other}: take one of them out`,
            },
        ]);
        const renamed = await new ProgramWorld().process().check(inputs, { ...inputs, resourceUrn: other });
        assert.deepEqual(renamed.failures, []);
    });

    it("that changes the policy, or what is kept, says what a destroy would do from now on", async () => {
        const world = new ProgramWorld();
        const { record, tag, dropletId } = await world.up({ policy: "destroy" });
        const stored = await world.run(world.process().record.read("record-1", record ?? {}));
        const update = async (args: ProgramArgs): Promise<string[]> => {
            world.lines.length = 0;
            const process = world.process();
            const { inputs } = await process.record.check(
                stored.props ?? {},
                world.recordInputs(tag, dropletId, args),
            );
            await world.run(process.record.update("record-1", stored.props ?? {}, inputs));
            return world.announced();
        };
        assert.match(
            (await update({ policy: "keep" })).join("\n"),
            /would keep +snapshot +nightly .* policy snapshots: keep/,
        );
        assert.match(
            (await update({ keep: ["night*"] })).join("\n"),
            /would keep +snapshot +nightly .* keep: night\*/,
        );
        assert.deepEqual(await update({}), []);
    });
});
