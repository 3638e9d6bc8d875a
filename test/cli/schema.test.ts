import assert from "node:assert/strict";

import { CliWorld, reportIn, type JsonReport, type RunOptions } from "../support/cli-world.js";
import { TeardownWorld } from "../support/teardown-world.js";

const UNATTENDED = "--yes --policy destroy";

interface Story {
    readonly prepare?: (world: CliWorld) => void;
    readonly args: string;
    readonly options?: RunOptions;
}

/** A run for every outcome that a report can have. */
const STORIES: Readonly<Record<string, Story>> = {
    destroyed: { prepare: (world) => void world.droplet("web-1"), args: `destroy web-1 ${UNATTENDED}` },
    "not-found": { args: `destroy 1 ${UNATTENDED}` },
    partial: {
        prepare: (world) => {
            const { snapshot } = world.droplet("web-1");
            world.simulator.faults.failItem(snapshot, { times: 99 });
        },
        args: `destroy web-1 ${UNATTENDED} --retries 0`,
    },
    "in-progress": {
        prepare: (world) => void world.droplet("web-1"),
        args: `destroy web-1 ${UNATTENDED} --timeout 1s`,
    },
    refused: {
        prepare: (world) => void world.droplet("web-1"),
        args: `destroy web-1 ${UNATTENDED} --policy volumes=prevent`,
    },
    planned: {
        prepare: (world) => void world.droplet("web-1"),
        args: "plan web-1 --policy destroy --out p.json",
    },
    failed: {
        prepare: (world) => {
            const { id } = world.droplet("web-1");
            const match = { dropletId: id, path: "*/status" };
            world.simulator.faults.add({ match, times: Infinity, do: { kind: "text", text: "?" } });
        },
        args: `destroy web-1 ${UNATTENDED}`,
    },
};

/** Runs that end without a Droplet in their report. */
const OTHERS: Readonly<Record<string, Story>> = {
    "a wrong command line": { args: "destroy web-1 --policy sometimes" },
    "an unknown option": { args: "status 1 --sometimes" },
    "no token": { args: "plan 1", options: { env: {} } },
    "a bad endpoint": {
        args: "plan 1",
        options: { env: { DIGITALOCEAN_TOKEN: "t", DIGITALOCEAN_API_URL: "http://example.com" } },
    },
    "no confirmation": { args: "destroy web-1" },
    "a crash": {
        args: "destroy 1 --yes --policy destroy",
        options: { crashAfterMs: 0, fetch: () => new Promise(() => undefined) },
    },
    orphans: {
        prepare: (world) => void world.simulator.panel.createVolume("lonely"),
        args: "orphans",
    },
};

async function tell({ prepare, args, options }: Story): Promise<readonly [JsonReport, JsonReport]> {
    const world = new CliWorld();
    prepare?.(world);
    const ran = await world.run(`${args} --json --report r.json`, options);
    return [world.report("r.json"), reportIn(ran.stdout)];
}

describe("the published schema", () => {
    for (const [outcome, story] of Object.entries(STORIES)) {
        it(`takes the report of the outcome ${outcome}, on standard output and in the file`, async () => {
            for (const report of await tell(story)) {
                assert.equal(report.droplets[0]?.outcome, outcome);
            }
        });
    }

    for (const [name, story] of Object.entries(OTHERS)) {
        it(`takes the report of a run that ends otherwise: ${name}`, async () => {
            for (const report of await tell(story)) {
                assert.deepEqual(report.droplets, []);
            }
        });
    }

    it("takes what is in the file while the work is under way", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        world.droplet("web-1");
        const running = world.run(`destroy web-1 ${UNATTENDED} --report r.json`);
        await world.clock.run(world.clock.sleep(20_000));
        const { droplets, error } = world.report("r.json");
        assert.equal(droplets[0]?.outcome, "in-progress");
        assert.match(error ?? "", /did not finish/);
        await running;
    });

    it("takes each line that a delete of the provider adds", async () => {
        const world = new TeardownWorld();
        const env = { DROPLET_TEARDOWN_REPORT: "/r.ndjson" };
        for (const [name, policy] of [
            ["web-1", "destroy"],
            ["web-2", "prevent"],
        ] as const) {
            const { id } = world.dropletWithEverything(name);
            const stored = await world.create({ dropletId: id, policy });
            await world.delete(stored, { env }).catch(() => undefined);
        }
        const lines = (world.files.get("/r.ndjson") ?? "").trimEnd().split("\n").map(reportIn);
        assert.deepEqual(
            lines.map(({ droplets }) => droplets[0]?.outcome),
            ["destroyed", "refused"],
        );
    });
});
