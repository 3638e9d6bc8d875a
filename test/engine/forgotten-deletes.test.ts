import assert from "node:assert/strict";

import { ALONE, THREE, toProgram, UNORDERED, URN } from "../support/droplet-program.js";
import { fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { destroysEverything, refusesToDestroy, tagNames } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

const urn = (type: string, name = "web"): string => `${URN}${type}::${name}`;
const DROPLET = "digitalocean:index/droplet:Droplet";
const EXECUTOR = "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown";
const RECORD = `${DROPLET}$pulumi-nodejs:dynamic/droplet-teardown:DropletRecord`;

const ALIVE = ["droplet web-1", "snapshot nightly"];

function takeSnapshot(world: EngineWorld, droplet = "web-1", name = "nightly"): string {
    return world.simulator.panel.takeSnapshot(dropletNamed(world, droplet), name).id;
}

function dropletNamed({ simulator }: EngineWorld, name: string): number {
    const droplet = simulator.state().droplets.find((its) => its.name === name);
    assert.ok(droplet !== undefined, name);
    return droplet.id;
}

function state({ project }: EngineWorld, ...args: readonly string[]) {
    return project.run(["state", ...args, "--yes"]).result;
}

/** The tags that a refusal says to make where the Droplets are to go. */
function advisedMarks(printed: string): string[] {
    const marks = printed.matchAll(/doctl compute tag create (teardown-\S+:go)/g);
    return [...new Set([...marks].map(([, mark = ""]) => mark))];
}

function executorTag(world: EngineWorld): string {
    return tagNames(world).find((tag) => /^teardown-[0-9a-f]{16}$/.test(tag)) ?? "";
}

/** What a refusal of a Droplet that carries no tag says to do where it is to go. */
function claims(world: EngineWorld): void {
    const { panel } = world.simulator;
    const tag = executorTag(world);
    panel.tagDroplet(world.dropletId(), tag);
    panel.createTag(`${tag}:${world.dropletId()}:go`);
}

/** A volume beside each of two Droplets, attached the ways most programs do it. */
const attached = (extra: string): string =>
    toProgram(`
const data = new digitalocean.Volume("data", { name: "data", region, size: 1 });
const logs = new digitalocean.Volume("logs", { name: "logs", region, size: 1 });
${extra}
`);

const withAttachments = (args: string, opts: string): string =>
    attached(`
const web = new Droplet("web", { ...spec, teardown });
new digitalocean.VolumeAttachment("data", { dropletId: web.id.apply(Number), volumeId: data.id });
new Droplet("db", { ...spec, name: "db-1", ${args} teardown }, ${opts});
`);

scenarios("no Droplet is forgotten, and none destroyed that the engine keeps", {
    "while `pulumi state protect` holds the Droplet, with --exclude-protected and with --exclude": {
        program: ALONE,
        isUp: true,
        tell: async (world) => {
            takeSnapshot(world);
            await succeeds(state(world, "protect", urn(DROPLET)));
            await fails(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ALIVE);
            await world.project.destroy({ flags: ["--exclude-protected"] });
            assert.deepEqual(await remaining(world.simulator), ALIVE);
            await succeeds(state(world, "unprotect", urn(DROPLET)));
            await world.project.destroy({ flags: ["--exclude", urn(DROPLET)] });
            assert.deepEqual(await remaining(world.simulator), ALIVE);
            await destroysEverything(world);
        },
    },

    "before what uses its address is gone, nor where a parent has a deletedWith that is destroyed as well": {
        notOnComponent: "a parent's deletedWith is refused there: plugin.test.ts",
        program: toProgram(`
            class Site extends pulumi.ComponentResource {
                constructor(opts) {
                    super("test:index:Site", "site", {}, opts);
                    new Droplet("inside", { ...spec, name: "inside", teardown }, { parent: this });
                }
            }
            const web = new Droplet("web", { ...spec, teardown });
            const zone = new digitalocean.Domain("zone", { name: "example.com" });
            new digitalocean.DnsRecord("www", { domain: zone.name, type: "A", name: "www", value: web.ipv4Address });
            new Site({ deletedWith: zone });
        `),
        tell: async (world) => {
            await succeeds(world.project.up());
            takeSnapshot(world, "inside", "of the one inside");
            world.simulator.faults.add({
                match: { method: "DELETE", path: "/v2/domains/example.com/records/*" },
                do: { kind: "answer", status: 422, message: "the record is in use" },
            });
            await fails(world.project.destroy());
            const asked = `/v2/droplets/${dropletNamed(world, "web-1")}/destroy_with_associated_resources/selective`;
            assert.ok(world.ownRequests().every(({ path }) => path !== asked));
            await destroysEverything(world);
            assert.ok(world.ownRequests().some(({ path }) => path === asked));
        },
    },

    "together with volumes that stay: one is still being detached, one left its arguments under ignoreChanges":
        {
            alsoShownBy: "test/random-stacks plays it on the model of the engine",
            program: withAttachments("volumeIds: [logs.id],", "{}"),
            settings: { ...UNORDERED, actionMs: 3_000 },
            tell: async (world) => {
                await succeeds(world.project.up());
                await world.project.setProgram(withAttachments("", `{ ignoreChanges: ["volumeIds"] }`));
                await succeeds(world.project.up());
                await world.project.setProgram(attached(""));
                await succeeds(world.project.up());
                assert.deepEqual(await remaining(world.simulator), ["volume data", "volume logs"]);
                await destroysEverything(world);
            },
        },

    "by a destroy that got half way, before an `up` makes a new one, or while the old one lives": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: THREE,
        isUp: true,
        onBothSurfaces: true,
        tell: async (world) => {
            const { faults, settings } = world.simulator;
            const old = dropletNamed(world, "db-1");
            settings.dropletSurvivesFailure = false;
            faults.failItem(takeSnapshot(world), { times: Infinity });
            faults.failDroplet(old, { times: Infinity });
            faults.add({
                match: { method: "DELETE", path: "/v2/snapshots/*" },
                times: Infinity,
                do: { kind: "answer", status: 409, message: "snapshot is busy" },
            });
            const env = { DROPLET_TEARDOWN_TIMEOUT: "60s" };
            await fails(world.project.destroy({ env, continueOnError: true }));
            assert.deepEqual(await remaining(world.simulator), ["droplet db-1", "snapshot nightly"]);
            faults.clear();
            const printed = text(await fails(world.project.up({ continueOnError: true })));
            assert.ok(printed.includes(`db-1 (${old}), $6.00/month: of an unfinished destroy`), printed);
            assert.ok(printed.includes(`npx pulumi-droplet-teardown destroy ${old}`), printed);
            const alive = await remaining(world.simulator);
            assert.ok(ALIVE.every((name) => alive.includes(name)));
            await destroysEverything(world);
        },
    },
});

