import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";
import { rewritten } from "../support/rewritten.js";

function text(world: CliWorld, path: string): string {
    return world.files.get(path) ?? assert.fail(`there is no ${path}`);
}

/** DigitalOcean, where the associated list does not tell costs. */
function costless(world: CliWorld): CliWorld["simulator"]["fetch"] {
    return rewritten(world, "/destroy_with_associated_resources", (text) =>
        text.replace(/"cost":\s*"[^"]*"/g, '"cost":" "'),
    );
}

describe("totals", () => {
    it("of a plan in Markdown include what stays of a Droplet that is refused", async () => {
        const world = new CliWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        world.droplet("web-2");
        await world.run(`plan ${id} web-2 --policy destroy --policy volumes=prevent --summary s.md`);
        assert.match(text(world, "s.md"), /Would save \$6\.00\/month; \$7\.15\/month would stay\./);
    });

    it("of a plan are a lower bound where a cost is unknown", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        const args = `plan ${id} --policy destroy --policy volumes=keep --summary s.md`;
        const ran = await world.run(args, { fetch: costless(world) });
        assert.match(
            ran.stdout,
            /to destroy, at least \$6\.00\/month; 1 .* to stay, at least \$0\.00\/month\./,
        );
        assert.match(
            text(world, "s.md"),
            /Would save at least \$6\.00\/month; at least \$0\.00\/month would stay\./,
        );
    });

    it("of a destroy are a lower bound where a cost is unknown", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        const args = `destroy ${id} --yes --policy destroy --summary s.md`;
        const ran = await world.run(args, { fetch: costless(world) });
        assert.match(ran.stdout, /Saved at least \$6\.00\/month\. No remaining cost found\./);
        assert.match(text(world, "s.md"), /Saved at least \$6\.00\/month\./);
    });

    it("of orphans are a lower bound where a cost is unknown", async () => {
        const world = new CliWorld();
        const volume = world.simulator.panel.createVolume("data");
        world.simulator.faults.add({
            match: { method: "GET", path: /\/v2\/volumes/ },
            times: Number.POSITIVE_INFINITY,
            do: {
                kind: "answer",
                status: 200,
                body: {
                    volumes: [{ id: volume.id, name: "data", droplet_ids: [], region: {} }],
                    meta: { total: 1 },
                },
            },
        });
        const ran = await world.run("orphans --summary s.md");
        assert.match(ran.stdout, /^1 orphan, at least \$0\.00\/month\.$/m);
        assert.match(text(world, "s.md"), /1 orphan, at least \$0\.00\/month\./);
    });
});

describe("a summary in Markdown", () => {
    it("does not say that something runs where nothing was sent", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        world.simulator.faults.add({
            match: { method: "GET", path: /status$/ },
            times: Number.POSITIVE_INFINITY,
            do: { kind: "answer", status: 503, id: "x", message: "unavailable" },
        });
        const args = `destroy ${id} --yes --policy destroy --timeout 5s --summary s.md`;
        assert.equal((await world.run(args)).code, 4);
        assert.match(text(world, "s.md"), /\*\*Droplet .*: failed\*\*/);
        assert.doesNotMatch(text(world, "s.md"), /still running/);
    });

    it("does not say that a Droplet that is not visible would be destroyed", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        world.simulator.panel.deleteDroplet(id);
        await world.run(`plan ${id} --policy destroy --summary s.md`);
        const head = `**Droplet (${id}): not visible to this token; some of its resources would be destroyed**`;
        assert.ok(text(world, "s.md").includes(head), text(world, "s.md"));
        assert.match(text(world, "s.md"), /Would save \$0\.15\/month/);
    });
});
