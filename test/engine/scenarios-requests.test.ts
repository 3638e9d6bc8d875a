import assert from "node:assert/strict";

import { ALONE } from "../support/droplet-program.js";
import { succeeds, type EngineWorld } from "../support/engine-world.js";
import { nothingIsLeft } from "../support/forgotten.js";
import { scenarios } from "../support/scenarios.js";

/** Requests of ours that a command sent, but for those that wait for a running destroy. */
async function sentBy(world: EngineWorld, command: () => Promise<unknown>): Promise<string[]> {
    world.simulator.clearRequests();
    await command();
    const all = world.ownRequests().map(({ method, path, status }) => `${method} ${path} ${status}`);
    const submitted = all.findIndex((line) => line.includes("/selective "));
    const isPoll = (line: string, index: number): boolean =>
        submitted >= 0 && index > submitted && line.endsWith("/status 200");
    return all.filter((line, index) => !isPoll(line, index));
}

function atMost(most: number, sent: readonly string[]): void {
    assert.ok(sent.length <= most, `${sent.length} requests, at most ${most}:\n${sent.join("\n")}`);
}

scenarios("the requests for one Droplet", {
    "are 7 at the first up, one at an up without a change, 3 at a refresh with 4 probes a process, and 19 beside the polls at a destroy":
        {
            program: ALONE,
            tell: async (world) => {
                const { project } = world;
                const unchanged = { flags: ["--expect-no-changes"] };
                atMost(7, await sentBy(world, () => succeeds(project.up())));
                // Whose the token is, before anything may be replaced.
                atMost(1, await sentBy(world, () => succeeds(project.up(unchanged))));
                atMost(3 + 4, await sentBy(world, () => succeeds(project.refresh())));
                atMost(19, await sentBy(world, () => succeeds(project.destroy())));
                await nothingIsLeft(world);
            },
        },
});
