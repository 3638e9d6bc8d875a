import assert from "node:assert/strict";

import type { Fetch } from "../../provider/digitalocean/connection.js";
import { TeardownWorld } from "../support/teardown-world.js";

/** Answers of the destroy's own endpoints without a name of a resource. */
function withoutName(world: TeardownWorld, name: string): Fetch {
    return async (url, init) => {
        const answer = await world.simulator.fetch(url, init);
        if (!/destroy_with_associated_resources(\/status)?$/.test(url) || answer.status !== 200) {
            return answer;
        }
        const text = (await answer.text()).replaceAll(`"${name}"`, "null");
        return {
            ...answer,
            body: (async function* () {
                yield await Promise.resolve(Buffer.from(text));
            })(),
        };
    };
}

describe("a volume whose name is not told", () => {
    it("stays while something is to be kept by its name", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy", keep: ["web-1-*"] });
        await world.delete(stored, { fetch: withoutName(world, "web-1-data") });
        assert.deepEqual(world.left(), ["volume", "volume_snapshot"]);
        assert.match(world.announced().at(-1) ?? "", /kept +volume /);
    });
});

describe("a reserved IP whose address is not told", () => {
    it("holds up neither a destroy that keeps it nor the look for what is left", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const fetch = withoutName(world, droplet.address);
        const process = world.process({ fetch });
        const stored = await world.create(
            { dropletId: droplet.id, policy: { default: "destroy", reservedIps: "keep" } },
            process,
        );
        await world.delete(stored, { fetch });
        assert.deepEqual(world.left(), ["reserved_ip"]);
        // Gone by other means for all that is known now: the recorded address may be there still.
        world.simulator.settings.statusRetentionMs = 0;
        await world.pass(7_200_000);
        await world.delete(stored, { fetch });
        assert.match(world.announced().at(-1) ?? "", /unknown +reserved ip +\d+ +its address is not told/);
    });
});
