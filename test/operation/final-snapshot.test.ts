import assert from "node:assert/strict";

import { AbandonedError } from "../../provider/teardown/errors.js";
import type { Fault, Settings } from "../../simulator/index.js";
import {
    TeardownWorld,
    TOKEN,
    type Everything,
    type Stored,
    type WorldOptions,
} from "../support/teardown-world.js";

const SUFFIX = "-final-412000001";
const NAME = `web-1-2026-01-01${SUFFIX}`;
const ONCE = ["POST actions 201", "DELETE selective 202"];
const ASKED = { method: "POST", path: "/v2/droplets/*/actions" } as const;

interface Story {
    readonly world: TeardownWorld;
    readonly droplet: Everything;
    readonly stored: Stored;
}

async function begin(
    args: object = {},
    settings: Partial<Settings> = {},
    options: WorldOptions = {},
): Promise<Story> {
    const world = new TeardownWorld({
        ...options,
        settings: { roundTripMs: 150, snapshotMs: 90_000, ...settings },
    });
    const droplet = world.dropletWithEverything();
    const stored = await world.create({
        dropletId: droplet.id,
        policy: "destroy",
        finalSnapshot: true,
        ...args,
    });
    return { world, droplet, stored };
}

function snapshotNames({ simulator }: TeardownWorld): string[] {
    return simulator.state().snapshots.map(({ name }) => name);
}

/** A final snapshot in another run, whose destroy did not come to its end. */
async function takenBefore(story: Story): Promise<void> {
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
        const { world, stored } = await begin();
        await world.delete(stored);
        assert.deepEqual(world.changes(), ONCE);
        assert.deepEqual(snapshotNames(world), [NAME]);
        assert.ok(
            world
                .announced()
                .some((line) =>
                    line.endsWith(`takes the final snapshot ${NAME} before anything is destroyed`),
                ),
        );
        assert.match(
            world.announced().at(-1) ?? "",
            /kept +snapshot +web-1-\S+ \(161000002\) +final snapshot +\$0\.15\/month\n[^]*Still accruing \$0\.15\/month/,
        );
    });

    it("has the name that was asked for, and always its own end", async () => {
        const { world, stored } = await begin({ finalSnapshot: "before-{date}-{name}" });
        await world.delete(stored);
        assert.deepEqual(snapshotNames(world), [`before-2026-01-01-web-1${SUFFIX}`]);
    });

    it("is taken of a Droplet that has been shut down, where that is asked for", async () => {
        const { world, stored } = await begin({ gracefulShutdown: true }, { actionMs: 10_000 });
        await world.delete(stored);
        const bodies = world.simulator.requests().flatMap(({ body }) => (body === "" ? [] : [body]));
        assert.deepEqual(
            bodies.slice(0, 2).map((body) => (JSON.parse(body) as { type: string }).type),
            ["shutdown", "snapshot"],
        );
        assert.deepEqual(world.changes(), ["POST actions 201", ...ONCE]);
        assert.deepEqual(snapshotNames(world), [NAME]);
    });

    it("is asked for at an interval of its own, which grows with its age", async () => {
        const { world, stored } = await begin({ timeout: "2h" }, { snapshotMs: 3_600_000 });
        await world.delete(stored);
        const looks = world.requests().filter((line) => /actions\/\d+ 200$/.test(line)).length;
        assert.ok(looks > 100 && looks < 160, `${looks} looks in an hour`);
    });

    it("is not counted as something that the policy prevents, and anything else is before it is taken", async () => {
        const only = await begin({ policy: { default: "destroy", snapshots: "prevent" } });
        only.world.simulator.panel.deleteSnapshot(only.droplet.snapshot);
        await only.world.delete(only.stored);
        assert.deepEqual(only.world.changes(), ONCE);
        const other = await begin({ policy: { default: "destroy", snapshots: "prevent" } });
        assert.match(
            await other.world.failedDelete(other.stored),
            /the policy prevents it while there is snapshot nightly/,
        );
        assert.deepEqual(other.world.changes(), []);
    });

    it("may be listed later than its action ends", async () => {
        const { world, stored } = await begin({}, { snapshotListDelayMs: 10_000 });
        await world.delete(stored);
        assert.deepEqual(world.changes(), ONCE);
        assert.deepEqual(snapshotNames(world), [NAME]);
    });

    it("needs no more than droplet:read and droplet:update where snapshots are kept", async () => {
        const scopes = [
            ...["account:read", "droplet:read", "droplet:update", "droplet:delete", "block_storage:delete"],
            ...["block_storage_snapshot:delete", "image:delete", "reserved_ip:delete"],
        ];
        const { world, stored } = await begin({ policy: "keep" }, {}, { grants: { [TOKEN]: { scopes } } });
        await world.delete(stored);
        assert.deepEqual(world.changes(), ONCE);
        assert.match(
            world.announced().at(-1) ?? "",
            /kept +snapshot +web-1-\S+ \(161000002\) +final snapshot/,
        );
    });

    it("is told as taken by another request, and fails the delete, where it does not outlive the destroy", async () => {
        const { world, stored } = await begin({}, { destroyDurationMs: 20_000 });
        const deleting = world.process().delete("teardown-1", stored);
        await world.run(Promise.race([deleting, world.clock.sleep(110_000)]));
        world.simulator.panel.deleteSnapshot("161000002");
        const error: unknown = await world.run(deleting.catch((cause: unknown) => cause));
        assert.match(
            String((error as Error).message),
            /another request has destroyed the final snapshot web-1-/,
        );
    });
});

