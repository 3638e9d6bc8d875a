import assert from "node:assert/strict";
import { createRemote } from "../../provider/access/clients.js";
import { parseEndpoint } from "../../provider/digitalocean/connection.js";
import { findLateArrivals, PausableDeadline, tearDownEach } from "../../provider/fleet/teardown-all.js";
import { type FleetTarget, Pool } from "../../provider/fleet/pool.js";
import { type FleetCount, maxTurnMs } from "../../provider/fleet/progress.js";
import { findByTag, findListed } from "../../provider/fleet/targets.js";
import { DeadlineError } from "../../provider/teardown/errors.js";
import { finalSnapshot } from "../../provider/teardown/plan.js";
import { type Droplet, KINDS_OF_THE_LIST } from "../../provider/teardown/model.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import type { Report } from "../../provider/teardown/report.js";
import { VirtualClock } from "../../simulator/index.js";
import { MANY } from "../support/tells-all.js";
import { TeardownWorld, TOKEN } from "../support/teardown-world.js";

const TAG = "preview";

const REQUEST = {
    policy: resolvePolicy("destroy"),
    keep: [],
    finalSnapshot: finalSnapshot(1, null),
    account: { kind: "any" },
    approved: null,
    recorded: [],
    unrecorded: KINDS_OF_THE_LIST,
    requireTag: [],
    sweep: null,
    mayCleanUp: true,
    replacedAt: null,
    gracefulShutdown: false,
    retries: 3,
    timeoutMs: 3_600_000,
} as const;

type Spread = Parameters<typeof tearDownEach>[3];

interface Ended {
    readonly count: FleetCount;
    readonly lateArrivals: readonly Droplet[] | null;
}

/** One run of the fleet's teardown, in a process of its own. */
class Run {
    readonly reports: Report[] = [];
    readonly lines: string[] = [];
    mostRunning = 0;
    readonly cancel = new AbortController();
    readonly #world: TeardownWorld;

    constructor(world: TeardownWorld) {
        this.#world = world;
    }

    /** Finds what is wanted, as the command line does, and tears it down. */
    async start(wanted: Wanted = { tag: TAG }, spread?: Spread): Promise<Ended> {
        const { clock, simulator } = this.#world;
        const remote = createRemote({
            endpoint: parseEndpoint("https://api.digitalocean.com"),
            token: TOKEN,
            fetch: simulator.fetch,
            clock,
            random: () => 0.5,
            userAgent: "pulumi-droplet-teardown/0.0.0",
        });
        const pool = new Pool({ clock, remote, share: 1, listingFor: () => null, aim: "last" });
        const { signal } = this.cancel;
        const targets = await find(wanted, pool, signal);
        const members = targets.map(({ dropletId, listed }) => ({
            request: { ...REQUEST, dropletId },
            listed,
        }));
        let running = 0;
        const effects = {
            pool,
            clock,
            throwIfAbandoned: () => Promise.resolve(),
            report: (report: Report) => {
                running -= 1;
                this.reports.push(report);
            },
            progress: ({ destroyed, total }: FleetCount) =>
                void this.lines.push(`${destroyed}/${total} destroyed`),
            narratorFor: () => {
                running += 1;
                this.mostRunning = Math.max(this.mostRunning, running);
                return { announce: () => Promise.resolve(), progress: () => undefined };
            },
        };
        const count = await tearDownEach(members, effects, signal, spread);
        const ids = targets.map(({ dropletId }) => dropletId);
        const lateArrivals = "tag" in wanted ? await findLateArrivals(wanted.tag, ids, pool, signal) : [];
        return { count, lateArrivals };
    }
}

type Wanted = { readonly tag: string } | { readonly dropletIds: readonly number[] };

async function find(wanted: Wanted, pool: Pool, signal: AbortSignal): Promise<readonly FleetTarget[]> {
    if ("tag" in wanted) {
        return findByTag(wanted.tag, pool, signal);
    }
    const ids = [...new Set(wanted.dropletIds)];
    const { targets } = await findListed(ids.length, pool, signal);
    return ids.map((dropletId) => targets.get(dropletId) ?? { dropletId, listed: null });
}

