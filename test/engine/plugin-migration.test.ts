import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { ALONE, toProgram } from "../support/droplet-program.js";
import { yamlEngineFor } from "../support/engine-available.js";
import { succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { leftToCi } from "../support/scenarios.js";
import {
    component,
    toYaml,
    YAML_ALONE,
    type YamlProgram,
    type YamlResource,
} from "../support/yaml-program.js";

const URN = "urn:pulumi:dev::engine-test::";

/** What a migration must not change: the machine, and what hangs on it and names it. */
function machine({ simulator }: EngineWorld): object {
    const { droplets, volumes, snapshots, reservedIps } = simulator.state();
    return { droplets, volumes, snapshots, reservedIps };
}

async function previewChanges(world: EngineWorld, program: YamlProgram | string): Promise<string> {
    await (typeof program === "string" ? world.project.setProgram(program) : world.project.setYaml(program));
    world.simulator.clearRequests();
    const result = text(await succeeds(world.project.up()));
    const summary = /Resources:\n((?: +.*\n)+)/.exec(result)?.[1] ?? "";
    return summary
        .trim()
        .split(/\s*\n\s*/)
        .join(", ");
}

/** A program asks once which team its token belongs to. */
function asked(world: EngineWorld): string[] {
    return world.ownRequests().map(({ method, path }) => `${method} ${path}`);
}

async function destroysAll(world: EngineWorld): Promise<void> {
    await succeeds(world.project.destroy());
    assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
    assert.deepEqual(world.left(), []);
}

describe("a migration between the npm package and the plugin, on a real engine", function () {
    this.timeout(120_000);
    let engine: Engine;

    before(async function () {
        engine = await yamlEngineFor(this);
    });

    it("from the npm package's Droplet to the component adds the component and changes nothing else", () =>
        inWorld({ engine, program: ALONE, isUp: true }, async (world) => {
            world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            const before = machine(world);
            assert.equal(
                await previewChanges(world, { resources: { web: component() } }),
                "+ 1 created, 4 unchanged",
            );
            assert.deepEqual(machine(world), before);
            assert.deepEqual(asked(world), ["GET /v2/account"]);
            await succeeds(world.project.refresh());
            await succeeds(world.project.up({ flags: ["--expect-no-changes"] }));
            await destroysAll(world);
        }));

    leftToCi(
        "from the component back to the npm package's Droplet hands the machine over to a new teardown",
        "the test before it goes the other way; walks go both",
        () =>
            inWorld({ engine, program: YAML_ALONE, yaml: true, isUp: true }, async (world) => {
                const id = world.dropletId();
                const { project } = world;
                const former = `${URN}droplet-teardown:index:Droplet$digitalocean:index/droplet:Droplet::web`;
                const program = toProgram(
                    `new Droplet("web", { ...spec, teardown }, { aliases: ["${former}"] });`,
                );
                await project.setNode(program);
                await succeeds(project.up());
                assert.equal(world.dropletId(), id);
                const types = (await project.resources()).map(({ type }) => type);
                assert.deepEqual(
                    types.filter((type) => type.startsWith("droplet-teardown:")),
                    [],
                );
                await destroysAll(world);
            }),
    );

    leftToCi(
        "of a teardown by id changes nothing, in either direction",
        "the test before it tells it of a Droplet; walks go both ways",
        () =>
            inWorld({ engine, program: "" }, async (world) => {
                const { project, simulator } = world;
                const { id } = simulator.panel.createDroplet("legacy");
                const dynamic = toProgram(
                    `new DropletTeardown("legacy", { dropletId: ${id}, policy: "destroy" });`,
                );
                await project.setProgram(dynamic);
                await succeeds(project.up());
                const legacy: YamlResource = {
                    type: "droplet-teardown:DropletTeardown",
                    properties: { dropletId: id, policy: "destroy" },
                    options: {
                        aliases: [`${URN}pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown::legacy`],
                    },
                };
                assert.equal(await previewChanges(world, { resources: { legacy } }), "2 unchanged");
                assert.deepEqual(asked(world), ["GET /v2/account"]);
                const back = toProgram(
                    `new DropletTeardown("legacy", { dropletId: ${id}, policy: "destroy" }, {
                    aliases: ["${URN}droplet-teardown:index:DropletTeardown::legacy"],
                });`,
                );
                await project.setNode(back);
                await succeeds(project.up());
                assert.deepEqual(world.destroyRequests(), []);
                await destroysAll(world);
            }),
    );

    it("from the official Droplet to the component puts on two tags, and keeps it and its dependents", () => {
        const official: YamlResource = {
            type: "digitalocean:Droplet",
            properties: component({ teardown: undefined }).properties ?? {},
        };
        const nightly = (dropletId: unknown): YamlResource => ({
            type: "digitalocean:DropletSnapshot",
            properties: { name: "nightly", dropletId },
        });
        const before = toYaml({ web: official, nightly: nightly("${web.id}") });
        return inWorld({ engine, program: before, yaml: true, isUp: true }, async (world) => {
            const id = world.dropletId();
            const [snapshot] = world.simulator.state().snapshots;
            const text = { "fn::toJSON": "${web.dropletId}" };
            await world.project.setYaml({ resources: { web: component(), nightly: nightly(text) } });
            await succeeds(world.project.up());
            assert.equal(world.dropletId(), id);
            assert.equal(world.simulator.state().droplets[0]?.tags.length, 2);
            assert.deepEqual(world.simulator.state().snapshots, [snapshot]);
            await destroysAll(world);
        });
    });
});
