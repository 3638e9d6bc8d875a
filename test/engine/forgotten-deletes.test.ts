import assert from "node:assert/strict";

import { ALONE, programOf, UNORDERED, URN } from "../support/droplet-program.js";
import { fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { destroysEverything, nothingIsLeft, refusesToDestroy, tagNames } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

const DROPLET = `${URN}digitalocean:index/droplet:Droplet::web`;
const EXECUTOR = `${URN}pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown::web`;
const RECORD = `${URN}pulumi-nodejs:dynamic/droplet-teardown:DropletRecord::web`;

const ALIVE = ["droplet web-1", "snapshot nightly"];

async function upWithSnapshot(world: EngineWorld): Promise<void> {
    await succeeds(world.project.up());
    world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
}

function state({ project }: EngineWorld, ...args: readonly string[]) {
    return project.run(["state", ...args, "--yes"]).result;
}

/** The tag that a refusal says to make where the Droplet is to go. */
function advisedMark(printed: string): string {
    return /doctl compute tag create (teardown-\S+:go)/.exec(printed)?.[1] ?? "";
}

function executorTag(world: EngineWorld): string {
    return tagNames(world).find((tag) => /^teardown-[0-9a-f]{16}$/.test(tag)) ?? "";
}

/** A volume beside the Droplet, attached the way most programs do it. */
const attached = (extra: string): string =>
    programOf(`
const data = new digitalocean.Volume("data", { name: "data", region, size: 1 });
${extra}
`);

scenarios("no Droplet is forgotten, and none destroyed that the engine keeps", {
    "while `pulumi state protect` holds the Droplet": {
        program: ALONE,
        tell: async (world) => {
            await upWithSnapshot(world);
            await succeeds(state(world, "protect", DROPLET));
            await fails(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ALIVE);
            await succeeds(state(world, "unprotect", DROPLET));
            await destroysEverything(world);
        },
    },

    "with --exclude and --exclude-protected": {
        program: ALONE,
        tell: async (world) => {
            await upWithSnapshot(world);
            await world.project.destroy({ flags: ["--exclude", DROPLET] });
            assert.deepEqual(await remaining(world.simulator), ALIVE);
            await succeeds(world.project.up());
            await succeeds(state(world, "protect", DROPLET));
            await world.project.destroy({ flags: ["--exclude-protected"] });
            assert.deepEqual(await remaining(world.simulator), ALIVE);
            await succeeds(state(world, "unprotect", DROPLET));
            await destroysEverything(world);
        },
    },

    "before what uses its address is gone": {
        program: programOf(`
            const web = new Droplet("web", { ...spec, teardown });
            const zone = new digitalocean.Domain("zone", { name: "example.com" });
            new digitalocean.DnsRecord("www", { domain: zone.name, type: "A", name: "www", value: web.ipv4Address });
        `),
        tell: async (world) => {
            await succeeds(world.project.up());
            world.simulator.faults.add({
                match: { method: "DELETE", path: "/v2/domains/example.com/records/*" },
                do: { kind: "answer", status: 422, message: "the record is in use" },
            });
            await fails(world.project.destroy());
            assert.ok((await remaining(world.simulator)).includes("droplet web-1"));
            assert.deepEqual(
                world.destroyRequests().filter((line) => line.startsWith("DELETE sel")),
                [],
            );
            await destroysEverything(world);
        },
    },

    "together with a volume that is still being detached and stays in the program": {
        program: attached(`
            const web = new Droplet("web", { ...spec, teardown });
            new digitalocean.VolumeAttachment("data", { dropletId: web.id.apply(Number), volumeId: data.id });
        `),
        settings: { ...UNORDERED, actionMs: 3_000 },
        tell: async (world) => {
            await succeeds(world.project.up());
            await world.project.setProgram(attached(""));
            await succeeds(world.project.up());
            assert.deepEqual(await remaining(world.simulator), ["volume data"]);
            await destroysEverything(world);
        },
    },

    "together with a volume that left its arguments under ignoreChanges and stays in the program": {
        program: attached(`new Droplet("web", { ...spec, volumeIds: [data.id], teardown });`),
        tell: async (world) => {
            await succeeds(world.project.up());
            const ignoring = `new Droplet("web", { ...spec, teardown }, { ignoreChanges: ["volumeIds"] });`;
            await world.project.setProgram(attached(ignoring));
            await succeeds(world.project.up());
            await world.project.setProgram(attached(""));
            await succeeds(world.project.up());
            assert.deepEqual(await remaining(world.simulator), ["volume data"]);
            await destroysEverything(world);
        },
    },

    "by a destroy that got half way, before an `up` makes a new one": {
        program: ALONE,
        settings: { dropletSurvivesFailure: false },
        tell: async (world) => {
            await upWithSnapshot(world);
            const [snapshot] = world.simulator.state().snapshots;
            world.simulator.faults.failItem(snapshot?.id ?? "", { times: Infinity });
            world.simulator.faults.add({
                match: { method: "DELETE", path: "/v2/snapshots/*" },
                times: Infinity,
                do: { kind: "answer", status: 409, message: "snapshot is busy" },
            });
            await fails(world.project.destroy({ env: { DROPLET_TEARDOWN_TIMEOUT: "60s" } }));
            assert.deepEqual(await remaining(world.simulator), ["snapshot nightly"]);
            world.simulator.faults.clear();
            await succeeds(world.project.up());
            assert.deepEqual(await remaining(world.simulator), ALIVE);
            await destroysEverything(world);
        },
    },

    "by a destroy that got half way, while the old one lives": {
        program: ALONE,
        onBothSurfaces: true,
        tell: async (world) => {
            await upWithSnapshot(world);
            world.simulator.faults.failDroplet(world.dropletId(), { times: Infinity });
            await fails(world.project.destroy({ env: { DROPLET_TEARDOWN_TIMEOUT: "60s" } }));
            world.simulator.faults.clear();
            const printed = text(await fails(world.project.up()));
            assert.match(printed, /web-1 \(412000001\), \$6\.00\/month: of an unfinished destroy/);
            assert.match(printed, /npx pulumi-droplet-teardown destroy 412000001/);
            await destroysEverything(world);
        },
    },

    "where a parent has a deletedWith that is destroyed as well": {
        program: programOf(`
            class Site extends pulumi.ComponentResource {
                constructor(opts) {
                    super("test:index:Site", "site", {}, opts);
                    new Droplet("web", { ...spec, teardown }, { parent: this });
                }
            }
            const zone = new digitalocean.Domain("zone", { name: "example.com" });
            new Site({ deletedWith: zone });
        `),
        tell: async (world) => {
            await upWithSnapshot(world);
            await destroysEverything(world);
        },
    },

    "when its record has been taken out of the state": {
        program: ALONE,
        tell: async (world) => {
            await upWithSnapshot(world);
            await succeeds(state(world, "delete", RECORD));
            const printed = await refusesToDestroy(world, /state does not have it any more/);
            world.simulator.panel.createTag(advisedMark(printed));
            await destroysEverything(world);
        },
    },
});

scenarios("a destroy refuses, and says both ways on,", {
    "where Droplet and record have been taken out of the state": {
        program: ALONE,
        tell: async (world) => {
            await upWithSnapshot(world);
            await succeeds(state(world, "delete", RECORD));
            await succeeds(state(world, "delete", DROPLET));
            const printed = await refusesToDestroy(
                world,
                /web-1 \(412000001\): nothing was done to it: it lives, but the stack's state does not have it/,
                /pulumi state delete 'urn:.*DropletTeardown::web'/,
            );
            world.simulator.panel.createTag(advisedMark(printed));
            await destroysEverything(world);
        },
    },

    "and keeps the machine by the first of them": {
        program: ALONE,
        tell: async (world) => {
            await upWithSnapshot(world);
            await succeeds(state(world, "delete", RECORD));
            await succeeds(state(world, "delete", DROPLET));
            await refusesToDestroy(world);
            await succeeds(state(world, "delete", EXECUTOR));
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ALIVE);
        },
    },

    "where adopting it failed together with a resize": {
        program: programOf(`new digitalocean.Droplet("web", spec);`),
        tell: async (world) => {
            await succeeds(world.project.up());
            world.simulator.faults.add({
                match: { method: "POST", path: "/v2/droplets/*/actions" },
                times: Infinity,
                do: { kind: "answer", status: 422, message: "This size is not available" },
            });
            const bigger = `new Droplet("web", { ...spec, size: "s-2vcpu-2gb", teardown });`;
            await world.project.setProgram(programOf(bigger));
            await fails(world.project.up());
            await refusesToDestroy(
                world,
                /carries the tag of no teardown/,
                /doctl compute droplet tag 412000001/,
            );
            world.simulator.faults.clear();
            world.simulator.panel.tagDroplet(world.dropletId(), executorTag(world));
            await destroysEverything(world);
        },
    },

    "where a transformation overwrote its tags and the `up` failed": {
        program: programOf(`
            pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
                type === "digitalocean:index/droplet:Droplet"
                    ? { props: { ...props, tags: ["by-policy"] }, opts }
                    : undefined);
            new Droplet("web", { ...spec, teardown });
        `),
        tell: async (world) => {
            const printed = text(await fails(world.project.up()));
            assert.match(printed, /does not carry the tag teardown-[0-9a-f]{16}, so it could not be found/);
            await refusesToDestroy(world, /carries the tag of no teardown/);
            world.simulator.panel.tagDroplet(world.dropletId(), executorTag(world));
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), []);
            assert.deepEqual(tagNames(world), []);
        },
    },

    "at a preview already, where adopting would replace it": {
        program: programOf(`new digitalocean.Droplet("web", spec);`),
        tell: async (world) => {
            await succeeds(world.project.up());
            await world.project.setProgram(
                programOf(`new Droplet("web", { ...spec, teardown }, { replaceOnChanges: ["*"] });`),
            );
            const printed = text(await fails(world.project.preview()));
            assert.match(printed, /replaceOnChanges is not supported here: "\*" covers tags/);
            await fails(world.project.up());
            assert.equal(world.dropletId(), 412_000_001);
            await world.project.setProgram(programOf(`new Droplet("web", { ...spec, teardown });`));
            await succeeds(world.project.up());
            await succeeds(world.project.destroy());
            await nothingIsLeft(world);
        },
    },
});
