import assert from "node:assert/strict";

import type { Simulator } from "../../simulator/index.js";
import { CliWorld } from "../support/cli-world.js";
import { TeardownWorld } from "../support/teardown-world.js";

const LABEL = "2 reserved_ipv6s (2001:db8::1, 17), a kind that this version does not know";

/** DigitalOcean lists what it has not listed so far. */
function listMore({ faults }: Simulator): void {
    const body = {
        ...{ reserved_ips: [], floating_ips: [], snapshots: [], volumes: [], volume_snapshots: [] },
        ...{
            reserved_ipv6s: [{ id: "16", name: "2001:db8::1", cost: "1.00" }, { id: 17 }],
            nfs: [],
            meta: {},
        },
    };
    const match = { method: "GET", path: "*/destroy_with_associated_resources" };
    faults.add({ match, times: Infinity, do: { kind: "answer", status: 200, body } });
}

describe("a kind of resource that this version does not know", () => {
    for (const policy of ["destroy", "keep"]) {
        it(`is named before and after a destroy by "${policy}", which does not take it, and costs something unknown`, async () => {
            const world = new TeardownWorld();
            const { id } = world.simulator.panel.createDroplet("web-1");
            const stored = await world.create({ dropletId: id, policy });
            listMore(world.simulator);
            const { droplets } = await world.report(stored);
            const [before, after] = world.announced();
            assert.ok(before?.includes(`\n  not destroyed: ${LABEL} (not in the total)`), before);
            assert.ok(after?.includes(` Still accruing the unknown cost of ${LABEL}.`), after);
            assert.deepEqual(droplets[0].cost.unpriced, [LABEL]);
            assert.doesNotMatch(JSON.stringify(world.simulator.requests()), /ipv6/);
        });
    }

    it("is shown by a refresh", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        listMore(world.simulator);
        await world.run(world.process().read("teardown-1", stored));
        assert.equal(
            world.announced().at(-1),
            "droplet web-1 (412000001), $6.00/month, with at least 0 associated resources, at least $0.00/month; " +
                "a destroy would save $6.00/month and keep at least $0.00/month\n" +
                `  not destroyed: ${LABEL} (not in the total)`,
        );
    });

    it("is shown where an update changes what a destroy would do, with what could not be read", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        listMore(world.simulator);
        const now = { ...stored, policy: "keep" };
        await world.run(world.process().update("teardown-1", stored, now));
        assert.match(world.announced().at(-1) ?? "", /keep at least \$0\.00\/month\n {2}not destroyed: 2 /);
    });

    it("is in what a program asks", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        listMore(world.simulator);
        const { getInventory, getPlan } = world.process().functions;
        for (const asked of [
            getInventory({ dropletId: id }),
            getPlan({ dropletId: id, policy: "destroy" }),
        ]) {
            const answered = await world.run(asked);
            assert.ok("value" in answered);
            assert.deepEqual(answered.value.unknownKinds, ["reserved_ipv6s"]);
        }
    });

    it("is in the plan of the command line, in its text, its summary and its report", async () => {
        const world = new CliWorld();
        world.simulator.panel.createDroplet("web-1");
        listMore(world.simulator);
        const { code, stdout } = await world.run(
            "plan web-1 --policy destroy --report r.json --summary s.md",
        );
        assert.equal(code, 0);
        assert.ok(stdout.includes(`\n  not destroyed: ${LABEL} (not in the total)\n`), stdout);
        assert.match(stdout, /at least 0 associated resources to stay, at least \$0\.00\/month\.\n$/);
        const summary = world.files.get("s.md") ?? "";
        assert.match(summary, /; at least \$0\.00\/month would stay\./);
        assert.ok(summary.includes(`\n\nNot destroyed, and not in the sums: \`${LABEL}\`.\n`), summary);
        assert.deepEqual(world.report("r.json").droplets[0]?.cost.unpriced, [LABEL]);
    });
});
