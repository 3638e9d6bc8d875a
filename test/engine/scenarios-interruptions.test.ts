import assert from "node:assert/strict";

import { ALONE, toProgram, URN } from "../support/droplet-program.js";
import { diagnostics, fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { destroysEverything, kill, tagNames, until } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

/** A Droplet with what the stack manages around it, on both paths of a delete. */
const SIBLINGS = toProgram(`
const data = new digitalocean.Volume("data", { name: "data", region, size: 1 });
const address = new digitalocean.ReservedIp("address", { region });
const settings = { ...teardown, keep: [address.ipAddress], retries: 0 };
const web = new Droplet("web", { ...spec, volumeIds: [data.id], teardown: settings });
const dropletId = web.id.apply(Number);
new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress: address.ipAddress }, { deletedWith: web.teardown });
const apart = new digitalocean.Volume("apart", { name: "apart", region, size: 1 });
`);

const TEARDOWN = "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown";
const ALL = ["droplet web-1", "reserved ip", "snapshot nightly", "volume apart", "volume data"];

function takeSnapshot(world: EngineWorld): string {
    return world.simulator.panel.takeSnapshot(world.dropletId(), "nightly").id;
}

function submitted(world: EngineWorld): Promise<void> {
    return until(() => world.destroyRequests().length > 0, "the request to destroy");
}

scenarios("a destroy that does not take everything at once", {
    "takes what depends on the teardown with --target and --target-dependents, and nothing else": {
        onComponent: true,
        program: SIBLINGS,
        isUp: true,
        tell: async (world) => {
            takeSnapshot(world);
            const target = [`${URN}${TEARDOWN}::web`];
            await succeeds(world.project.destroy({ target, targetDependents: true }));
            assert.deepEqual(await remaining(world.simulator), [
                "reserved ip",
                "volume apart",
                "volume data",
            ]);
        },
    },

    "takes the Droplet alone where it is the target, and the rest with the next one": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: SIBLINGS,
        isUp: true,
        tell: async (world) => {
            takeSnapshot(world);
            const target = [`${URN}digitalocean:index/droplet:Droplet::web`];
            await succeeds(world.project.destroy({ target, targetDependents: true }));
            assert.ok(!(await remaining(world.simulator)).includes("droplet web-1"));
            assert.deepEqual(world.destroyRequests(), []);
            await destroysEverything(world);
        },
    },

    "goes on past a failing teardown with --continue-on-error, and keeps what the Droplet needed": {
        onComponent: true,
        program: SIBLINGS,
        isUp: true,
        tell: async (world) => {
            const snapshot = takeSnapshot(world);
            world.simulator.faults.failItem(snapshot, { times: 1 });
            await fails(world.project.destroy({ continueOnError: true }));
            assert.deepEqual(
                await remaining(world.simulator),
                ALL.filter((name) => name !== "volume apart"),
            );
            const types = (await world.project.resources()).map(({ type }) => type);
            assert.deepEqual(types.filter((type) => !type.startsWith("pulumi:")).sort(), [
                "digitalocean:index/reservedIp:ReservedIp",
                "digitalocean:index/volume:Volume",
                TEARDOWN,
            ]);
            await destroysEverything(world);
        },
    },

    "is finished by the next one after Ctrl-C": {
        notOnComponent: "it ends at once there: plugin-ctrl-c.test.ts",
        program: SIBLINGS,
        isUp: true,
        tell: async (world) => {
            world.simulator.settings.destroyDurationMs = 5_000;
            takeSnapshot(world);
            const run = world.project.start("destroy");
            await submitted(world);
            run.process.kill("SIGINT");
            // The step that runs is finished; the exit code is the engine's own affair.
            assert.match(text(await run.result), /DropletTeardown web deleted/);
            assert.ok((await remaining(world.simulator)).includes("volume data"));
            await destroysEverything(world);
            assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
        },
    },

    "is finished by the next one after its engine was killed and DigitalOcean had done its part": {
        alsoShownBy: "test/engine/killed-at-requests kills it at more places",
        program: SIBLINGS,
        isUp: true,
        tell: async (world) => {
            takeSnapshot(world);
            const run = world.project.start("destroy");
            await submitted(world);
            await kill(run, world);
            await until(() => world.simulator.state().destroys[0]?.completed === true, "the destroy");
            await destroysEverything(world);
            assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
        },
    },

    "may be refreshed when the Droplet is gone and a snapshot is not": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: SIBLINGS,
        isUp: true,
        tell: async (world) => {
            const snapshot = takeSnapshot(world);
            const { faults, settings } = world.simulator;
            settings.dropletSurvivesFailure = false;
            faults.failItem(snapshot, { times: Infinity });
            const match = { method: "DELETE", path: "/v2/snapshots/*" };
            faults.add({ match, times: Infinity, do: { kind: "answer", status: 409, message: "busy" } });
            const failed = await fails(world.project.destroy());
            assert.doesNotMatch(text(failed), /nothing matches/);
            assert.ok(!(await remaining(world.simulator)).includes("droplet web-1"));
            faults.clear();
            await succeeds(world.project.refresh());
            assert.notEqual(await world.teardown(), undefined);
            assert.equal(tagNames(world).filter((tag) => /^teardown-.*:go$/.test(tag)).length, 1);
            await destroysEverything(world);
        },
    },
});

scenarios("a Droplet that vanished", {
    "comes back with the next up after a refresh, which reports what the old one left": {
        program: ALONE,
        isUp: true,
        tell: async (world) => {
            takeSnapshot(world);
            world.simulator.panel.deleteDroplet(world.dropletId());
            const up = await succeeds(world.project.up({ refresh: true }));
            assert.match(diagnostics(up, "DropletRecord"), /snapshot +nightly .*\$0\.15\/month/);
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ["snapshot nightly"]);
            assert.deepEqual(tagNames(world), []);
        },
    },

    "may have been somebody else's: a destroy without a refresh reports what it left": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: SIBLINGS,
        isUp: true,
        tell: async (world) => {
            takeSnapshot(world);
            world.simulator.panel.deleteDroplet(world.dropletId());
            const gone = diagnostics(await succeeds(world.project.destroy()));
            assert.match(gone, /: already gone\n/);
            assert.match(gone, /kept +snapshot +nightly/);
            assert.deepEqual(await remaining(world.simulator), ["snapshot nightly"]);
            assert.deepEqual(tagNames(world), []);
            assert.deepEqual(world.destroyRequests(), []);
        },
    },
});
