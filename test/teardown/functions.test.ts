import assert from "node:assert/strict";

import { TeardownWorld } from "../support/teardown-world.js";

async function value(world: TeardownWorld, name: "getInventory" | "getPlan", args: object) {
    const answered = await world.run(world.process().functions[name](args as Record<string, unknown>));
    return "value" in answered ? answered.value : assert.fail(JSON.stringify(answered.failures));
}

const names = (resources: unknown): string[] =>
    (resources as { kind: string; name: string }[]).map(({ kind, name }) => `${kind} ${name}`);

describe("functions that a program asks at preview", () => {
    it("say what is associated with a Droplet, and change nothing", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const { inventory, ...others } = await value(world, "getInventory", { dropletId: String(id) });
        assert.deepEqual(others, {
            dropletId: id,
            name: "web-1",
            dropletMonthlyCost: "6.00",
            monthlyCost: "6.75",
            unread: [],
            unknownKinds: [],
        });
        assert.equal((inventory as unknown[]).length, 4);
        assert.deepEqual(world.changes(), []);
    });

    it("say what a destroy would take and keep, with cost, as the destroy then does", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const given = {
            dropletId: id,
            policy: { default: "destroy", volumes: "keep" },
            keep: ["nightly", "pg-*"],
        };
        const plan = await value(world, "getPlan", given);
        assert.deepEqual(names(plan.destroy), ["reserved_ip 198.19.0.1"]);
        assert.deepEqual(names(plan.keep).sort(), [
            "snapshot nightly",
            "volume web-1-data",
            "volume_snapshot before",
        ]);
        assert.deepEqual(plan.unmatched, ["pg-*"]);
        assert.deepEqual([plan.destroyedMonthlyCost, plan.remainingMonthlyCost], ["11.00", "1.75"]);
        assert.deepEqual(world.changes(), []);
        const stored = await world.create(given);
        await world.delete(stored);
        assert.deepEqual(world.left().length, 3);
    });

    it("say what prevents a destroy, which then saves nothing", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const policy = { default: "destroy", volumes: "prevent" };
        const plan = await value(world, "getPlan", { dropletId: id, policy });
        assert.deepEqual(names(plan.prevented), ["volume web-1-data"]);
        assert.deepEqual([plan.destroyedMonthlyCost, plan.remainingMonthlyCost], ["0.00", "12.75"]);
    });

    it("say what is wrong with their arguments, and fail for a Droplet that the token cannot see", async () => {
        const world = new TeardownWorld();
        const { getPlan, getInventory } = world.process().functions;
        const answered = await getPlan({ dropletId: "web", keep: "pg-*" });
        const failures = "failures" in answered ? answered.failures : assert.fail();
        assert.deepEqual(
            failures.map(({ property }) => property),
            ["dropletId", "policy", "keep"],
        );
        await assert.rejects(world.run(getInventory({ dropletId: 7 })), { message: /there is no Droplet 7/ });
        const signal = AbortSignal.abort();
        await assert.rejects(world.run(getInventory({ dropletId: 7 }, { signal })), {
            message: /interrupted/,
        });
    });
});
