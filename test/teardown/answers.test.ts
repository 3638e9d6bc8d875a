import assert from "node:assert/strict";

import type { Fetch } from "../../provider/digitalocean/connection.js";
import type { Fault } from "../../simulator/index.js";
import { TeardownWorld, type Everything, type Stored, type WorldOptions } from "../support/teardown-world.js";

interface Story {
    readonly world: TeardownWorld;
    readonly droplet: Everything;
    readonly stored: Stored;
}

async function begin(options: WorldOptions = {}): Promise<Story> {
    const world = new TeardownWorld(options);
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
    return { world, droplet, stored };
}

const SUBMIT = { method: "DELETE", path: "*/selective" };
const STATUS = { method: "GET", path: "*/status" };
const LIST = { method: "GET", path: "*/destroy_with_associated_resources" };

/** Each of these happens once, and the outcome is the same as without it. */
const HARMLESS: Readonly<Record<string, { fault: Fault; changes: string[] }>> = {
    "the answer to the destroy is lost before it took effect": {
        fault: { match: SUBMIT, do: { kind: "dropBefore" } },
        changes: ["DELETE selective 0", "DELETE selective 202"],
    },
    "the answer to the destroy is lost after it took effect": {
        fault: { match: SUBMIT, do: { kind: "dropAfter" } },
        changes: ["DELETE selective 0"],
    },
    "the destroy is answered with 500 before it took effect": {
        fault: { match: SUBMIT, do: { kind: "answer", status: 500 } },
        changes: ["DELETE selective 500", "DELETE selective 202"],
    },
    "the destroy is answered with 502 after it took effect": {
        fault: { match: SUBMIT, do: { kind: "answer", status: 502, afterEffect: true } },
        changes: ["DELETE selective 502"],
    },
    "the answer to the destroy comes after a minute": {
        fault: { match: SUBMIT, do: { kind: "slow", ms: 60_000 } },
        changes: ["DELETE selective 202"],
    },
    "the destroy meets the burst limit": {
        fault: { match: SUBMIT, do: { kind: "tooManyRequests", retryAfterS: 20 } },
        changes: ["DELETE selective 429", "DELETE selective 202"],
    },
    "the destroy meets the hourly limit": {
        fault: { match: SUBMIT, do: { kind: "tooManyRequests" } },
        changes: ["DELETE selective 429", "DELETE selective 202"],
    },
    "the destroy is refused with a 422 that is no pending event, and then not any more": {
        fault: { match: SUBMIT, do: { kind: "answer", status: 422, message: "bad id" } },
        changes: ["DELETE selective 422", "DELETE selective 202"],
    },
    "the destroy is answered with 408 after it took effect": {
        fault: { match: SUBMIT, do: { kind: "answer", status: 408, afterEffect: true } },
        changes: ["DELETE selective 408"],
    },
    "the Droplet is busy with another event": {
        fault: {
            match: SUBMIT,
            times: 3,
            do: { kind: "answer", status: 422, message: "Droplet already has a pending event." },
        },
        changes: [
            "DELETE selective 422",
            "DELETE selective 422",
            "DELETE selective 422",
            "DELETE selective 202",
        ],
    },
    "the first look at the Droplet meets three server faults": {
        fault: {
            match: { method: "GET", path: "/v2/droplets/*" },
            times: 3,
            do: { kind: "answer", status: 503 },
        },
        changes: ["DELETE selective 202"],
    },
    "a look at the status meets the burst limit": {
        fault: { match: STATUS, after: 1, do: { kind: "tooManyRequests", retryAfterS: 30 } },
        changes: ["DELETE selective 202"],
    },
    "the connection breaks at two looks at the status": {
        fault: { match: STATUS, after: 1, times: 2, do: { kind: "dropBefore" } },
        changes: ["DELETE selective 202"],
    },
    "a status is cut off": {
        fault: { match: STATUS, after: 1, do: { kind: "truncated" } },
        changes: ["DELETE selective 202"],
    },
    "the list is not there for a moment": {
        fault: { match: LIST, do: { kind: "answer", status: 404 } },
        changes: ["DELETE selective 202"],
    },
};

/** Lets something happen just before the first DELETE is sent. */
function beforeFirstDelete({ simulator }: TeardownWorld, happen: () => void): Fetch {
    let happened = false;
    return (url, init) => {
        if (init.method === "DELETE" && !happened) {
            happened = true;
            happen();
        }
        return simulator.fetch(url, init);
    };
}

