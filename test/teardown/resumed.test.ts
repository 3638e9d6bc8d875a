import assert from "node:assert/strict";

import { ProgramWorld, type StoredProgram } from "../support/program-world.js";
import { TOKEN } from "../support/teardown-world.js";

/** A Droplet with a volume that somebody attached. */
async function begin(args: object = {}): Promise<{ world: ProgramWorld; program: StoredProgram }> {
    const world = new ProgramWorld();
    const program = await world.up(args);
    const { panel } = world.simulator;
    panel.attachVolume(panel.createVolume("pg-data").id, program.dropletId);
    return { world, program };
}

/** The stack after a destroy of which the record was deleted and the executor was not. */
function resumed(program: StoredProgram): StoredProgram {
    return { ...program, record: null };
}

describe("a destroy that continues in another process", () => {
    it("does not know what the Droplet had that is gone by then, and says so", async () => {
        const { world, program } = await begin({ policy: { default: "destroy", volumes: "keep" } });
        world.simulator.settings.destroyDurationMs = 120_000;
        await world.failedDestroy(program, { env: { DROPLET_TEARDOWN_TIMEOUT: "30s" } });
        await world.pass(200_000);
        await world.destroy(resumed(program), { env: { DROPLET_TEARDOWN_REPORT: "r.ndjson" } });
        const [last = ""] = world.announced().slice(-1);
        assert.match(
            last,
            /^ {2}could not be read: reserved ips, volumes, volume snapshots \(not in the total\)$/m,
        );
        assert.doesNotMatch(last, /No remaining cost found/);
        assert.match(
            world.files.get("r.ndjson") ?? "",
            /"unread":\["reserved_ip","volume","volume_snapshot"\]/,
        );
    });

    it("knows all but the snapshots of a volume that somebody's destroy has taken before", async () => {
        const world = new ProgramWorld({ settings: { destroyDurationMs: 60_000 } });
        const program = await world.up();
        const { panel } = world.simulator;
        const { id: volume } = panel.createVolume("pg-data");
        panel.attachVolume(volume, program.dropletId);
        panel.snapshotVolume(volume, "before");
        assert.ok(program.record);
        await world.run(world.process().record.delete("record-1", program.record));
        panel.destroy(program.dropletId, [volume]);
        while (world.simulator.state().volumes.length > 0) {
            await world.pass(1_000);
        }
        assert.equal(world.simulator.state().droplets.length, 1);
        await world.destroy(resumed(program), { env: { DROPLET_TEARDOWN_REPORT: "r.ndjson" } });
        assert.deepEqual(world.left(), ["volume_snapshot"]);
        assert.match(world.files.get("r.ndjson") ?? "", /"unread":\["volume_snapshot"\]/);
    });

    it("knows it where the record is deleted in the same process", async () => {
        const { world, program } = await begin({ policy: { default: "destroy", volumes: "keep" } });
        await world.destroy(program);
        const [last = ""] = world.announced().slice(-1);
        assert.doesNotMatch(last, /could not be read/);
        assert.match(last, /kept +volume +pg-data/);
    });

    it("keeps what the environment kept where a person follows the advice of the first one", async () => {
        const { world, program } = await begin();
        const [snapshot] = world.simulator.state().snapshots;
        world.simulator.faults.failItem(snapshot?.id ?? "", { times: 8 });
        const message = await world.failedDestroy(program, { env: { DROPLET_TEARDOWN_KEEP: "pg-data" } });
        const [, kept] =
            /`DROPLET_TEARDOWN_KEEP=(\S+) pulumi destroy` to leave it\.\nCode: not-destroyed$/.exec(
                message,
            ) ?? [];
        assert.equal(kept, `pg-data,${snapshot?.id}`);
        await world.destroy(resumed(program), { env: { DROPLET_TEARDOWN_KEEP: kept } });
        assert.deepEqual(world.left(), ["snapshot", "volume"]);
    });

    it("takes the environment of the first one, where what that kept is no longer the Droplet's", async () => {
        const { world, program } = await begin();
        const [snapshot] = world.simulator.state().snapshots;
        world.simulator.settings.dropletSurvivesFailure = false;
        world.simulator.faults.failItem(snapshot?.id ?? "");
        world.simulator.faults.add({
            match: { method: "DELETE", path: /snapshots\/\d+$/ },
            times: 4,
            do: { kind: "answer", status: 409 },
        });
        const env = { DROPLET_TEARDOWN_KEEP: "pg-data" };
        await world.failedDestroy(program, { env });
        await world.destroy(resumed(program), { env });
        assert.deepEqual(world.left(), ["volume"]);
    });
});

describe("DROPLET_TEARDOWN_KEEP", () => {
    it("may name what belongs to another Droplet of the stack", async () => {
        const { world, program } = await begin({ resourceName: "db" });
        const web = await world.up({ resourceName: "web" });
        const env = { DROPLET_TEARDOWN_KEEP: "pg-data" };
        await world.destroy(web, { env });
        await world.destroy(program, { env });
        assert.deepEqual(world.left(), ["volume"]);
    });

    it("refuses a name that nothing in the account has, and says what of the Droplet is known", async () => {
        const { world, program } = await begin();
        const env = { DROPLET_TEARDOWN_KEEP: "pg-dta" };
        const message = await world.failedDestroy(program, { env });
        assert.match(message, /lists pg-dta, but nothing in the account has that id, address or name/);
        assert.deepEqual(
            world.changes().filter((change) => change.startsWith("DELETE")),
            [],
        );
    });

    it("refuses a name while one of the Droplet's own names is not told", async () => {
        const { world, program } = await begin();
        world.simulator.panel.createVolume("other");
        const env = { DROPLET_TEARDOWN_KEEP: "other" };
        const blank = world.simulator.fetch.bind(world.simulator);
        const fetch: typeof blank = async (url, init) => {
            const answer = await blank(url, init);
            if (!url.endsWith("/destroy_with_associated_resources")) {
                return answer;
            }
            const body = (await answer.text()).replace('"name":"pg-data"', '"name":""');
            return {
                ...answer,
                text: async () => body,
                body: (async function* () {
                    yield Buffer.from(body);
                })(),
            };
        };
        assert.match(
            await world.failedDestroy(program, { env, fetch }),
            /lists other, but DigitalOcean did not name all/,
        );
        await world.destroy(program, { env });
        assert.deepEqual(world.left(), ["volume"]);
    });
});

describe("a refresh", () => {
    it("calls no kind empty that the token cannot read", async () => {
        const { world, program } = await begin({ policy: "keep" });
        const scopes = ["account:read", "droplet:read", "reserved_ip:read", "tag:read"];
        world.simulator.setToken(TOKEN, { scopes });
        await world.run(world.process().record.read("record-1", { ...program.record, inventory: [] }));
        assert.match(
            world.announced().at(-1) ?? "",
            /with at least 0 associated resources, at least \$0\.00\/month; .* keep at least \$0\.00\/month\n {2}could not be read: snapshots, volumes, volume snapshots/,
        );
    });
});