describe("a final snapshot that cannot be taken refuses the destroy", () => {
    const answers = (status: number, message: string): Fault => ({
        match: ASKED,
        times: Infinity,
        do: { kind: "answer", status, message },
    });
    const CASES: Readonly<Record<string, { settings?: Partial<Settings>; fault?: Fault; says: RegExp }>> = {
        "its action ends with an error": {
            settings: { snapshotResult: "error" },
            says: /nothing was destroyed, because the final snapshot could not be taken: .*ended with an error/,
        },
        "its action ends well, and it is nowhere": {
            settings: { snapshotResult: "nothing" },
            says: /reports it as taken, but it is not among the droplet's snapshots/,
        },
        "DigitalOcean refuses it": {
            fault: answers(422, "You have reached your snapshot limit."),
            says: /could not be taken: POST \S+: 422 You have reached your snapshot limit/,
        },
        "the request is wrong": {
            fault: answers(400, "Bad name."),
            says: /could not be taken: POST \S+: 400 Bad name/,
        },
        "the token may not": {
            fault: answers(403, "You are missing a scope."),
            says: /Give the token the scope droplet:update/,
        },
        "no request for it is answered": {
            fault: { match: ASKED, times: Infinity, do: { kind: "dropBefore" } },
            says: /could not be taken: 3 requests for it were not answered/,
        },
        "the deadline passes": {
            settings: { snapshotMs: 3_600_000 },
            says: /not finished after 15m; nothing was destroyed; the final snapshot is still being taken \(action \d+\)/,
        },
        "the Droplet stays busy": {
            fault: answers(422, "Droplet already has a pending event."),
            says: /not finished after 15m; nothing was destroyed; the droplet is busy/,
        },
    };
    for (const [what, { settings = {}, fault, says }] of Object.entries(CASES)) {
        it(`where ${what}`, async () => {
            const { world, stored } = await begin({}, settings);
            if (fault !== undefined) {
                world.simulator.faults.add(fault);
            }
            assert.match(await world.failedDelete(stored), says);
            const destroys = world.changes().filter((line) => line.startsWith("DELETE"));
            assert.deepEqual(destroys, []);
            assert.equal(world.left().length, 5);
        });
    }

    it("and the next run takes it, once nothing stands in the way", async () => {
        const { world, stored } = await begin({}, { snapshotResult: "error" });
        await world.failedDelete(stored);
        world.simulator.settings.snapshotResult = "snapshot";
        world.simulator.clearRequests();
        await world.delete(stored);
        assert.deepEqual(world.changes(), ONCE);
    });

    it("and the next run attaches to one that the deadline has left behind", async () => {
        const { world, stored } = await begin({}, { snapshotMs: 1_200_000 });
        await world.failedDelete(stored);
        await world.delete(stored);
        assert.deepEqual(world.changes(), ONCE);
        assert.deepEqual(snapshotNames(world), [NAME]);
    });
});

