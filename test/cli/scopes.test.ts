import assert from "node:assert/strict";
import { USES } from "../../tools/cli-scopes.js";
import { CliWorld, type Ran } from "../support/cli-world.js";

const TOKEN = `dop_v1_${"7".repeat(64)}`;

type UseName = (typeof USES)[number]["use"];

const COMMANDS: Readonly<Record<UseName, (id: number) => string>> = {
    "`plan`": (id) => `plan ${id} --policy destroy`,
    "`plan --tag-name`": () => "plan --tag-name t --policy destroy",
    "`destroy`": (id) => `destroy ${id} --yes --policy destroy`,
    "`destroy --tag-name`": () => "destroy --tag-name t --yes --policy destroy --max-droplets 1",
    "`destroy --final-snapshot`": (id) => `destroy ${id} --yes --policy destroy --final-snapshot`,
    "`status`": (id) => `status ${id}`,
    "`orphans`": () => "orphans",
};

/** A Droplet with one resource of each kind; where `status` asks, it has been destroyed. */
async function runWith(use: UseName, scopes: readonly string[]): Promise<readonly [CliWorld, Ran]> {
    const world = new CliWorld();
    world.simulator.setToken(TOKEN, { scopes });
    const { id, volume } = world.droplet("web-1", ["t"]);
    world.simulator.panel.snapshotVolume(volume, "data-nightly");
    world.simulator.panel.assignReservedIp(world.simulator.panel.createReservedIp().id, id);
    if (use === "`status`") {
        await world.run(`destroy ${id} --yes --policy destroy`);
    }
    const env = { DIGITALOCEAN_TOKEN: TOKEN };
    return [world, await world.run(COMMANDS[use](id), { env })];
}

describe("the scopes that docs/cli.md names", () => {
    for (const { use, scopes } of USES) {
        it(`are enough for ${use}, with account:read`, async () => {
            const [, { code, stdout, stderr }] = await runWith(use, [...scopes, "account:read"]);
            assert.equal(code, 0, stderr);
            // What hung on a Droplet that is gone is in nobody's sight.
            assert.ok(use === "`status`" || !stdout.includes("not read"), stdout);
        });

        for (const missing of scopes) {
            it(`are not too many for ${use}: ${missing}`, async () => {
                const rest = [...scopes.filter((scope) => scope !== missing), "account:read"];
                const [world, { code, stdout, stderr }] = await runWith(use, rest);
                assert.ok(
                    code === 6 || (code === 0 && stdout.includes("not read")),
                    `${code}\n${stdout}\n${stderr}`,
                );
                if (code === 6) {
                    assert.match(stdout + stderr, /scope/);
                }
                if (use !== "`status`") {
                    assert.equal(world.simulator.state().droplets.length, 1);
                }
            });
        }
    }

    it("are missed for the kinds alone that could not be read", async () => {
        const rest = [...USES[0].scopes.filter((scope) => scope !== "block_storage:read"), "account:read"];
        const [, { code, stdout }] = await runWith("`plan`", rest);
        assert.equal(code, 6);
        assert.match(
            stdout,
            /Add the scope block_storage:read, or set the policy .*\n(?: {2}has .*\n){3} {2}could not be read: volumes \(not in/,
        );
    });

    it("names the team only with account:read, and --account needs it", async () => {
        const world = new CliWorld();
        world.simulator.setToken(TOKEN, { scopes: USES[0].scopes });
        const { id } = world.droplet("web-1");
        const env = { DIGITALOCEAN_TOKEN: TOKEN };
        assert.equal((await world.run(`plan ${id} --report r.json`, { env })).code, 0);
        assert.equal(world.report("r.json").account, null);
        const guarded = await world.run(`plan ${id} --account somebody`, { env });
        assert.equal(guarded.code, 6);
        assert.match(guarded.stderr, /account:read/);
    });
});
