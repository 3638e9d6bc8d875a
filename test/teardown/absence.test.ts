import assert from "node:assert/strict";

import type { Fetch, FetchAnswer } from "../../provider/digitalocean/connection.js";
import { TeardownWorld } from "../support/teardown-world.js";

const TAG = "teardown:app:dev";

async function readText({ body }: FetchAnswer): Promise<string> {
    const chunks = [];
    for await (const chunk of body ?? []) {
        chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks).toString();
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
}

describe("a Droplet that its list does not show", () => {
    it("is not taken to be gone: it may have lost its tag", async () => {
        const world = new TeardownWorld({ settings: { roundTripMs: 150, destroyDurationMs: 20_000 } });
        const { panel, faults } = world.simulator;
        const ids = Array.from(
            { length: 6 },
            (_, index) => panel.createDroplet(`web-${index}`, { tags: [TAG] }).id,
        );
        const [taken = 0] = ids;
        faults.failDroplet(taken, { times: Infinity, message: "" });
        const stored = [];
        for (const id of ids) {
            stored.push(await world.create({ dropletId: id, policy: "destroy", requireTag: TAG }));
        }
        const untag = world.clock.sleep(10_000).then(() => panel.untagDroplet(taken, TAG));
        // The status reports a success, and yet the Droplet lives.
        const fetch: Fetch = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            if (!url.includes(`${taken}/destroy`) || !url.endsWith("/status") || answer.status !== 200) {
                return answer;
            }
            const status = JSON.parse(await readText(answer)) as { droplet: object };
            return { ...answer, body: bytes(JSON.stringify({ ...status, failures: 0, droplet: {} })) };
        };
        const process = world.process({ fetch });
        const deletes = stored.map((one) =>
            process.delete("teardown-1", one).then(
                () => "gone",
                () => "failed",
            ),
        );
        const ended = await world.run(Promise.all(deletes));
        await world.run(untag);
        assert.deepEqual(world.left(), ["droplet"]);
        assert.deepEqual(ended, ["failed", "gone", "gone", "gone", "gone", "gone"]);
    });
});

describe("a Droplet that is gone although the answer to its destroy was lost", () => {
    it("is reported with what is left, and its cost", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
        world.simulator.faults.failItem(droplet.volume, { times: Infinity });
        world.simulator.settings.dropletSurvivesFailure = false;
        world.simulator.settings.statusDelayMs = 10_000_000;
        world.simulator.faults.add({ match: { method: "DELETE" }, do: { kind: "dropAfter" } });
        await world.delete(stored);
        assert.match(
            world.announced().at(-1) ?? "",
            /kept +volume +web-1-data .* left in place: no longer attached to anything +\$1\.00/,
        );
        assert.deepEqual(world.left(), ["volume"]);
    });
});

describe("a destroy that was attached to", () => {
    it("is not followed by another one while the Droplet takes a moment to disappear", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        world.simulator.panel.destroy(id);
        const lingersUntilMs = world.clock.now() + 12_000;
        let shown: string | null = null;
        const fetch: Fetch = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            if (!url.endsWith(`/droplets/${id}`) || world.clock.now() >= lingersUntilMs) {
                return answer;
            }
            shown ??= await readText(answer);
            return { ...answer, status: 200, body: bytes(shown) };
        };
        await world.delete(stored, { fetch });
        assert.deepEqual(world.changes(), []);
    });
});
