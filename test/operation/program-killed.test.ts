import assert from "node:assert/strict";

import { MOMENTS, mortal } from "../support/mortal.js";
import { ProgramWorld, STACK_TAG, type StoredProgram } from "../support/program-world.js";

const SETTINGS = { roundTripMs: 150, destroyDurationMs: 9_000 } as const;

/** One `pulumi destroy` as the engine runs it: what has been deleted leaves the state, the rest stays. */
async function destroyUntilDead(
    world: ProgramWorld,
    program: StoredProgram,
    k: number,
    moment: (typeof MOMENTS)[number],
) {
    const { fetch, dead } = mortal(world, k, moment);
    const process = world.process({ fetch });
    const { record } = program;
    const deletes = async (): Promise<string> => {
        if (record !== null) {
            await process.record.delete("record-1", record);
            left = { ...program, record: null };
        }
        await process.delete("teardown-1", program.executor);
        return "finished";
    };
    let left = program;
    assert.equal(await world.run(Promise.race([deletes(), dead])), "dead");
    return left;
}

async function requestsOf(run: (world: ProgramWorld) => Promise<void>): Promise<number> {
    const world = new ProgramWorld({ settings: SETTINGS });
    await run(world);
    return world.requests().length;
}

describe("a `pulumi destroy` whose process is killed at any request", () => {
    for (const moment of MOMENTS) {
        it(`is finished by the next one, which leaves nothing, tags included: ${moment}`, async () => {
            const requests = await requestsOf(async (world) => world.destroy(await world.up()));
            assert.ok(requests > 15, `${requests} requests`);
            for (let k = 1; k <= requests; k += 1) {
                for (const laterMs of [0, 60_000]) {
                    const world = new ProgramWorld({ settings: SETTINGS });
                    const left = await destroyUntilDead(world, await world.up(), k, moment);
                    await world.pass(laterMs);
                    await world.destroy(left);
                    assert.deepEqual(world.left(), [], `request ${k}, ${laterMs} ms later`);
                    assert.deepEqual(world.tagNames(), [], `request ${k}, ${laterMs} ms later`);
                }
            }
        });
    }
});

describe("a `pulumi destroy` with a final snapshot whose process is killed at any request", () => {
    const settings = { ...SETTINGS, actionMs: 4_000, snapshotMs: 40_000 };
    const args = { finalSnapshot: true, gracefulShutdown: true };
    const asked = (world: ProgramWorld): number =>
        world.simulator.requests().filter(({ body, status }) => status === 201 && body.includes('"snapshot"'))
            .length;

    for (const moment of MOMENTS) {
        it(`is finished by the next one, which leaves one snapshot: ${moment}`, async () => {
            const undisturbed = new ProgramWorld({ settings });
            await undisturbed.destroy(await undisturbed.up(args));
            const requests = undisturbed.requests().length;
            assert.ok(requests > 25, `${requests} requests`);
            for (let k = 1; k <= requests; k += 1) {
                for (const laterMs of [0, 60_000]) {
                    const world = new ProgramWorld({ settings });
                    const left = await destroyUntilDead(world, await world.up(args), k, moment);
                    await world.pass(laterMs);
                    await world.destroy(left);
                    const at = `request ${k}, ${laterMs} ms later`;
                    const [final, ...others] = world.simulator.state().snapshots;
                    assert.match(final?.name ?? "", /^web-1-2026-01-01-final-[0-9a-f]{16}$/, at);
                    assert.deepEqual([others, asked(world)], [[], 1], at);
                    assert.deepEqual(world.left(), ["snapshot"], at);
                    assert.deepEqual(world.tagNames(), [], at);
                }
            }
        });
    }
});

describe("a `pulumi up` whose process is killed at any request of the record", () => {
    for (const moment of MOMENTS) {
        it(`is followed by a destroy that leaves nothing, or refuses and names the Droplet: ${moment}`, async () => {
            for (let k = 1; k <= 6; k += 1) {
                const world = new ProgramWorld({ settings: SETTINGS });
                const executor = await world.executor({ dropletName: "web-1" });
                const tag = String(executor.tag);
                const { id } = world.simulator.panel.createDroplet("web-1", { tags: [STACK_TAG, tag] });
                const { fetch, dead } = mortal(world, k, moment);
                const process = world.process({ fetch });
                const { inputs } = await process.record.check({}, world.recordInputs(tag, id));
                const created = process.record.create(inputs).then(() => "created");
                await world.run(Promise.race([created, dead]));
                const program = { executor, record: null, dropletId: id, tag };
                const remembered = world.tagNames().includes(`${tag}:${id}`);
                if (remembered) {
                    assert.match(
                        await world.failedDestroy(program),
                        /^droplet web-1 \(412000001\): nothing was/,
                    );
                } else {
                    await world.destroy(program);
                    assert.deepEqual(world.left(), [], `request ${k}`);
                    assert.deepEqual(world.tagNames(), [], `request ${k}`);
                }
            }
        });
    }
});
