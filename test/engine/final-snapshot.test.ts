import assert from "node:assert/strict";

import { toProgram } from "../support/droplet-program.js";
import { diagnostics, fails, succeeds, text } from "../support/engine-world.js";
import { scenarios } from "../support/scenarios.js";

const PROGRAM = toProgram(`
new Droplet("web", { ...spec, gracefulShutdown: true, teardown: { ...teardown, finalSnapshot: "last-{name}" } });
`);

scenarios("a Droplet with a final snapshot", {
    "is not destroyed while none can be taken; then it is taken once, of a Droplet that is off, and kept": {
        program: PROGRAM,
        settings: { snapshotMs: 1_000, snapshotResult: "error" },
        tell: async (world) => {
            const { project, simulator } = world;
            await succeeds(project.up());
            simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            const again = await succeeds(project.up());
            assert.match(text(again), /Resources:\n +\d+ unchanged\n/);

            const refused = await fails(project.destroy());
            assert.match(
                diagnostics(refused),
                /error: droplet web-1 \(\d+\): nothing was destroyed, because the final snapshot could not be taken: .*; the droplet is off$/m,
            );
            assert.deepEqual(
                simulator.state().droplets.map(({ name, status }) => [name, status]),
                [["web-1", "off"]],
            );

            simulator.settings.snapshotResult = "snapshot";
            const destroyed = await succeeds(project.destroy());
            const [final, ...others] = simulator.state().snapshots;
            assert.match(final?.name ?? "", /^last-web-1-final-[0-9a-f]{16}$/);
            assert.deepEqual(others, []);
            assert.deepEqual(world.left(), ["snapshots"]);
            assert.match(
                text(destroyed),
                /kept +snapshot +last-web-1-final-\S+ \(\d+\) +final snapshot +\$0\.15\/month/,
            );
            assert.deepEqual(world.destroyRequests(), [
                "POST actions 201",
                "POST actions 201",
                "POST actions 201",
                "DELETE selective 202",
            ]);
            assert.deepEqual(await project.resources(), []);
        },
    },
});
