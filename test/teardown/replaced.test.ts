import assert from "node:assert/strict";
import { ungrouped } from "../../provider/stored/inputs.js";

import { aloneTag, markTag, memoryTag } from "../../provider/ownership/verdict.js";
import { ProgramWorld, STACK_TAG, type StoredProgram } from "../support/program-world.js";
import type { PluginProcess, Stored } from "../support/teardown-world.js";

/** What the engine calls for each resource of a program that it runs: `check`, before anything is deleted. */
async function declare({ executor, record }: StoredProgram, process: PluginProcess): Promise<void> {
    await process.check(executor, executor);
    if (record !== null) {
        await process.record.check(record, record);
    }
}

/** An `up` that replaces the teardown, and with it the Droplet, up to the deletes. */
async function replaceAll(world: ProgramWorld, old: StoredProgram, process: PluginProcess) {
    const executor = await world.executor({}, process);
    const tag = String(executor.tag);
    const { id } = world.simulator.panel.createDroplet("web-2", { tags: [STACK_TAG, tag] });
    const before = old.record ?? {};
    const { inputs } = await process.record.check(before, world.recordInputs(tag, id));
    const record = (await world.run(process.record.update("record-1", before, inputs))).outs;
    return { executor, record, dropletId: id, tag };
}

/** A Droplet with a snapshot, and a volume and an address that somebody attached by hand. */
async function begin(): Promise<{
    world: ProgramWorld;
    old: StoredProgram;
    volume: string;
    address: string;
}> {
    const world = new ProgramWorld();
    const { panel } = world.simulator;
    const old = await world.up();
    const volume = panel.createVolume("by-hand").id;
    panel.attachVolume(volume, old.dropletId);
    const address = panel.createReservedIp();
    panel.assignReservedIp(address.id, old.dropletId);
    return { world, old, volume, address: address.id };
}

function dropletNames(world: ProgramWorld): string[] {
    return world.simulator.state().droplets.map(({ name }) => name);
}

describe("a teardown that is replaced by one that is off", () => {
    for (const when of ["in that `up`", "in a later one"]) {
        it(`leaves a copy alone that has its tag, ${when}`, async () => {
            const world = new ProgramWorld();
            const old = await world.up();
            const { panel } = world.simulator;
            const [oldTag, first] = [String(old.executor.tag), world.process()];
            const executor = await world.executor({ enabled: false }, first);
            const tag = String(executor.tag);
            panel.createDroplet("copy", { tags: [STACK_TAG, oldTag] });
            panel.untagDroplet(old.dropletId, oldTag);
            const before = old.record ?? {};
            const news = { ...world.recordInputs(tag, old.dropletId), enabled: false };
            const { inputs } = await first.record.check(before, news);
            const record = (await world.run(first.record.update("record-1", before, inputs))).outs;
            const process = when === "in that `up`" ? first : world.process();
            await declare({ ...old, executor, record }, process);
            await assert.rejects(world.run(process.delete("teardown-1", old.executor)), {
                message: /droplet copy \(\d+\): nothing was done to it/,
            });
            assert.deepEqual(dropletNames(world), ["web-1", "copy"]);
        });
    }
});

describe("a teardown by id that is replaced", () => {
    async function byId() {
        const world = new ProgramWorld();
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        return { world, stored };
    }

    it("leaves its Droplet alone, also where the stack was renamed since it was stored", async () => {
        const { world, stored } = await byId();
        const process = world.process();
        const renamed = String(ungrouped(stored).resourceUrn).replace(
            "urn:pulumi:dev::",
            "urn:pulumi:prod::",
        );
        await process.check(stored, { ...stored, resourceUrn: renamed });
        world.simulator.clearRequests();
        await isLeftAlone(world, stored, process);
    });

    async function isLeftAlone(world: ProgramWorld, stored: Stored, process: PluginProcess) {
        await world.run(process.delete("teardown-1", stored));
        assert.deepEqual(world.requests(), []);
        assert.equal(world.left().length, 5);
        assert.match(world.announced().at(-1) ?? "", /is left alone: its teardown is being replaced/);
    }

    it("leaves the Droplet to the new one", async () => {
        const { world, stored } = await byId();
        const process = world.process();
        await world.create({ dropletId: stored.dropletId, policy: "destroy" }, process);
        await isLeftAlone(world, stored, process);
    });

    it("leaves it alone also in a later `up`, in which nothing is created", async () => {
        const { world, stored } = await byId();
        const process = world.process();
        await process.check(stored, stored);
        await isLeftAlone(world, stored, process);
    });

    it("leaves it alone where it is deleted before the new one is created", async () => {
        const { world, stored } = await byId();
        const process = world.process();
        await process.check({}, stored);
        await isLeftAlone(world, stored, process);
    });

    it("destroys it in a `pulumi destroy`, which checks nothing", async () => {
        const { world, stored } = await byId();
        await world.delete(stored);
        assert.deepEqual(world.left(), []);
    });
});

