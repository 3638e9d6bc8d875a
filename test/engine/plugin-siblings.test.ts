import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { UNORDERED, URN } from "../support/droplet-program.js";
import { yamlEngineFor } from "../support/engine-available.js";
import { diagnostics, fails, succeeds, text } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { leftToCi } from "../support/scenarios.js";
import { remaining } from "../support/remaining.js";
import { component, toYaml, YAML_ALONE, type YamlResource } from "../support/yaml-program.js";

const volume = (name: string): YamlResource => ({
    type: "digitalocean:Volume",
    properties: { name, region: "nyc3", size: 10 },
});
const attachment = (volumeId: string, options: Readonly<Record<string, unknown>> = {}): YamlResource => ({
    type: "digitalocean:VolumeAttachment",
    properties: { dropletId: "${web.dropletId}", volumeId },
    options,
});
const address = {
    address: { type: "digitalocean:ReservedIp", properties: { region: "nyc3" } },
    assignment: {
        type: "digitalocean:ReservedIpAssignment",
        properties: { dropletId: "${web.dropletId}", ipAddress: "${address.ipAddress}" },
    },
};

describe("a Droplet of the plugin among other resources of its stack", function () {
    this.timeout(120_000);
    let engine: Engine;

    before(async function () {
        engine = await yamlEngineFor(this);
    });

    it("is not called to cost on by what a resource of the stack attaches and another one deletes", () => {
        const without = { web: component(), data: volume("data"), ...address };
        const all = { ...without, attached: attachment("${data.id}") };
        const program = toYaml(all);
        return inWorld({ engine, program, yaml: true, settings: UNORDERED }, async (world) => {
            const { project } = world;
            const types = async (): Promise<number> =>
                (await project.resources()).filter(({ type }) => type.endsWith(":DropletAttachment")).length;
            assert.match(
                text(await succeeds(project.preview())),
                /DropletAttachment VolumeAttachment attached create/,
            );
            await succeeds(project.up());
            assert.equal(await types(), 2);
            await succeeds(project.up({ refresh: true, flags: ["--expect-no-changes"] }));
            await project.setYaml({ resources: without });
            await succeeds(project.up());
            assert.equal(await types(), 1);
            await project.setYaml({ resources: all });
            await succeeds(project.up());
            await succeeds(project.refresh());
            const destroyed = await succeeds(project.destroy());
            const told = diagnostics(destroyed, "DropletExecutor");
            assert.match(told, /kept +volume +data .* managed by its own resource/);
            assert.match(told, /No remaining cost found\./);
            assert.doesNotMatch(text(destroyed), /Still accruing|left in place/);
            assert.deepEqual(await remaining(world.simulator), []);
        });
    });

    leftToCi(
        "still costs what the program attaches and nobody of the stack has made, or detaches",
        "test/engine/siblings tells it of a `Droplet`",
        () => {
            const options = { retainOnDelete: true };
            const program = toYaml({ web: component({ teardown: { policy: "keep" } }), own: volume("own") });
            return inWorld(
                { engine, program, yaml: true, settings: UNORDERED, isUp: true },
                async (world) => {
                    const { project, simulator } = world;
                    const { id } = simulator.panel.createVolume("elsewhere", 10);
                    const resources = {
                        web: component({ teardown: { policy: "keep" } }),
                        own: { ...volume("own"), options },
                        retained: attachment("${own.id}", options),
                        theirs: attachment(id),
                    };
                    await project.setYaml({ resources });
                    await succeeds(project.up());
                    await succeeds(project.refresh());
                    const told = diagnostics(await succeeds(project.destroy()), "DropletExecutor");
                    assert.match(told, /Still accruing \$2\.00\/month\./);
                    assert.deepEqual(await remaining(simulator), ["volume elsewhere", "volume own"]);
                },
            );
        },
    );

    leftToCi(
        "is refused here once `pulumi state move` has taken it alone to another stack",
        "test/engine/scenarios-ownership tells it of a `Droplet`",
        () =>
            inWorld({ engine, program: YAML_ALONE, yaml: true, isUp: true }, async (world) => {
                const { project, simulator } = world;
                await succeeds(project.initStack("prod"));
                const stacks = ["--source", "dev", "--dest", "prod", "--yes"];
                const droplet = `${URN}droplet-teardown:index:Droplet$digitalocean:index/droplet:Droplet::web`;
                await succeeds(project.run(["state", "move", ...stacks, droplet]).result);
                assert.equal(await world.record(), undefined);
                assert.match(text(await fails(project.destroy())), /is no longer in the stack's state/);
                assert.deepEqual(await remaining(simulator), ["droplet web-1"]);
            }),
    );
});
