import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import type { Run } from "./engine.js";
import { fails, succeeds, text, type EngineWorld } from "./engine-world.js";
import { remaining } from "./remaining.js";

/** The type of official Droplets in state. */
export const OFFICIAL = "digitalocean:index/droplet:Droplet";

/** Nothing of the stack is left at DigitalOcean, tags included, nor in state. */
export async function nothingIsLeft(world: EngineWorld): Promise<void> {
    assert.deepEqual(await remaining(world.simulator), []);
    assert.deepEqual(tagNames(world), []);
    assert.deepEqual(await world.project.resources(), []);
}

/** One `pulumi destroy` ends with 0 and leaves nothing. */
export async function destroysEverything(world: EngineWorld): Promise<void> {
    await succeeds(world.project.destroy());
    await nothingIsLeft(world);
}

/** A `pulumi destroy` that fails, destroys nothing, and says why and what to do. */
export async function refusesToDestroy(world: EngineWorld, ...says: readonly RegExp[]): Promise<string> {
    const before = await remaining(world.simulator);
    const printed = text(await fails(world.project.destroy()));
    says.forEach((said) => assert.match(printed, said));
    assert.deepEqual(await remaining(world.simulator), before);
    return printed;
}

/** Tags of teardowns, those that are on nothing included. */
export function tagNames(world: EngineWorld): string[] {
    const names = world.simulator.state().tags.map(({ name }) => name);
    return names.filter((name) => name.startsWith("teardown"));
}

/** Waits until something holds; the engine's own time, bounded. */
export async function until(holds: () => boolean, what: string, withinMs = 30_000): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!holds()) {
        assert.ok(performance.now() < endMs, `it took too long: ${what}`);
        await pause(50);
    }
}

/** Ends an engine at once, and takes its lock off the stack. */
export async function kill(run: Run, world: EngineWorld): Promise<void> {
    run.process.kill("SIGKILL");
    await run.result;
    await succeeds(world.project.cancel());
}

/** URN and id of every official Droplet. */
export async function identities({ project }: EngineWorld): Promise<string[]> {
    const all = await project.resources();
    return all
        .filter(({ type }) => type === OFFICIAL)
        .map(({ urn, id }) => `${urn} ${id}`)
        .sort();
}

/**
 * Makes a retained Droplet, and replaces it: both are kept, and only the new one carries the random tag.
 * @param changed the program that replaces it
 * @returns what is kept
 */
export async function replacesRetained(world: EngineWorld, changed: string): Promise<readonly string[]> {
    const { project, simulator } = world;
    await succeeds(project.up());
    const tag = String((await world.teardown())?.outputs?.tag);
    await project.setProgram(changed);
    await succeeds(project.up());
    const kept = ["droplet web-1", "droplet web-1"];
    assert.deepEqual(await remaining(simulator), kept);
    const carriers = simulator.state().droplets.filter(({ tags }) => tags.includes(tag));
    assert.deepEqual(
        carriers.map(({ id }) => id),
        [412_000_002],
    );
    return kept;
}
