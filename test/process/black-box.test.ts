import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startBlackBox, type BlackBox } from "./black-box.js";
import { runProcess, type Ended } from "../support/cli-process.js";
import { reportIn } from "../support/cli-world.js";

const EMPTY = { reserved_ips: [], floating_ips: [], snapshots: [], volumes: [], volume_snapshots: [] };

interface Told {
    readonly server: BlackBox;
    readonly ran: Ended;
}

async function tell(starting: Promise<BlackBox>, options: string): Promise<Told> {
    const server = await starting;
    const ran = await runProcess(`destroy 3164494 --yes --policy destroy ${options}`, server.url);
    await server.close();
    return { server, ran };
}

describe("droplet-teardown against a server that only speaks the API", function () {
    this.timeout(30_000);
    let folder: string;
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "black-box-"));
    });
    after(() => rm(folder, { recursive: true }));

    // The two wait for their destroys at the same time.
    let everything: Promise<Told>;
    let nothing: Promise<Told>;
    before(() => {
        const file = join(folder, "report.json");
        everything = tell(startBlackBox(), `--json --report ${file}`);
        nothing = tell(startBlackBox(EMPTY), "--json");
    });

    it("destroys a droplet with everything, given an endpoint and a token, and reports it", async () => {
        const { server, ran } = await everything;
        assert.equal(ran.code, 0, ran.stderr);
        const printed = reportIn(ran.stdout);
        const written = reportIn(await readFile(join(folder, "report.json"), "utf8"));
        for (const report of [printed, written]) {
            const droplet = report.droplets[0]!;
            assert.deepEqual(
                [droplet.id, droplet.name, droplet.outcome],
                [3164494, "black-box", "destroyed"],
            );
            assert.deepEqual(
                droplet.resources.map(({ outcome }) => outcome),
                ["destroyed", "destroyed", "destroyed", "destroyed"],
            );
            assert.deepEqual(droplet.cost, {
                destroyed: "14.09",
                remaining: "0.00",
                managed: "0.00",
                unpriced: [],
            });
            assert.equal(report.requests, server.asked.length);
        }
        assert.deepEqual(server.bodies, [
            {
                reserved_ips: ["6186916"],
                snapshots: ["61486916"],
                volumes: ["ba49449a-7435-11ea-b89e-0a58ac14480f"],
                volume_snapshots: ["edb0478d-7436-11ea-86e6-0a58ac144b91"],
            },
        ]);
        assert.match(ran.stderr, new RegExp(`^DigitalOcean API: ${server.url}\n`));
    });

    it("destroys a droplet with nothing, whatever lists of whole accounts the server does not have", async () => {
        const { server, ran } = await nothing;
        assert.equal(ran.code, 0, ran.stderr);
        assert.equal(reportIn(ran.stdout).droplets[0]?.outcome, "destroyed");
        assert.equal(server.asked.filter((request) => request.startsWith("DELETE")).length, 1);
    });
});
