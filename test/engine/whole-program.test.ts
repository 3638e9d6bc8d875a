import assert from "node:assert/strict";

import { toProgram, UNORDERED } from "../support/droplet-program.js";
import { fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import {
    destroysEverything,
    identities,
    OFFICIAL,
    replacesRetained,
    tagNames,
} from "../support/forgotten.js";
import { previewedChanges } from "../support/previewed.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

const MINE = "pulumi-nodejs:dynamic/droplet-teardown:";

const POLICY = `tearDownDroplets({ policy: "destroy" });`;
const OTHER_POLICY = `tearDownDroplets({ policy: { default: "destroy", volumes: "prevent" } });`;
/** For the `Droplet` beside them. */
const DISABLED = "teardown: { enabled: false }";
const NOT_ENABLED = `tearDownDroplets({ policy: "destroy", enabled: false });`;

/** A component as packages have them, a loop, a Droplet in a VPC with children, and a `Droplet` beside them. */
const fleet = (line: string, own = `teardown: { policy: "keep" }`): string =>
    toProgram(`
const network = new pulumi.ComponentResource("third:party:Network", "network");
${line}
class Site extends pulumi.ComponentResource {
    constructor(name, opts) {
        super("third:party:Site", name, {}, opts);
        this.web = new digitalocean.Droplet(name, { ...spec, name }, { parent: this });
    }
}
new Site("site");
new digitalocean.Droplet("below", { ...spec, name: "below" }, { parent: network });
for (const number of [1, 2]) {
    new digitalocean.Droplet("loop-" + number, { ...spec, name: "loop-" + number });
}
const vpc = new digitalocean.Vpc("net", { name: "net", region });
const inside = new digitalocean.Droplet("inside", { ...spec, name: "inside", tags: ["blue"], vpcUuid: vpc.id });
new digitalocean.ReservedIp("address", { region, dropletId: inside.id.apply(Number) }, { parent: inside });
new Droplet("own", { ...spec, name: "own", ${own} });
`);

const COVERED = 5;
/** What a preview says, for each of them. */
const forEach = (...rows: readonly string[]): string[] =>
    rows.flatMap((row) => Array<string>(COVERED).fill(row));
const ADOPTED = forEach(
    `create ${MINE}DropletRecord`,
    `create ${MINE}DropletTeardown`,
    `update ${OFFICIAL} tags`,
);
const POLICY_CHANGED = forEach(`update ${MINE}DropletRecord policy`, `update ${MINE}DropletTeardown policy`);

/** One Droplet that the program makes as anybody would. */
const single = (line: string, opts = "{}"): string =>
    toProgram(`${line}\nnew digitalocean.Droplet("web", spec, ${opts});`);

const retained = (args: string): string =>
    toProgram(`
${POLICY}
const site = new pulumi.ComponentResource("third:party:Site", "site", {}, { retainOnDelete: true });
new digitalocean.Droplet("web", { ...spec, ${args} }, { parent: site });
`);

async function names({ project }: EngineWorld, type: string): Promise<string[]> {
    const all = await project.resources();
    return all
        .filter((resource) => resource.type === type)
        .map(({ urn }) => urn.split("::").at(-1) ?? "")
        .sort();
}

scenarios(
    "one line for a whole program",
    {
        "is left in two steps, and nothing is destroyed; adopts each Droplet as 2 to create and 1 to update, has quiet previews, destroys everything":
            {
                program: fleet(POLICY, DISABLED),
                settings: UNORDERED,
                tell: async (world) => {
                    const { project, simulator } = world;
                    await succeeds(project.up());
                    const [before, held] = [await identities(world), await remaining(simulator)];
                    const isAsItWas = async (): Promise<void> => {
                        assert.deepEqual(await identities(world), before);
                        assert.deepEqual(await remaining(simulator), held);
                        assert.deepEqual(world.destroyRequests(), []);
                    };

                    await project.setProgram(fleet(NOT_ENABLED, DISABLED));
                    await succeeds(project.up());
                    const tags = simulator.state().droplets.flatMap((droplet) => droplet.tags);
                    assert.deepEqual(tags, ["blue"]);
                    await project.setProgram(fleet("", DISABLED));
                    await succeeds(project.up());
                    assert.deepEqual(tagNames(world), []);
                    assert.deepEqual(await names(world, `${MINE}DropletTeardown`), ["own"]);
                    await isAsItWas();

                    await project.setProgram(fleet(POLICY, DISABLED));
                    assert.deepEqual(await previewedChanges(world), ADOPTED);
                    await project.setProgram(fleet(POLICY));
                    await succeeds(project.up());
                    await isAsItWas();
                    await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                    await project.setProgram(fleet(OTHER_POLICY));
                    assert.deepEqual(await previewedChanges(world), POLICY_CHANGED);
                    await destroysEverything(world);
                },
            },

        "leaves one Droplet by its rule: handed back, then left alone": {
            program: single(POLICY),
            tell: async (world) => {
                const { project } = world;
                await succeeds(project.up());
                const leaving = (rule: string) =>
                    single(`tearDownDroplets({ policy: "destroy", droplets: { "w*": { ${rule} } } });`);
                await project.setProgram(leaving("enabled: false"));
                assert.match(text(await fails(project.up())), /`handBack: true`/);
                await project.setProgram(leaving("handBack: true"));
                await succeeds(project.up());
                await project.setProgram(leaving("enabled: false"));
                await succeeds(project.up());
                assert.deepEqual(tagNames(world), []);
                assert.deepEqual([await world.teardown(), await world.record()], [undefined, undefined]);
                assert.equal(world.dropletId(), 412_000_001);
                assert.deepEqual(world.destroyRequests(), []);
            },
        },

        "protects executor and record with the Droplet, inside a component as well": {
            alsoShownBy: "test/random-stacks plays it on the model of the engine",
            program: toProgram(`
            ${POLICY}
            const site = new pulumi.ComponentResource("third:party:Site", "site", {}, { protect: true });
            new digitalocean.Droplet("web", spec, { parent: site });
        `),
            tell: async (world) => {
                await succeeds(world.project.up());
                await fails(world.project.destroy());
                assert.deepEqual(await remaining(world.simulator), ["droplet web-1"]);
                assert.deepEqual(await names(world, `${MINE}DropletTeardown`), ["web"]);
                await succeeds(world.project.run(["state", "unprotect", "--all", "--yes"]).result);
                await destroysEverything(world);
            },
        },

        "retains what a component retains; a replaced one loses the random tag, so that nothing finds it": {
            alsoShownBy: "test/random-stacks plays it on the model of the engine",
            program: retained(""),
            tell: async (world) => {
                const { project, simulator } = world;
                const kept = await replacesRetained(world, retained(`image: "debian-12-x64"`));
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));

                await succeeds(project.destroy());
                assert.deepEqual(await remaining(simulator), kept);
                assert.deepEqual(world.destroyRequests(), []);
                assert.deepEqual(await project.resources(), []);
            },
        },

        "leaves alone what is read, what is deleted with something else and what a rule disables": {
            alsoShownBy: "test/sdk/tear-down-droplets shows it without an engine",
            program: toProgram(`new digitalocean.Droplet("elsewhere", { ...spec, name: "elsewhere" });`),
            tell: async (world) => {
                const { project } = world;
                await succeeds(project.up());
                const id = world.dropletId();
                await succeeds(project.run(["stack", "rm", "--force", "--yes", "dev"]).result);
                await succeeds(project.initStack("dev"));
                await project.setProgram(
                    toProgram(`
                    tearDownDroplets({ policy: "destroy", droplets: { "builder": { enabled: false } } });
                    digitalocean.Droplet.get("read", "${id}");
                    const zone = new digitalocean.Domain("zone", { name: "example.com" });
                    new digitalocean.Droplet("builder", { ...spec, name: "builder" });
                    new digitalocean.Droplet("with", { ...spec, name: "with" }, { deletedWith: zone });
                    new digitalocean.Droplet("web", spec);
                `),
                );
                await succeeds(project.up());
                assert.deepEqual(await names(world, `${MINE}DropletTeardown`), ["web"]);
                assert.deepEqual(await names(world, `${MINE}DropletRecord`), ["web"]);
                await succeeds(project.destroy());
                assert.deepEqual(await remaining(world.simulator), ["droplet elsewhere", "droplet with"]);
            },
        },

        "says which rule no Droplet came under, at the end and in previews; one made late counts": {
            program: toProgram(`
            tearDownDroplets({ policy: "destroy", droplets: { "late": {}, "pg-*": {}, "webb": {} } });
            const web = new digitalocean.Droplet("web", spec);
            web.id.apply(() => new digitalocean.Droplet("late", { ...spec, name: "late" }));
        `),
            tell: async (world) => {
                const warning = /warning: tearDownDroplets: these rules matched no Droplet: (.*);/;
                const told = warning.exec(text(await succeeds(world.project.up())));
                assert.equal(told?.[1], `"pg-*", "webb"`);
                assert.match(text(await succeeds(world.project.preview())), warning);
                await destroysEverything(world);
            },
        },

        "refuses a call after the first Droplet, and a second call": {
            alsoShownBy: "test/sdk/tear-down-droplets shows it without an engine",
            program: toProgram(`new digitalocean.Droplet("web", spec);\n${POLICY}`),
            tell: async (world) => {
                const late = text(await fails(world.project.up()));
                assert.match(late, /tearDownDroplets: the Droplet "web" is registered already/);
                await world.project.setProgram(single(POLICY + POLICY));
                const twice = text(await fails(world.project.up()));
                assert.match(twice, /tearDownDroplets: it was called before/);
            },
        },
    },
    { notOnComponent: "`tearDownDroplets` is of the npm package alone" },
);
