import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { LoggedRequest } from "../../simulator/index.js";
import { CliWorld, type Ran } from "../support/cli-world.js";
import { MANY } from "../support/tells-all.js";

const UNATTENDED = "--yes --policy destroy --report r.json";
const TAG = "preview";
const LINE =
    /^2026-\S+Z (\d+)\/(\d+) destroyed( · \d+ failed)? · [\dms ]+( · about [\dms ]+ left| · longer than usual)?( · slowest: .*)?$/;

/** An account with so many Droplets that carry a tag, destroyed in 8 to 26 s each. */
function worldWith(size: number): CliWorld {
    const world = new CliWorld({
        roundTripMs: 150,
        destroyDurationMs: (id) => 8_000 + (id % 7) * 3_000,
    });
    for (let index = 0; index < size; index += 1) {
        create(world, `web-${index}`);
    }
    return world;
}

function create(world: CliWorld, name: string, size?: string): number {
    const options = size === undefined ? { tags: [TAG] } : { tags: [TAG], size };
    return world.simulator.panel.createDroplet(name, options).id;
}

function byTag(size: number, more = ""): string {
    return `destroy --tag-name ${TAG} ${UNATTENDED} --max-droplets ${size} ${more}`;
}

/** Lets something happen as soon as the first destroy has been asked for. */
async function atFirstDestroy(world: CliWorld, act: () => void): Promise<void> {
    while (world.changes().length === 0) {
        await world.clock.sleep(500);
    }
    act();
}

/** DigitalOcean, where something happens right after the lists have been read for the so-many-th time. */
function afterLists(world: CliWorld, time: number, act: () => void): CliWorld["simulator"]["fetch"] {
    let lists = 0;
    return async (url, init) => {
        const answer = await world.simulator.fetch(url, init);
        if (url.includes("type=gpus")) {
            lists += 1;
            if (lists === time) {
                act();
            }
        }
        return answer;
    };
}

function own(world: CliWorld): LoggedRequest[] {
    return world.simulator.requests().filter(({ path }) => /\/droplets\/\d+$/.test(path));
}

function firstDroplet(world: CliWorld): number {
    return world.simulator.state().droplets[0]?.id ?? assert.fail("there is no droplet");
}

function refused(world: CliWorld): number {
    return world.simulator.requests().filter(({ status }) => status === 429).length;
}

function progressLines({ stderr }: Ran): string[] {
    return stderr.split("\n").filter((line) => /^2026-\S+ \d+\/\d+ destroyed/.test(line));
}

function outcomes(world: CliWorld): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { outcome } of world.report("r.json").droplets) {
        counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    return counts;
}