describe("a final snapshot beside other things that happen", () => {
    it("waits for an event of the Droplet to end", async () => {
        const { world, droplet, stored } = await begin({}, { actionMs: 30_000 });
        const url = `https://api.digitalocean.com/v2/droplets/${droplet.id}/actions`;
        const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
        const body = JSON.stringify({ type: "reboot" });
        const { signal } = new AbortController();
        await world.run(world.simulator.fetch(url, { method: "POST", headers, body, signal }));
        await world.delete(stored);
        assert.ok(world.changes().includes("POST actions 422"));
        assert.deepEqual(world.changes().slice(-2), ONCE);
        assert.deepEqual(snapshotNames(world), [NAME]);
    });

    it("follows a snapshot that somebody else is taking, and takes its own then", async () => {
        const { world, droplet, stored } = await begin();
        const url = `https://api.digitalocean.com/v2/droplets/${droplet.id}/actions`;
        const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
        const body = JSON.stringify({ type: "snapshot", name: "theirs" });
        const { signal } = new AbortController();
        await world.run(world.simulator.fetch(url, { method: "POST", headers, body, signal }));
        world.simulator.clearRequests();
        await world.delete(stored);
        assert.deepEqual(world.changes(), ONCE);
        assert.deepEqual(snapshotNames(world), [NAME]);
    });

    const LOST: Readonly<Record<string, Fault["do"]>> = {
        "breaks off after it took effect": { kind: "dropAfter" },
        "breaks off before it took effect": { kind: "dropBefore" },
        "is a 500 although it took effect": { kind: "answer", status: 500, afterEffect: true },
        "is a 502": { kind: "answer", status: 502 },
        "cannot be read": { kind: "text", text: "<html>" },
    };
    for (const [what, action] of Object.entries(LOST)) {
        it(`is taken once where the answer to its request ${what}`, async () => {
            const { world, stored } = await begin({}, { snapshotListDelayMs: 2_000 });
            world.simulator.faults.add({ match: ASKED, do: action });
            await world.delete(stored);
            assert.deepEqual(snapshotNames(world), [NAME]);
            assert.ok(world.changes().length <= 3);
        });
    }

    it("outlasts answers that say nothing while it is taken", async () => {
        const { world, stored } = await begin();
        world.simulator.faults.add({
            match: { path: "/v2/droplets/*/actions/*" },
            times: 12,
            do: { kind: "dropBefore" },
        });
        await world.delete(stored);
        assert.deepEqual(world.changes(), ONCE);
    });

    it("sees that a tag has gone meanwhile, and destroys nothing", async () => {
        const world = new TeardownWorld({ settings: { snapshotMs: 90_000 } });
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: ["mine"] });
        const stored = await world.create({
            dropletId: id,
            policy: "destroy",
            finalSnapshot: true,
            requireTag: "mine",
        });
        const deleting = world.process().delete("teardown-1", stored);
        await world.run(Promise.race([deleting, world.clock.sleep(60_000)]));
        world.simulator.panel.deleteTag("mine");
        const error: unknown = await world.run(deleting.catch((cause: unknown) => cause));
        assert.match(
            String((error as Error).message),
            /does not carry the tag mine[^]*kept +snapshot +web-1-\S+ \(\d+\) +final snapshot +\$0\.15/,
        );
        assert.deepEqual(world.changes(), ["POST actions 201"]);
    });

    it("sends nothing more once the engine is gone", async () => {
        const { world, stored } = await begin();
        let atMs = Infinity;
        const ensureAlive = (): Promise<void> => {
            if (world.requests().some((line) => line.startsWith("POST"))) {
                atMs = world.requests().length;
                return Promise.reject(new AbandonedError("the Pulumi engine is gone"));
            }
            return Promise.resolve();
        };
        assert.match(
            await world.failedDelete(stored, { ensureAlive }),
            /the Pulumi engine is gone; nothing was destroyed/,
        );
        assert.equal(world.requests().length, atMs);
    });

    it("accounts for what a destroy by somebody else leaves, and keeps what may be the last copy", async () => {
        const { world, droplet, stored } = await begin();
        const deleting = world.process().delete("teardown-1", stored);
        await world.run(Promise.race([deleting, world.clock.sleep(30_000)]));
        world.simulator.panel.deleteDroplet(droplet.id);
        await world.run(deleting);
        assert.ok(
            world.announced().includes("droplet 412000001 is gone, and there is no final snapshot of it"),
        );
        assert.match(
            world.announced().at(-1) ?? "",
            /kept +snapshot +nightly \(161000001\) +the droplet is gone, and there is no final snapshot of it/,
        );
        assert.deepEqual(world.changes(), ["POST actions 201"]);
    });
});

describe("a final snapshot of an earlier run", () => {
    it("is not taken twice, and kept", async () => {
        const story = await begin();
        await takenBefore(story);
        await story.world.delete(story.stored);
        assert.deepEqual(story.world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(snapshotNames(story.world), [NAME]);
    });

    it("is not taken twice after midnight", async () => {
        const story = await begin();
        await takenBefore(story);
        await story.world.pass(12 * 3_600_000);
        await story.world.delete(story.stored);
        assert.deepEqual(snapshotNames(story.world), [NAME]);
    });

    it("is kept where the argument has been removed since, whatever the policy says", async () => {
        const story = await begin();
        await takenBefore(story);
        const { finalSnapshot: _, ...without } = story.stored;
        await story.world.delete(without);
        assert.deepEqual(story.world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(snapshotNames(story.world), [NAME]);
    });

    it("is another destroy's where it is older than a day: both are kept", async () => {
        const story = await begin();
        await takenBefore(story);
        await story.world.pass(25 * 3_600_000);
        await story.world.delete(story.stored);
        assert.deepEqual(story.world.changes(), ONCE);
        assert.deepEqual(snapshotNames(story.world), [NAME, `web-1-2026-01-02${SUFFIX}`]);
    });

    for (const what of ["with the argument", "without it"]) {
        it(`is kept where the Droplet is gone already and its leftovers are cleaned up, ${what}`, async () => {
            const story = await begin();
            await takenBefore(story);
            story.world.simulator.panel.deleteDroplet(story.droplet.id);
            const { finalSnapshot, ...rest } = story.stored;
            await story.world.delete(what === "without it" ? rest : { ...rest, finalSnapshot });
            assert.deepEqual(story.world.changes(), [`DELETE ${story.droplet.snapshot} 204`]);
            assert.deepEqual(
                snapshotNames(story.world).filter((name) => name !== "before"),
                [NAME],
            );
        });
    }

    it("is not asked for by a state that was written before there were any", async () => {
        const { world, stored } = await begin({ finalSnapshot: false });
        assert.ok(!("finalSnapshot" in stored));
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), []);
    });
});
