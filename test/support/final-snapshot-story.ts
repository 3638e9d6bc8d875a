import { TeardownWorld, TOKEN, type Everything, type Stored, type WorldOptions } from "./teardown-world.js";
import type { Settings } from "../../simulator/index.js";

const SUFFIX = "-final-412000001";

/** The name of the final snapshot of the world's first Droplet, on its first day. */
export const FINAL_NAME = `web-1-2026-01-01${SUFFIX}`;
export { SUFFIX as FINAL_SUFFIX };
/** What asks DigitalOcean to change something where one is taken and nothing goes wrong. */
export const TAKEN_ONCE = ["POST actions 201", "DELETE selective 202"];

export interface FinalStory {
    readonly world: TeardownWorld;
    readonly droplet: Everything;
    readonly stored: Stored;
}

/** A teardown that takes everything, and a final snapshot first, which takes a minute and a half. */
export async function withFinalSnapshot(
    args: object = {},
    settings: Partial<Settings> = {},
    options: WorldOptions = {},
): Promise<FinalStory> {
    const world = new TeardownWorld({
        ...options,
        settings: { roundTripMs: 150, snapshotMs: 90_000, ...settings },
    });
    const droplet = world.dropletWithEverything();
    const stored = await world.create({
        dropletId: droplet.id,
        policy: "destroy",
        finalSnapshot: true,
        ...args,
    });
    return { world, droplet, stored };
}

export function snapshotNames({ simulator }: TeardownWorld): string[] {
    return simulator.state().snapshots.map(({ name }) => name);
}

/** Begins a delete and lets so much time pass; the returned function ends it, and returns the message if it fails. */
export async function interrupted(
    { world, stored }: Pick<FinalStory, "world" | "stored">,
    afterMs: number,
): Promise<() => Promise<string | null>> {
    const deleting = world
        .process()
        .delete("teardown-1", stored)
        .then(
            () => null,
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
    await world.run(Promise.race([deleting, world.clock.sleep(afterMs)]));
    return () => world.run(deleting);
}

/** Somebody else's request for an action of the Droplet. */
export async function startAction(world: TeardownWorld, dropletId: number, action: object): Promise<void> {
    const url = `https://api.digitalocean.com/v2/droplets/${dropletId}/actions`;
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const { signal } = new AbortController();
    const body = JSON.stringify(action);
    await world.run(world.simulator.fetch(url, { method: "POST", headers, body, signal }));
    world.simulator.clearRequests();
}
