import assert from "node:assert/strict";

import { markTag, memoryTag } from "../../provider/ownership/verdict.js";
import { ProgramWorld, STACK_TAG, type StoredProgram } from "../support/program-world.js";
import type { Settings } from "../../simulator/index.js";
import type { Stored } from "../support/teardown-world.js";

/** A stack whose first Droplet, with a snapshot, was replaced, and could not be deleted. */
interface Replaced {
    readonly world: ProgramWorld;
    readonly program: StoredProgram & { readonly record: Stored };
    readonly oldId: number;
}

async function update(world: ProgramWorld, before: Stored, tag: string, id: number, args: object = {}) {
    const process = world.process();
    const { inputs } = await process.record.check(before, world.recordInputs(tag, id, args));
    return (await world.run(process.record.update("record-1", before, inputs))).outs;
}

async function replaced(
    attach: (world: ProgramWorld, id: number) => void = () => undefined,
    settings: Partial<Settings> = {},
): Promise<Replaced> {
    const world = new ProgramWorld({ settings });
    const { executor, record, dropletId: oldId, tag } = await world.up();
    attach(world, oldId);
    await world.pass(60_000);
    const { id } = world.simulator.panel.createDroplet("web-2", { tags: [STACK_TAG, tag] });
    const updated = await update(world, record ?? {}, tag, id);
    await world.pass(60_000);
    return { world, program: { executor, record: updated, dropletId: id, tag }, oldId };
}

async function refresh(world: ProgramWorld, record: Stored): Promise<Stored> {
    const { props } = await world.run(world.process().record.read("record-1", record));
    return props ?? {};
}

function snapshotNames(world: ProgramWorld): string[] {
    return world.simulator.state().snapshots.map(({ name }) => name);
}

function dropletNames(world: ProgramWorld): string[] {
    return world.simulator.state().droplets.map(({ name }) => name);
}

/** Somebody keeps the old machine: takes its tag off, archives and deletes it. */
function archive({ world, program, oldId }: Replaced): void {
    const { panel } = world.simulator;
    panel.untagDroplet(oldId, program.tag);
    panel.takeSnapshot(oldId, "archive");
    panel.deleteDroplet(oldId);
}

describe("a Droplet that was replaced, of which somebody keeps an archive", () => {
    it("is known with the time of its replacement; the archive stays, what is older goes", async () => {
        const stack = await replaced();
        const { world, program, oldId } = stack;
        assert.deepEqual(program.record.predecessors, [
            { dropletId: oldId, replacedAt: "2026-01-01T00:01:00.000Z", released: false },
        ]);
        archive(stack);
        await world.destroy(program);
        assert.deepEqual(snapshotNames(world), ["archive"]);
        assert.match(
            world.announced().join("\n"),
            /kept +snapshot +archive .* taken after the droplet was replaced/,
        );
        assert.deepEqual(world.tagNames(), []);
    });

    for (const minutes of [-15, 15]) {
        it(`is told from what is older by DigitalOcean's clock, which is ${minutes} minutes ahead of ours`, async () => {
            const stack = await replaced(undefined, { clockSkewMs: minutes * 60_000 });
            archive(stack);
            await stack.world.destroy(stack.program);
            assert.deepEqual(snapshotNames(stack.world), ["archive"]);
        });
    }

    it("keeps it also where a first destroy fails after the record is gone", async () => {
        const stack = await replaced();
        const { world, program } = stack;
        archive(stack);
        await world.run(world.process().record.delete("record-1", program.record));
        await world.destroy({ ...program, record: null });
        assert.ok(snapshotNames(world).includes("archive"));
        assert.match(world.announced().join("\n"), /kept +snapshot +archive /);
        assert.deepEqual(world.tagNames(), []);
    });

    it("stays where the Droplet still lives, and is destroyed with what is older", async () => {
        const { world, program, oldId } = await replaced();
        world.simulator.panel.takeSnapshot(oldId, "archive");
        await world.destroy(program);
        assert.deepEqual(dropletNames(world), []);
        assert.deepEqual(snapshotNames(world), ["archive"]);
        assert.match(
            world.announced().join("\n"),
            /kept +snapshot +archive .* taken after the droplet was replaced/,
        );
        assert.deepEqual(world.tagNames(), []);
    });

    it("stays where it is taken while the stack is destroyed", async () => {
        const { world, program, oldId } = await replaced();
        const process = world.process();
        await world.run(process.record.delete("record-1", program.record));
        world.simulator.panel.takeSnapshot(oldId, "archive");
        await world.run(process.delete("teardown-1", program.executor));
        assert.deepEqual(snapshotNames(world), ["archive"]);
    });

    it("stays, with all snapshots, where the Droplet lives and a first destroy fails after the record is gone", async () => {
        const { world, program, oldId } = await replaced();
        world.simulator.panel.takeSnapshot(oldId, "archive");
        await world.run(world.process().record.delete("record-1", program.record));
        await world.destroy({ ...program, record: null });
        assert.deepEqual(dropletNames(world), []);
        assert.deepEqual(snapshotNames(world), ["nightly", "archive"]);
        assert.match(world.announced().join("\n"), /kept +snapshot +archive .* only the droplet is replaced/);
        assert.deepEqual(world.tagNames(), []);
    });

    it("is somebody else's from the refresh on that sees it without its tag, with all it leaves", async () => {
        const { world, program, oldId } = await replaced();
        world.simulator.panel.untagDroplet(oldId, program.tag);
        const record = await refresh(world, program.record);
        assert.match(
            world.announced().at(-1) ?? "",
            /droplet web-1 \(412000001\), \$6\.00\/month, of an earlier `pulumi up` no longer carries its tag: it is left alone/,
        );
        world.simulator.panel.deleteDroplet(oldId);
        await world.destroy({ ...program, record });
        assert.deepEqual(snapshotNames(world), ["nightly"]);
        assert.deepEqual(world.tagNames(), []);
    });
});

