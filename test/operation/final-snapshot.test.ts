import assert from "node:assert/strict";

import type { Settings } from "../../simulator/index.js";
import { TeardownWorld, type Everything, type Stored } from "../support/teardown-world.js";

const NAME = "web-1-2026-01-01-final-412000001";

interface Story {
    readonly world: TeardownWorld;
    readonly droplet: Everything;
    readonly stored: Stored;
}

async function begin(args: object = {}, settings: Partial<Settings> = {}): Promise<Story> {
    const world = new TeardownWorld({ settings: { roundTripMs: 150, snapshotMs: 90_000, ...settings } });
    const droplet = world.dropletWithEverything();
    const stored = await world.create({
        dropletId: droplet.id,
        policy: "destroy",
        finalSnapshot: true,
        ...args,
    });
    return { world, droplet, stored };
}

function snapshotNames({ world }: Story): string[] {
    return world.simulator.state().snapshots.map(({ name }) => name);
}

describe("a final snapshot", () => {
    it("is taken before the destroy, waited for, and kept with its cost", async () => {
        const story = await begin();
        await story.world.delete(story.stored);
        assert.deepEqual(story.world.changes(), ["POST actions 201", "DELETE selective 202"]);
        assert.deepEqual(snapshotNames(story), [NAME]);
        assert.match(
            story.world.announced().at(-1) ?? "",
            /kept +snapshot +web-1-\S+ \(161000002\) +final snapshot +\$0\.15\/month/,
        );
    });
});
