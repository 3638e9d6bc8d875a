import assert from "node:assert/strict";

import { CliWorld } from "../support/cli-world.js";

const DAY_MS = 24 * 3_600_000;

describe("droplet-teardown orphans", () => {
    async function abandoned(): Promise<{ world: CliWorld; snapshot: string; volume: string }> {
        const world = new CliWorld();
        const { panel } = world.simulator;
        const { id, snapshot, volume } = world.droplet("web-1");
        panel.snapshotVolume(volume, "before");
        panel.assignReservedIp(panel.createReservedIp().id, id);
        world.droplet("lives-on");
        panel.deleteDroplet(id);
        await world.clock.run(world.clock.sleep(10 * DAY_MS));
        return { world, snapshot, volume };
    }

    it("lists what belongs to no droplet any more, with age, cost and the doctl line", async () => {
        const { world, snapshot, volume } = await abandoned();
        const ran = await world.run("orphans --report r.json --summary s.md");
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(
            ran.stdout,
            new RegExp(
                `snapshot +web-1-nightly \\(${snapshot}\\) +10 days +\\$0.15/month +doctl compute snapshot delete ${snapshot}\n`,
            ),
        );
        assert.match(
            ran.stdout,
            new RegExp(`volume +web-1-data .*\\$1.00/month +doctl compute volume delete ${volume}\n`),
        );
        assert.match(
            ran.stdout,
            /reserved ip +\S+ +age unknown +\$5.00\/month +doctl compute reserved-ip delete [\d.]+\n/,
        );
        assert.match(ran.stdout, /volume snapshot +before/);
        assert.match(ran.stdout, /4 orphans, \$6\.75\/month\.\nGolden images/);
        assert.doesNotMatch(ran.stdout, /lives-on/);
        assert.equal(world.report("r.json").orphans?.length, 4);
        assert.match(world.files.get("s.md") ?? "", /\| snapshot \| `web-1-nightly` \|/);
        assert.deepEqual(world.changes(), []);
    });

    it("leaves alone what is younger, and what has no age that can be read", async () => {
        const { world } = await abandoned();
        const { panel } = world.simulator;
        panel.createVolume("fresh");
        const ran = await world.run("orphans --older-than 7d --report r.json");
        const kinds = world.report("r.json").orphans?.map(({ kind }) => kind);
        assert.deepEqual(kinds, ["snapshot", "volume", "volume_snapshot"]);
        assert.match(ran.stdout, /1 left out, because the API does not tell how old it is/);
        const none = await world.run("orphans --older-than 2w");
        assert.match(none.stdout, /^no orphans among the kinds that could be read/);
    });

    it("tells age by DigitalOcean's clock, however wrong the machine's is", async () => {
        for (const clockSkewMs of [-8 * DAY_MS, 8 * DAY_MS]) {
            const world = new CliWorld({ clockSkewMs });
            const { panel } = world.simulator;
            panel.createVolume("old");
            await world.clock.run(world.clock.sleep(8 * DAY_MS));
            panel.createVolume("fresh");
            await world.run("orphans --older-than 7d --report r.json");
            const names = world.report("r.json").orphans?.map(({ name }) => name);
            assert.deepEqual(names, ["old"], String(clockSkewMs));
        }
    });

    it("reads every page, and GPU droplets are droplets", async () => {
        const world = new CliWorld();
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("trainer", { size: "gpu-h100x1-80gb", region: "tor1" });
        for (let index = 0; index < 203; index += 1) {
            panel.takeSnapshot(id, `s-${index}`);
        }
        assert.match((await world.run("orphans")).stdout, /^no orphans/);
        panel.deleteDroplet(id);
        assert.match((await world.run("orphans")).stdout, /\n203 orphans, /);
    });

    it("leaves a snapshot alone whose droplet only one list does not show", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        const ran = await world.run("orphans", {
            fetch: async (url, init) => {
                const answer = await world.simulator.fetch(url, init);
                return url.includes("/v2/droplets?") ? { ...answer, ...empty } : answer;
            },
        });
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stdout, /^no orphans/);
        assert.ok(world.simulator.requests().some(({ path }) => path === `/v2/droplets/${id}`));
    });

    it("leaves a snapshot alone whose volume moved to another page while the list was read", async () => {
        const world = new CliWorld();
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1");
        const [first] = Array.from({ length: 200 }, (_, index) => panel.createVolume(`spare-${index}`));
        const live = panel.createVolume("live");
        panel.attachVolume(live.id, id);
        const snapshot = panel.snapshotVolume(live.id, "before").id;
        let isShifted = false;
        const ran = await world.run("orphans --report r.json", {
            fetch: async (url, init) => {
                const answer = await world.simulator.fetch(url, init);
                if (url.includes("/v2/volumes?page=1&") && !isShifted) {
                    isShifted = true;
                    panel.deleteVolume(first?.id ?? "");
                    panel.createVolume("new");
                }
                return answer;
            },
        });
        assert.equal(ran.code, 0, ran.stderr);
        assert.ok(isShifted);
        const listed = world.report("r.json").orphans?.map(({ id: orphan }) => orphan);
        assert.equal(listed?.includes(snapshot), false);
    });

    it("lists the snapshots of a volume that is gone, and of one that no droplet has", async () => {
        const world = new CliWorld();
        const { panel } = world.simulator;
        const [gone, spare] = [panel.createVolume("gone"), panel.createVolume("spare")];
        const snapshots = [gone, spare].map(({ id }) => panel.snapshotVolume(id, "before").id);
        panel.deleteVolume(gone.id);
        const ran = await world.run("orphans");
        snapshots.forEach((id) => assert.match(ran.stdout, new RegExp(`snapshot delete ${id}`)));
    });

    it("names the scope problem instead of calling what it may not see nothing", async () => {
        const token = `dop_v1_${"5".repeat(64)}`;
        const world = new CliWorld({}, { [token]: { scopes: ["droplet:read", "account:read"] } });
        const ran = await world.run("orphans", { env: { DIGITALOCEAN_TOKEN: token } });
        assert.equal(ran.code, 6);
        assert.match(
            ran.stdout,
            /could not be read: snapshots; the token needs the scope snapshot:read, droplet:read/,
        );
    });
});

const empty = {
    status: 200,
    headers: { get: () => null },
    body: [
        Buffer.from('{"droplets":[],"links":{},"meta":{"total":0}}'),
    ] as unknown as AsyncIterable<Uint8Array>,
};
