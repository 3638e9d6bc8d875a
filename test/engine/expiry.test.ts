import assert from "node:assert/strict";

import { toProgram, URN } from "../support/droplet-program.js";
import { succeeds, text } from "../support/engine-world.js";
import { scenarios } from "../support/scenarios.js";

const program = (more: string, ttl = `ttl: "7d"`): string =>
    toProgram(`new Droplet("web", { ...spec, ${more} teardown: { ...teardown, ${ttl} } });`);

scenarios("a Droplet that expires", {
    "carries its time as a tag, which only an `up` that changes or asks for it renews, and which leaves with it":
        {
            program: program(""),
            isUp: true,
            tell: async (world) => {
                const { project, simulator } = world;
                const expiries = (): string[] =>
                    simulator
                        .state()
                        .droplets.flatMap(({ tags }) => tags)
                        .filter((tag) => tag.startsWith("teardown-until-"));
                const inAccount = (): string[] =>
                    simulator
                        .state()
                        .tags.map(({ name }) => name)
                        .filter((name) => name.startsWith("teardown-until-"));
                const first = expiries();
                assert.equal(first.length, 1);

                const quiet = await succeeds(project.up());
                assert.match(quiet.stdout, /\n {4}3 unchanged|\d+ unchanged/);
                assert.doesNotMatch(quiet.stdout, /updated/);
                assert.deepEqual(expiries(), first);
                assert.doesNotMatch(text(await succeeds(project.refresh())), /updated|tags/);

                await project.setProgram(program(`tags: ["team-a"],`));
                await succeeds(project.up());
                const second = expiries();
                assert.equal(second.length, 1);
                assert.notDeepEqual(second, first);
                assert.deepEqual(inAccount(), second);

                await succeeds(project.up({ env: { DROPLET_TEARDOWN_RENEW: "1" } }));
                assert.equal(expiries().length, 1);
                assert.notDeepEqual(expiries(), second);
                assert.deepEqual(inAccount(), expiries());

                // The engine does not tell the teardown that its Droplet is replaced.
                const renewed = expiries();
                const replaced = await succeeds(
                    project.up({ flags: ["--replace", `${URN}digitalocean:index/droplet:Droplet::web`] }),
                );
                assert.deepEqual(expiries(), renewed);
                assert.match(
                    text(replaced),
                    /droplet \d+ is new and expires at \S+Z, as its teardown said before it: `DROPLET_TEARDOWN_RENEW=1 pulumi up` renews that/,
                );

                await succeeds(project.destroy());
                assert.deepEqual(inAccount(), []);
                assert.deepEqual(simulator.state().droplets, []);
            },
        },
});
