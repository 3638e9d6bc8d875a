import assert from "node:assert/strict";

import type { WrittenReport } from "../support/accounted.js";
import { mortal } from "../support/mortal.js";
import { ProgramWorld } from "../support/program-world.js";
import { TOKEN } from "../support/teardown-world.js";
import {
    FINAL_NAME,
    FINAL_SUFFIX,
    interrupted,
    snapshotNames,
    TAKEN_ONCE,
    withFinalSnapshot,
    type FinalStory,
} from "../support/final-snapshot-story.js";

/** A final snapshot in another run, whose destroy did not come to its end. */
async function takenBefore(story: FinalStory): Promise<void> {
    const { world, stored } = story;
    world.simulator.faults.add({
        match: { method: "DELETE", path: "*/selective" },
        times: Infinity,
        do: { kind: "answer", status: 400 },
    });
    await world.failedDelete(stored);
    world.simulator.faults.clear();
    world.simulator.clearRequests();
}

describe("a final snapshot", () => {
    it("is taken before the destroy, waited for, and kept with its cost", async () => {
        const { world, stored } = await withFinalSnapshot();
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
        assert.ok(
            world
                .announced()
                .some((line) =>
                    line.endsWith(`takes the final snapshot ${FINAL_NAME} before anything is destroyed`),
                ),
        );
        assert.match(
            world.announced().at(-1) ?? "",
            /kept +snapshot +web-1-\S+ \(161000002\) +final snapshot +\$0\.15\/month\n[^]*Still accruing \$0\.15\/month/,
        );
    });

    it("has the name that was asked for, and always its own end", async () => {
        const { world, stored } = await withFinalSnapshot({ finalSnapshot: "before-{date}-{name}" });
        await world.delete(stored);
        assert.deepEqual(snapshotNames(world), [`before-2026-01-01-web-1${FINAL_SUFFIX}`]);
    });

    it("is taken of a Droplet that has been shut down, where that is asked for", async () => {
        const { world, stored } = await withFinalSnapshot({ gracefulShutdown: true }, { actionMs: 10_000 });
        await world.delete(stored);
        const bodies = world.simulator.requests().flatMap(({ body }) => (body === "" ? [] : [body]));
        assert.deepEqual(
            bodies.slice(0, 2).map((body) => (JSON.parse(body) as { type: string }).type),
            ["shutdown", "snapshot"],
        );
        assert.deepEqual(world.changes(), ["POST actions 201", ...TAKEN_ONCE]);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
    });

    it("is asked for at an interval of its own, which grows with its age", async () => {
        const { world, stored } = await withFinalSnapshot({ timeout: "2h" }, { snapshotMs: 3_600_000 });
        await world.delete(stored);
        const looks = world.requests().filter((line) => /actions\/\d+ 200$/.test(line)).length;
        assert.ok(looks > 100 && looks < 160, `${looks} looks in an hour`);
    });

    it("is not counted as something that the policy prevents, and anything else is before it is taken", async () => {
        const only = await withFinalSnapshot({ policy: { default: "destroy", snapshots: "prevent" } });
        only.world.simulator.panel.deleteSnapshot(only.droplet.snapshot);
        await only.world.delete(only.stored);
        assert.deepEqual(only.world.changes(), TAKEN_ONCE);
        const other = await withFinalSnapshot({ policy: { default: "destroy", snapshots: "prevent" } });
        assert.match(
            await other.world.failedDelete(other.stored),
            /the policy prevents it while there is snapshot nightly/,
        );
        assert.deepEqual(other.world.changes(), []);
    });

    it("may be listed later than its action ends", async () => {
        const { world, stored } = await withFinalSnapshot({}, { snapshotListDelayMs: 10_000 });
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
    });

    for (const [hours, day] of [
        [-72, "2025-12-29"],
        [72, "2026-01-04"],
    ] as const) {
        it(`is known as this run's, and has DigitalOcean's date, whose clock is ${hours} hours ahead`, async () => {
            const { world, stored } = await withFinalSnapshot({}, { clockSkewMs: hours * 3_600_000 });
            await world.delete(stored);
            assert.deepEqual(world.changes(), TAKEN_ONCE);
            assert.deepEqual(snapshotNames(world), [`web-1-${day}${FINAL_SUFFIX}`]);
        });
    }

    it("needs no more than droplet:read and droplet:update where snapshots are kept", async () => {
        const scopes = [
            ...["account:read", "droplet:read", "droplet:update", "droplet:delete", "block_storage:delete"],
            ...["block_storage_snapshot:delete", "image:delete", "reserved_ip:delete"],
        ];
        const { world, stored } = await withFinalSnapshot(
            { policy: "keep" },
            {},
            { grants: { [TOKEN]: { scopes } } },
        );
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
        assert.match(
            world.announced().at(-1) ?? "",
            /kept +snapshot +web-1-\S+ \(161000002\) +final snapshot/,
        );
    });

    it("is told as another request destroyed it, and fails the delete, where it does not outlive the destroy", async () => {
        const { world, stored } = await withFinalSnapshot({}, { destroyDurationMs: 20_000 });
        const end = await interrupted({ world, stored }, 110_000);
        world.simulator.panel.deleteSnapshot("161000002");
        assert.match((await end()) ?? "", /another request has destroyed the final snapshot web-1-/);
    });
});

