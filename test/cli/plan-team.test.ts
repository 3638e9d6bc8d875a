import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";
import { personalToken } from "../support/teardown-world.js";

const SCOPES = ["block_storage", "block_storage_snapshot", "droplet", "image", "reserved_ip"]
    .flatMap((name) => [`${name}:read`, `${name}:delete`])
    .concat("snapshot:read", "tag:read");
const [OURS, OTHERS, FULL] = [personalToken("c11"), personalToken("d22"), personalToken("e33")];
const APPLY = "destroy --plan p.json --yes --report r.json";

const as = (token: string) => ({ env: { DIGITALOCEAN_TOKEN: token } });

/** A plan by a token of team one; of the three tokens only `FULL` can tell its team. */
async function plannedBy(token: string): Promise<{ world: CliWorld; id: number }> {
    const world = new CliWorld(
        {},
        {
            [OURS]: { team: "one", scopes: SCOPES },
            [OTHERS]: { team: "two", scopes: SCOPES },
            [FULL]: { team: "one" },
        },
    );
    const panel = world.simulator.panelFor("one");
    const { id } = panel.createDroplet("web-1");
    panel.takeSnapshot(id, "nightly");
    const ran = await world.run(`plan ${id} --policy destroy --out p.json`, as(token));
    assert.equal(ran.code, 0, ran.stderr);
    return { world, id };
}

describe("a saved plan whose team cannot be compared", () => {
    it("is refused where its Droplet is not visible", async () => {
        const { world } = await plannedBy(OURS);
        const ran = await world.run(APPLY, as(OTHERS));
        assert.equal(ran.code, 6, ran.stdout);
        assert.match(ran.stdout, /the token cannot tell its team \(scope account:read\)/);
        const [droplet] = world.report("r.json").droplets;
        assert.equal(droplet?.outcome, "refused");
        assert.deepEqual(
            droplet.resources.map(({ name, outcome }) => [name, outcome]),
            [["nightly", "unknown"]],
        );
        assert.equal(world.report("r.json").cost.destroyed, "0.00");
        assert.deepEqual(world.changes(), []);
    });

    for (const [by, token, applied] of [
        ["without account:read", OURS, OURS],
        ["made without account:read, carried out with it", OURS, FULL],
        ["made with account:read, carried out without it", FULL, OURS],
    ] as const) {
        it(`is carried out where its Droplet is visible: ${by}`, async () => {
            const { world } = await plannedBy(token);
            const ran = await world.run(APPLY, as(applied));
            assert.equal(ran.code, 0, ran.stderr);
            assert.deepEqual(world.simulator.state().droplets, []);
            assert.equal((await world.run(APPLY, as(applied))).code, 0, "a second time");
        });
    }

    it("is refused where its Droplet is gone without a trace, and says what is missing", async () => {
        const { world, id } = await plannedBy(OURS);
        world.simulator.panelFor("one").deleteDroplet(id);
        const without = await world.run(APPLY, as(OURS));
        assert.equal(without.code, 6);
        assert.match(without.stdout, /scope account:read/);
        const withScope = await world.run(APPLY, as(FULL));
        assert.equal(withScope.code, 5);
        assert.match(withScope.stdout, /no account was recorded to compare with/);
    });
});
