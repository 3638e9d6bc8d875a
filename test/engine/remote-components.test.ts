import assert from "node:assert/strict";

import { toProgram, UNORDERED } from "../support/droplet-program.js";
import { fails, succeeds, text } from "../support/engine-world.js";
import {
    destroysEverything,
    identities,
    OFFICIAL,
    refusesToDestroy,
    replacesRetained,
    tagNames,
} from "../support/forgotten.js";
import { policyPack, runsPolicyPacks } from "../support/policy-pack.js";
import { previewedChanges } from "../support/previewed.js";
import { remaining } from "../support/remaining.js";
import { installRemoteComponent, REMOTE_SITE } from "../support/remote-component.js";
import { scenarios } from "../support/scenarios.js";

const MINE = "pulumi-nodejs:dynamic/droplet-teardown:";

const POLICY = `tearDownDroplets({ policy: "destroy" });`;

/** Two remote components with a Droplet of the same name each, one of them with a child, and a local one. */
const fleet = (line: string): string =>
    toProgram(`${REMOTE_SITE}
${line}
class Region extends pulumi.ComponentResource {
    constructor(name) {
        super("local:index:Region", name);
        new Site(name, [{ name: "web", args: { ...spec, name: name + "-web" } }], { parent: this });
        new digitalocean.Droplet("here", { ...spec, name: "here" }, { parent: this });
    }
}
new Region("inside");
const vpc = new digitalocean.Vpc("net", { name: "net", region });
const args = { ...spec, name: "remote-web", tags: ["blue"], userData: "hidden" };
new Site("site", [{ name: "web", args, address: "address" }], {}, vpc.id);
`);

/** A remote component with one Droplet. */
const single = (line: string, args = "", opts = "{}"): string =>
    toProgram(`${REMOTE_SITE}
${line}
new Site("site", [{ name: "web", args: { ...spec, ${args} } }], ${opts});
`);

const withRule = (rule: string): string =>
    `tearDownDroplets({ policy: "destroy", droplets: { "w*": { ${rule} } } });`;

const COVERED = 3;
const forEach = (...rows: readonly string[]): string[] =>
    rows.flatMap((row) => Array<string>(COVERED).fill(row));

