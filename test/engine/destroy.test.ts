import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { toProgram } from "../support/droplet-program.js";
import { engineFor } from "../support/engine-available.js";
import type { RunResult } from "../support/engine.js";
import { block, diagnostics, fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { type FrontEnd, withEachFrontEnd } from "../support/scenarios.js";

const program = (teardown: string): string => toProgram(`new Droplet("web", { ...spec, ${teardown} });`);

/** What somebody has added in the control panel; volume and address are the ids of the associated list. */
interface Extras {
    readonly dropletId: number;
    readonly snapshot: string;
    readonly volume: string;
    readonly address: string;
}

function addExtras(world: EngineWorld): Extras {
    const { panel } = world.simulator;
    const dropletId = world.dropletId();
    const snapshot = panel.takeSnapshot(dropletId, "nightly").id;
    const volume = panel.createVolume("pg-data").id;
    panel.attachVolume(volume, dropletId);
    const address = panel.createReservedIp().id;
    panel.assignReservedIp(address, dropletId);
    return { dropletId, snapshot, volume, address };
}

interface Kept extends Extras {
    readonly destroyed: RunResult;
    readonly left: string[];
    readonly attached: boolean;
}

function tellKept(engine: Engine, frontEnd: FrontEnd): Promise<Kept> {
    return inWorld({ engine, ...frontEnd, program: program("") }, async (world) => {
        await succeeds(world.project.up());
        const extras = addExtras(world);
        const destroyed = await succeeds(world.project.destroy());
        const { volumes, reservedIps } = world.simulator.state();
        const attached = [...volumes, ...reservedIps].some((resource) => resource.dropletId !== null);
        return { ...extras, destroyed, left: world.left(), attached };
    });
}

interface Failed extends Extras {
    readonly failed: RunResult;
    readonly typesAfterFailure: string[];
    readonly again: RunResult;
    readonly left: string[];
    readonly leftAlone: RunResult;
    readonly leftAtLast: string[];
    readonly requests: string[];
}

/** A snapshot cannot be destroyed: it is tried again, and then told to be left. */
function tellFailed(engine: Engine, frontEnd: FrontEnd): Promise<Failed> {
    const options = {
        engine,
        ...frontEnd,
        program: program(`teardown: { policy: { default: "destroy", volumes: "keep" }, retries: 0 },`),
    };
    return inWorld(options, async (world) => {
        await succeeds(world.project.up());
        const extras = addExtras(world);
        world.simulator.faults.failItem(extras.snapshot, { times: Infinity });
        const failed = await fails(world.project.destroy());
        const typesAfterFailure = (await world.project.resources()).map(({ type }) => type);
        const again = await fails(world.project.destroy());
        const left = world.left();
        const env = { DROPLET_TEARDOWN_KEEP: extras.snapshot };
        const leftAlone = await succeeds(world.project.destroy({ env }));
        return {
            ...extras,
            failed,
            typesAfterFailure,
            again,
            left,
            leftAlone,
            leftAtLast: world.left(),
            requests: world.destroyRequests(),
        };
    });
}

interface Late extends Extras {
    readonly late: RunResult;
    readonly attached: RunResult;
    readonly requests: string[];
    readonly left: string[];
}

function tellLate(engine: Engine, frontEnd: FrontEnd): Promise<Late> {
    const options = {
        engine,
        ...frontEnd,
        program: program(`teardown: { policy: "destroy" },`),
        settings: { destroyDurationMs: 30_000 },
    };
    return inWorld(options, async (world) => {
        await succeeds(world.project.up());
        const extras = addExtras(world);
        const late = await fails(world.project.destroy({ env: { DROPLET_TEARDOWN_TIMEOUT: "10s" } }));
        const attached = await succeeds(world.project.destroy());
        return { ...extras, late, attached, requests: world.destroyRequests(), left: world.left() };
    });
}

withEachFrontEnd("pulumi destroy", (suite, frontEnd) => {
    suite.timeout(120_000);
    let kept: Kept;
    let failed: Failed;
    let late: Late;

    before(async function () {
        const engine = await engineFor(this);
        [kept, failed, late] = await Promise.all([
            tellKept(engine, frontEnd),
            tellFailed(engine, frontEnd),
            tellLate(engine, frontEnd),
        ]);
    });

    describe("of a Droplet without `teardown`", () => {
        it("keeps everything associated and reports what it costs", () => {
            assert.equal(
                diagnostics(kept.destroyed),
                block(`
                    destroying droplet web-1 (${kept.dropletId}), $6.00/month
                      keeps  reserved ip  ${kept.address}                                      $5.00/month  policy reservedIps: keep
                      keeps  snapshot     nightly (${kept.snapshot})                             $0.15/month  policy snapshots: keep
                      keeps  volume       pg-data (${kept.volume})  $1.00/month  policy volumes: keep
                    droplet web-1 (${kept.dropletId}): destroyed
                      kept       reserved ip  ${kept.address}                                      policy reservedIps: keep  $5.00/month
                      kept       snapshot     nightly (${kept.snapshot})                             policy snapshots: keep    $0.15/month
                      kept       volume       pg-data (${kept.volume})  policy volumes: keep      $1.00/month
                      destroyed  droplet
                    1 attempt in Ns. Saved $6.00/month. Still accruing $6.15/month.
                    Not looked at: backups (they go with the droplet), reserved IPv6 addresses, DNS records.
                `),
            );
            assert.deepEqual(kept.left, ["volumes", "reservedIps", "snapshots"]);
        });

        it("returns when what was kept has come free", () => {
            assert.equal(kept.attached, false);
        });
    });

    describe("of something that cannot be destroyed", () => {
        it("fails with what failed, why, what it costs and the next command", () => {
            assert.equal(
                errorText(failed.failed),
                block(`
                    error: droplet web-1 (${failed.dropletId}): 1 of 2 associated resources could not be destroyed
                      remains    droplet   web-1 (${failed.dropletId})                                                     $6.00/month
                      failed     snapshot  nightly (${failed.snapshot})                             resource is busy      $0.15/month
                      kept       volume    pg-data (${failed.volume})  policy volumes: keep  $1.00/month
                      destroyed  reserved ip ${failed.address}
                    1 attempt in Ns. Still accruing $7.15/month.
                    Run \`pulumi destroy\` again to retry what failed,
                    or \`DROPLET_TEARDOWN_KEEP=${failed.snapshot} pulumi destroy\` to leave it.
                    Code: not-destroyed
                `),
            );
        });

        it("prints the report once, and no trace of JavaScript", () => {
            const printed = text(failed.failed);
            assert.equal(printed.split("Run `pulumi destroy` again").length - 1, 1, printed);
            assert.doesNotMatch(printed, /^\s+at .*(?:\.[jt]s|node:|native)/m);
            assert.doesNotMatch(printed, /StackError|UnhandledPromise|node_modules/);
        });

        it("keeps the teardown in state, and nothing else of it", () => {
            const types = failed.typesAfterFailure.filter((type) => !type.startsWith("pulumi:"));
            assert.deepEqual(types, ["pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown"]);
        });

        it("is tried again by the second destroy, with the Droplet still there", () => {
            assert.match(text(failed.again), /failed +snapshot +nightly/);
            assert.deepEqual(failed.left, ["droplets", "volumes", "snapshots", "tags"]);
        });

        it("is left with DROPLET_TEARDOWN_KEEP, which says so: one destroy for each command", () => {
            assert.match(
                text(failed.leftAlone),
                new RegExp(`kept +snapshot +nightly .*DROPLET_TEARDOWN_KEEP: ${failed.snapshot}`),
            );
            assert.deepEqual(failed.leftAtLast, ["volumes", "snapshots"]);
            assert.deepEqual(failed.requests, Array(3).fill("DELETE selective 202"));
        });
    });

    describe("that is over before DigitalOcean is done", () => {
        it("fails with what is pending", () => {
            const error = errorText(late.late);
            assert.match(
                error,
                /^error: droplet web-1 \(\d+\): .*10s.*; the destroy is still running at DigitalOcean$/m,
            );
            assert.match(error, /^ {2}pending +droplet +web-1/m);
            assert.match(
                error,
                /^Run `pulumi destroy` again: it attaches to what is running, or begins\.\nCode: [a-z-]+$/m,
            );
        });

        it("is attached to by the next one, which destroys nothing twice", () => {
            assert.deepEqual(late.requests, ["DELETE selective 202"]);
            assert.deepEqual(late.left, []);
            assert.match(text(late.attached), /: destroyed\n/);
        });
    });
});

function errorText(result: RunResult): string {
    const told = diagnostics(result);
    return told.slice(told.indexOf("error: "));
}
