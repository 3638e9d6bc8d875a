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
});
