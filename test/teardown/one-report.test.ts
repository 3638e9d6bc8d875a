import assert from "node:assert/strict";

import { personalToken, TeardownWorld, TOKEN, type ProcessOptions } from "../support/teardown-world.js";
import { ProgramWorld } from "../support/program-world.js";
import type { WrittenReport } from "../support/accounted.js";

const ENV = { DROPLET_TEARDOWN_REPORT: "report.jsonl", DROPLET_TEARDOWN_SUMMARY: "summary.md" };

interface Surfaces {
    /** The stack error; empty: the delete succeeded. */
    readonly error: string;
    /** The last line that stays. */
    readonly announced: string;
    readonly json: WrittenReport & { readonly error: string | null; readonly code: string | null };
    readonly markdown: string;
}

/** What every surface says of one delete. */
async function surfaces(
    world: TeardownWorld,
    work: (options: ProcessOptions) => Promise<unknown>,
): Promise<Surfaces> {
    const error = await work({ env: ENV }).then(
        () => "",
        (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    );
    const lines = world.files.get("report.jsonl")?.trim().split("\n") ?? [];
    return {
        error,
        announced: world.announced().at(-1) ?? "",
        json: JSON.parse(lines.at(-1) ?? "null") as Surfaces["json"],
        markdown: world.files.get("summary.md") ?? "",
    };
}

describe("one report for all surfaces", () => {
    it("names what stays without a known price, and counts it in no sum", async () => {
        const world = new TeardownWorld({ settings: { listedCost: "absent" } });
        const { id, volume } = world.dropletWithEverything();
        const stored = await world.create({
            dropletId: id,
            policy: { default: "destroy", volumes: "keep" },
        });
        const { announced, json, markdown } = await surfaces(world, (options) =>
            world.delete(stored, options),
        );
        const [droplet] = json.droplets;
        const label = `volume web-1-data (${volume})`;
        assert.deepEqual(droplet.cost.unpriced, [label, ...json.cost.unpriced.slice(1)]);
        assert.ok(json.cost.unpriced.some((one) => one.startsWith("volume snapshot before")));
        assert.equal(json.cost.remaining, "0.00");
        for (const text of [announced, markdown]) {
            assert.match(text, /Still accruing the unknown cost of `?volume web-1-data \([^)]+\)`? and /);
            assert.doesNotMatch(text, /\$0\.00/);
        }
    });

    it("names what was answered beside a question that got no answer before the deadline", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy", timeout: "1m" });
        const pause = { kind: "tooManyRequests", retryAfterS: 90 } as const;
        world.simulator.faults.add({ match: { path: "*/status" }, do: pause });
        world.simulator.panel.takeSnapshot(id, "nightly");
        const { error, json } = await surfaces(world, (options) => world.delete(stored, options));
        assert.match(error, /snapshot +nightly/);
        assert.deepEqual(
            json.droplets[0].resources.map(({ name }) => name),
            ["nightly"],
        );
    });

    it("of tags that cannot be deleted is a success of the Droplet and a failure of the delete", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.faults.add({
            match: { method: "DELETE", path: /^\/v2\/tags\// },
            times: Infinity,
            do: { kind: "answer", status: 503, message: "try later" },
        });
        const { error, json, markdown } = await surfaces(world, (options) => world.destroy(program, options));
        assert.match(
            error,
            /^everything is destroyed, but tags of this teardown are still in the account: .*503 try later/,
        );
        assert.equal(json.droplets[0].outcome, "destroyed");
        assert.equal(`${json.error}\nCode: ${json.code}`, error);
        assert.match(markdown, /\*\*Ended early:\*\* `` everything is destroyed, but tags/);
        assert.match(markdown, /: destroyed\*\*/);
    });

    it("of a refusal by `prevent` shows what was read, and that it is all there", async () => {
        const world = new ProgramWorld();
        const program = await world.up({ policy: { default: "destroy", snapshots: "prevent" } });
        const { error, json, markdown } = await surfaces(world, (options) => world.destroy(program, options));
        assert.match(error, /the policy prevents it while there is snapshot nightly/);
        assert.match(error, /kept +snapshot +nightly \(\d+\) +policy snapshots: prevent +\$0\.15\/month/);
        assert.match(
            markdown,
            /\| kept \| `web-1` \| snapshot \| `nightly` \| `\d+` \| `policy snapshots: prevent` \| \$0\.15 \|/,
        );
        const [droplet] = json.droplets;
        assert.deepEqual(
            [
                droplet.outcome,
                droplet.resources.map(({ outcome, reason }) => [outcome, reason]),
                droplet.unread,
            ],
            ["refused", [["kept", "policy snapshots: prevent"]], []],
        );
        assert.deepEqual(world.changes(), []);
    });

    it("of a 403 after an accepted destroy says that the destroy goes on", async () => {
        const world = new TeardownWorld({ settings: { destroyDurationMs: 60_000 } });
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        void world.clock.sleep(10_000).then(() => {
            world.simulator.faults.add({
                match: { method: "GET", path: /\/status$/ },
                times: Infinity,
                do: { kind: "answer", status: 403, id: "forbidden", message: "your account is locked" },
            });
        });
        const { error, json, markdown } = await surfaces(world, (options) => world.delete(stored, options));
        for (const text of [error, json.droplets[0].error ?? "", markdown]) {
            assert.match(text, /your account is locked.*; the destroy is still running at DigitalOcean/);
        }
        assert.deepEqual(
            new Set(json.droplets[0].resources.map(({ outcome }) => outcome)),
            new Set(["pending"]),
        );
        assert.match(error, /pending +droplet +web-1/);
    });

    it("of a backup that was to be kept by name says that backups go with the Droplet", async () => {
        const world = new TeardownWorld({ settings: { backupsListed: true } });
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1");
        panel.takeBackup(id, "weekly");
        const stored = await world.create({ dropletId: id, policy: "destroy", keep: ["weekly"] });
        const { announced, json, markdown } = await surfaces(world, (options) =>
            world.delete(stored, options),
        );
        for (const text of [announced, json.droplets[0].resources[0]?.reason ?? "", markdown]) {
            assert.match(
                text,
                /should have been kept \(keep: weekly\); backups are deleted with the droplet/,
            );
            assert.doesNotMatch(text, /another request/);
        }
    });

    it("of an account that is locked has DigitalOcean's words, not only a missing scope", async () => {
        const world = new TeardownWorld({ grants: { [TOKEN]: {}, [personalToken("b")]: {} } });
        const { id } = world.simulator.panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        world.simulator.faults.add({
            match: { method: "GET", path: /^\/v2\/(volumes|snapshots|reserved_ips)/ },
            times: Infinity,
            do: { kind: "answer", status: 403, id: "forbidden", message: "your account is locked" },
        });
        const { error, json, markdown } = await surfaces(world, (options) => world.delete(stored, options));
        for (const text of [error, json.droplets[0].error ?? "", markdown]) {
            assert.match(text, /the token cannot read .*your account is locked/);
        }
    });
});

