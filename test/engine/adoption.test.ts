import assert from "node:assert/strict";

import { toProgram, UNORDERED } from "../support/droplet-program.js";
import { diagnostics, fails, succeeds, type EngineWorld } from "../support/engine-world.js";
import { destroysEverything, tagNames } from "../support/forgotten.js";
import { replacesTheDroplet } from "../support/engine-available.js";
import { remaining } from "../support/remaining.js";
import { previewed } from "../support/previewed.js";
import { scenarios } from "../support/scenarios.js";

/** Dependents of every kind, and children of the Droplet. */
const around = (droplet: string): string =>
    toProgram(`
const logs = new digitalocean.Volume("logs", { name: "logs", region, size: 1 });
const zone = new digitalocean.Domain("zone", { name: "example.com" });
const web = new ${droplet}("web", { ...spec, tags: ["blue"] });
const dropletId = web.id.apply(Number);
const attached = new digitalocean.VolumeAttachment("logs", { dropletId, volumeId: logs.id });
new digitalocean.ReservedIp("address", { region, dropletId }, { parent: web });
const inboundRules = [{ protocol: "tcp", portRange: "443", sourceAddresses: ["0.0.0.0/0"] }];
new digitalocean.Firewall("front", { name: "front", dropletIds: [dropletId], inboundRules }, { parent: web });
new digitalocean.DropletSnapshot("nightly", { name: "nightly", dropletId: web.id }, { dependsOn: attached });
new digitalocean.DnsRecord("www", { domain: zone.name, type: "A", name: "www", value: web.ipv4Address });
exports.id = web.id;
exports.urn = web.dropletUrn;
`);

const plain = (args = ""): string => toProgram(`new digitalocean.Droplet("web", { ...spec, ${args} });`);
const adopted = (teardown: string, args = ""): string =>
    toProgram(`new Droplet("web", { ...spec, ${args} teardown: ${teardown} });`);

const BLUE = `tags: ["blue"],`;
const ADOPTED = adopted(`{ policy: "destroy" }`, BLUE);

/** The Droplet's URN and id, as state holds them. */
async function identity({ project }: EngineWorld): Promise<readonly [urn?: string, id?: string]> {
    const all = await project.resources();
    const droplet = all.find(({ type }) => type === "digitalocean:index/droplet:Droplet");
    return [droplet?.urn, droplet?.id];
}

function dropletTags({ simulator }: EngineWorld): readonly string[] {
    return simulator.state().droplets[0]?.tags ?? [];
}

scenarios("a Droplet that a stack has already", {
    "is adopted: a preview with --diff has 54 lines, and of internal inputs the tag alone and one group": {
        notOnComponent: "the component's inputs are those of the official Droplet",
        program: plain(BLUE),
        isUp: true,
        tell: async ({ project }) => {
            await project.setProgram(ADOPTED);
            const { stdout } = await succeeds(project.preview({ flags: ["--diff"] }));
            const lines = stdout.trimEnd().split("\n");
            const inputs = (indent: number): string[] =>
                lines.flatMap((line) => new RegExp(`^ {${indent}}(\\w+) *: `).exec(line)?.[1] ?? []);
            const own = [
                "enabled",
                "gracefulShutdown",
                "keep",
                "policy",
                "program",
                "retries",
                "tag",
                "timeout",
            ];
            assert.deepEqual(inputs(8), own, stdout);
            assert.deepEqual(
                inputs(12).filter((name) => !/napshots|volumes|reservedIps/.test(name)),
                [
                    ...["dropletName", "resourceName", "resourceUrn", "stackTag"],
                    ...["dropletId", "enabled", "keep", "policy", "program", "tag", "timeout"],
                ],
                stdout,
            );
            assert.ok(lines.length <= 54, `${lines.length} lines: ${stdout}`);
        },
    },

    "is adopted: the preview has 2 to create and 1 to update, with dependents and children; URN and id stay":
        {
            notOnComponent: "plugin-migration.test.ts",
            program: around("digitalocean.Droplet"),
            settings: UNORDERED,
            tell: async (world) => {
                const { project, simulator } = world;
                await succeeds(project.up());
                const [before, held] = [await identity(world), await remaining(simulator)];
                await project.setProgram(around("Droplet"));

                assert.deepEqual(await previewed(world), [
                    "create pulumi-nodejs:dynamic/droplet-teardown:DropletRecord",
                    "create pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown",
                    "update digitalocean:index/droplet:Droplet",
                ]);
                await succeeds(project.up());
                assert.deepEqual(await identity(world), before);
                const tag = String((await world.teardown())?.outputs?.tag);
                assert.deepEqual(dropletTags(world), ["blue", "teardown:engine-test:dev", tag]);
                assert.deepEqual(await remaining(simulator), held);
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                await destroysEverything(world);
            },
        },

    "gets another teardown with --replace and goes over to it; replaced with it, the old one goes alone": {
        program: ADOPTED,
        isUp: true,
        tell: async (world, engine) => {
            const { project, simulator } = world;
            const [urn = ""] = await identity(world);
            const first = world.dropletId();
            simulator.panel.takeSnapshot(first, "nightly");
            const tag = async () => (await world.teardown())?.outputs?.tag;
            const before = await tag();
            const executor = (await world.teardown())?.urn ?? "";

            await succeeds(project.up({ flags: ["--replace", executor] }));
            const second = world.dropletId();
            assert.equal(second !== first, replacesTheDroplet(engine));
            assert.notEqual(await tag(), before);
            assert.deepEqual(dropletTags(world).slice(2), [await tag()]);

            await succeeds(project.up({ flags: ["--replace", executor, "--replace", urn] }));
            assert.notEqual(world.dropletId(), second);
            assert.deepEqual(dropletTags(world).slice(2), [await tag()]);
            assert.deepEqual(await remaining(simulator), ["droplet web-1", "snapshot nightly"]);
            await destroysEverything(world);
        },
    },

    "is left in two steps, not at once, which the record refuses: not enabled, then the import line back": {
        alsoShownBy: "test/engine/whole-program tells it of Droplets of the program",
        notOnComponent: "its Droplet has another URN: plugin-migration.test.ts",
        program: ADOPTED,
        isUp: true,
        onBothSurfaces: true,
        tell: async (world) => {
            const { project, simulator } = world;
            const before = await identity(world);
            simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            const tag = String((await world.teardown())?.outputs?.tag);
            await project.setProgram(plain(BLUE));

            const refused = await fails(project.up());

            assert.ok(diagnostics(refused, "DropletRecord").includes(`does not carry the tag ${tag}`));
            assert.equal(simulator.state().droplets.length, 1);
            await project.setProgram(adopted("{ enabled: false }", BLUE));
            await succeeds(project.up());
            assert.deepEqual(dropletTags(world), ["blue"]);
            await project.setProgram(plain(BLUE));
            await succeeds(project.up());

            assert.deepEqual(await identity(world), before);
            assert.deepEqual(await remaining(simulator), ["droplet web-1", "snapshot nightly"]);
            assert.deepEqual(tagNames(world), []);
            assert.deepEqual(world.destroyRequests(), []);
            assert.deepEqual([await world.teardown(), await world.record()], [undefined, undefined]);
        },
    },
});
