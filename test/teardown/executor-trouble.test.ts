import assert from "node:assert/strict";

import type { WrittenReport } from "../support/accounted.js";
import { personalToken, type PluginProcess, TOKEN } from "../support/teardown-world.js";
import { ProgramWorld, type StoredProgram } from "../support/program-world.js";

const GPU = { size: "gpu-h100x1-80gb", region: "tor1" };
const OTHER_TEAM = personalToken("0f0f0f0f");
const REPORT = { DROPLET_TEARDOWN_REPORT: "report.jsonl" };

/** From now on, these requests fail. */
function fail(world: ProgramWorld, match: Readonly<Record<string, string>>, status: number): void {
    const answer = { kind: "answer", status, message: "no" } as const;
    world.simulator.faults.add({ match, times: Infinity, do: answer });
}

/** Insists that the executor's delete fails; returns the message. */
async function failedDelete(
    world: ProgramWorld,
    process: PluginProcess,
    { executor }: StoredProgram,
): Promise<string> {
    const error: unknown = await world
        .run(process.delete("teardown-1", executor))
        .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Error);
    return error.message;
}

describe("an executor in trouble", () => {
    it("reports each Droplet whose delete its record authorized, if none can be looked for", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const process = world.process({ env: REPORT });
        await world.run(process.record.delete("record-1", program.record ?? {}));
        fail(world, { path: "/v2/droplets" }, 503);
        const message = await failedDelete(world, process, program);
        assert.match(
            message,
            /^droplet web-1 \(412000001\): nothing was done to it: GET \/v2\/droplets\?.* no usable answer/,
        );
        assert.match(message, /^ {2}remains +droplet +web-1 \(412000001\) +\$6\.00\/month$/m);
        assert.match(message, /nightly \(161000001\)/);
        assert.match(message, /^Fix that, then run `pulumi destroy` again/m);
        const { droplets } = JSON.parse(world.files.get("report.jsonl") ?? "null") as WrittenReport;
        assert.deepEqual(
            droplets.map(({ id, outcome, cost }) => [id, outcome, cost.remaining]),
            [[412000001, "failed", "6.15"]],
        );
    });

    it("has a report without a token too", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const message = await world.failedDestroy({ ...program, record: null }, { env: REPORT, config: {} });
        assert.match(message, /Code: no-token$/);
        const report = JSON.parse(world.files.get("report.jsonl") ?? "null") as Record<string, unknown>;
        assert.deepEqual([report.code, report.droplets], ["no-token", []]);
    });

    it("says how to go on, if it knows of no Droplet", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        fail(world, { path: "/v2/droplets" }, 503);
        const message = await world.failedDestroy({ ...program, record: null }, { env: REPORT });
        assert.match(message, /no usable answer.*\nFix that, then run `pulumi destroy` again/);
        const report = JSON.parse(world.files.get("report.jsonl") ?? "null") as Record<string, unknown>;
        assert.deepEqual([report.error, report.droplets], [message.replace("\nCode: unreachable", ""), []]);
    });

    it("reports all of its Droplets where one of them cannot be marked", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const { id } = world.simulator.panel.createDroplet("web-abcdef1", { tags: [program.tag] });
        const process = world.process();
        await world.run(process.record.delete("record-1", program.record ?? {}));
        fail(world, { method: "POST", path: "/v2/tags" }, 403);
        const message = await failedDelete(world, process, program);
        assert.match(
            message,
            new RegExp(`^droplet web-abcdef1 \\(${id}\\): nothing was done to it: .*tag:create`),
        );
        assert.match(world.announced().join("\n"), /^droplet web-1 \(412000001\): destroyed$/m);
        assert.deepEqual(
            world.simulator.state().droplets.map(({ name }) => name),
            ["web-abcdef1"],
        );
    });

    it("does not take a list of tags for whole that has fewer than it counts", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        world.simulator.faults.add({
            match: { method: "GET", path: "/v2/tags" },
            times: Infinity,
            do: { kind: "answer", status: 200, body: { tags: [], links: {}, meta: { total: 3 } } },
        });
        const message = await world.failedDestroy({ ...program, record: null });
        assert.match(message, /^GET \/v2\/tags: the list changed during each of 5 reads/);
    });

    it("is not taken over by the token of another team", async () => {
        const world = new ProgramWorld({ grants: { [TOKEN]: {}, [OTHER_TEAM]: { team: "other" } } });
        const { executor } = await world.up();
        const process = world.process({ config: { "digitalocean:token": OTHER_TEAM } });
        const { inputs } = await process.check(executor, { ...executor, policy: "keep" });
        await assert.rejects(world.run(process.update("teardown-1", executor, inputs)), {
            message: /the token belongs to another team/,
        });
        assert.deepEqual(
            world.requests().filter((line) => line.startsWith("POST")),
            [],
        );
    });

    describe("with a Droplet with a GPU, which the list by tag leaves out", () => {
        it("destroys the one that an interrupted `up` made beside the recorded one", async () => {
            const world = new ProgramWorld();
            const program = await world.up();
            world.simulator.panel.createDroplet("web-abcdef1", { ...GPU, tags: [program.tag] });
            await world.destroy(program);
            assert.deepEqual(world.left(), []);
        });

        it("fails to record another one beside it", async () => {
            const world = new ProgramWorld();
            const executor = await world.executor();
            const tag = String(executor.tag);
            const old = world.simulator.panel.createDroplet("web-1", { ...GPU, tags: [tag] });
            const record = await world.record(tag, old.id);
            await world.run(world.process().record.delete("record-1", record));
            const { id } = world.simulator.panel.createDroplet("web-2", { tags: [tag] });
            await assert.rejects(world.record(tag, id), {
                message: /^droplet web-1 \(412000001\), .*: of an unfinished destroy/,
            });
        });

        it("fails to record one whose tag was taken off after the process had listed it", async () => {
            const world = new ProgramWorld();
            const executor = await world.executor();
            const tag = String(executor.tag);
            const { id } = world.simulator.panel.createDroplet("web-1", { ...GPU, tags: [tag] });
            const process = world.process();
            await world.record(tag, id, {}, process);
            world.simulator.panel.untagDroplet(id, tag);
            await assert.rejects(world.record(tag, id, {}, process), { message: /does not carry the tag/ });
        });
    });
});
