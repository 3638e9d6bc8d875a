import assert from "node:assert/strict";

import type { Fault } from "../../simulator/index.js";
import { assertAccounted, outcomes } from "../support/accounted.js";
import { begin } from "../support/hostile.js";

const SELECTIVE = { method: "DELETE", path: "*/selective" };
const STATUS = { method: "GET", path: "*/status" };

describe("what must not end or mislead a teardown", () => {
    const silences: Readonly<Record<string, Omit<Fault, "match">>> = {
        "20 s of 503": { after: 2, times: 20, do: { kind: "answer", status: 503 } },
        "ten short 429s": { after: 2, times: 10, do: { kind: "tooManyRequests", retryAfterS: 1 } },
        "a body that is not JSON": { after: 2, do: { kind: "text", text: "<html>", status: 200 } },
        "a body that is malformed": {
            after: 2,
            times: 3,
            do: { kind: "answer", status: 200, body: { resources: [] } },
        },
        "connections that break": { after: 2, times: 12, do: { kind: "dropBefore" } },
    };
    for (const [what, fault] of Object.entries(silences)) {
        it(`${what} while it polls is no news`, async () => {
            const { world, stored } = await begin(
                { timeout: "1h" },
                { settings: { destroyDurationMs: 60_000 } },
            );
            world.simulator.faults.add({ match: STATUS, ...fault });
            const report = await world.report(stored);
            assert.equal(report.droplets[0].outcome, "destroyed");
            assert.deepEqual(world.changes(), ["DELETE selective 202"]);
            assertAccounted(report, world.simulator);
        });
    }

    it("silence until the deadline says what runs, and the last error", async () => {
        const { world, stored } = await begin(
            { timeout: "5m" },
            { settings: { destroyDurationMs: 900_000 } },
        );
        world.simulator.faults.add({ match: STATUS, after: 2, times: Infinity, do: { kind: "dropBefore" } });
        const message = await world.failedDelete(stored);
        assert.match(
            message,
            /not finished after 5m; the destroy is still running at DigitalOcean; the last answer .*status/,
        );
    });

    for (const status of [409, 503]) {
        it(`${status} on every destroy is quoted, and nothing is said to run`, async () => {
            const { world, stored } = await begin();
            const answer = { kind: "answer", status, message: "not now" } as const;
            world.simulator.faults.add({ match: SELECTIVE, times: Infinity, do: answer });
            const message = await world.failedDelete(stored);
            assert.match(message, new RegExp(`not finished after 15m.*: ${status} not now`));
            assert.doesNotMatch(message, /still running/);
            assert.equal(world.left().length, 5);
        });
    }

    for (const status of [422, 404]) {
        it(`${status} on every destroy is asked for less and less, and announced once`, async () => {
            const { world, stored } = await begin();
            const answer = {
                kind: "answer",
                status,
                message: "Droplet already has a pending event.",
            } as const;
            world.simulator.faults.add({ match: SELECTIVE, times: Infinity, do: answer });
            const message = await world.failedDelete(stored);
            assert.match(message, new RegExp(`${status} Droplet already has a pending event`));
            assert.ok(world.requests().length < 150, `${world.requests().length} requests`);
            assert.match(
                world.progress()[0] ?? "",
                new RegExp(
                    `^next try in \\d+s · DigitalOcean does not accept the destroy: .*: ${status} Droplet`,
                ),
            );
            assert.equal(world.announced().filter((line) => line.startsWith("destroying")).length, 1);
        });
    }

    it("what changes while it is refused is announced again", async () => {
        const { world, droplet, stored } = await begin();
        const answer = {
            kind: "answer",
            status: 422,
            message: "Droplet already has a pending event.",
        } as const;
        world.simulator.faults.add({ match: SELECTIVE, times: 3, do: answer });
        const later = world.clock.sleep(5_000).then(() => world.simulator.panel.detachVolume(droplet.volume));
        await world.delete(stored);
        await world.run(later);
        assert.equal(world.announced().filter((line) => line.startsWith("destroying")).length, 2);
    });

    it("the same failure four times leaves a chance for each round", async () => {
        const { world, droplet, stored } = await begin({ retries: 3 });
        world.simulator.faults.failItem(droplet.snapshot, { times: 3 });
        const report = await world.report(stored);
        assert.equal(report.droplets[0].outcome, "destroyed");
        assert.deepEqual(world.changes(), Array(4).fill("DELETE selective 202"));
        assertAccounted(report, world.simulator);
    });

    it("a status that stays stale for half a minute after a new round ends nothing", async () => {
        const { world, droplet, stored } = await begin(
            { retries: 1 },
            { settings: { statusDelayMs: 30_000 } },
        );
        world.simulator.faults.failItem(droplet.snapshot);
        const report = await world.report(stored);
        assert.equal(report.droplets[0].outcome, "destroyed");
        assertAccounted(report, world.simulator);
    });

    it("a refusal after a round does not claim that nothing was destroyed", async () => {
        const { world, droplet } = await begin();
        const { panel, faults } = world.simulator;
        const policy = { default: "destroy", volumes: "prevent" };
        panel.deleteSnapshot(droplet.volumeSnapshot);
        panel.deleteVolume(droplet.volume);
        const stored = await world.create({ dropletId: droplet.id, policy });
        faults.failItem(droplet.snapshot);
        const attach = world.clock.sleep(7_000).then(() => {
            panel.attachVolume(panel.createVolume("later").id, droplet.id);
        });
        const report = await world.report(stored);
        await world.run(attach);
        assert.match(
            report.droplets[0].error ?? "",
            /^nothing more was destroyed, because the policy prevents/,
        );
        assert.equal(report.droplets[0].outcome, "failed");
        assertAccounted(report, world.simulator);
    });

    it("the retry endpoint is used where a fresh destroy is refused and it would do the same", async () => {
        for (const selectiveAfterFailures of [409, 422] as const) {
            const { world, droplet, stored } = await begin({}, { settings: { selectiveAfterFailures } });
            world.simulator.faults.failItem(droplet.snapshot);
            const report = await world.report(stored);
            assert.equal(report.droplets[0].outcome, "destroyed");
            assert.equal(world.changes().at(-1), "POST retry 202");
            assertAccounted(report, world.simulator);
        }
    });

    it("the retry endpoint is asked as soon as no refusal is passing any more", async () => {
        const { world, droplet, stored } = await begin(
            { timeout: "24s" },
            { settings: { selectiveAfterFailures: 409, roundTripMs: 150 } },
        );
        world.simulator.faults.failItem(droplet.snapshot);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        await world.failedDelete(stored);
        assert.equal(world.changes().at(-1), "POST retry 202");
    });

    it("the retry endpoint is not used where it would take more: the Droplet is deleted alone", async () => {
        const { world, droplet, stored } = await begin(
            { keep: ["nightly"], timeout: "3m" },
            { settings: { selectiveAfterFailures: 409 } },
        );
        world.simulator.faults.failItem(droplet.snapshot);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        const report = await world.report(stored);
        assert.ok(!world.changes().some((change) => change.includes("retry")));
        assert.equal(world.changes().at(-1), `DELETE ${droplet.id} 204`);
        assert.equal(report.droplets[0].outcome, "destroyed");
        assert.ok(outcomes(report).includes("snapshot nightly: kept (keep: nightly)"));
        assertAccounted(report, world.simulator);
    });

    it("the retry endpoint is not used for what hangs on another Droplet by now", async () => {
        const { world, droplet, stored } = await begin(
            { timeout: "3m" },
            { settings: { selectiveAfterFailures: 409 } },
        );
        const { panel, faults } = world.simulator;
        faults.failItem(droplet.volume);
        panel.destroy(droplet.id, [droplet.volume]);
        await world.pass(10_000);
        panel.attachVolume(droplet.volume, panel.createDroplet("other").id);
        const report = await world.report(stored);
        assert.ok(!world.changes().some((change) => change.includes("retry")));
        assert.ok(world.left().includes("volume"));
        assertAccounted(report, world.simulator);
    });

    it("an entry of DROPLET_TEARDOWN_KEEP that matches nothing refuses, a pattern does not", async () => {
        const { world, stored } = await begin();
        const message = await world.failedDelete(stored, { env: { DROPLET_TEARDOWN_KEEP: "nightyl" } });
        assert.match(message, /DROPLET_TEARDOWN_KEEP lists nightyl, but nothing in the account has that id/);
        assert.match(message, /kept +snapshot +nightly \(161000001\) +nothing was destroyed/);
        assert.doesNotMatch(message, /could not be read/);
        assert.deepEqual(world.changes(), []);
        await world.delete(stored, { env: { DROPLET_TEARDOWN_KEEP: "nightyl-*" } });
        assert.deepEqual(world.left(), []);
    });
});