describe("a teardown comes to the same end when", () => {
    for (const [what, { fault, changes }] of Object.entries(HARMLESS)) {
        it(what, async () => {
            const { world, stored } = await begin();
            world.simulator.faults.add(fault);
            await world.delete({ ...stored, timeout: "2h" });
            assert.deepEqual(world.left(), []);
            assert.deepEqual(world.changes(), changes);
        });
    }

    it("a destroy is running that began after the first look", async () => {
        const { world, droplet, stored } = await begin();
        await world.delete(stored, {
            fetch: beforeFirstDelete(world, () => world.simulator.panel.destroy(droplet.id)),
        });
        assert.deepEqual(world.changes(), ["DELETE selective 409"]);
        assert.deepEqual(world.left(), []);
    });

    it("the Droplet goes by other means between the look and the destroy", async () => {
        const { world, droplet, stored } = await begin();
        await world.delete(stored, {
            fetch: beforeFirstDelete(world, () => world.simulator.panel.deleteDroplet(droplet.id)),
        });
        assert.deepEqual(world.changes(), ["DELETE selective 404", `DELETE ${droplet.snapshot} 204`]);
        assert.deepEqual(world.left(), ["reserved_ip", "volume", "volume_snapshot"]);
    });

    it("the hour's requests are used up in the middle", async () => {
        const { world, stored } = await begin({ settings: { hourlyLimit: 40, destroyDurationMs: 60_000 } });
        await world.delete({ ...stored, timeout: "3h" });
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
    });
});

describe("a second round comes to the same end when", () => {
    const answers: Readonly<Record<string, Fault["do"]>> = {
        "its answer is lost before it took effect": { kind: "dropBefore" },
        "its answer is lost after it took effect": { kind: "dropAfter" },
        "it is answered with 500": { kind: "answer", status: 500 },
        "it is answered with 503 after it took effect": { kind: "answer", status: 503, afterEffect: true },
        "it meets the burst limit": { kind: "tooManyRequests", retryAfterS: 10 },
        "it is answered with 404": { kind: "answer", status: 404 },
        "it is answered with 409": { kind: "answer", status: 409 },
    };
    for (const [what, answer] of Object.entries(answers)) {
        it(what, async () => {
            const { world, droplet, stored } = await begin();
            world.simulator.faults.failItem(droplet.snapshot);
            world.simulator.faults.add({ match: SUBMIT, after: 1, do: answer });
            await world.delete(stored);
            assert.deepEqual(world.left(), []);
            assert.ok(!world.changes().some((change) => change.includes("retry")));
        });
    }

    it("somebody else's retry runs", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.faults.failItem(droplet.snapshot);
        let destroys = 0;
        await world.delete(stored, {
            fetch: async (url, init) => {
                destroys += init.method === "DELETE" ? 1 : 0;
                if (init.method === "DELETE" && destroys === 2) {
                    await world.simulator.fetch(url.replace("selective", "retry"), {
                        ...init,
                        method: "POST",
                    });
                }
                return world.simulator.fetch(url, init);
            },
        });
        assert.deepEqual(world.changes(), ["DELETE selective 202", "POST retry 202", "DELETE selective 409"]);
        assert.deepEqual(world.left(), []);
    });
});

describe("a teardown fails, and says what was answered, when", () => {
    it("the destroy is forbidden", async () => {
        const { world, stored } = await begin();
        world.simulator.faults.add({ match: SUBMIT, do: { kind: "answer", status: 403, message: "no" } });
        const message = await world.failedDelete(stored);
        assert.match(
            message,
            /^droplet web-1 \(412000001\): DELETE \/v2\/droplets\/412000001\/destroy_with_associated_resources\/selective: 403 no \(request [^)]+\); the token may lack a scope\n/,
        );
        assert.match(
            message,
            /\nFix that, then run `pulumi destroy` again: it continues where this one ended\.\nCode: [a-z-]+$/,
        );
        assert.deepEqual(world.left().length, 5);
    });

    it("the status is forbidden from the destroy on, and it asks no oftener than otherwise", async () => {
        const { world, stored } = await begin({ settings: { destroyDurationMs: 60_000 } });
        const forbidden = { kind: "answer", status: 403, message: "no scope" } as const;
        world.simulator.faults.add({ match: STATUS, after: 1, times: 1_000, do: forbidden });
        assert.match(await world.failedDelete(stored), /403 no scope .*the destroy is still running/);
        assert.ok(world.requests().length < 50, `${world.requests().length} requests`);
    });

    it("the API does not answer at all", async () => {
        const { world, stored } = await begin();
        world.simulator.faults.add({ times: Infinity, do: { kind: "dropBefore" } });
        const message = await world.failedDelete(stored);
        assert.match(
            message,
            /^droplet 412000001: nothing was done to it: GET \/v2\/account: no usable answer after 5 tries; the last: fetch failed/,
        );
        assert.match(message, /unknown +snapshot +nightly \(161000001\) +as last recorded/);
    });

    it("the answer to a status is not JSON", async () => {
        const { world, stored } = await begin();
        world.simulator.faults.add({
            match: STATUS,
            times: Infinity,
            do: { kind: "text", text: "<html>", status: 200 },
        });
        assert.match(await world.failedDelete(stored), /status: 200 /);
    });
});
