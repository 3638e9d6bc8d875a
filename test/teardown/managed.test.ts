import assert from "node:assert/strict";

import type { Fetch } from "../../provider/digitalocean/connection.js";
import { ProgramWorld } from "../support/program-world.js";
import { TeardownWorld } from "../support/teardown-world.js";

interface Destroying {
    readonly alsoDeleted: boolean;
    readonly policy?: unknown;
    /** Instead of the record, as the plugin's component has it. */
    readonly byNote?: boolean;
}

/** A stack whose own resource attaches a volume, and what that resource does in a destroy. */
async function destroyed({ alsoDeleted, policy = "destroy", byNote = false }: Destroying): Promise<string> {
    const world = new ProgramWorld();
    const { panel } = world.simulator;
    const { id: data } = panel.createVolume("data");
    const program = await world.up({ policy, attached: byNote ? [] : [data] });
    const { dropletId } = program;
    panel.attachVolume(data, dropletId);
    const process = world.process();
    assert.ok(program.record);
    if (byNote) {
        const { outs } = await process.attachment.create({ dropletId, attached: data });
        await process.attachment.delete("note-1", outs);
    }
    await world.run(process.record.delete("record-1", program.record));
    panel.detachVolume(data);
    if (alsoDeleted) {
        panel.deleteVolume(data);
    }
    await world.run(process.delete("teardown-1", program.executor));
    return world.announced().at(-1) ?? "";
}

describe("a volume of which an `up` that left out the executor has told only the record", () => {
    for (const [how, reason] of [
        ["managed", "managed by its own resource"],
        ["volumeIds", "in the droplet's volumeIds"],
    ] as const) {
        it(`stays: ${how}`, async () => {
            const world = new ProgramWorld();
            const { panel } = world.simulator;
            const program = await world.up();
            const { id: data } = panel.createVolume("data");
            panel.attachVolume(data, program.dropletId);
            const record = await world.record(program.tag, program.dropletId, { [how]: [data] });
            await world.destroy({ ...program, record });
            assert.match(world.announced().at(-1) ?? "", new RegExp(`kept +volume +data .* ${reason}`));
            assert.deepEqual(world.left(), ["volume"]);
        });
    }
});

describe("what a resource of the same stack attaches", () => {
    it("is the stack's and does not accrue, once it is detached", async () => {
        const report = await destroyed({ alsoDeleted: false });
        assert.match(report, /kept +volume +data .* managed by its own resource +\$1\.00\/month/);
        assert.match(report, /No remaining cost found\. Other resources of the stack: \$1\.00\/month\./);
        assert.doesNotMatch(report, /left in place|Still accruing/);
    });

    it("is the stack's where a note says it, which is deleted before the record", async () => {
        const report = await destroyed({ alsoDeleted: false, byNote: true });
        assert.match(report, /kept +volume +data .* managed by its own resource +\$1\.00\/month/);
        assert.doesNotMatch(report, /left in place|Still accruing/);
    });

    for (const byNote of [false, true]) {
        it(`prevents nothing: its own resource may detach it after the record ${byNote ? "(a note)" : ""}`, async () => {
            const policy = { default: "destroy", volumes: "prevent" };
            const report = await destroyed({ alsoDeleted: false, policy, byNote });
            assert.match(report, /kept +volume +data .* managed by its own resource/);
            assert.match(report, /destroyed +droplet, snapshot nightly/);
        });
    }

    it("prevents what comes next where it is still attached then", async () => {
        const world = new ProgramWorld();
        const { panel } = world.simulator;
        const { id: data } = panel.createVolume("data");
        const policy = { default: "destroy", volumes: "prevent" };
        const program = await world.up({ policy, attached: [data] });
        panel.attachVolume(data, program.dropletId);
        const message = await world.failedDestroy(program);
        assert.match(
            message,
            /nothing was destroyed, because the policy prevents it while there is volume data/,
        );
        assert.ok(world.left().includes("droplet"));
    });

    it("may be deleted by its own resource before the destroy ends", async () => {
        const report = await destroyed({ alsoDeleted: true });
        assert.match(report, /gone +volume +data .* was already gone/);
        assert.match(report, /No remaining cost found\.$/m);
    });

    it("may be deleted during the destroy, and nothing is said to have taken it", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({
            dropletId: droplet.id,
            policy: "destroy",
            managed: [droplet.volume],
        });
        const { panel } = world.simulator;
        const fetch: Fetch = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            if (url.endsWith("/selective")) {
                panel.detachVolume(droplet.volume);
                panel.deleteSnapshot(droplet.volumeSnapshot);
                panel.deleteVolume(droplet.volume);
            }
            return answer;
        };
        await world.delete(stored, { fetch });
        const report = world.announced().at(-1) ?? "";
        assert.match(report, /gone +volume +web-1-data .* managed by its own resource, and gone/);
        assert.match(report, /No remaining cost found\.$/m);
    });

    it("is left in place and accrues where nothing of the stack has created it", async () => {
        const world = new ProgramWorld();
        const { panel } = world.simulator;
        const program = await world.up();
        const { id: data } = panel.createVolume("data");
        panel.attachVolume(data, program.dropletId);
        const process = world.process();
        assert.ok(program.record);
        await world.run(process.record.delete("record-1", program.record));
        panel.detachVolume(data);
        await world.run(process.delete("teardown-1", program.executor));
        const report = world.announced().at(-1) ?? "";
        assert.match(report, /kept +volume +data .* left in place: no longer attached to anything/);
        assert.match(report, /Still accruing \$1\.00\/month\./);
    });
});