function worldWith(size: number): { readonly world: TeardownWorld; readonly ids: number[] } {
    const world = new TeardownWorld({
        settings: { roundTripMs: 150, destroyDurationMs: (id) => 8_000 + (id % 7) * 3_000 },
    });
    const { panel } = world.simulator;
    const ids = Array.from({ length: size }, (_, index) => {
        return panel.createDroplet(`web-${index}`, { tags: [TAG] }).id;
    });
    return { world, ids };
}

describe("a fleet", () => {
    it("goes by its tag, with one report for each droplet and a handful of requests", async () => {
        const { world, ids } = worldWith(12);
        const run = new Run(world);
        const { count, lateArrivals } = await world.run(run.start());
        assert.deepEqual(count, { total: 12, destroyed: 12, failed: 0, unseen: 0, unasked: 0 });
        assert.deepEqual(run.reports.map(({ dropletId }) => dropletId).sort(), [...ids].sort());
        assert.ok(run.reports.every(({ outcome, dropletGone }) => outcome === "destroyed" && dropletGone));
        assert.deepEqual(lateArrivals, []);
        assert.deepEqual(world.left(), []);
        assert.equal(run.lines.at(-1), "12/12 destroyed");
        const requests = world.requests().length;
        assert.ok(requests < 12 * 12, `${requests} requests`);
        assert.equal(world.changes().length, 12);
        assert.equal(world.clock.pending, 0);
    });

    it("requests more only as others end where there are more than fit into an hour", async () => {
        const { world } = worldWith(30);
        const run = new Run(world);
        const { count } = await world.run(run.start({ tag: TAG }, { askedFirst: 29, running: 9 }));
        assert.deepEqual(count, { total: 30, destroyed: 30, failed: 0, unseen: 0, unasked: 0 });
        assert.ok(run.mostRunning > 1 && run.mostRunning <= 9, `${run.mostRunning} at once`);
        const small = worldWith(30);
        const together = new Run(small.world);
        await small.world.run(together.start({ tag: TAG }, { askedFirst: 30, running: 9 }));
        assert.equal(together.mostRunning, 30);
    });

    it("asks for no droplet by itself: names, tags and the proof come from the list", async () => {
        const { world } = worldWith(20);
        const run = new Run(world);
        await world.run(run.start());
        const own = world.requests().filter((line) => /^GET droplets\/\d+ /.test(line));
        assert.ok(own.length <= 2, own.join("\n"));
        assert.ok(run.reports.every(({ dropletName }) => dropletName?.startsWith("web-")));
    });

    it("leaves droplets alone that gain the tag meanwhile, and tells of them", async () => {
        const { world } = worldWith(5);
        const run = new Run(world);
        const done = run.start();
        await world.pass(3_000);
        const late = world.simulator.panel.createDroplet("late", { tags: [TAG] });
        const { lateArrivals } = await world.run(done);
        assert.deepEqual(
            lateArrivals?.map(({ id, name }) => [id, name]),
            [[late.id, "late"]],
        );
        assert.deepEqual(world.left(), ["droplet"]);
    });

    it("ends at once when it is cancelled, and the next run attaches", async () => {
        const { world } = worldWith(8);
        const first = new Run(world);
        const done = first.start();
        await world.pass(5_000);
        first.cancel.abort(new Error("interrupted"));
        await world.run(done);
        assert.equal(first.reports.length, 8);
        assert.equal(world.clock.pending, 0);
        const second = new Run(world);
        const { count } = await world.run(second.start());
        assert.equal(count.destroyed, count.total);
        assert.deepEqual(world.left(), []);
        assert.equal(world.changes().filter((line) => line.startsWith("DELETE")).length, 8);
    });

    it("takes ids as well, those that are gone already included", async () => {
        const { world, ids } = worldWith(6);
        const account = world.simulator.state();
        assert.equal(account.droplets.length, 6);
        const run = new Run(world);
        const { count } = await world.run(run.start({ dropletIds: [...ids, ids[0]!] }));
        assert.deepEqual(count, { total: 6, destroyed: 6, failed: 0, unseen: 0, unasked: 0 });
        assert.deepEqual(world.left(), []);
    });

    it("finds tagged droplets with a GPU, which the list by tag leaves out", async () => {
        const { world } = worldWith(3);
        for (const name of ["gpu-1", "gpu-2", "gpu-3"]) {
            world.simulator.panel.createDroplet(name, { tags: [TAG], size: "gpu-h100x1-80gb" });
        }
        world.simulator.panel.createDroplet("other", { size: "gpu-h100x1-80gb" });
        const run = new Run(world);
        const { count } = await world.run(run.start());
        assert.equal(count.destroyed, 6);
        assert.deepEqual(world.left(), ["droplet"]);
    });

    it(`of ${MANY} gets no 429`, async () => {
        const { world } = worldWith(MANY);
        const run = new Run(world);
        const { count } = await world.run(run.start());
        assert.equal(count.destroyed, MANY);
        assert.ok(!world.requests().some((line) => line.endsWith(" 429")));
        const requests = world.requests().length;
        assert.ok(requests <= 4 * MANY + 90, `${requests} requests`);
    }).timeout(60_000);

    it("of nothing ends at once", async () => {
        const { world } = worldWith(0);
        const run = new Run(world);
        const { count } = await world.run(run.start());
        assert.equal(count.total, 0);
        assert.deepEqual(run.lines, ["0/0 destroyed"]);
    });
});

