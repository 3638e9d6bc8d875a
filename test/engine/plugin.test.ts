import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { parse } from "yaml";

import type { Engine } from "../../tools/engine/engine.js";
import { yamlEngineFor } from "../support/engine-available.js";
import type { Run } from "../support/engine.js";
import { diagnostics, fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { inWorld } from "../support/in-world.js";
import { leftToCi } from "../support/scenarios.js";
import { QUICK_TIMES } from "../support/quick-time.js";
import { remaining } from "../support/remaining.js";
import {
    component,
    toYaml,
    YAML_ALONE,
    type YamlProgram,
    type YamlResource,
} from "../support/yaml-program.js";

const MINUTE_MS = 60_000;
/** Long enough to be interrupted, in a world's time. */
const SLOW = { destroyDurationMs: 60_000 };

/** Starts a destroy, and resolves when it has been accepted and its status is asked for. */
function startDestroy(world: EngineWorld): Promise<Run> {
    return new Promise((resolve) => {
        const run = world.project.start("destroy");
        world.onRequest = ({ method, url }) => {
            if (method === "GET" && url.pathname.endsWith("/status") && world.destroyRequests().length > 0) {
                resolve(run);
            }
            return Promise.resolve(undefined);
        };
    });
}

describe("the plugin, from a program in YAML on a real engine", function () {
    this.timeout(120_000);
    let engine: Engine;

    before(async function () {
        engine = await yamlEngineFor(this);
    });

    it("makes a Droplet, changes nothing a second time, refreshes it, and destroys it with what it has", () => {
        const volume = { region: "nyc3", size: 10, name: "data" };
        const program = toYaml(
            {
                data: { type: "digitalocean:Volume", properties: volume },
                web: component({ volumeIds: ["${data.id}"], tags: ["blue"] }),
            },
            { outputs: { id: "${web.dropletId}", tag: "${web.teardownTag}", status: "${web.status}" } },
        );
        return inWorld({ engine, program, yaml: true }, async (world) => {
            const { project, simulator } = world;
            await succeeds(project.up());
            const id = world.dropletId();
            const shown = await project.run(["stack", "output", "--json"]).result;
            const { tag, ...others } = JSON.parse(shown.stdout) as { tag: string };
            assert.deepEqual(others, { id, status: "active" });
            assert.match(tag, /^teardown-[0-9a-f]{16}$/);
            assert.deepEqual(simulator.state().droplets[0]?.tags, ["blue", "teardown:engine-test:dev", tag]);
            simulator.panel.takeSnapshot(id, "nightly");
            await succeeds(project.up({ flags: ["--expect-no-changes"] }));
            const refreshed = await succeeds(project.refresh());
            assert.match(diagnostics(refreshed, "DropletRecord"), /nightly/);
            const destroyed = await succeeds(project.destroy());
            assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
            // The program's own tag stays at DigitalOcean.
            assert.deepEqual(world.left(), ["tags"]);
            assert.match(diagnostics(destroyed, "DropletExecutor"), /keeps +volume +data .* managed/);
            assert.deepEqual(await project.resources(), []);
        });
    });

    it("runs the example in YAML: the policy takes what somebody attaches, and keeps a snapshot", async () => {
        const example = await readFile(join(REPOSITORY, "examples", "yaml", "Pulumi.yaml"), "utf8");
        const { resources, outputs } = parse(example) as Required<YamlProgram>;
        const program = toYaml(resources, { outputs });
        await inWorld({ engine, program, yaml: true }, async ({ project, simulator }) => {
            await succeeds(project.up());
            const id = simulator.state().droplets[0]?.id ?? 0;
            const shown = await project.run(["stack", "output", "--json"]).result;
            assert.deepEqual(JSON.parse(shown.stdout), { dropletId: id, monthlyCost: "1.00" });
            simulator.panel.takeSnapshot(id, "nightly");
            simulator.panel.attachVolume(simulator.panel.createVolume("scratch").id, id);
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), ["snapshot nightly"]);
            assert.deepEqual(await project.resources(), []);
        });
    });

    it("reports what failed on the executor, which stays in the stack, and the next destroy goes on", () => {
        const program = toYaml({ web: component({ teardown: { policy: "destroy", retries: 0 } }) });
        return inWorld({ engine, program, yaml: true, isUp: true }, async (world) => {
            const { project, simulator } = world;
            const snapshot = simulator.panel.takeSnapshot(world.dropletId(), "nightly").id;
            simulator.faults.failItem(snapshot, { times: Infinity });
            const failed = diagnostics(await fails(project.destroy()), "DropletExecutor");
            assert.match(failed, /^error: .*droplet web-1/m);
            assert.match(failed, new RegExp(`failed +snapshot +nightly \\(${snapshot}\\) +resource is busy`));
            assert.match(failed, /^Code: not-destroyed$/m);
            assert.doesNotMatch(failed, / at .*\.js/);
            const types = (await project.resources()).map(({ type }) => type);
            assert.ok(types.includes("droplet-teardown:index:DropletExecutor"), types.join());
            assert.ok(!types.includes("droplet-teardown:index:DropletRecord"), types.join());
            simulator.faults.clear();
            await succeeds(project.destroy());
            assert.deepEqual(world.left(), []);
        });
    });

    it("ends at once on Ctrl-C, says what goes on and how to resume, and the next destroy attaches", () =>
        inWorld({ engine, program: YAML_ALONE, yaml: true, settings: SLOW, isUp: true }, async (world) => {
            const run = await startDestroy(world);
            const pressedMs = performance.now();
            run.process.kill("SIGINT");
            const stopped = await run.result;
            const tookMs = performance.now() - pressedMs;
            assert.ok(stopped.code !== 0 && stopped.code !== null, text(stopped));
            assert.ok(tookMs < 1_000, `${tookMs} ms`);
            const report = diagnostics(stopped, "DropletExecutor");
            assert.match(report, /: interrupted; the destroy is still running at DigitalOcean/);
            assert.match(report, /Run `pulumi destroy` again: it attaches to what is running, or begins\./);
            await succeeds(world.project.destroy());
            assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
            assert.deepEqual(world.left(), []);
        }));

    leftToCi(
        "waits as long as `customTimeouts` say, on the component or a teardown by id, and the environment is stronger",
        "test/engine/siblings tells it of a `Droplet`",
        async () => {
            const options = { customTimeouts: { delete: "10s" } };
            const program = toYaml({ web: component({}, options) });
            await inWorld({ engine, program, yaml: true, settings: SLOW, isUp: true }, async (world) => {
                const late = await fails(world.project.destroy());
                assert.match(diagnostics(late, "DropletExecutor"), /not finished after 10s;/);
                const env = { DROPLET_TEARDOWN_TIMEOUT: "15s" };
                const later = await fails(world.project.destroy({ env }));
                assert.match(diagnostics(later, "DropletExecutor"), /not finished after 15s;/);
            });
            await inWorld({ engine, program: toYaml({}), yaml: true, settings: SLOW }, async (world) => {
                const { id } = world.simulator.panel.createDroplet("legacy");
                const legacy = { dropletId: id, policy: "destroy", timeout: "1h" };
                await world.project.setYaml({ resources: { legacy: byId(legacy, options) } });
                await succeeds(world.project.up());
                assert.match(diagnostics(await fails(world.project.destroy())), /not finished after 10s;/);
            });
        },
    );

    leftToCi(
        "tears down a Droplet from elsewhere by its id",
        "test/engine/replaced and test/engine/plugin-migration make one",
        () =>
            inWorld({ engine, program: toYaml({}), yaml: true }, async (world) => {
                const { project, simulator } = world;
                const { id } = simulator.panel.createDroplet("legacy");
                const inputs = { dropletId: String(id), policy: { default: "destroy", volumes: "prevent" } };
                const outputs = { cost: "${legacy.monthlyCost}" };
                await project.setYaml({ resources: { legacy: byId(inputs) }, outputs });
                await succeeds(project.up());
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                const changed = { ...inputs, keep: ["pg-*"] };
                await project.setYaml({ resources: { legacy: byId(changed) }, outputs });
                assert.match(text(await succeeds(project.up())), /~ 1 updated/);
                await succeeds(project.refresh());
                await succeeds(project.destroy());
                assert.deepEqual(world.left(), []);
            }),
    );

    it("answers what a destroy would take, at preview", () =>
        inWorld({ engine, program: toYaml({}), yaml: true }, async ({ project, simulator }) => {
            const { id } = simulator.panel.createDroplet("legacy");
            simulator.panel.takeSnapshot(id, "nightly");
            const call = (name: string, args: object): object => ({
                "fn::invoke": { function: `droplet-teardown:${name}`, arguments: args },
            });
            const plan = call("getPlan", { dropletId: id, policy: "destroy", keep: ["nightly"] });
            const variables = { plan, seen: call("getInventory", { dropletId: id }) };
            const outputs = {
                kept: "${plan.keep[0].name}",
                saved: "${plan.destroyedMonthlyCost}",
                cost: "${seen.monthlyCost}",
            };
            await project.setYaml({ variables, outputs });
            assert.match(text(await succeeds(project.preview())), /saved *: "6\.00"/);
            await succeeds(project.up());
            const shown = await project.run(["stack", "output", "--json"]).result;
            assert.deepEqual(JSON.parse(shown.stdout), { kept: "nightly", saved: "6.00", cost: "0.15" });
            const unknown = call("getPlan", { dropletId: 7, policy: "destroy" });
            await project.setYaml({ variables: { unknown }, outputs: { name: "${unknown.name}" } });
            assert.match(
                text(await fails(project.preview())),
                /there is no Droplet 7 that this token can see/,
            );
        }));

    leftToCi(
        "destroys nothing that is protected",
        "test/engine/forgotten-deletes tells it of a `Droplet`",
        () => {
            const program = toYaml({ web: component({}, { protect: true }) });
            return inWorld({ engine, program, yaml: true, isUp: true }, async (world) => {
                assert.match(text(await fails(world.project.destroy())), /protected/);
                assert.deepEqual(world.destroyRequests(), []);
                await world.project.setYaml({ resources: { web: component({}, { protect: false }) } });
                await succeeds(world.project.up());
                await succeeds(world.project.destroy());
                assert.deepEqual(world.left(), []);
            });
        },
    );

    leftToCi(
        "hands a Droplet back to the official provider, and takes it again",
        "test/engine/whole-program tells it of Droplets of the program",
        () =>
            inWorld({ engine, program: YAML_ALONE, yaml: true, isUp: true }, async (world) => {
                const { project, simulator } = world;
                const id = world.dropletId();
                const off = { web: component({ teardown: { policy: "destroy", enabled: false } }) };
                await project.setYaml({ resources: off });
                await succeeds(project.up());
                assert.deepEqual(simulator.state().droplets[0]?.tags, []);
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                await project.setYaml({ resources: { web: component() } });
                await succeeds(project.up());
                assert.equal(simulator.state().droplets[0]?.tags.length, 2);
                await project.setYaml({ resources: off });
                await succeeds(project.up());
                assert.equal(world.dropletId(), id);
                await succeeds(project.destroy());
                assert.deepEqual(world.destroyRequests(), []);
                assert.deepEqual(world.left(), []);
            }),
    );

    leftToCi(
        "destroys twelve Droplets in one process, on one schedule",
        "test/teardown/fleet tells it of three hundred",
        () => {
            const names = Array.from({ length: 12 }, (_, index) => `web-${index + 1}`);
            const program = toYaml(Object.fromEntries(names.map((name) => [name, component({ name })])));
            return inWorld({ engine, program, yaml: true, isUp: true }, async (world) => {
                // A new process does not know what the one of the `up` has sent in the same minute.
                await sleep(MINUTE_MS / QUICK_TIMES);
                world.simulator.clearRequests();
                await succeeds(world.project.destroy());
                assert.equal(world.destroyRequests().length, 12);
                assert.deepEqual(world.left(), []);
                const limited = world.simulator.requests().filter(({ status }) => status === 429);
                assert.deepEqual(limited, []);
            });
        },
    );

    it("refuses at preview what would hide a Droplet, or destroy what was to be kept", () =>
        inWorld({ engine, program: toYaml({}), yaml: true }, async ({ project }) => {
            const refused = async (web: YamlResource, env: NodeJS.ProcessEnv = {}): Promise<string> => {
                await project.setYaml({ resources: { web } });
                return text(await fails(project.preview({ env })));
            };
            assert.match(
                await refused(component({}, { ignoreChanges: ["tags"] })),
                /the option ignoreChanges is not supported here: "tags" covers tags/,
            );
            assert.match(
                await refused(component({ teardown: { policy: "destroy", keeep: ["pg-*"] } })),
                /keeep/,
            );
            const teardown = { policy: "destroy", retries: 101 };
            assert.match(
                await refused(component({ teardown })),
                /retries must be a whole number from 0 to 100/,
            );
            const data = {
                type: "digitalocean:Volume",
                properties: { region: "nyc3", size: 10, name: "data" },
            };
            await project.setYaml({ resources: { data, web: component({}, { deletedWith: "${data}" }) } });
            assert.match(
                text(await fails(project.preview())),
                /the option deletedWith is not supported here/,
            );
            assert.match(
                await refused(component(), { DIGITALOCEAN_TOKEN: "" }),
                /set it with `pulumi config set --secret droplet-teardown:token` \(the official provider alone reads/,
            );
        }));
});

function byId(properties: object, options: object = {}): YamlResource {
    return {
        type: "droplet-teardown:DropletTeardown",
        properties: { ...properties },
        options: { ...options },
    };
}
