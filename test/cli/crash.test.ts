import assert from "node:assert/strict";

import { CliWorld } from "../support/cli-world.js";

const UNATTENDED = "--yes --policy destroy --report r.json";

describe("a destroy that crashes", () => {
    it("leaves a report of what was begun", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        world.droplet("web-1");
        const ran = await world.run(`destroy web-1 ${UNATTENDED}`, { crashAfterMs: 20_000 });
        assert.equal(ran.code, 1);
        const { error, droplets } = world.report("r.json");
        assert.equal(error, "boom");
        assert.deepEqual([droplets[0]?.name, droplets[0]?.outcome], ["web-1", "in-progress"]);
    });

    it("tells of what has ended meanwhile", async () => {
        const world = new CliWorld({ destroyDurationMs: (id) => (id % 2 === 0 ? 5_000 : 600_000) });
        const ids = [world.droplet("web-1").id, world.droplet("web-2").id];
        const ran = await world.run(`destroy ${ids.join(" ")} ${UNATTENDED} --summary s.md`, {
            crashAfterMs: 60_000,
        });
        assert.equal(ran.code, 1);
        const { error, droplets } = world.report("r.json");
        assert.equal(error, "boom");
        const even = ids.map((id) => (id % 2 === 0 ? "destroyed" : "in-progress"));
        assert.deepEqual(
            droplets.map(({ outcome }) => outcome),
            even,
        );
        const open = ids.find((id) => id % 2 === 1);
        assert.match(ran.stderr, new RegExp(`destroy ${open} --yes --policy destroy`));
    });

    it("resumes a sweep by id where a destroy may be under way, which no sweep finds once it has ended", async () => {
        const world = new CliWorld({ destroyDurationMs: (id) => (id % 2 === 0 ? 600_000 : 5_000) });
        const expired = `teardown-until-${Math.floor(world.clock.now() / 1_000) - 60}`;
        const ids = ["web-1", "web-2", "web-3"].map((name) => world.droplet(name, ["t", expired]).id);
        const [, even, last] = ids;
        const match = { path: `/v2/droplets/${last}/destroy_with_associated_resources` };
        world.simulator.faults.add({ match, times: Infinity, do: { kind: "answer", status: 503 } });
        const args = `destroy --tag-name t --expired ${UNATTENDED} --max-droplets 3 --summary s.md`;
        const ran = await world.run(args, { crashAfterMs: 20_000 });
        assert.equal(ran.code, 1);
        const commands = [...ran.stderr.matchAll(/npx pulumi-droplet-teardown@\S+ (destroy .*)/g)];
        assert.deepEqual(
            commands.map(([, command]) => command),
            [
                `destroy ${even} --yes --policy destroy --require-tag t`,
                "destroy --tag-name t --expired --max-droplets 3 --yes --policy destroy",
            ],
        );
    });
});