describe("a Droplet that was replaced and lives without its tag", () => {
    it("makes a destroy refuse, which names both ways on; nothing is done to either", async () => {
        const { world, program, oldId } = await replaced();
        world.simulator.panel.untagDroplet(oldId, program.tag);
        const message = await world.failedDestroy(program);
        assert.match(
            message,
            /droplet web-1 \(412000001\): nothing was done to it: .* no longer has the tag/,
        );
        assert.match(message, /droplet web-2 .* needs a decision first/);
        assert.deepEqual(dropletNames(world), ["web-1", "web-2"]);
        assert.ok(!world.tagNames().includes(markTag(program.tag, oldId)));
    });

    it("is left alone by a destroy after a refresh, and told with its cost", async () => {
        const { world, program, oldId } = await replaced();
        world.simulator.panel.untagDroplet(oldId, program.tag);
        const record = await refresh(world, program.record);
        world.lines.length = 0;
        await world.destroy({ ...program, record });
        assert.deepEqual(dropletNames(world), ["web-1"]);
        assert.match(
            world.announced().join("\n"),
            /droplet web-1 \(412000001\), \$6\.00\/month, of an earlier/,
        );
        assert.deepEqual(world.tagNames(), [STACK_TAG]);
    });

    it("is ours again once it carries the tag again", async () => {
        const { world, program, oldId } = await replaced();
        world.simulator.panel.untagDroplet(oldId, program.tag);
        const released = await refresh(world, program.record);
        world.simulator.panel.tagDroplet(oldId, program.tag);
        const record = await refresh(world, released);
        await world.destroy({ ...program, record });
        assert.deepEqual(world.left(), []);
    });

    it("is not marked where its tag was off before it was replaced", async () => {
        const world = new ProgramWorld();
        const { executor, record, dropletId: oldId, tag } = await world.up();
        world.simulator.panel.untagDroplet(oldId, tag);
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [STACK_TAG, tag] });
        const updated = await update(world, record ?? {}, tag, id);
        assert.ok(!world.tagNames().includes(markTag(tag, oldId)));
        world.simulator.panel.deleteDroplet(oldId);
        await world.destroy({ executor, record: updated, dropletId: id, tag });
        assert.deepEqual(snapshotNames(world), ["nightly"]);
        assert.deepEqual(world.tagNames(), []);
    });

    it("is not forgotten by an `up` after a refused destroy: the next one names it, and leaves it", async () => {
        const { world, program, oldId } = await replaced();
        world.simulator.panel.untagDroplet(oldId, program.tag);
        await world.failedDestroy(program);
        world.simulator.panel.deleteDroplet(program.dropletId);
        const { id } = world.simulator.panel.createDroplet("web-3", { tags: [STACK_TAG, program.tag] });
        const record = await world.record(program.tag, id);
        assert.ok(world.tagNames().includes(memoryTag(program.tag, oldId)));
        assert.deepEqual(
            (record.predecessors as { dropletId: number }[]).map(({ dropletId }) => dropletId),
            [oldId],
        );
        world.lines.length = 0;
        await world.destroy({ ...program, record, dropletId: id });
        assert.deepEqual(dropletNames(world), ["web-1"]);
        assert.match(
            world.announced().join("\n"),
            /droplet web-1 \(412000001\), \$6\.00\/month, of an earlier/,
        );
        assert.deepEqual(world.tagNames(), [STACK_TAG]);
    });
});

