import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";
import { expiryTag } from "../../provider/teardown/model.js";

const TAG = "preview";
const SWEEP = `destroy --tag-name ${TAG} --expired --yes --policy destroy --max-droplets 300 --report r.json`;
const DAY_MS = 86_400_000;

interface Report {
    readonly droplets: readonly {
        name: string;
        outcome: string;
        code: string | null;
        expiresAt: string | null;
    }[];
    readonly leftAlone?: readonly { name: string; reason: string; expiresAt: string | null }[];
}

function report(world: CliWorld): Report {
    return world.report("r.json") as unknown as Report;
}

function until(world: CliWorld, inMs: number): string {
    return expiryTag(world.clock.now() + inMs);
}

function living(world: CliWorld): string[] {
    return world.simulator.state().droplets.map(({ name }) => name);
}

describe("destroy --expired", () => {
    it("destroys what has expired, and leaves alone and names what has not, or cannot be told", async () => {
        const world = new CliWorld();
        world.droplet("past", [TAG, until(world, -DAY_MS)]);
        world.droplet("soon", [TAG, until(world, DAY_MS)]);
        world.droplet("forever", [TAG]);
        world.droplet("odd", [TAG, "teardown-until-tomorrow"]);
        world.droplet("elsewhere", [until(world, -DAY_MS)]);
        const ran = await world.run(SWEEP);
        assert.equal(ran.code, 0, ran.stdout + ran.stderr);
        assert.deepEqual(living(world), ["soon", "forever", "odd", "elsewhere"]);
        assert.match(
            ran.stderr,
            /left alone: droplet forever \(\d+\), because it has no tag teardown-until-/,
        );
        assert.match(
            ran.stderr,
            /left alone: droplet odd \(\d+\), because its tag teardown-until-tomorrow says no time/,
        );
        assert.match(
            ran.stderr,
            /left alone: droplet soon \(\d+\), because it expires at 2026-01-02T00:00:00Z/,
        );
        assert.doesNotMatch(ran.stderr, /the plan did not have/);
        const { droplets, leftAlone = [] } = report(world);
        assert.deepEqual(
            droplets.map(({ name, outcome, expiresAt }) => [name, outcome, expiresAt]),
            [["past", "destroyed", "2025-12-31T00:00:00.000Z"]],
        );
        assert.deepEqual(leftAlone.map(({ name }) => name).sort(), ["forever", "odd", "soon"]);
    });

    for (const aheadMinutes of [-15, 15]) {
        it(`goes by DigitalOcean's clock while ours is ${-aheadMinutes} minutes ahead`, async () => {
            const aheadMs = aheadMinutes * 60_000;
            const world = new CliWorld({ clockSkewMs: aheadMs });
            world.droplet("past", [TAG, until(world, aheadMs - 60_000)]);
            world.droplet("soon", [TAG, until(world, aheadMs + 60_000)]);
            const ran = await world.run(SWEEP);
            assert.equal(ran.code, 0, ran.stdout + ran.stderr);
            assert.deepEqual(living(world), ["soon"]);
        });
    }

    it("refuses when DigitalOcean's answers do not tell the time", async () => {
        const world = new CliWorld();
        world.droplet("past", [TAG, until(world, -DAY_MS)]);
        const fetch: CliWorld["simulator"]["fetch"] = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            return {
                ...answer,
                headers: { get: (name) => (name === "date" ? null : answer.headers.get(name)) },
            };
        };
        const ran = await world.run(SWEEP, { fetch });
        assert.equal(ran.code, 5, ran.stderr);
        assert.match(ran.stderr, /no Date header/);
        assert.deepEqual(world.changes(), []);
    });

    it("spares one whose tag is taken off, or renewed, while it waits for its turn", async () => {
        const world = new CliWorld();
        const [old, later] = [until(world, -DAY_MS), until(world, DAY_MS)];
        for (let index = 0; index < 200; index += 1) {
            world.simulator.panel.createDroplet(`web-${index}`, { tags: [TAG, old] });
        }
        const { panel } = world.simulator;
        const rescued: string[] = [];
        void world.clock.sleep(20_000).then(() => {
            const asked = world.simulator.requests().filter(({ method }) => method === "DELETE");
            const waiting = world.simulator
                .state()
                .droplets.filter(({ id }) => !asked.some(({ path }) => path.includes(`/${id}/`)));
            const [first, second] = waiting.slice(-2);
            assert.ok(first !== undefined && second !== undefined);
            rescued.push(first.name, second.name);
            panel.untagDroplet(first.id, old);
            panel.tagDroplet(second.id, later);
        });
        const ran = await world.run(SWEEP);
        assert.equal(ran.code, 5);
        assert.deepEqual(living(world), rescued);
        const refused = report(world).droplets.filter(({ outcome }) => outcome === "refused");
        assert.deepEqual(
            refused.map(({ name, code }) => [name, code]),
            rescued.map((name) => [name, "not-expired"]),
        );
    });

    it("deletes nothing that a Droplet has left that somebody else deleted", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("past", [TAG, until(world, -DAY_MS)]);
        await world.run(`plan --tag-name ${TAG} --expired --policy destroy --out p.json`);
        world.simulator.panel.deleteDroplet(id);
        await world.run("destroy --plan p.json --yes");
        assert.equal(world.simulator.state().snapshots.length, 1);
    });

    it("refuses a Droplet of a stack, names the stack, and destroys the others", async () => {
        const world = new CliWorld();
        world.droplet("stacked", [TAG, "teardown:shop:pr-7", until(world, -DAY_MS)]);
        world.droplet("single", [TAG, until(world, -DAY_MS)]);
        const ran = await world.run(SWEEP);
        assert.equal(ran.code, 5);
        assert.deepEqual(living(world), ["stacked"]);
        assert.match(ran.stdout, /belongs to the Pulumi stack shop\/pr-7, whose state would not know/);
        assert.match(ran.stdout, /Code: stack-lives/);
        const { stdout } = await world.run(`plan --tag-name ${TAG} --expired`);
        assert.equal(stdout.match(/belongs to the Pulumi stack shop\/pr-7/g)?.length, 1, stdout);
        assert.equal((await world.run(`${SWEEP} --include-stacks`)).code, 0);
        assert.deepEqual(living(world), []);
    });

    it("obeys --max-droplets, --keep and a policy that prevents", async () => {
        const world = new CliWorld();
        world.droplet("one", [TAG, until(world, -DAY_MS)]);
        world.droplet("two", [TAG, until(world, -DAY_MS)]);
        const capped = await world.run(SWEEP.replace("300", "1"));
        assert.equal(capped.code, 5);
        assert.match(capped.stderr, /2 droplets are selected, and --max-droplets allows 1/);
        const prevented = await world.run(`${SWEEP} --policy volumes=prevent`);
        assert.equal(prevented.code, 5);
        assert.deepEqual(living(world), ["one", "two"]);
        const kept = await world.run(`${SWEEP} --keep *-data`);
        assert.equal(kept.code, 0, kept.stdout + kept.stderr);
        assert.equal(world.simulator.state().volumes.length, 2);
    });

    it("carries out a plan as of the time of the plan: what has expired since is no part of it", async () => {
        const world = new CliWorld();
        world.droplet("past", [TAG, until(world, -DAY_MS)]);
        world.droplet("soon", [TAG, until(world, 3_600_000)]);
        await world.run(`plan --tag-name ${TAG} --expired --policy destroy --out p.json`);
        await world.clock.run(world.clock.sleep(DAY_MS));
        const ran = await world.run("destroy --plan p.json --yes --report r.json");
        assert.equal(ran.code, 0, ran.stdout + ran.stderr);
        assert.deepEqual(living(world), ["soon"]);
    });

    it("refuses what a plan has and what was renewed since", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("past", [TAG, until(world, -DAY_MS)]);
        await world.run(`plan --tag-name ${TAG} --expired --policy destroy --out p.json`);
        world.simulator.panel.tagDroplet(id, until(world, DAY_MS));
        const ran = await world.run("destroy --plan p.json --yes");
        assert.equal(ran.code, 5, ran.stdout);
        assert.deepEqual(living(world), ["past"]);
    });

    it("refuses a plan whose time was changed", async () => {
        const world = new CliWorld();
        world.droplet("past", [TAG, until(world, -DAY_MS)]);
        await world.run(`plan --tag-name ${TAG} --expired --policy destroy --out p.json`);
        const text = world.files.get("p.json") ?? "";
        world.files.set("p.json", text.replace(/"asOfMs": \d/, '"asOfMs": 2'));
        assert.notEqual(world.files.get("p.json"), text);
        const ran = await world.run("destroy --plan p.json --yes");
        assert.equal(ran.code, 5);
        assert.match(ran.stderr, /digest mismatch/);
    });

    it("resumes by its own selection what nothing was asked to destroy", async () => {
        const world = new CliWorld();
        for (let index = 0; index < 200; index += 1) {
            world.simulator.panel.createDroplet(`web-${index}`, { tags: [TAG, until(world, -DAY_MS)] });
        }
        const ran = await world.run(SWEEP, { interruptedAfterMs: 20_000 });
        assert.equal(ran.code, 4, ran.stdout);
        assert.match(
            ran.stdout,
            /destroy --tag-name preview --expired --max-droplets 300 --yes --policy destroy/,
        );
    });

    it("with --require-match, fails when nothing has expired", async () => {
        const world = new CliWorld();
        world.droplet("soon", [TAG, until(world, DAY_MS)]);
        const ran = await world.run(`${SWEEP} --require-match`);
        assert.equal(ran.code, 5);
        assert.match(ran.stderr, /no droplet with the tag is old enough/);
    });
});