scenarios("a destroy refuses, and says both ways on,", {
    "where the state lost the record, or the Droplet as well; each way on is followed": {
        onComponent: true,
        program: THREE,
        isUp: true,
        tell: async (world) => {
            takeSnapshot(world);
            takeSnapshot(world, "app-1", "of app");
            await succeeds(state(world, "delete", urn(RECORD, "web")));
            for (const name of ["db", "app"]) {
                await succeeds(state(world, "delete", urn(RECORD, name)));
                await succeeds(state(world, "delete", urn(DROPLET, name)));
            }
            const before = await remaining(world.simulator);
            const printed = text(await fails(world.project.destroy({ continueOnError: true })));
            assert.deepEqual(await remaining(world.simulator), before);
            for (const name of ["web", "db", "app"]) {
                const id = dropletNamed(world, `${name}-1`);
                const said = `${name}-1 (${id}): nothing was done to it: it still exists, but is no longer in the stack's state`;
                assert.ok(printed.includes(said), printed);
                assert.match(printed, new RegExp(`pulumi state delete 'urn:.*DropletTeardown::${name}'`));
            }

            const marks = advisedMarks(printed);
            assert.equal(marks.length, 3);
            await succeeds(state(world, "delete", urn(EXECUTOR, "app")));
            marks.forEach((mark) => world.simulator.panel.createTag(mark));
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ["droplet app-1", "snapshot of app"]);
            assert.deepEqual(await world.project.resources(), []);
        },
    },

    "at a preview already, where adopting would replace it; and where adopting it failed together with a resize":
        {
            program: toProgram(`new digitalocean.Droplet("web", spec);`),
            tell: async (world) => {
                await succeeds(world.project.up());
                await world.project.setProgram(
                    toProgram(`new Droplet("web", { ...spec, teardown }, { replaceOnChanges: ["*"] });`),
                );
                const replacing = text(await fails(world.project.preview()));
                assert.match(replacing, /replaceOnChanges is not supported here: "\*" covers tags/);
                await fails(world.project.up());
                assert.equal(world.dropletId(), 412_000_001);

                world.simulator.faults.add({
                    match: { method: "POST", path: "/v2/droplets/*/actions" },
                    times: Infinity,
                    do: { kind: "answer", status: 422, message: "This size is not available" },
                });
                const bigger = `new Droplet("web", { ...spec, size: "s-2vcpu-2gb", teardown });`;
                await world.project.setProgram(toProgram(bigger));
                await fails(world.project.up());
                await refusesToDestroy(
                    world,
                    /carries the tag of no teardown/,
                    /doctl compute droplet tag 412000001/,
                );
                world.simulator.faults.clear();
                claims(world);
                await destroysEverything(world);
            },
        },

    "where a transformation overwrote its tags and the `up` failed": {
        alsoShownBy: "test/teardown/record shows what the record says",
        notOnComponent: "a transformation of the program does not reach what is inside",
        program: toProgram(`
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
            claims(world);
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), []);
            assert.deepEqual(tagNames(world), []);
        },
    },
});