describe("the command line's fleet", () => {
    it(`of ${MANY} gets no 429, and takes four requests for each beside the lists`, async () => {
        const world = worldWith(MANY);
        const ran = await world.run(byTag(MANY));
        assert.equal(ran.code, 0, ran.stderr.slice(-500));
        assert.deepEqual(outcomes(world), { destroyed: MANY });
        assert.equal(refused(world), 0);
        // Whether an empty kind is a hidden one is asked once for each kind, out of what the first batch was
        // admitted: as many of it wait for the next minute, and then look for themselves.
        assert.ok(own(world).length <= 4, inspect(own(world)));
        const requests = world.simulator.requests().length;
        assert.ok(requests <= 4 * MANY + 60, `${requests} requests`);
        assert.equal(world.clock.pending, 0);
    }).timeout(60_000);

    it("tells of itself in one line: how many are gone, and how long it will take", async () => {
        const world = worldWith(40);
        const lines = progressLines(await world.run(byTag(40)));
        assert.ok(lines.length > 0, lines.join("\n"));
        assert.ok(
            lines.every((line) => LINE.test(line)),
            lines.join("\n"),
        );
        assert.match(lines[0] ?? "", /Z 0\/40 destroyed · 0s · about [\dms ]+ left$/);
        const minutes = lines.map((line) => Date.parse(line.slice(0, 20)) / 60_000);
        assert.ok(
            minutes.slice(1).every((minute, index) => minute - (minutes[index] ?? 0) >= 1),
            lines.join("\n"),
        );
    });

    it("does not count as destroyed what it could not see", async () => {
        const world = worldWith(6);
        const ids = world.simulator.state().droplets.map(({ id }) => id);
        const ran = await world.run(`destroy ${ids.join(" ")} 999 ${UNATTENDED}`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stdout, /^6 of 7 droplets are gone, 1 not visible to this token\./m);
    });

    it("looks many names up in the lists that its destroys use, and not one by one", async () => {
        const world = worldWith(20);
        world.simulator.panel.createDroplet("twin");
        world.simulator.panel.createDroplet("Twin");
        const names = Array.from({ length: 20 }, (_, index) => `WEB-${index}`).join(" ");
        const twins = await world.run(`destroy ${names} twin ${UNATTENDED}`);
        assert.equal(twins.code, 5);
        assert.deepEqual(world.changes(), []);
        const before = world.simulator.requests().length;
        const ran = await world.run(`destroy ${names} nobody ${UNATTENDED}`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stderr, /no droplet that this token can see is named "nobody"/);
        assert.deepEqual(outcomes(world), { destroyed: 20 });
        const requests = world.simulator.requests().slice(before);
        assert.ok(!requests.some(({ path }) => path.includes("name=")));
        const other = worldWith(20);
        const ids = other.simulator.state().droplets.map(({ id }) => id);
        await other.run(`destroy ${ids.join(" ")} ${UNATTENDED}`);
        assert.equal(requests.length, other.simulator.requests().length);
    });

    it("rewrites its line on a terminal", async () => {
        const world = worldWith(8);
        const { stderr } = await world.run(byTag(8), { columns: 100 });
        assert.match(stderr, /\[\d+A\r.\[J7\/8 destroyed · \d+s · .*\n/);
    });

    it("goes by ids as well, and refuses the one whose tag is missing", async () => {
        const world = worldWith(6);
        const tagless = world.simulator.panel.createDroplet("other").id;
        const ids = world.simulator.state().droplets.map(({ id }) => id);
        const ran = await world.run(`destroy ${ids.join(" ")} ${UNATTENDED} --require-tag ${TAG}`);
        assert.equal(ran.code, 5);
        assert.deepEqual(outcomes(world), { destroyed: 6, refused: 1 });
        assert.deepEqual(
            world.simulator.state().droplets.map(({ id }) => id),
            [tagless],
        );
    });

    it("leaves droplets alone that gain the tag after the plan, and tells of them", async () => {
        const world = worldWith(7);
        let late = 0;
        void atFirstDestroy(world, () => {
            late = create(world, "late");
            create(world, "gpu-late", "gpu-h100x1-80gb");
        });
        const ran = await world.run(byTag(7, "--summary s.md"));
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stderr, /left alone, because the plan did not have them: 2 droplets with the tag/);
        assert.match(ran.stderr, new RegExp(`droplet late \\(${late}\\)`));
        assert.match(world.files.get("s.md") ?? "", new RegExp(`- \\S*late\\S* \\(${late}\\)`));
        const { lateArrivals } = world.report("r.json");
        assert.deepEqual(lateArrivals?.map(({ name }) => name).sort(), ["gpu-late", "late"]);
        assert.deepEqual(outcomes(world), { destroyed: 7 });
        assert.equal(world.simulator.state().droplets.length, 2);
    });

    it("refuses what has more to it than was shown, and destroys the others", async () => {
        const world = worldWith(6);
        const id = firstDroplet(world);
        let inventories = 0;
        const fetch: CliWorld["simulator"]["fetch"] = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            inventories += url.endsWith("/destroy_with_associated_resources") ? 1 : 0;
            if (inventories === 6) {
                inventories += 1;
                world.simulator.panel.takeSnapshot(id, "grown");
            }
            return answer;
        };
        const asking = `destroy --tag-name ${TAG} --policy destroy --report r.json`;
        const ran = await world.run(asking, { fetch, answer: "6 droplets" });
        assert.equal(ran.code, 5, ran.stderr);
        assert.match(ran.stdout, /attached after the plan was approved: snapshot grown/);
        assert.deepEqual(outcomes(world), { destroyed: 5, refused: 1 });
    });

    it("sees that a droplet lost the required tag after the lists were read", async () => {
        const world = worldWith(6);
        const id = firstDroplet(world);
        const fetch = afterLists(world, 1, () => world.simulator.panel.untagDroplet(id, TAG));
        const ran = await world.run(byTag(6, `--require-tag ${TAG}`), { fetch });
        assert.equal(ran.code, 5, ran.stderr);
        assert.deepEqual(outcomes(world), { destroyed: 5, refused: 1 });
    });

    it("takes a droplet that went after the lists were read for gone", async () => {
        const world = worldWith(6);
        const id = firstDroplet(world);
        const fetch = afterLists(world, 1, () => world.simulator.panel.deleteDroplet(id));
        const ran = await world.run(byTag(6), { fetch });
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(outcomes(world), { destroyed: 5, "not-found": 1 });
    });

    it("does not count the wait for its turn as a droplet's own time", async () => {
        const world = worldWith(150);
        const startedAtMs = world.clock.now();
        const ran = await world.run(byTag(150, "--timeout 60s"));
        assert.equal(ran.code, 0, ran.stderr.slice(-500));
        assert.deepEqual(outcomes(world), { destroyed: 150 });
        assert.ok(world.clock.now() - startedAtMs > 180_000);
    }).timeout(60_000);

    it("does not count it either where requests had to be repeated, and fewer are left than were admitted", async () => {
        const world = worldWith(150);
        const match = { method: "GET", path: "*/status" };
        world.simulator.faults.add({ match, times: 24, do: { kind: "answer", status: 503 } });
        const ran = await world.run(byTag(150, "--timeout 60s"));
        assert.equal(ran.code, 0, ran.stderr.slice(-500));
        assert.deepEqual(outcomes(world), { destroyed: 150 });
    }).timeout(60_000);

    it("ends at a droplet's own deadline where its destroy takes longer", async () => {
        const world = new CliWorld({ roundTripMs: 150, destroyDurationMs: (id) => (id % 2) * 3_600_000 });
        for (let index = 0; index < 8; index += 1) {
            create(world, `web-${index}`);
        }
        const startedAtMs = world.clock.now();
        const ran = await world.run(byTag(8, "--timeout 2m"));
        assert.equal(ran.code, 4);
        assert.deepEqual(outcomes(world), { destroyed: 4, "in-progress": 4 });
        assert.ok(world.clock.now() - startedAtMs < 240_000);
        assert.match(ran.stdout, /^4 of 8 droplets are gone, 4 in progress\./m);
    });

    it("leaves, when it is interrupted, a report with what is under way, and resumes", async () => {
        const world = worldWith(60);
        const first = await world.run(byTag(60), { interruptedAfterMs: 50_000 });
        assert.equal(first.code, 4);
        // Of those that failed, nothing had been requested yet.
        const { "in-progress": open = 0, destroyed = 0, failed = 0 } = outcomes(world);
        assert.equal(open + destroyed + failed, 60);
        assert.ok(open > 0);
        assert.ok(world.report("r.json").droplets.every(({ name }) => name?.startsWith("web-")));
        assert.equal(world.clock.pending, 0);
        const again = await world.run(byTag(60));
        assert.equal(again.code, 0, again.stderr);
        assert.deepEqual(world.simulator.state().droplets, []);
        assert.equal(world.changes().length, 60);
    });
});