describe("a record that is replaced", () => {
    it("marks nothing, in the `up` that replaces it and in a later one", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const process = world.process();
        await declare(program, process);
        await world.run(process.record.delete("record-1", program.record ?? {}));
        assert.ok(!world.tagNames().includes(markTag(program.tag, program.dropletId)));
        assert.deepEqual(world.requests(), []);
    });
});

describe("an executor that is replaced together with its Droplet", () => {
    it("takes the Droplet alone, and names with its cost what stays", async () => {
        const { world, old, volume, address } = await begin();
        const process = world.process();
        await replaceAll(world, old, process);
        await world.run(process.delete("teardown-1", old.executor));
        assert.deepEqual(dropletNames(world), ["web-2"]);
        assert.deepEqual(world.left(), ["droplet", "reserved_ip", "snapshot", "volume"]);
        const told = world.announced().at(-1) ?? "";
        assert.match(told, /^droplet web-1 \(412000001\): destroyed\n/);
        assert.match(told, /kept +snapshot +nightly \(\d+\) +only the droplet is replaced +\$0\.15\/month/);
        assert.match(told, new RegExp(`kept +volume +by-hand \\(${volume}\\) +only the droplet`));
        assert.match(told, new RegExp(`kept +reserved ip +${address} +only the droplet`));
    });

    it("does so also in a later `up`, whose program declares the same", async () => {
        const { world, old } = await begin();
        const now = await replaceAll(world, old, world.process());
        const process = world.process();
        await declare(now, process);
        await world.run(process.delete("teardown-1", old.executor));
        assert.deepEqual(dropletNames(world), ["web-2"]);
        assert.deepEqual(world.left(), ["droplet", "reserved_ip", "snapshot", "volume"]);
    });

    it("takes no final snapshot, although one is asked for", async () => {
        const { world, old } = await begin();
        const process = world.process();
        await replaceAll(world, old, process);
        await world.run(process.delete("teardown-1", { ...old.executor, finalSnapshot: true }));
        assert.deepEqual(dropletNames(world), ["web-2"]);
        assert.equal(world.simulator.state().snapshots.length, 1);
    });

    it("leaves the snapshots of the old one to the next destroy, as those of a predecessor", async () => {
        const { world, old } = await begin();
        const process = world.process();
        const now = await replaceAll(world, old, process);
        await world.run(process.delete("teardown-1", old.executor));
        await world.destroy(now);
        assert.deepEqual(world.left(), ["reserved_ip", "volume"]);
        assert.deepEqual(world.tagNames(), []);
    });

    it("leaves them to the second destroy where the first fails after the record is gone", async () => {
        const { world, old } = await begin();
        const process = world.process();
        const now = await replaceAll(world, old, process);
        await world.run(process.delete("teardown-1", old.executor));
        await world.run(world.process().record.delete("record-1", now.record));
        await world.destroy({ ...now, record: null });
        assert.deepEqual(world.left(), ["reserved_ip", "volume"]);
        assert.deepEqual(world.tagNames(), []);
    });

    it("is destroyed with the stack where an `up` left it; what was taken since the replacement stays", async () => {
        const { world, old } = await begin();
        const now = await replaceAll(world, old, world.process());
        await world.pass(60_000);
        world.simulator.panel.takeSnapshot(old.dropletId, "archive");
        const process = world.process();
        await world.run(process.record.delete("record-1", now.record));
        await world.run(process.delete("teardown-1", old.executor));
        await world.run(process.delete("teardown-2", now.executor));
        assert.deepEqual(world.left(), ["snapshot"]);
        assert.equal(world.simulator.state().snapshots[0]?.name, "archive");
        assert.deepEqual(world.tagNames(), []);
    });

    it("takes the Droplet alone where it is deleted before the record that knows the replacement", async () => {
        const { world, old } = await begin();
        await replaceAll(world, old, world.process());
        await world.run(world.process().delete("teardown-1", old.executor));
        assert.deepEqual(dropletNames(world), ["web-2"]);
        assert.deepEqual(world.left(), ["droplet", "reserved_ip", "snapshot", "volume"]);
        assert.match(world.announced().join("\n"), /kept +snapshot +nightly .* only the droplet is replaced/);
    });

    it("leaves the archive of a Droplet that is gone to that record", async () => {
        const { world, old } = await begin();
        const now = await replaceAll(world, old, world.process());
        await world.pass(60_000);
        world.simulator.panel.takeSnapshot(old.dropletId, "archive");
        world.simulator.panel.deleteDroplet(old.dropletId);
        await world.run(world.process().delete("teardown-1", old.executor));
        await world.destroy(now);
        assert.deepEqual(
            world.simulator.state().snapshots.map(({ name }) => name),
            ["archive"],
        );
        assert.deepEqual(world.tagNames(), []);
    });

    it("destroys one that no record ever had, where the program has another one by now", async () => {
        const { world, old } = await begin();
        const executor = await world.executor();
        const unrecorded = String(executor.tag);
        world.simulator.panel.createDroplet("web-0123abc", { tags: [STACK_TAG, unrecorded] });
        const process = world.process();
        await replaceAll(world, old, process);
        await world.run(process.delete("teardown-1", executor));
        assert.deepEqual(dropletNames(world), ["web-1", "web-2"]);
        assert.ok(!world.tagNames().some((tag) => tag.startsWith(unrecorded)));
    });

    it("leaves what a Droplet has that is gone by then to the record, and forgets the Droplet", async () => {
        const { world, old } = await begin();
        const process = world.process();
        await replaceAll(world, old, process);
        world.simulator.panel.deleteDroplet(old.dropletId);
        await world.run(process.delete("teardown-1", old.executor));
        assert.deepEqual(world.left(), ["droplet", "reserved_ip", "snapshot", "volume"]);
        assert.ok(!world.tagNames().some((tag) => tag.startsWith(old.tag)));
        assert.deepEqual(
            world.changes().filter((change) => change.startsWith("DELETE selective")),
            [],
        );
    });

    it("asks twice before it takes the Droplet for gone", async () => {
        const { world, old } = await begin();
        const process = world.process();
        await replaceAll(world, old, process);
        world.simulator.settings.tagListDelayMs = 60_000;
        world.simulator.faults.add({
            match: { method: "GET", path: `/v2/droplets/${old.dropletId}` },
            do: { kind: "answer", status: 404, message: "not found" },
        });
        await world.run(process.delete("teardown-1", old.executor));
        assert.deepEqual(dropletNames(world), ["web-2"]);
    });
});

