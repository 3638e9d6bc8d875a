import assert from "node:assert/strict";

import { personalToken, TeardownWorld, TOKEN, type ProcessOptions } from "../support/teardown-world.js";

const OTHER_TEAM = personalToken("0ddba11");

/** A teardown by id that destroys everything, and an `up` that changes it. */
async function begin() {
    const world = new TeardownWorld({ grants: { [TOKEN]: {}, [OTHER_TEAM]: { team: "other" } } });
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
    const up = async (args: object, options: ProcessOptions = {}) => {
        const process = world.process(options);
        const { inputs } = await process.check(stored, { dropletId: droplet.id, policy: "destroy", ...args });
        return (await world.run(process.update("teardown-1", stored, inputs))).outs;
    };
    return { world, droplet, stored, up };
}

describe("state, after an `up` that succeeded", () => {
    it("holds the new arguments where the Droplet was deleted by hand, and a destroy obeys them", async () => {
        const { world, droplet, stored, up } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);

        const outs = await up({ policy: "keep", keep: ["nightly"] });

        assert.deepEqual(outs.keep, ["nightly"]);
        assert.equal((outs.policy as Record<string, unknown>).snapshots, "keep");
        assert.deepEqual(outs.inventory, stored.inventory);
        assert.equal(outs.recordedAt, stored.recordedAt);
        await world.delete(outs);
        assert.ok(world.left().includes("snapshot"));
    });

    for (const [name, args] of Object.entries({
        policy: { policy: "keep" },
        requireTag: { requireTag: "preview" },
        finalSnapshot: { finalSnapshot: true },
        keep: { keep: ["nightly"] },
        timeout: { timeout: "1h" },
    })) {
        it(`holds the new ${name} although one read of the Droplet answered 404`, async () => {
            const { world, droplet, stored, up } = await begin();
            world.simulator.panel.takeSnapshot(droplet.id, "weekly");
            world.simulator.faults.add({
                match: { method: "GET", path: `/v2/droplets/${droplet.id}` },
                do: { kind: "answer", status: 404, message: "not found" },
            });

            const outs = await up(args);

            const [property] = Object.keys(args) as [string];
            assert.notDeepEqual(outs[property], stored[property]);
            assert.equal((outs.inventory as unknown[]).length, (stored.inventory as unknown[]).length + 1);
        });
    }

    it("is unchanged where the token could not tell whether the Droplet is gone: the `up` fails", async () => {
        const { world, droplet, up } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        world.simulator.faults.add({
            match: { method: "GET", path: "/v2/account" },
            do: { kind: "answer", status: 403, message: "You are not authorized" },
        });
        await assert.rejects(up({ policy: "keep" }), { message: /the token cannot tell its team/ });
    });

    it("is unchanged with another team's token: the `up` fails, and names both teams", async () => {
        const { world, stored, up } = await begin();
        const config = { "digitalocean:token": OTHER_TEAM };
        await assert.rejects(up({ policy: "keep" }, { config }), {
            message: new RegExp(
                `belongs to another team \\([0-9a-f]{40}\\) .* \\(${String(stored.accountId)}\\)`,
            ),
        });
        assert.equal(world.left().length, 5);
    });
});
