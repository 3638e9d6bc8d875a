import { ProgramWorld, STACK_TAG, type StoredProgram } from "../../test/support/program-world.js";
import type { PluginProcess } from "../../test/support/teardown-world.js";
import type { Workload } from "../workload.js";
import { Meter } from "./meter.js";

/** Programs with a `Droplet` each, as the engine has stored them. */
export interface Stack {
    readonly world: ProgramWorld;
    readonly programs: readonly StoredProgram[];
}

/** A stack after its `up`; each Droplet has a snapshot. */
export async function createStack(droplets: number): Promise<Stack> {
    const world = new ProgramWorld();
    const programs: StoredProgram[] = [];
    for (let number = 1; number <= droplets; number += 1) {
        programs.push(await upOne(world, `web-${number}`));
    }
    // What the `up` has sent is no matter of the destroy.
    await world.pass(3_600_000);
    world.simulator.clearRequests();
    return { world, programs };
}

export async function upOne(
    world: ProgramWorld,
    resourceName: string,
    process = world.process(),
): Promise<StoredProgram> {
    const args = { resourceName };
    const executor = await world.executor(args, process);
    const tag = String(executor.tag);
    const name = `${resourceName}-a1b2c3d`;
    const { id } = world.simulator.panel.createDroplet(name, { tags: [STACK_TAG, tag] });
    const record = await world.record(tag, id, args, process);
    world.simulator.panel.takeSnapshot(id, "nightly");
    return { executor, record, dropletId: id, tag };
}

/** `pulumi destroy`, everything at once in one plugin process: each record, and then its executor. */
export async function destroyStack(
    { world, programs }: Stack,
    workload: Workload,
    seed: number,
): Promise<Meter> {
    const meter = new Meter(world, workload, seed);
    const process = world.process({ fetch: meter.fetch });
    await world.run(Promise.all(programs.map((program) => destroyOne(program, process))));
    return meter;
}

export async function destroyOne({ executor, record }: StoredProgram, process: PluginProcess): Promise<void> {
    if (record !== null) {
        await process.record.delete("record", record);
    }
    await process.delete("teardown", executor);
}
