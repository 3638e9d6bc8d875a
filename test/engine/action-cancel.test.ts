import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { Engine } from "../../tools/engine/engine.js";
import { ALONE } from "../support/droplet-program.js";
import { engineFor, yamlEngineFor } from "../support/engine-available.js";
import { succeeds, text, TOKEN, type EngineWorld } from "../support/engine-world.js";
import { until } from "../support/forgotten.js";
import { inWorld } from "../support/in-world.js";
import { leftToCi } from "../support/scenarios.js";
import { startStep, type StepEnded } from "../support/step-process.js";
import { YAML_ALONE } from "../support/yaml-program.js";

/** When GitHub sends SIGTERM after SIGINT, and how long after that it kills. */
const [TERM_MS, KILL_MS] = [7_500, 2_500];

/** Long enough for a process that hears a signal to show it. */
const SOON_MS = 500;

interface Cancelled {
    /** Null: it was killed. */
    readonly ended: StepEnded | null;
    readonly tookMs: number;
    /** Locks that are left on the stack. */
    readonly locks: readonly string[];
}

/** Destroys the stack with the action, and cancels the job as GitHub does once DigitalOcean works at it. */
async function cancelled(world: EngineWorld): Promise<Cancelled> {
    const { project, server } = world;
    const inputs = { command: "pulumi-destroy", stack: project.stack, token: TOKEN };
    const runner = { url: server.url, folder: project.folder, env: project.environment() };
    const { child, ended } = await startStep(inputs, runner);
    await until(() => world.destroyRequests().length > 0, "the request to destroy");
    const startedMs = performance.now();
    child.kill("SIGINT");
    const outcome = await Promise.race([ended, pause(TERM_MS).then(() => null)]);
    const end = outcome ?? (await terminated(child, ended));
    const tookMs = performance.now() - startedMs;
    return { ended: end, tookMs, locks: await listLocks(project.folder) };
}

/** As GitLab cancels: SIGTERM to every process of the job, the youngest first. */
async function cancelledOnGitlab(world: EngineWorld): Promise<Cancelled & { readonly ended: StepEnded }> {
    const { project, server } = world;
    const inputs = { command: "pulumi-destroy", stack: project.stack, token: TOKEN };
    const gitlab = { GITLAB_CI: "true", CI_PROJECT_DIR: project.folder };
    const runner = { url: server.url, folder: project.folder, env: { ...project.environment(), ...gitlab } };
    const { ended } = await startStep(inputs, runner);
    await until(() => world.destroyRequests().length > 0, "the request to destroy");
    const startedMs = performance.now();
    const pids = await project.leftovers();
    pids.sort((one, other) => other - one).forEach((pid) => process.kill(pid, "SIGTERM"));
    const end = await ended;
    return { ended: end, tookMs: performance.now() - startedMs, locks: await listLocks(project.folder) };
}

/** The next destroy finishes what the cancelled one began. */
async function attaches(world: EngineWorld, says = /deleted/): Promise<void> {
    world.simulator.settings.destroyDurationMs = 0;
    const result = await succeeds(world.project.destroy());
    assert.match(text(result), says);
    assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
    assert.deepEqual(world.left(), []);
}

async function terminated(
    child: { kill: (signal: NodeJS.Signals) => boolean },
    ended: Promise<StepEnded>,
): Promise<StepEnded | null> {
    child.kill("SIGTERM");
    const outcome = await Promise.race([ended, pause(KILL_MS).then(() => null)]);
    if (outcome === null) {
        child.kill("SIGKILL");
    }
    return outcome;
}