describe("what a replaced Droplet leaves behind besides its snapshots", () => {
    const attach = (world: ProgramWorld, id: number): void => {
        const { panel } = world.simulator;
        for (const name of ["by-hand", "pg-data"]) {
            panel.attachVolume(panel.createVolume(name).id, id);
        }
        panel.assignReservedIp(panel.createReservedIp().id, id);
    };

    async function left(): Promise<Replaced> {
        const stack = await replaced(attach);
        stack.world.simulator.panel.deleteDroplet(stack.oldId);
        return stack;
    }

    it("is remembered, looked up and shown at refresh, with its cost and what becomes of it", async () => {
        const { world, program } = await left();
        assert.deepEqual(
            (program.record.leftBehind as { name: string }[]).map(({ name }) => name),
            ["198.19.0.1", "by-hand", "pg-data"],
        );
        const { volumes } = world.simulator.state();
        world.simulator.panel.deleteVolume(volumes[1]?.id ?? "");
        const record = await refresh(world, { ...program.record, keep: ["198.19.0.1"] });
        assert.equal(
            world
                .announced()
                .at(-1)
                ?.replace(/^[^]*?(?=left by)/, ""),
            [
                "left by droplets that were replaced: 2 resources, $6.00/month",
                "  reserved ip  198.19.0.1                                      $5.00/month  keep: 198.19.0.1",
                `  volume       by-hand (${volumes[0]?.id})  $1.00/month  doctl compute volume delete ${volumes[0]?.id}`,
            ].join("\n"),
        );
        assert.equal((record.leftBehind as unknown[]).length, 2);
    });

    it("is in the report of the destroy, which leaves it: cost, what keeps it, and how to delete the rest", async () => {
        const { world, program } = await left();
        await world.destroy({ ...program, executor: { ...program.executor, keep: ["pg-*"] } });
        const told = world.announced().find((text) => text.startsWith("droplet web-2 (412000002): ")) ?? "";
        const { volumes } = world.simulator.state();
        assert.match(
            told,
            /kept +volume +by-hand .* left in place: no longer attached to anything +\$1\.00\/month/,
        );
        assert.match(told, /kept +volume +pg-data .* keep: pg-\* +\$1\.00\/month/);
        assert.match(told, /kept +reserved ip +198\.19\.0\.1 +left in place: .* \$5\.00\/month/);
        assert.match(told, /Still accruing \$7\.00\/month/);
        assert.ok(
            told.endsWith(
                `To delete what was left in place: \`doctl compute reserved-ip delete 198.19.0.1\`, \`doctl compute volume delete ${volumes[0]?.id}\`.`,
            ),
            told,
        );
        assert.deepEqual(world.left(), ["reserved_ip", "volume", "volume"]);
    });

    it("is told by the record where the new Droplet is handed back, which no teardown reports", async () => {
        const { world, program } = await left();
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        world.simulator.panel.deleteTag(memoryTag(program.tag, program.dropletId));
        const handedBack = { enabled: false };
        await world.destroy({
            ...program,
            record: { ...program.record, ...handedBack },
            executor: { ...program.executor, ...handedBack },
        });
        assert.match(
            world.announced().join("\n"),
            /^left by droplets that were replaced: 3 resources, \$7\.00\/month$/m,
        );
    });

    it("is told by the record of a Droplet that is gone itself, since the run may stop before the teardown", async () => {
        const world = new ProgramWorld();
        const { record, dropletId } = await world.up();
        const { panel } = world.simulator;
        panel.takeSnapshot(dropletId, "nightly");
        panel.attachVolume(panel.createVolume("by-hand").id, dropletId);
        await world.pass(60_000);
        const seen = await refresh(world, record ?? {});
        panel.deleteDroplet(dropletId);
        world.lines.length = 0;
        await world.run(world.process().record.delete("record-1", seen));
        assert.match(
            world.announced().join("\n"),
            /^left by droplet 412000001, which is gone: 1 resource, \$1\.00\/month\n {2}volume {2}by-hand .* doctl compute volume delete \S+$/,
        );
    });

    it("is told by a record that is replaced, whose successor does not know of it", async () => {
        const { world, program } = await left();
        world.lines.length = 0;
        const process = world.process();
        await process.record.check(program.record, program.record);
        await world.run(process.record.delete("record-1", program.record));
        assert.match(
            world.announced().join("\n"),
            /^left by droplets that were replaced: 3 resources, \$7\.00\/month$/m,
        );
        assert.deepEqual(dropletNames(world), ["web-2"]);
    });

    /** After a `pulumi state rename` that left the record out, an `up` makes another. */
    async function renamed(world: ProgramWorld, { tag, dropletId }: StoredProgram) {
        world.lines.length = 0;
        const process = world.process();
        const { inputs } = await process.record.check(
            {},
            world.recordInputs(tag, dropletId, { resourceName: "site" }),
        );
        return { process, create: () => world.run(process.record.create(inputs)) };
    }

    it("is told by a record whose Droplet another one records, which does not know of it", async () => {
        const { world, program } = await left();
        const { process, create } = await renamed(world, program);
        await create();
        await world.run(process.record.delete("record-1", program.record));
        assert.match(
            world.announced().join("\n"),
            /^left by droplets that were replaced: 3 resources, \$7\.00\/month$/m,
        );
    });

    it("stays in the state where that other record could not be made, in an `up` that continues on errors", async () => {
        const { world, program } = await left();
        const { process, create } = await renamed(world, program);
        const match = {
            method: "GET",
            path: `/v2/droplets/${program.dropletId}/destroy_with_associated_resources`,
        };
        world.simulator.faults.add({ match, times: 1, do: { kind: "answer", status: 403 } });
        await assert.rejects(create());
        await assert.rejects(world.run(process.record.delete("record-1", program.record)), {
            message:
                /^droplet 412000002 is left alone, and what tears it down stays in the state: .*::site, which /,
        });
        await world.destroy(program);
        assert.match(world.announced().join("\n"), /kept +volume +by-hand /);
    });

    it("is not told any more where the new Droplet has it, or somebody has deleted it", async () => {
        const { world, program } = await left();
        const { volumes, reservedIps } = world.simulator.state();
        const { panel } = world.simulator;
        panel.attachVolume(volumes[0]?.id ?? "", program.dropletId);
        panel.deleteVolume(volumes[1]?.id ?? "");
        panel.deleteReservedIp(reservedIps[0]?.address ?? "");
        const record = await refresh(world, program.record);
        assert.deepEqual(record.leftBehind, []);
        world.lines.length = 0;
        await world.destroy({ ...program, record });
        assert.deepEqual(world.left(), []);
        assert.doesNotMatch(world.announced().join("\n"), /left in place|pg-data/);
    });

    it("keeps the record in the state where the new Droplet is deleted by hand", async () => {
        const { world, program } = await left();
        world.simulator.panel.deleteDroplet(program.dropletId);
        const record = await refresh(world, program.record);
        await world.destroy({ ...program, record });
        assert.match(world.announced().join("\n"), /kept +volume +by-hand /);
    });
});