scenarios(
    "one line for a program with remote components",
    {
        "adopts each Droplet as 2 to create and 1 to update, has quiet previews, destroys everything": {
            program: fleet(""),
            settings: UNORDERED,
            install: installRemoteComponent,
            tell: async (world) => {
                const { project, simulator } = world;
                await succeeds(project.up());
                const [before, held] = [await identities(world), await remaining(simulator)];
                await project.setProgram(fleet(POLICY));

                assert.deepEqual(
                    await previewedChanges(world),
                    forEach(
                        `create ${MINE}DropletRecord`,
                        `create ${MINE}DropletTeardown`,
                        `update ${OFFICIAL} tags`,
                    ),
                );
                await succeeds(project.up());
                assert.deepEqual(await identities(world), before);
                assert.deepEqual(await remaining(simulator), held);
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                const all = await project.resources();
                const childs = all
                    .filter(({ deletedWith = "" }) => deletedWith !== "")
                    .map(({ type }) => type);
                assert.deepEqual(childs, forEach(OFFICIAL));
                assert.doesNotMatch(JSON.stringify(all), /hidden/);
                const net = all.find(({ type }) => type === "digitalocean:index/vpc:Vpc")?.urn ?? "";
                const behindNet = all.filter(({ dependencies = [] }) => dependencies.includes(net));
                const types = behindNet.map(({ type }) => type).sort();
                assert.ok(types.includes(`${MINE}DropletTeardown`), types.join());
                await destroysEverything(world);
            },
        },

        "is left in two steps: not enabled, then without the line; nothing is destroyed, no tag stays": {
            alsoShownBy: "test/engine/whole-program shows it for Droplets of the program itself",
            program: fleet(POLICY),
            settings: UNORDERED,
            install: installRemoteComponent,
            tell: async (world) => {
                const { project, simulator } = world;
                await succeeds(project.up());
                const [before, held] = [await identities(world), await remaining(simulator)];

                await project.setProgram(fleet(`tearDownDroplets({ policy: "destroy", enabled: false });`));
                await succeeds(project.up());
                assert.deepEqual(
                    simulator.state().droplets.flatMap(({ tags }) => tags),
                    ["blue"],
                );
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                await project.setProgram(fleet(""));
                await succeeds(project.up());

                assert.deepEqual(tagNames(world), []);
                assert.deepEqual(await identities(world), before);
                assert.deepEqual(await remaining(simulator), held);
                assert.equal(await world.teardown(), undefined);
                assert.deepEqual(world.destroyRequests(), []);
            },
        },

        "leaves one Droplet by its rule, which is refused before it is handed back; tells what matched nothing":
            {
                alsoShownBy: "test/engine/whole-program shows it for Droplets of the program itself",
                program: single(POLICY),
                isUp: true,
                install: installRemoteComponent,
                tell: async (world) => {
                    const { project } = world;
                    await project.setProgram(single(withRule("enabled: false")));
                    assert.match(text(await fails(project.up())), /`handBack: true`/);
                    await project.setProgram(single(withRule("handBack: true")));
                    await succeeds(project.up());
                    await project.setProgram(single(withRule("enabled: false")));
                    assert.doesNotMatch(text(await succeeds(project.up())), /these rules matched no Droplet/);
                    assert.deepEqual(tagNames(world), []);
                    assert.deepEqual([await world.teardown(), await world.record()], [undefined, undefined]);
                    assert.equal(world.dropletId(), 412_000_001);
                    assert.deepEqual(world.destroyRequests(), []);
                },
            },

        "refuses before anything is destroyed where the policy prevents it": {
            alsoShownBy: "test/engine/pipelines shows it for a Droplet of the program itself",
            program: toProgram(`${REMOTE_SITE}
            tearDownDroplets({ policy: { default: "destroy", snapshots: "prevent" } });
            new Site("site", [{ name: "web", args: spec }]);
        `),
            install: installRemoteComponent,
            tell: async (world) => {
                const { project, simulator } = world;
                await succeeds(project.up());
                simulator.panel.takeSnapshot(world.dropletId(), "nightly");
                await refusesToDestroy(world, /nightly/);
                assert.deepEqual(world.destroyRequests(), []);
                await project.setProgram(toProgram(REMOTE_SITE + POLICY));
                await fails(project.up());
                assert.equal((await remaining(simulator)).includes("droplet web-1"), true);
            },
        },

        "replaces a Droplet; a component that is taken out goes completely, with what the old one has left": {
            alsoShownBy: "test/engine/scenarios-changes tells it of a `Droplet`",
            program: single(POLICY),
            isUp: true,
            install: installRemoteComponent,
            tell: async (world) => {
                const { project, simulator } = world;
                simulator.panel.takeSnapshot(world.dropletId(), "of the old one");
                await project.setProgram(single(POLICY, `image: "debian-12-x64"`));
                await succeeds(project.up());
                assert.equal(world.dropletId(), 412_000_002);
                const { predecessors } = (await world.record())?.outputs ?? {};
                const ids = (predecessors as { dropletId: number }[]).map(({ dropletId }) => dropletId);
                assert.deepEqual(ids, [412_000_001]);
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                simulator.panel.takeSnapshot(world.dropletId(), "nightly");
                await project.setProgram(toProgram(REMOTE_SITE + POLICY));
                await succeeds(project.up());
                assert.deepEqual(await remaining(simulator), []);
                assert.deepEqual(tagNames(world), []);
            },
        },

        "retains what a component retains; a replaced one loses the random tag, so that nothing finds it": {
            alsoShownBy: "test/engine/whole-program shows it for Droplets of the program itself",
            program: single(POLICY, "", "{ retainOnDelete: true }"),
            install: installRemoteComponent,
            tell: async (world) => {
                const { project, simulator } = world;
                const kept = await replacesRetained(
                    world,
                    single(POLICY, `image: "debian-12-x64"`, "{ retainOnDelete: true }"),
                );
                await succeeds(project.destroy());
                assert.deepEqual(await remaining(simulator), kept);
                assert.deepEqual(world.destroyRequests(), []);
            },
        },

        "protects executor and record with the Droplet": {
            alsoShownBy: "test/engine/whole-program shows it for Droplets of the program itself",
            program: single(POLICY, "", "{ protect: true }"),
            install: installRemoteComponent,
            tell: async (world) => {
                await succeeds(world.project.up());
                await fails(world.project.destroy());
                assert.deepEqual(await remaining(world.simulator), ["droplet web-1"]);
                assert.notEqual(await world.teardown(), undefined);
                await succeeds(world.project.run(["state", "unprotect", "--all", "--yes"]).result);
                await destroysEverything(world);
            },
        },

        "satisfies a policy that asks for a teardown, and does not without the line": {
            program: single(POLICY),
            install: installRemoteComponent,
            tell: async (world, engine) => {
                const { project } = world;
                if (!runsPolicyPacks(engine)) {
                    console.log("    left out: this engine runs no policy pack");
                    return;
                }
                const flags = ["--policy-pack", await policyPack(project.folder, engine)];
                await succeeds(project.preview({ flags }));
                await project.setProgram(single(""));
                assert.match(text(await fails(project.preview({ flags }))), /Droplet "web" has no teardown/);
            },
        },
    },
    { notOnComponent: "`tearDownDroplets` is of the npm package alone" },
);
