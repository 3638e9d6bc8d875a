import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

import { toProgram, URN } from "../support/droplet-program.js";
import { fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { destroysEverything, kill, nothingIsLeft, until } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";
import { installRemoteComponent, REMOTE_SITE } from "../support/remote-component.js";
import { scenarios } from "../support/scenarios.js";

const MINE = "pulumi-nodejs:dynamic/droplet-teardown:";
const POLICY = `tearDownDroplets({ policy: "destroy" });`;
const SITE = `new Site("site", [{ name: "web", args: spec }]);`;

const remote = (body: string): string => toProgram(REMOTE_SITE + body);

/** Two stacks whose programs are functions of one process. */
const INLINE = `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const onStack = async (stackName) => {
    const options = { stackName, projectName: "engine-test", program: PROGRAM };
    const stack = await LocalWorkspace.createOrSelectStack(options, { workDir: __dirname });
    await stack[process.argv[2]]({ parallel: Number(process.argv[3]) });
};
Promise.all(["one", "two"].map(onStack)).catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
`.replace("PROGRAM", `async () => {${remote(`${POLICY}\n${SITE}`)}}`);

/** An `up` that fails, says why, and makes no Droplet. */
async function refusesToMake({ project, simulator }: EngineWorld, said: RegExp): Promise<void> {
    assert.match(text(await fails(project.up())), said);
    assert.deepEqual(await remaining(simulator), []);
}

async function count({ project }: EngineWorld, type: string): Promise<number> {
    return (await project.resources()).filter((resource) => resource.type === MINE + type).length;
}

scenarios(
    "Droplets of remote components in trouble",
    {
        "are refused where they could not be covered, no up waits for ever; they stay where their component is renamed":
            {
                program: remote(`${POLICY}
            new Site("site", [{ name: "web", args: spec, opts: { ignoreChanges: ["tags"] } }]);
        `),
                install: installRemoteComponent,
                tell: async (world) => {
                    const { project } = world;
                    await refusesToMake(
                        world,
                        /Droplet "web": the option ignoreChanges is not supported here/,
                    );
                    await project.setProgram(
                        remote(`tearDownDroplets({ policy: "destroy", timeout: "soon" });\n${SITE}`),
                    );
                    await refusesToMake(world, /timeout must be a duration/);
                    await project.setProgram(remote(`${POLICY}\n${SITE}`));
                    await succeeds(project.up({ parallel: 1 }));
                    const renamed = `new Site("place", [{ name: "web", args: spec }], { aliases: [{ name: "site" }] });`;
                    await project.setProgram(remote(`${POLICY}\n${renamed}`));
                    await succeeds(project.up());
                    assert.equal(world.dropletId(), 412_000_001);
                    assert.deepEqual(world.destroyRequests(), []);
                    await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                    await destroysEverything(world);
                },
            },

        "are refused where their component is made before the call": {
            program: remote(`${SITE}\n${POLICY}`),
            install: installRemoteComponent,
            tell: async (world) => {
                const said = text(await fails(world.project.up()));
                assert.match(said, /tearDownDroplets: the remote component "site" is registered already/);
            },
        },

        "are found where the up was killed between the Droplet and its record": {
            alsoShownBy: "test/engine/forgotten-updates shows it for Droplets of the program itself",
            program: remote(`${POLICY}\n${SITE}`),
            install: installRemoteComponent,
            tell: async (world) => {
                const { project, simulator } = world;
                const isMade = (): boolean => simulator.state().droplets.length > 0;
                let isKilled = false;
                world.onRequest = async () => {
                    while (isMade() && !isKilled) {
                        await pause(50);
                    }
                    return undefined;
                };
                const run = project.start("up");
                await until(isMade, "the Droplet", 120_000);
                await kill(run, world);
                isKilled = true;
                assert.equal(await count(world, "DropletRecord"), 0);
                await succeeds(project.destroy());
                await nothingIsLeft(world);
            },
        },

        "leave nothing where DigitalOcean could not make them": {
            alsoShownBy: "test/engine/forgotten-updates shows it for Droplets of the program itself",
            program: remote(`${POLICY}\n${SITE}`),
            install: installRemoteComponent,
            tell: async (world) => {
                const { project, simulator } = world;
                simulator.faults.add({
                    match: { method: "POST", path: "/v2/droplets" },
                    times: 1,
                    do: { kind: "answer", status: 422, message: "no capacity" },
                });
                assert.match(text(await fails(project.up())), /no capacity/);
                await destroysEverything(world);
            },
        },

        "may be left out with --target": {
            alsoShownBy: "test/engine/forgotten-updates shows it for Droplets of the program itself",
            program: remote(POLICY),
            install: installRemoteComponent,
            tell: async (world) => {
                const { project, simulator } = world;
                await succeeds(project.up());
                const volume = `new digitalocean.Volume("data", { name: "data", region, size: 1 });`;
                await project.setProgram(remote(`${POLICY}\n${volume}\n${SITE}`));
                await succeeds(project.up({ target: [`${URN}digitalocean:index/volume:Volume::data`] }));
                assert.deepEqual(await remaining(simulator), ["volume data"]);
                await succeeds(project.up());
                await succeeds(project.up({ target: [`${URN}digitalocean:index/volume:Volume::data`] }));
                assert.equal(await count(world, "DropletRecord"), 1);
                await destroysEverything(world);
            },
        },

        "are left alone where the component tears them down itself": {
            program: remote(`${POLICY}
            const args = { ...spec, teardown };
            new Site("site", [{ name: "web", args, isOwn: true }]);
        `),
            install: installRemoteComponent,
            tell: async (world) => {
                const { project } = world;
                await succeeds(project.up());
                assert.deepEqual(
                    [await count(world, "DropletTeardown"), await count(world, "DropletRecord")],
                    [1, 1],
                );
                await destroysEverything(world);
                const handedBack = (line: string): string =>
                    remote(`${line}
                    const args = { ...spec, teardown: { enabled: false } };
                    new Site("site", [{ name: "web", args, isOwn: true }]);
                `);
                await project.setProgram(handedBack(POLICY));
                assert.match(
                    text(await fails(project.up())),
                    /Duplicate resource URN .*DropletTeardown::web/,
                );
                const rule = `droplets: { web: { enabled: false } }`;
                await project.setProgram(handedBack(`tearDownDroplets({ policy: "destroy", ${rule} });`));
                await succeeds(project.up());
                assert.equal((await world.teardown())?.inputs?.enabled, false);
            },
        },

        "are covered in inline programs of the Automation API, two in one process": {
            alsoShownBy: "test/engine/remote-components shows it for programs that the engine starts",
            program: remote(`${POLICY}\n${SITE}`),
            install: installRemoteComponent,
            tell: async ({ project, simulator }) => {
                await writeFile(join(project.folder, "inline.js"), INLINE);
                const run = (verb: string, parallel: number): Promise<unknown> =>
                    promisify(execFile)(process.execPath, ["inline.js", verb, String(parallel)], {
                        cwd: project.folder,
                        env: project.environment(),
                    });
                await assert.rejects(
                    run("up", 1),
                    /"web" of a remote component cannot be covered with parallel: 1/,
                );
                assert.deepEqual(await remaining(simulator), []);
                await run("up", 4);
                const tags = simulator.state().droplets.flatMap((droplet) => droplet.tags);
                const readable = tags.filter((tag) => tag.startsWith("teardown:")).sort();
                assert.deepEqual(readable, ["teardown:engine-test:one", "teardown:engine-test:two"]);
                await run("destroy", 4);
                assert.deepEqual(await remaining(simulator), []);
                assert.deepEqual(simulator.state().tags, []);
            },
        },
    },
    { notOnComponent: "`tearDownDroplets` is of the npm package alone" },
);
