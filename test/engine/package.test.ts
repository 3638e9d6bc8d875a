import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { join } from "node:path";

import type { Engine } from "../../tools/engine/engine.js";
import { installPacked } from "../support/clean-project.js";
import { engineFor } from "../support/engine-available.js";
import { diagnostics, fails, inWorld, succeeds, text } from "../support/engine-world.js";

const PROGRAM = `
const { Droplet } = require("pulumi-droplet-teardown");
new Droplet("web", {
    name: "web-1", image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb",
    teardown: { policy: "destroy" },
});
`;

interface Missing {
    readonly folder: string;
    readonly printed: string;
    readonly error: string;
    readonly requestsWithout: number;
    readonly left: string[];
}

function tellMissing(engine: Engine): Promise<Missing> {
    return inWorld({ engine, program: PROGRAM }, async (world) => {
        const { project } = world;
        await succeeds(project.up());
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
            error: diagnostics(failed),
            requestsWithout,
            left: world.left(),
        };
    });
}

interface Packed {
    readonly files: string[];
    readonly left: string[];
    readonly destroyed: string;
}

function tellPacked(engine: Engine): Promise<Packed> {
    return inWorld({ engine, program: PROGRAM }, async (world) => {
        const files = await installPacked(world.project.folder);
        await succeeds(world.project.up());
        world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
        const destroyed = diagnostics(await succeeds(world.project.destroy()));
        return { files, left: world.left(), destroyed };
    });
}

describe("the installed package", function () {
    this.timeout(120_000);
    let missing: Missing;
    let packed: Packed;

    before(async function () {
        const engine = await engineFor(this);
        [missing, packed] = await Promise.all([tellMissing(engine), tellPacked(engine)]);
    });

    it("is asked for by name and folder where a destroy does not find it", () => {
        const reason = "Cannot find module 'pulumi-droplet-teardown/provider'";
        assert.equal(
            missing.error,
            `error: pulumi-droplet-teardown is missing: run \`npm install pulumi-droplet-teardown\` in ${missing.folder}, then repeat this command (${reason})`,
        );
        const [, below] = missing.printed.split("\nDiagnostics:\n");
        assert.equal(below?.split("is missing").length, 2, missing.printed);
        assert.doesNotMatch(missing.printed, /^\s+at /m);
        assert.equal(missing.requestsWithout, 0);
    });

    it("is all that was missing: put back, the destroy goes on", () => {
        assert.deepEqual(missing.left, []);
    });

    it("creates and destroys from its packed tarball in a clean project", () => {
        assert.match(packed.destroyed, /destroyed {2}droplet, snapshot nightly/);
        assert.deepEqual(packed.left, []);
        assert.deepEqual(
            packed.files.filter(
                (path) => !/^(?:dist\/(?:provider|sdk|cli)\/|schema\/|[A-Z]+(?:\.md)?$|package\.json$)/.test(path),
            ),
            [],
        );
    });
});
