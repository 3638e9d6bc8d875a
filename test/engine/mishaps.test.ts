import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { Engine } from "../../tools/engine/engine.js";
import { installPacked } from "../support/clean-project.js";
import { ALONE } from "../support/droplet-program.js";
import { engineFor } from "../support/engine-available.js";
import { diagnostics, fails, succeeds, text } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { type FrontEnd, leaveToCi, withEachFrontEnd } from "../support/scenarios.js";
import { TELLS_ALL } from "../support/tells-all.js";

interface Missing {
    readonly folder: string;
    readonly printed: string;
    readonly error: string;
    readonly requestsWithout: number;
    readonly left: string[];
}

function tellMissing(engine: Engine): Promise<Missing> {
    return inWorld({ engine, program: ALONE, isUp: true }, async (world) => {
        const { project } = world;
        world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
        world.simulator.clearRequests();
        const installed = join(project.folder, "node_modules", "pulumi-droplet-teardown");
        const aside = join(project.folder, "aside");
        await rename(installed, aside);
        const failed = await fails(project.destroy());
        const requestsWithout = world.simulator.requests().length;
        await rename(aside, installed);
        await succeeds(project.destroy());
        const { folder } = project;
        return {
            folder,
            printed: text(failed),
            error: diagnostics(failed, "DropletRecord"),
            requestsWithout,
            left: world.left(),
        };
    });
}

interface Packed {
    readonly files: readonly string[];
    readonly left: string[];
    readonly destroyed: string;
}

function tellPacked(engine: Engine): Promise<Packed> {
    return inWorld({ engine, program: ALONE }, async (world) => {
        const files = await installPacked(world.project.folder);
        await succeeds(world.project.up());
        world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
        const destroyed = diagnostics(await succeeds(world.project.destroy()));
        return { files, left: world.left(), destroyed };
    });
}

interface Killed {
    /** Requests before the plugin process ended, and after. */
    readonly sent: readonly [before: number, after: number];
    readonly locked: string;
    readonly attached: string;
    readonly requests: string[];
    readonly left: string[];
    readonly resources: number;
}

/** Long enough to be running still when the next destroy comes, also on a busy machine. */
const KILLED_DESTROY_MS = 120_000;

/** The provider looks for the engine before each step, and its steps are seconds apart. */
const ENDS_WITHIN_MS = 15_000;

function tellKilled(engine: Engine, frontEnd: FrontEnd): Promise<Killed> {
    return inWorld({ engine, ...frontEnd, program: ALONE, isUp: true }, async (world) => {
        const { project, simulator } = world;
        simulator.settings.destroyDurationMs = KILLED_DESTROY_MS;
        simulator.panel.takeSnapshot(world.dropletId(), "nightly");
        const killed = project.start("destroy");
        await until(() => world.destroyRequests().length === 1);
        const plugins = async (): Promise<number> => (await project.ownPlugins()).length;
        assert.equal(await plugins(), process.platform === "linux" ? 1 : 0);
        killed.process.kill("SIGKILL");
        assert.equal((await killed.result).code, null);
        const before = world.ownRequests().length;
        await until(async () => (await plugins()) === 0);
        const after = world.ownRequests().length;
        const locked = text(await fails(project.destroy()));
        await succeeds(project.cancel());
        assert.equal(simulator.state().destroys[0]?.completed, false, "the destroy was over too soon");
        const attached = text(await succeeds(project.destroy()));
        const resources = (await project.resources()).length;
        const [requests, left] = [world.destroyRequests(), world.left()];
        return { sent: [before, after], locked, attached, requests, left, resources };
    });
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = performance.now() + ENDS_WITHIN_MS;
    while (!(await holds())) {
        assert.ok(performance.now() < endMs, "did not come true in time");
        await pause(100);
    }
}

withEachFrontEnd("an engine that is killed during a destroy", (suite, frontEnd) => {
    suite.timeout(300_000);
    let killed: Killed;

    before(async function () {
        killed = await tellKilled(await engineFor(this), frontEnd);
    });

    it("leaves a plugin process that ends by itself and sends nothing more", () => {
        assert.equal(killed.sent[1], killed.sent[0]);
    });

    it("is followed by a destroy that attaches to what is running", () => {
        assert.match(killed.locked, /the stack is currently locked/);
        assert.deepEqual(killed.requests, ["DELETE selective 202"]);
        assert.match(killed.attached, /\d\/\d destroyed · waiting for/);
        assert.deepEqual(killed.left, []);
        assert.equal(killed.resources, 0);
    });
});

describe("the installed package", function () {
    this.timeout(300_000);
    let missing: Missing;
    let packed: Packed | null;

    before(async function () {
        const engine = await engineFor(this);
        [missing, packed] = await Promise.all([tellMissing(engine), TELLS_ALL ? tellPacked(engine) : null]);
    });

    it("is asked for by name and folder where a destroy does not find it", () => {
        const reason = "Cannot find module 'pulumi-droplet-teardown/provider'";
        assert.equal(
            missing.error,
            `error: cannot load pulumi-droplet-teardown: run \`npm install pulumi-droplet-teardown\` in ${missing.folder} and try again (${reason})`,
        );
        const [, below] = missing.printed.split("\nDiagnostics:\n");
        assert.equal(below?.split("cannot load").length, 2, missing.printed);
        assert.doesNotMatch(missing.printed, /^\s+at /m);
        assert.equal(missing.requestsWithout, 0);
    });

    it("is all that was missing: put back, the destroy goes on", () => {
        assert.deepEqual(missing.left, []);
    });

    it("creates and destroys from its packed tarball in a clean project", function () {
        leaveToCi(this, "it installs from npm's registry or cache");
        assert.ok(packed !== null);
        assert.match(packed.destroyed, /destroyed {2}droplet, snapshot nightly/);
        assert.deepEqual(packed.left, []);
        assert.deepEqual(
            packed.files.filter(
                (path) =>
                    !/^(?:dist\/(?:provider|sdk|cli|plugin|action|shared)\/|dist\/THIRD-PARTY-LICENSES$|schema\/|[A-Z]+(?:\.md)?$|package\.json$)/.test(
                        path,
                    ),
            ),
            [],
        );
    });
});