describe("the teardowns of one plugin process", () => {
    it("share a schedule: the list of their stack's tag serves all of them", async () => {
        const world = new TeardownWorld({ settings: { roundTripMs: 150, destroyDurationMs: 20_000 } });
        const tag = "teardown:app:dev";
        const stored = [];
        for (let index = 0; index < 10; index++) {
            const { id } = world.simulator.panel.createDroplet(`web-${index}`, { tags: [tag] });
            stored.push(await world.create({ dropletId: id, policy: "destroy", requireTag: tag }));
        }
        const process = world.process();
        await world.run(Promise.all(stored.map((one) => process.delete("teardown-1", one))));
        assert.deepEqual(world.left(), []);
        const lists = world
            .requests()
            .filter((line) => line.startsWith("GET droplets?") || line.startsWith("GET droplets "));
        const looks = world.requests().filter((line) => line.includes("/status "));
        assert.ok(lists.length > 5 && looks.length < 10 * 5, `${lists.length} lists, ${looks.length} looks`);
        assert.equal(world.clock.pending, 0);
    });
});

const NEVER = new AbortController().signal;

/** How long work goes on that first waits for its turn and then for an end that never comes. */
async function lasts(waitMs: number, waitLimitMs: number, ownMs = 0): Promise<number> {
    const clock = new VirtualClock();
    const startedAtMs = clock.now();
    const deadline = new PausableDeadline({ clock, timeoutMs: 60_000, maxWaitedMs: waitLimitMs });
    const work = deadline.limit(NEVER, async (signal) => {
        await deadline.turn(() => clock.sleep(waitMs, signal), ownMs);
        await clock.sleep(10_000_000, signal);
    });
    await assert.rejects(clock.run(work), DeadlineError);
    assert.equal(clock.pending, 0);
    return clock.now() - startedAtMs;
}

describe("a droplet's own time", () => {
    it("is the whole time of one that waits for nobody", async () => {
        assert.equal(await lasts(0, 0), 60_000);
    });

    it("does not pass while it waits for its turn", async () => {
        assert.equal(await lasts(300_000, 1_000_000), 360_000);
    });

    it("passes in a wait as far as one that is alone would wait as well", async () => {
        assert.equal(await lasts(300_000, 1_000_000, 20_000), 340_000);
    });

    it("passes all the same once the wait is longer than the others can have caused", async () => {
        assert.equal(await lasts(300_000, 100_000), 160_000);
    });

    it("ends with its work, and leaves no timer", async () => {
        const clock = new VirtualClock();
        const deadline = new PausableDeadline({ clock, timeoutMs: 60_000, maxWaitedMs: 0 });
        assert.equal(await clock.run(deadline.limit(NEVER, () => clock.sleep(5).then(() => "done"))), "done");
        assert.equal(clock.pending, 0);
    });

    it("has nobody to wait for in a fleet of one, and may wait for the hour in one of a thousand", () => {
        assert.equal(maxTurnMs(1), 0);
        assert.ok(maxTurnMs(2) < 10_000);
        assert.ok(maxTurnMs(1_000) > 3_600_000 + (4_000 * 60_000) / 200);
    });
});
