import assert from "node:assert/strict";

import { CliWorld, type RunOptions } from "../support/cli-world.js";

type Left = ReturnType<CliWorld["simulator"]["state"]>;

interface Scenario {
    readonly prepare: (world: CliWorld) => string | Promise<string>;
    readonly options?: RunOptions;
    /** What was asked to go and is still there; without it everything was asked to go. */
    readonly left?: (state: Left) => readonly unknown[];
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
    "by a saved plan": { prepare: (world) => savedPlan(world, "web-1") },
    "by a saved plan, a second time": {
        prepare: async (world) => {
            const command = await savedPlan(world, "web-1");
            await world.run(command);
            return command;
        },
    },
    "by a saved plan of a tag that nothing carries": {
        prepare: (world) => savedPlan(world, "--tag-name none"),
    },
    "with --policy keep": {
        prepare: (world) => `destroy ${world.droplet("web-1").id} --yes --policy keep`,
        left: ({ droplets }) => droplets,
    },
    "with one kind and one name kept": {
        prepare: (world) =>
            `destroy ${world.droplet("web-1").id} ${UNATTENDED} --policy volumes=keep --keep web-1-nightly`,
        left: ({ droplets }) => droplets,
    },
    "of a fleet with several required tags": {
        prepare: (world) => {
            for (let index = 0; index < 7; index += 1) {
                world.droplet(`web-${index}`, ["t", "mine", "preview"]);
            }
            return `destroy --tag-name t ${UNATTENDED} --max-droplets 7 --require-tag mine --require-tag preview`;
        },
    },
    "of a fleet of which one is not visible": {
        prepare: (world) => {
            const ids = Array.from({ length: 6 }, (_, index) => world.droplet(`web-${index}`).id);
            world.simulator.setToken(OTHER_TOKEN, { team: "other" });
            return `destroy ${ids.join(" ")} ${UNATTENDED}`;
        },
        options: { env: { DIGITALOCEAN_TOKEN: OTHER_TOKEN } },
    },
    "status, after a destroy": {
        prepare: async (world) => {
            const { id } = world.droplet("web-1");
            await world.run(`destroy ${id} ${UNATTENDED}`);
            return `status ${id}`;
        },
    },
    "status --wait, during a destroy": {
        prepare: (world) => {
            const { id } = world.droplet("web-1");
            world.simulator.panel.destroy(id);
            return `status ${id} --wait`;
        },
    },
};

/** `destroy` with a plan that has been saved. */
async function savedPlan(world: CliWorld, which: string): Promise<string> {
    world.droplet("web-1");
    const { code, stderr } = await world.run(`plan ${which} --policy destroy --out p.json`);
    assert.equal(code, 0, stderr);
    return "destroy --plan p.json --yes";
}

function everything({ droplets, volumes, snapshots, reservedIps }: Left): readonly unknown[] {
    return [...droplets, ...volumes, ...snapshots, ...reservedIps];
}

describe("a command that ends with 0", () => {
    for (const [name, { prepare, options, left = everything }] of Object.entries(SCENARIOS)) {
        it(`leaves nothing of what was asked for, or says that it could not see it: ${name}`, async () => {
            const world = new CliWorld();
            const { code, stdout, stderr } = await world.run(await prepare(world), options);
            assert.equal(code, 0, stderr);
            const unseen = /not visible to this token|that this token can see/.test(stdout);
            assert.equal(left(world.simulator.state()).length > 0, unseen, stdout);
        });
    }

    it("names each thing that stays by the policy", async () => {
        const world = new CliWorld();
        const { id, snapshot, volume } = world.droplet("web-1");
        const { stdout } = await world.run(`destroy ${id} --yes --policy keep`);
        assert.ok(stdout.includes(snapshot) && stdout.includes(volume), stdout);
    });

    it("lists every orphan, and with --fail-if-any there is none", async () => {
        const world = new CliWorld();
        const { id, volume } = world.droplet("web-1");
        assert.equal((await world.run("orphans --fail-if-any")).code, 0);
        world.simulator.panel.deleteDroplet(id);
        const { code, stdout } = await world.run("orphans");
        assert.equal(code, 0);
        for (const left of [volume, ...world.simulator.state().snapshots.map((one) => one.id)]) {
            assert.ok(stdout.includes(left), stdout);
        }
        assert.equal((await world.run("orphans --fail-if-any")).code, 3);
    });

    it("changes nothing where it only looks", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        for (const command of [`plan ${id} --policy destroy`, "orphans"]) {
            assert.equal((await world.run(command)).code, 0);
        }
        assert.deepEqual(world.changes(), []);
    });
});
