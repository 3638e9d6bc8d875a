import assert from "node:assert/strict";
import { CliWorld, type Ran } from "../support/cli-world.js";

/** A Droplet with a snapshot that will not go. */
function stuck(): { world: CliWorld; id: number; snapshot: string; account: () => string } {
    const world = new CliWorld();
    const { id, snapshot } = world.droplet("web-1");
    world.simulator.faults.failItem(snapshot, { times: 1, message: "busy" });
    const account = (): string => world.report("r.json").account ?? assert.fail("no account");
    return { world, id, snapshot, account };
}

/** The command line that a run advises, without the program. */
function advised({ stdout }: Ran): string {
    return (
        /npx pulumi-droplet-teardown@\S+ (destroy .*)/.exec(stdout)?.[1] ??
        assert.fail(`no advice in: ${stdout}`)
    );
}

describe("how to resume", () => {
    it("after a saved plan is with the plan, which goes on protecting what it does not have", async () => {
        const { world, id, snapshot } = stuck();
        await world.run(`plan ${id} --policy destroy --out "my plan.json"`);
        const first = await world.run('destroy --plan "my plan.json" --yes --retries 0');
        assert.equal(first.code, 3);
        assert.match(first.stdout, /Resume with the plan;/);
        assert.match(first.stdout, new RegExp(`To leave what failed, plan again with --keep ${snapshot}\\.`));
        assert.equal(advised(first), "destroy --plan 'my plan.json' --yes");
        world.simulator.panel.takeSnapshot(id, "precious");
        const args = advised(first).replaceAll("'", '"');
        assert.equal((await world.run(args)).code, 5);
        assert.equal(world.simulator.state().droplets.length, 1);
    });

    it("after a saved plan is with the plan once, however many policies of a file it has", async () => {
        const { world } = stuck();
        const other = world.droplet("pg-1");
        world.simulator.faults.failItem(other.snapshot, { times: 1, message: "busy" });
        world.files.set(
            "teardown.yaml",
            "version: 1\npolicies:\n  a: { names: [web-*], policy: { default: destroy, volumes: keep } }\n  b: { policy: destroy }",
        );
        await world.run("plan web-1 pg-1 --config teardown.yaml --out p.json");
        const ran = await world.run("destroy --plan p.json --yes --retries 0");
        assert.equal(ran.code, 3);
        assert.equal(ran.stdout.split("destroy --plan p.json --yes").length, 2, ran.stdout);
    });

    it("after an answer on the terminal asks again", async () => {
        const { world, id } = stuck();
        const ran = await world.run("destroy web-1 --policy destroy --retries 0", { answer: "web-1" });
        assert.equal(ran.code, 3);
        assert.match(advised(ran), new RegExp(`^destroy ${id} --policy destroy`));
        assert.doesNotMatch(advised(ran), /--yes/);
    });

    it("by tag asks for the tag where nothing has begun, and only there", async () => {
        const { world, id } = stuck();
        const { id: other } = world.droplet("web-2");
        const { panel, faults } = world.simulator;
        [id, other].forEach((one) => panel.tagDroplet(one, "t"));
        faults.add({
            match: { path: `/v2/droplets/${other}/destroy_with_associated_resources` },
            times: Infinity,
            do: { kind: "answer", status: 500, message: "broken" },
        });
        const ran = await world.run(
            "destroy --tag-name t --yes --policy destroy --max-droplets 2 --retries 0",
        );
        const commands = [...ran.stdout.matchAll(/npx pulumi-droplet-teardown@\S+ (destroy .*)/g)];
        assert.deepEqual(
            commands.map(([, command]) => command),
            [
                `destroy ${id} --yes --policy destroy`,
                `destroy ${other} --yes --policy destroy --require-tag t`,
            ],
        );
        faults.clear();
        panel.untagDroplet(other, "t");
        await world.run(commands[0]?.[1] ?? "");
        assert.equal((await world.run(commands[1]?.[1] ?? "")).code, 5);
        assert.deepEqual(
            world.simulator.state().droplets.map(({ name }) => name),
            ["web-2"],
        );
    });

    it("by tag does not ask for the tag where a destroy of somebody else's is running", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const { id } = world.droplet("web-1", ["t"]);
        world.simulator.panel.destroy(id);
        const args = "destroy --tag-name t --yes --policy destroy --max-droplets 1";
        const ran = await world.run(args, { interruptedAfterMs: 3_000 });
        assert.equal(ran.code, 4);
        assert.equal(advised(ran), `destroy ${id} --yes --policy destroy`);
    });

    it("by age is by id where a destroy may have been accepted: no sweep finds what is gone", async () => {
        const world = new CliWorld({ statusDelayMs: 60_000, dropletSurvivesFailure: false });
        const expired = `teardown-until-${Math.floor(world.clock.now() / 1_000) - 60}`;
        const { id, snapshot } = world.droplet("web-1", ["t", expired]);
        const { faults } = world.simulator;
        faults.failItem(snapshot, { times: 1, message: "busy" });
        faults.add({ match: { path: "*/selective" }, do: { kind: "dropAfter" } });
        const args = "destroy --tag-name t --expired --yes --policy destroy --max-droplets 1 --timeout 20s";
        const ran = await world.run(args);
        assert.equal(ran.code, 4, ran.stdout);
        assert.equal(advised(ran), `destroy ${id} --yes --policy destroy --require-tag t`);
        await world.clock.run(world.clock.sleep(120_000));
        const again = await world.run(advised(ran));
        assert.match(again.stdout, new RegExp(`snapshot +web-1-nightly \\(${snapshot}\\)`));
        assert.match(again.stdout, /Still accruing .*\$0\.15\/month/);
    });

    it("has the guards that were given", async () => {
        const { world, id, account } = stuck();
        await world.run(`plan ${id} --policy destroy --out p.json --report r.json`);
        const guards = `--account ${account()} --require-match`;
        const planned = await world.run(`destroy --plan p.json --yes ${guards} --retries 0`);
        assert.equal(advised(planned), `destroy --plan p.json --yes ${guards}`);
        const other = stuck();
        await other.world.run(`plan ${other.id} --report r.json`);
        const own = `--account ${other.account()}`;
        const args = `destroy ${other.id} --yes --policy destroy --require-tag t ${own} --retries 0`;
        other.world.simulator.panel.tagDroplet(other.id, "t");
        const ran = await other.world.run(args);
        assert.match(advised(ran), new RegExp(`--require-tag t ${own}$`));
    });

    it("names a droplet that is done where --keep names something of it, or the command would be refused", async () => {
        const world = new CliWorld();
        const [first, second] = [world.droplet("web-1"), world.droplet("web-2")];
        world.simulator.faults.failItem(second.snapshot, { times: 1, message: "busy" });
        const keep = "--keep web-1-data --keep web-?-other";
        const ran = await world.run(`destroy web-1 web-2 --yes --policy destroy ${keep} --retries 0`);
        assert.equal(ran.code, 3);
        const again = advised(ran).replaceAll("'", '"');
        assert.match(again, new RegExp(`^destroy ${second.id} ${first.id} --yes .* --keep web-1-data`));
        assert.equal((await world.run(again)).code, 0);
        const { volumes, snapshots } = world.simulator.state();
        assert.deepEqual([volumes.map(({ id }) => id), snapshots], [[first.volume], []]);
    });

    it("says of each command how it leaves what failed of its own droplet", async () => {
        const world = new CliWorld();
        const [first, second] = [world.droplet("web-1"), world.droplet("db-1")];
        const policies =
            "{web: {names: [web-*], policy: destroy}, db: {policy: {default: destroy, volumes: keep}}}";
        world.files.set("c.yaml", `version: 1\npolicies: ${policies}\n`);
        [first, second].forEach(({ snapshot }) => world.simulator.faults.failItem(snapshot, { times: 9 }));
        const ran = await world.run("destroy web-1 db-1 --yes --config c.yaml --retries 0");
        const commands = [...ran.stdout.matchAll(/npx pulumi-droplet-teardown@\S+ (destroy .*)/g)];
        const lines = [...ran.stdout.matchAll(/^To leave what failed of (\d+), add (.*)\.$/gm)];
        assert.deepEqual(
            lines.map(([, id]) => id),
            [String(first.id), String(second.id)],
        );
        for (const [nth, [, command = ""]] of commands.entries()) {
            assert.equal((await world.run(`${command} ${lines[nth]?.[2] ?? ""}`)).code, 0, command);
        }
        const { droplets, snapshots } = world.simulator.state();
        assert.deepEqual([droplets, snapshots.length], [[], 2]);
    });

    it("keeps the snapshots of volumes that are kept, however few options say so", async () => {
        const world = new CliWorld();
        const { panel, faults } = world.simulator;
        const { id, volume } = world.droplet("web-1");
        const { id: kept } = panel.snapshotVolume(volume, "kept");
        const match = { path: "*/destroy_with_associated_resources/selective" };
        faults.add({ match, do: { kind: "dropBefore" }, times: Infinity });
        const policy =
            "--policy destroy --policy volumes=keep --policy snapshots=keep --policy reservedIps=keep";
        const ran = await world.run(`destroy ${id} --yes ${policy} --timeout 30s`);
        faults.clear();
        assert.equal((await world.run(advised(ran))).code, 0);
        assert.ok(world.simulator.state().snapshots.some((one) => one.id === kept));
    });

    it("with a file keeps what the file keeps, also where nothing was seen of the droplet yet", async () => {
        const world = new CliWorld();
        const { faults } = world.simulator;
        const { volume } = world.droplet("web-1");
        world.files.set("c.yaml", "version: 1\nkeep: [web-1-data]\npolicies: {all: {policy: destroy}}\n");
        const match = { path: "*/destroy_with_associated_resources" };
        faults.add({ match, do: { kind: "dropBefore" }, times: Infinity });
        const ran = await world.run("destroy web-1 --yes --config c.yaml --timeout 3s");
        faults.clear();
        assert.equal((await world.run(advised(ran))).code, 0);
        assert.deepEqual(
            world.simulator.state().volumes.map(({ id }) => id),
            [volume],
        );
    });

    it("with a file keeps what the file keeps, also where only the status of a destroy was seen", async () => {
        const world = new CliWorld({ destroyDurationMs: 20_000 });
        const { faults } = world.simulator;
        const { id, snapshot } = world.droplet("web-1");
        world.files.set("c.yaml", "version: 1\nkeep: [web-1-nightly]\npolicies: {all: {policy: destroy}}\n");
        const args = "--yes --config c.yaml";
        await world.run(`destroy ${id} ${args}`, { interruptedAfterMs: 4_000 });
        const match = { path: "*/destroy_with_associated_resources" };
        faults.add({ match, do: { kind: "dropBefore" }, times: Infinity });
        const ran = await world.run(`destroy ${id} ${args}`, { interruptedAfterMs: 4_000 });
        faults.clear();
        assert.equal((await world.run(advised(ran))).code, 0);
        assert.deepEqual(
            world.simulator.state().snapshots.map((one) => one.id),
            [snapshot],
        );
    });

    it("with a file requires the tags of the policy where nothing is known to have begun, and only there", async () => {
        for (const [path, tags] of [
            ["*/status", " --require-tag preview"],
            ["*/selective", " --require-tag preview"],
            ["/v2/nothing", ""],
        ] as const) {
            const world = new CliWorld({ destroyDurationMs: 60_000 });
            const { id } = world.droplet("web-1", ["preview"]);
            world.files.set("c.yaml", "version: 1\npolicies: {p: {tags: [preview], policy: destroy}}\n");
            world.simulator.faults.add({ match: { path }, do: { kind: "dropBefore" }, times: Infinity });
            const ran = await world.run("destroy web-1 --yes --config c.yaml --timeout 3s");
            assert.equal(advised(ran), `destroy ${id} --yes --policy destroy${tags}`);
        }
    });

    it("where only an address is in doubt names it with its cost and the command that deletes it, and then ends well", async () => {
        const world = new CliWorld({
            ...{ statusDelayMs: 15_000, statusRetentionMs: 5_000, dropletSurvivesFailure: false },
        });
        const { panel, faults } = world.simulator;
        const { id } = panel.createDroplet("web-1");
        const { id: ip } = panel.createReservedIp();
        panel.assignReservedIp(ip, id);
        faults.failItem(world.simulator.state().reservedIps[0]?.associatedId ?? "");
        const ran = await world.run(
            `destroy ${id} --yes --policy destroy --retries 0 --report r.json --summary s.md`,
        );
        assert.equal(ran.code, 3, ran.stdout);
        const why = "no status shows whether it was destroyed; not deleted";
        const command = `doctl compute reserved-ip delete ${ip}`;
        assert.match(ran.stdout, new RegExp(`unknown +reserved ip +${ip} +${why}.* \\$5\\.00/month`));
        assert.match(ran.stdout, new RegExp(`If nobody else has it by now, \`${command}\`; then resume\\.`));
        assert.match(world.files.get("s.md") ?? "", new RegExp(`${ip}.*${why}`));
        const [droplet] = world.report("r.json").droplets;
        assert.deepEqual([droplet?.outcome, droplet?.cost.remaining], ["partial", "5.00"]);
        assert.match(droplet?.resources[0]?.reason ?? "", new RegExp(why));
        assert.equal((await world.run(advised(ran))).code, 0);
    });
});