describe("a tag that somebody deletes in the middle", () => {
    it("loses nothing where it remembers a Droplet: its mark says that all goes", async () => {
        const { world, old } = await begin();
        await world.run(world.process().record.delete("record-1", old.record ?? {}));
        world.simulator.panel.deleteTag(memoryTag(old.tag, old.dropletId));
        await world.run(world.process().delete("teardown-1", old.executor));
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("loses nothing where it says that a Droplet was replaced: that is refused, with what it has", async () => {
        const { world, old } = await begin();
        const process = world.process();
        await replaceAll(world, old, process);
        world.simulator.panel.deleteTag(aloneTag(old.tag, old.dropletId));
        const left = world.left();
        await assert.rejects(world.run(process.delete("teardown-1", old.executor)), {
            message: /nothing was done to it/,
        });
        assert.deepEqual(world.left(), left);
    });
});

describe("an executor that is replaced without its Droplet", () => {
    it("leaves the Droplet that has gone over to the new one", async () => {
        const { world, old } = await begin();
        const process = world.process();
        const executor = await world.executor({}, process);
        const tag = String(executor.tag);
        world.simulator.panel.untagDroplet(old.dropletId, old.tag);
        world.simulator.panel.tagDroplet(old.dropletId, tag);
        const before = old.record ?? {};
        const { inputs } = await process.record.check(before, world.recordInputs(tag, old.dropletId));
        await world.run(process.record.update("record-1", before, inputs));
        await world.run(process.delete("teardown-1", old.executor));
        assert.deepEqual(dropletNames(world), ["web-1"]);
        assert.deepEqual(world.tagNames().sort(), [STACK_TAG, tag, memoryTag(tag, old.dropletId)].sort());
    });

    for (const [when, isRecorded] of [
        ["recorded", true],
        ["made by an `up` that was cut short", false],
    ] as const) {
        it(`refuses while a Droplet that no record has authorized still carries its tag, ${when}, and says how to go on`, async () => {
            const { world, old } = await begin();
            if (!isRecorded) {
                world.simulator.panel.deleteTag(memoryTag(old.tag, old.dropletId));
            }
            const process = world.process();
            await world.executor({}, process);
            await assert.rejects(world.run(process.delete("teardown-1", old.executor)), {
                message:
                    /^droplet web-1 \(412000001\): nothing was done to it: it still carries the tag .* is being replaced[^]*`pulumi up` without `--target`/,
            });
            assert.deepEqual(dropletNames(world), ["web-1"]);
            assert.ok(world.tagNames().includes(old.tag));
        });
    }
});

describe("a teardown that leaves the program", () => {
    it("takes what the policy names, although the program declares others", async () => {
        const { world, old } = await begin();
        const process = world.process();
        await world.executor({ resourceName: "other" }, process);
        await world.run(process.record.delete("record-1", old.record ?? {}));
        await world.run(process.delete("teardown-1", old.executor));
        assert.deepEqual(world.left(), []);
    });
});

describe("an executor that leaves the program", () => {
    it("leaves alone a Droplet that never got its record and that a teardown by id has", async () => {
        const world = new ProgramWorld();
        const { id } = world.dropletWithEverything("legacy");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        const executor = await world.executor({ resourceName: "imported" });
        const tag = String(executor.tag);
        world.simulator.panel.tagDroplet(id, tag);
        const process = world.process();
        const urn = String(ungrouped(stored).resourceUrn).replace(/::web$/, "::legacy");
        await process.check(stored, { ...stored, resourceUrn: urn });
        await world.run(process.delete("teardown-2", executor));
        assert.equal(world.left().length, 5);
        assert.ok(!world.tagNames().includes(tag));
        assert.match(world.announced().join("\n"), /is left alone: \S+::legacy tears it down as well/);
    });
});