async function listLocks(folder: string): Promise<string[]> {
    const locks = join(folder, "state", ".pulumi", "locks");
    const all = await readdir(locks, { recursive: true, withFileTypes: true }).catch(() => []);
    return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** DigitalOcean works at the destroy for longer than GitHub waits. */
const settings = { destroyDurationMs: 60_000 };

/** An update that failed: 255 with the oldest engine. */
const FAILED = [1, 255];

async function endsAtOnceOnGitlab(world: EngineWorld): Promise<void> {
    const { ended, tookMs, locks } = await cancelledOnGitlab(world);
    assert.ok(FAILED.includes(ended.code ?? 0), ended.stdout);
    assert.match(ended.stdout, /SIGTERM received; cancelling/);
    assert.doesNotMatch(ended.stdout, /SIGTERM received; terminating/);
    assert.ok(tookMs < TERM_MS, `${tookMs} ms`);
    assert.deepEqual(locks, []);
    await attaches(world);
}

describe("a cancelled job that destroys a stack with the action", function () {
    this.timeout(120_000);

    describe("with the plugin", () => {
        let engine: Engine;
        before(async function () {
            engine = await yamlEngineFor(this);
        });

        it("ends at once, leaves no lock, and the next destroy attaches", () =>
            inWorld({ engine, program: YAML_ALONE, yaml: true, isUp: true, settings }, async (world) => {
                const { ended, tookMs, locks } = await cancelled(world);
                assert.ok(ended !== null && ended.code !== 0, ended?.stdout);
                assert.ok(tookMs < TERM_MS, `${tookMs} ms`);
                assert.deepEqual(locks, []);
                assert.match(ended.report, /"outcome":"in-progress"/);
                await attaches(world);
            }));

        leftToCi(
            "on GitLab, which signals all of it, ends likewise",
            "test/process/action passes signals on",
            () =>
                inWorld(
                    { engine, program: YAML_ALONE, yaml: true, isUp: true, settings },
                    endsAtOnceOnGitlab,
                ),
        );
    });

    describe("with the dynamic provider", () => {
        let engine: Engine;
        before(async function () {
            engine = await engineFor(this);
        });

        leftToCi(
            "ends with the SIGTERM, leaves no lock but a pending operation, and the next destroy attaches",
            "the plugin's is cancelled, and test/engine/scenarios-interruptions interrupts this one",
            () =>
                inWorld({ engine, program: ALONE, isUp: true, settings }, async (world) => {
                    const { ended, tookMs, locks } = await cancelled(world);
                    assert.ok(ended !== null && ended.code !== 0, ended?.stdout);
                    assert.ok(tookMs >= TERM_MS, `${tookMs} ms`);
                    assert.deepEqual(locks, []);
                    // The provider heard nothing, and went with the engine.
                    assert.equal(ended.report, "");
                    await attaches(world, /1 pending operations from previous deployment/);
                }),
        );

        leftToCi(
            "on GitLab, which signals all of it, ends at once and leaves no lock",
            "test/process/action passes signals on",
            () => inWorld({ engine, program: ALONE, isUp: true, settings }, endsAtOnceOnGitlab),
        );

        leftToCi(
            "in a shell step leaves a lock, because Pulumi never hears of it and is killed",
            "it is about a step without the action",
            () =>
                inWorld({ engine, program: ALONE, isUp: true, settings }, async (world) => {
                    const { project } = world;
                    const script = join(project.folder, "step.sh");
                    await writeFile(script, `pulumi destroy --yes --skip-preview --stack ${project.stack}\n`);
                    const shell = spawn("bash", ["-e", script], {
                        ...{ cwd: project.folder, env: project.environment(), stdio: "ignore" },
                    });
                    await until(() => world.destroyRequests().length > 0, "the request to destroy");
                    for (const signal of ["SIGINT", "SIGTERM"] as const) {
                        shell.kill(signal);
                        await pause(SOON_MS);
                    }
                    assert.ok((await project.leftovers()).length > 1);
                    shell.kill("SIGKILL");
                    // A runner ends what a job leaves behind.
                    await project.endAll();
                    assert.ok((await listLocks(project.folder)).length > 0);
                    assert.match(text(await project.destroy()), /the stack is currently locked/);
                    await succeeds(project.cancel());
                    await attaches(world);
                }),
        );
    });
});
