import { programOf, UNORDERED } from "../support/droplet-program.js";
import { succeeds, text } from "../support/engine-world.js";
import { destroysEverything } from "../support/forgotten.js";
import { previewedChanges } from "../support/previewed.js";
import { remaining } from "../support/remaining.js";
import { installRemoteComponent, REMOTE_SITE } from "../support/remote-component.js";
import { scenarios } from "../support/scenarios.js";

const site = (line: string): string =>
    programOf(`${REMOTE_SITE}
${line}
new Site("site", [{ name: "web", args: { ...spec, name: "remote-web" }, address: "address" }]);
`);

scenarios("experiment", {
    "first": {
        program: site(`tearDownDroplets({ policy: "destroy" });`),
        settings: UNORDERED,
        tell: async (world) => {
            await installRemoteComponent(world.project);
            console.log(text(await world.project.preview()));
            console.log(text(await succeeds(world.project.up())));
            console.log(JSON.stringify(await world.project.resources(), null, 1).slice(0, 14000));
            console.log(world.simulator.state().droplets, world.simulator.state().tags, await remaining(world.simulator));
            console.log(await previewedChanges(world));
            await destroysEverything(world);
        },
    },
});
