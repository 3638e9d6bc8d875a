import assert from "node:assert/strict";

import { engineFor } from "../support/engine-available.js";
import { personalToken, succeeds } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";

const TOKEN = personalToken("7");

const PROGRAM = `
const { Droplet } = require("pulumi-droplet-teardown");
new Droplet("web", {
    name: "web-1", image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb",
    teardown: { policy: "destroy" },
});
`;

describe("DROPLET_TEARDOWN_DEBUG=1 on a real engine", function () {
    this.timeout(120_000);

    it("shows the requests of a destroy among the stack's diagnostics, without the token", async function () {
        const engine = await engineFor(this);
        const grants = { [TOKEN]: {} };
        await inWorld({ engine, program: PROGRAM, grants, token: TOKEN }, async (world) => {
            await succeeds(world.project.up());
            const { stdout, stderr } = await succeeds(
                world.project.destroy({ env: { DROPLET_TEARDOWN_DEBUG: "1" } }),
            );
            const shown = stdout + stderr;
            assert.match(
                shown,
                /debug: DELETE \/v2\/droplets\/\d+\/\S+\/selective 202 in \d+ ms, admitted after/,
            );
            assert.ok(!shown.includes(TOKEN));
        });
    });
});