describe("a final snapshot beside something that fails", () => {
    it("is in the stack error, the report and the summary, with its cost", async () => {
        const { world, droplet, stored } = await withFinalSnapshot({ retries: 0 });
        world.simulator.faults.failItem(droplet.snapshot);
        const env = { DROPLET_TEARDOWN_REPORT: "r.jsonl", DROPLET_TEARDOWN_SUMMARY: "s.md" };
        const row = new RegExp(
            `kept +snapshot +${FINAL_NAME} \\(161000002\\) +final snapshot +\\$0\\.15/month`,
        );
        assert.match(await world.failedDelete(stored, { env }), row);
        const { droplets } = JSON.parse(world.files.get("r.jsonl") ?? "") as WrittenReport;
        const final = droplets[0].resources.find(({ id }) => id === "161000002");
        assert.deepEqual(final, {
            ...{ kind: "snapshot", id: "161000002", name: FINAL_NAME },
            ...{ outcome: "kept", reason: "final snapshot", monthlyCost: "0.15" },
        });
        assert.match(
            world.files.get("s.md") ?? "",
            new RegExp(`kept.*${FINAL_NAME}.*final snapshot.*0\\.15`),
        );
    });
});

describe("a final snapshot of an earlier run", () => {
    it("is not taken twice, and kept", async () => {
        const story = await withFinalSnapshot();
        await takenBefore(story);
        await story.world.delete(story.stored);
        assert.deepEqual(story.world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(snapshotNames(story.world), [FINAL_NAME]);
    });

    it("of yesterday serves only with its age, in what is announced and in the report", async () => {
        const story = await withFinalSnapshot();
        const { world, stored } = story;
        await takenBefore(story);
        await world.pass(20 * 3_600_000);
        const { droplets } = await world.report(stored);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
        const age = /20h( \d+m)?/;
        const said = world.announced().filter((line) => line.includes(`the final snapshot ${FINAL_NAME} `));
        assert.match(
            said.at(-1) ?? "",
            new RegExp(`the final snapshot \\S+ was taken ${age.source} ago, and no other is taken`),
        );
        const final = droplets[0].resources.find(({ name }) => name === FINAL_NAME);
        assert.match(
            final?.reason ?? "",
            new RegExp(`^final snapshot, taken ${age.source} before this destroy$`),
        );
        assert.match(world.announced().at(-1) ?? "", /final snapshot, taken 20h/);
    });

    it("is not taken twice where it is finished and in no list yet", async () => {
        const story = await withFinalSnapshot({}, { snapshotListDelayMs: 15_000 });
        const { world, stored } = story;
        const { fetch, dead } = mortal(world, 7, "after it took effect");
        const killed = world.process({ fetch }).delete("teardown-1", stored);
        await world.run(Promise.race([killed, dead]));
        assert.deepEqual(world.changes(), ["POST actions 201"]);
        await world.pass(95_000);
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
    });

    it("is not taken twice where another snapshot of the same second is listed before it", async () => {
        const story = await withFinalSnapshot({}, { snapshotListDelayMs: 15_000 });
        const { world, stored, droplet } = story;
        const { fetch, dead } = mortal(world, 7, "after it took effect");
        const killed = world.process({ fetch }).delete("teardown-1", stored);
        await world.run(Promise.race([killed, dead]));
        world.simulator.panel.takeSnapshot(droplet.id, "by-hand");
        await world.pass(95_000);
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
    });

    it("is not taken twice after midnight", async () => {
        const story = await withFinalSnapshot();
        await takenBefore(story);
        await story.world.pass(12 * 3_600_000);
        await story.world.delete(story.stored);
        assert.deepEqual(snapshotNames(story.world), [FINAL_NAME]);
    });

    it("is kept where the argument has been removed since, whatever the policy says", async () => {
        const story = await withFinalSnapshot();
        await takenBefore(story);
        await story.world.delete({ ...story.stored, finalSnapshot: undefined });
        assert.deepEqual(story.world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(snapshotNames(story.world), [FINAL_NAME]);
    });

    it("is another destroy's where it is older than a day: both are kept", async () => {
        const story = await withFinalSnapshot();
        await takenBefore(story);
        await story.world.pass(25 * 3_600_000);
        await story.world.delete(story.stored);
        assert.deepEqual(story.world.changes(), TAKEN_ONCE);
        assert.deepEqual(snapshotNames(story.world), [FINAL_NAME, `web-1-2026-01-02${FINAL_SUFFIX}`]);
    });

    for (const hours of [-6, 6]) {
        it(`is a day old by DigitalOcean's clock, where ours is ${-hours} hours ahead of it`, async () => {
            for (const [ageHours, taken] of [
                [19, 1],
                [25, 2],
            ] as const) {
                const story = await withFinalSnapshot({}, { clockSkewMs: hours * 3_600_000 });
                await takenBefore(story);
                await story.world.pass(ageHours * 3_600_000);
                await story.world.delete(story.stored);
                assert.equal(snapshotNames(story.world).length, taken, `${ageHours} hours`);
            }
        });
    }

    for (const what of ["with the argument", "without it"]) {
        it(`is kept where the Droplet is gone already and its leftovers are cleaned up, ${what}`, async () => {
            const story = await withFinalSnapshot();
            await takenBefore(story);
            story.world.simulator.panel.deleteDroplet(story.droplet.id);
            const finalSnapshot = what === "with the argument" ? true : undefined;
            await story.world.delete({ ...story.stored, finalSnapshot });
            assert.deepEqual(story.world.changes(), [`DELETE ${story.droplet.snapshot} 204`]);
            assert.deepEqual(
                snapshotNames(story.world).filter((name) => name !== "before"),
                [FINAL_NAME],
            );
        });
    }

    it("is kept whoever has taken it: a stack's by the command line, and the command line's by a stack", async () => {
        const story = await withFinalSnapshot({ finalSnapshot: false });
        const { world, droplet, stored } = story;
        world.simulator.panel.takeSnapshot(droplet.id, "x-final-0123456789abcdef");
        await world.delete(stored);
        assert.deepEqual(snapshotNames(world), ["x-final-0123456789abcdef"]);
        const program = new ProgramWorld();
        const up = await program.up();
        program.simulator.panel.takeSnapshot(up.dropletId, `x-final-${up.dropletId}`);
        await program.destroy(up);
        assert.deepEqual(snapshotNames(program), [`x-final-${up.dropletId}`]);
    });

    it("is not asked for by a state that was written before there were any", async () => {
        const { world, stored } = await withFinalSnapshot({ finalSnapshot: false });
        assert.ok(!("finalSnapshot" in stored));
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), []);
    });
});