describe("destroy --older-than", () => {
    it("goes by the time of creation, together with --expired by both", async () => {
        const world = new CliWorld();
        world.droplet("old", [TAG]);
        world.droplet("old-and-expired", [TAG, until(world, DAY_MS)]);
        await world.clock.run(world.clock.sleep(3 * DAY_MS));
        world.droplet("new", [TAG]);
        const options = `--older-than 48h --yes --policy destroy --max-droplets 9`;
        const ran = await world.run(`destroy --tag-name ${TAG} --expired ${options}`);
        assert.equal(ran.code, 0, ran.stdout + ran.stderr);
        assert.deepEqual(living(world), ["old", "new"]);
        const older = await world.run(`destroy --tag-name ${TAG} ${options}`);
        assert.equal(older.code, 0, older.stdout + older.stderr);
        assert.match(older.stderr, /left alone: droplet new .* because it was created at 2026-01-04T00:0/);
        assert.deepEqual(living(world), ["new"]);
    });
});

describe("plan", () => {
    it("shows the expiry of each Droplet, and an expiry tag that says no time", async () => {
        const world = new CliWorld();
        world.droplet("soon", [TAG, until(world, DAY_MS)]);
        world.droplet("odd", [TAG, "teardown-until-x"]);
        const ran = await world.run(`plan --tag-name ${TAG}`);
        assert.match(
            ran.stdout,
            /droplet soon \(\d+\), \$6\.00\/month, expiry 2026-01-02T00:00:00Z: would be destroyed/,
        );
        assert.match(ran.stdout, /droplet odd .*, its tag teardown-until-x says no time: /);
    });
});

describe("options that select by age", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
        [
            "destroy web-1 --expired",
            /--expired selects among the droplets with a tag: give --tag-name with it/,
        ],
        ["plan web-1 --older-than 48h", /--older-than selects among the droplets with a tag/],
        ["plan --tag-name x --include-stacks", /--include-stacks is for --expired and --older-than/],
        ["plan --tag-name x --older-than soon", /expected an age such as 12h, 7d or 4w/],
        ["destroy --plan p.json --expired", /--plan cannot be combined with --expired/],
    ];
    for (const [args, message] of wrong) {
        it(`are refused in "${args}"`, async () => {
            const ran = await new CliWorld().run(args);
            assert.equal(ran.code, 2);
            assert.match(ran.stderr, message);
        });
    }
});
