import assert from "node:assert/strict";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ALONE, toProgram, URN } from "../support/droplet-program.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { destroysEverything, kill, nothingIsLeft, until } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";
import { scenarios, type Scenario } from "../support/scenarios.js";

/** A Droplet that is still booting when its sibling fails. */
const WITH_SIBLING = toProgram(`
const web = new Droplet("web", { ...spec, name: undefined, teardown });
const first = new digitalocean.Domain("first", { name: "example.com" }, { dependsOn: web.teardown });
new digitalocean.Volume("sibling", { name: "sibling", region, size: 1 }, { dependsOn: first });
`);
const SLOW_BOOT = { bootMs: 3_000 } as const;
const EXECUTOR = `${URN}pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown::web`;
const DROPLET = `${URN}digitalocean:index/droplet:Droplet::web`;

function refuseVolumes({ simulator }: EngineWorld): void {
    simulator.faults.add({
        match: { method: "POST", path: "/v2/volumes" },
        times: Infinity,
        do: { kind: "answer", status: 422, message: "you have used all your volumes" },
    });
}

/** Starts an `up` and waits until the API has that many Droplets. */
async function booting(world: EngineWorld, droplets: number) {
    const run = world.project.start("up");
    await until(() => world.simulator.state().droplets.length === droplets, "the create of a Droplet");
    return run;
}

/** An `up` that is replacing the image when something happens to it. */
function replacing(tell: (world: EngineWorld) => Promise<void>, options: Partial<Scenario> = {}): Scenario {
    return {
        program: ALONE,
        isUp: true,
        ...options,
        tell: async (world) => {
            world.simulator.panel.takeSnapshot(world.dropletId(), "of the old one");
            await world.project.setProgram(
                toProgram(
                    `new Droplet("web", { ...spec, name: "web-2", image: "debian-12-x64", teardown });`,
                ),
            );
            await tell(world);
            await destroysEverything(world);
        },
    };
}

scenarios("no Droplet is forgotten after an `up`", {
    "that failed on a sibling while the Droplet was booting": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: WITH_SIBLING,
        settings: SLOW_BOOT,
        tell: async (world) => {
            refuseVolumes(world);
            await fails(world.project.up());
            assert.equal(world.simulator.state().droplets.length, 1);
            await destroysEverything(world);
        },
    },

    "that was interrupted while the Droplet was booting": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: ALONE,
        settings: SLOW_BOOT,
        tell: async (world) => {
            const run = await booting(world, 1);
            run.process.kill("SIGINT");
            await run.result;
            await destroysEverything(world);
        },
    },

    "that was killed while the Droplet was booting": {
        program: ALONE,
        onBothSurfaces: true,
        settings: SLOW_BOOT,
        tell: async (world) => {
            await kill(await booting(world, 1), world);
            assert.deepEqual(await remaining(world.simulator), ["droplet web-1"]);
            await destroysEverything(world);
        },
    },

    "whose first look at the Droplet was answered with 403": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: ALONE,
        tell: async (world) => {
            world.simulator.faults.add({
                match: { method: "GET", path: "/v2/droplets" },
                do: { kind: "answer", status: 403, message: "You are not authorized" },
            });
            const printed = text(await fails(world.project.up()));
            assert.match(printed, /403 You are not authorized/);
            await destroysEverything(world);
        },
    },

    "that replaced a Droplet and could not delete the old one": replacing(
        async (world) => {
            world.simulator.faults.add({
                match: { method: "DELETE", path: /^\/v2\/droplets\/\d+$/ },
                times: Infinity,
                do: { kind: "answer", status: 500, message: "Server was unable to give you a response." },
            });
            await fails(world.project.up());
            world.simulator.faults.clear();
            assert.equal(world.simulator.state().droplets.length, 2);
        },
        {
            alsoShownBy: "test/random-stacks plays it on the model of the engine",
            env: { DIGITALOCEAN_STAND_IN_DELETE_TIMEOUT_MS: "1000" },
            onBothSurfaces: true,
        },
    ),

    "that was killed while the new Droplet of a replacement was booting": replacing(
        async (world) => {
            Object.assign(world.simulator.settings, SLOW_BOOT);
            await kill(await booting(world, 2), world);
        },
        { alsoShownBy: "test/random-stacks plays it on the model of the engine" },
    ),

    "that left the teardown out with --exclude": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: ALONE,
        tell: async (world) => {
            await world.project.up({ flags: ["--exclude", EXECUTOR, "--exclude-dependents"] });
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },

    "that was for the Droplet alone with --target": {
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: ALONE,
        tell: async (world) => {
            await world.project.up({ target: [DROPLET] });
            await succeeds(world.project.destroy());
            await nothingIsLeft(world);
        },
    },

    "whose timeout cannot be read, with --skip-preview": {
        alsoShownBy: "test/engine/bad-input tells it at a preview",
        program: toProgram(
            `new Droplet("web", { ...spec, teardown: { ...teardown, timeout: "15 minutes" } });`,
        ),
        tell: async (world) => {
            const printed = text(await fails(world.project.up()));
            assert.match(printed, /timeout must be a duration .* not "15 minutes"/);
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },

    "whose plugin process cannot find the package": {
        notOnComponent: "the plugin has all that it needs",
        program: ALONE,
        tell: async (world) => {
            const { folder } = world.project;
            // As Automation API from another folder: the program finds the package, the plugin process does not.
            await mkdir(join(folder, "app"));
            await rename(join(folder, "index.js"), join(folder, "app", "index.js"));
            await rename(join(folder, "node_modules"), join(folder, "app", "node_modules"));
            await mkdir(join(folder, "node_modules", "@pulumi"), { recursive: true });
            const sdk = join("node_modules", "@pulumi", "pulumi");
            await symlink(join(REPOSITORY, sdk), join(folder, sdk));
            await writeFile(join(folder, "index.js"), `require("./app/index.js");`);
            const printed = text(await fails(world.project.up()));
            assert.match(printed, new RegExp(`npm install pulumi-droplet-teardown\` in ${folder} `));
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },
});
