import assert from "node:assert/strict";

import { CliWorld, type RunOptions } from "../support/cli-world.js";

interface Scenario {
    readonly prepare: (world: CliWorld) => string;
    readonly options?: RunOptions;
}

const UNATTENDED = "--yes --policy destroy";
const OTHER_TOKEN = `dop_v1_${"9".repeat(64)}`;

/** Every way in which a destroy ends with 0. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
    "by id": { prepare: (world) => `destroy ${world.droplet("web-1").id} ${UNATTENDED}` },
    "by name": { prepare: (world) => (world.droplet("web-1"), `destroy web-1 ${UNATTENDED}`) },
    "by tag": {
        prepare: (world) => {
            world.droplet("web-1", ["t"]);
            world.droplet("web-2", ["t"]);
            return `destroy --tag-name t ${UNATTENDED} --max-droplets 2`;
        },
    },
    "on a terminal": {
        prepare: (world) => (world.droplet("web-1"), "destroy web-1 --policy destroy"),
        options: { answer: "web-1" },
    },
    "after another destroy": {
        prepare: (world) => {
            const { id } = world.droplet("web-1");
            world.simulator.panel.destroy(id);
            return `destroy ${id} ${UNATTENDED}`;
        },
    },
    "after a mistyped name": {
        prepare: (world) => (world.droplet("web-1"), `destroy web-11 ${UNATTENDED}`),
    },
    "after a mistyped id": {
        prepare: (world) => (world.droplet("web-1"), `destroy 999 ${UNATTENDED}`),
    },
    "after a tag that nothing carries": {
        prepare: (world) => (
            world.droplet("web-1"),
            `destroy --tag-name none ${UNATTENDED} --max-droplets 9`
        ),
    },
    "with a token of another team": {
        prepare: (world) => {
            world.simulator.setToken(OTHER_TOKEN, { team: "other" });
            return `destroy ${world.droplet("web-1").id} ${UNATTENDED}`;
        },
        options: { env: { DIGITALOCEAN_TOKEN: OTHER_TOKEN } },
    },
};

describe("a destroy that ends with 0", () => {
    for (const [name, { prepare, options }] of Object.entries(SCENARIOS)) {
        it(`leaves nothing of what was asked for, or says that it could not see it: ${name}`, async () => {
            const world = new CliWorld();
            const { code, stdout, stderr } = await world.run(prepare(world), options);
            assert.equal(code, 0, stderr);
            const { droplets, volumes, snapshots } = world.simulator.state();
            const left = droplets.length + volumes.length + snapshots.length;
            assert.equal(left > 0, /not visible to this token|that this token can see/.test(stdout), stdout);
        });
    }
});