describe("a Droplet whose destroy is running when somebody takes its tag off", () => {
    const LEFT_TO_DO =
        /It cannot be kept any more\. Wait until it is gone \(`npx pulumi-droplet-teardown status 412000001 --wait`\), then repeat this command\./;
    const UNSTOPPABLE = /its destroy is already running at DigitalOcean, and nothing can stop it/;

    /** A destroy that was not waited for. */
    async function begun() {
        const world = new ProgramWorld({ settings: { destroyDurationMs: 300_000 } });
        const program = await world.up();
        const message = await world.failedDestroy(program, { env: { DROPLET_TEARDOWN_TIMEOUT: "60s" } });
        assert.match(message, /the destroy is still running at DigitalOcean/);
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        return { world, program };
    }

    for (const [which, hasRecord] of [
        ["whose record is deleted", false],
        ["whose record is still in the state", true],
    ] as const) {
        it(`cannot be kept, and every surface of a teardown ${which} says so, and what to do`, async () => {
            const { world, program } = await begun();
            const stored = hasRecord ? program : { ...program, record: null };
            const { error, json, markdown } = await surfaces(world, (options) =>
                world.destroy(stored, options),
            );
            assert.match(error, UNSTOPPABLE);
            assert.match(error, LEFT_TO_DO);
            assert.doesNotMatch(error, /To keep it|To destroy it|To hand it back/);
            assert.match(json.droplets[0].error ?? "", UNSTOPPABLE);
            assert.match(markdown, UNSTOPPABLE);
            await world.pass(600_000);
            await world.destroy(stored);
            assert.deepEqual(world.tagNames(), []);
        });
    }

    it("is the advice of a refused `up` as well, beside a new one", async () => {
        const { world, program } = await begun();
        world.simulator.panel.tagDroplet(program.dropletId, program.tag);
        const { id } = world.simulator.panel.createDroplet("web-2", { tags: [program.tag] });
        await assert.rejects(world.record(program.tag, id), ({ message }: Error) => {
            assert.match(message, UNSTOPPABLE);
            assert.match(message, /Run `pulumi up` again once it is gone/);
            assert.doesNotMatch(message, /keep it/);
            return true;
        });
        await world.pass(600_000);
        await world.record(program.tag, id);
    });

    it("is said how to keep where the status of its destroy cannot be read", async () => {
        const { world, program } = await begun();
        world.simulator.faults.add({
            match: { path: "*/status" },
            times: Infinity,
            do: { kind: "answer", status: 500, message: "broken" },
        });
        const message = await world.failedDestroy({ ...program, record: null });
        assert.match(message, /To keep it, /);
        assert.doesNotMatch(message, UNSTOPPABLE);
    });
});
