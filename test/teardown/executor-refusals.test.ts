import assert from "node:assert/strict";

import { markTag, memoryTag } from "../../provider/ownership/verdict.js";
import { personalToken, type Stored, TOKEN } from "../support/teardown-world.js";
import { ProgramWorld, type StoredProgram } from "../support/program-world.js";

const THEIRS = personalToken("0ddba11");
const OTHER_TAG = "teardown-ffffffffffffffff";

type Process = ReturnType<ProgramWorld["process"]>;

/** How a Droplet leaves its teardown without being destroyed; each returns what is stored of the teardown then. */
const HANDED_OVER: Readonly<
    Record<string, (world: ProgramWorld, program: StoredProgram, process: Process) => Promise<Stored>>
> = {
    "has just become another resource's": async (world, { dropletId, record, executor }, process) => {
        await process.check({}, { dropletId, policy: "destroy", resourceUrn: "urn:other::site" });
        await world.run(process.record.delete("record-1", record ?? {}));
        return executor;
    },
    "got another teardown in an earlier run": async (world, { dropletId, tag, record, executor }) => {
        const earlier = world.process();
        world.simulator.panel.untagDroplet(dropletId, tag);
        world.simulator.panel.tagDroplet(dropletId, OTHER_TAG);
        const olds = record ?? {};
        const { inputs } = await earlier.record.check(olds, world.recordInputs(OTHER_TAG, dropletId));
        await world.run(earlier.record.update("record-1", olds, inputs));
        return executor;
    },
    "was handed back before": async (world, { dropletId, tag, record, executor }) => {
        const earlier = world.process();
        const olds = record ?? {};
        const news = world.recordInputs(tag, dropletId, { enabled: false });
        const { inputs } = await earlier.record.check(olds, news);
        await world.run(earlier.record.update("record-1", olds, inputs));
        return { ...executor, enabled: false };
    },
};

describe("the destroy of a Droplet of a program refuses", () => {
    /** Nothing was sent that destroys anything. */
    function isUntouched(world: ProgramWorld, droplets = 1): void {
        assert.equal(world.simulator.state().droplets.length, droplets);
        assert.deepEqual(
            world.changes().filter((change) => change.startsWith("DELETE selective")),
            [],
        );
    }

    it("with a token of another team, which sees nothing", async () => {
        const world = new ProgramWorld({ grants: { [TOKEN]: {}, [THEIRS]: { team: "theirs" } } });
        const program = await world.up();
        const config = { "digitalocean:token": THEIRS };
        assert.match(await world.failedDestroy({ ...program, record: null }, { config }), /another team/);
        assert.match(
            await world.failedDestroy(program, { config }),
            /^droplet 412000001: the token belongs to another team .*[^]*pulumi state delete 'urn:.*:DropletRecord::web'/,
        );
        isUntouched(world);
    });

    it("without its tag, and tells what it costs and every way on", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        const message = await world.failedDestroy(program);
        assert.match(
            message,
            /^droplet web-1 \(412000001\): nothing was destroyed, because the droplet does not carry/,
        );
        assert.match(message, /Still accruing at least \$6\.00\/month/);
        assert.match(message, /`pulumi up` with `teardown: \{ enabled: false \}` first/);
        assert.match(message, /`pulumi state delete 'urn:.*:DropletRecord::web'`/);
        assert.match(message, /`doctl compute droplet tag 412000001 --tag-name teardown-0+1`/);
        isUntouched(world);
    });

    it("while the policy prevents it, before anything is asked for, and tells the pipeline", async () => {
        const world = new ProgramWorld();
        const program = await world.up({ policy: { default: "destroy", snapshots: "prevent" } });
        const env = { DROPLET_TEARDOWN_REPORT: "report" };
        const message = await world.failedDestroy(program, { env });
        assert.match(
            message,
            /^droplet web-1 \(412000001\): nothing was destroyed, because the policy prevents it while there is snapshot nightly/,
        );
        assert.match(message, /Still accruing \$6\.15\/month/);
        assert.match(world.files.get("report") ?? "", /"outcome":"refused"/);
        isUntouched(world);
        assert.ok(!world.tagNames().some((tag) => tag.endsWith(":go")));
    });

    it("with no token that is accepted, and says what to do", async () => {
        const world = new ProgramWorld({ grants: { [TOKEN]: {} } });
        const program = await world.up();
        world.simulator.setToken(TOKEN, { revoked: true });
        assert.match(
            await world.failedDestroy(program),
            /^droplet 412000001: DigitalOcean rejected every available token[^]*\n(?:.*\n)*Fix that, then run `pulumi destroy` again/,
        );
        isUntouched(world);
    });

    it("where nobody has asked to let the Droplet go, and tells both ways on", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const message = await world.failedDestroy({ ...program, record: null });
        assert.match(
            message,
            /^droplet web-1 \(412000001\): nothing was done to it: it still exists, but is no longer in the stack's state/,
        );
        assert.match(message, /Still accruing at least \$6\.00\/month/);
        assert.match(message, new RegExp(`\`doctl compute tag create ${program.tag}:412000001:go\``));
        isUntouched(world);
    });

    describe("where another teardown's record knows the Droplet, which an `up` has just retagged,", () => {
        /** An `up` after a rename, which stopped before it came to the record. */
        async function retagged() {
            const world = new ProgramWorld();
            const program = await world.up();
            const executor = await world.executor({});
            const tag = String(executor.tag);
            world.simulator.panel.untagDroplet(program.dropletId, program.tag);
            world.simulator.panel.tagDroplet(program.dropletId, tag);
            return { world, program, executor, tag };
        }

        it("and that record was not deleted: Droplet and record may be in another stack by now", async () => {
            const { world, executor, tag } = await retagged();
            await assert.rejects(world.run(world.process().delete("teardown-2", executor)), {
                message: /no longer in the stack's state/,
            });
            isUntouched(world);
            world.simulator.panel.createTag(markTag(tag, 412000001));
            await world.run(world.process().delete("teardown-2", executor));
            assert.deepEqual(world.left(), []);
        });

        it("but not where that record is deleted in the same run", async () => {
            const { world, program, executor } = await retagged();
            const process = world.process();
            await world.run(process.record.delete("record-1", program.record ?? {}));
            await world.run(process.delete("teardown-2", executor));
            assert.deepEqual(world.left(), []);
        });
    });

    it("where the Droplet lost its tag after it was asked for, and cleans up nothing of its new owner's", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const process = world.process();
        await world.run(process.record.delete("record-1", program.record ?? {}));
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        await assert.rejects(world.run(process.delete("teardown-1", program.executor)), {
            message: /no longer has the tag .*, so it may be somebody else's/,
        });
        isUntouched(world);
        world.simulator.panel.deleteDroplet(program.dropletId);
        await world.destroy({ ...program, record: null });
        assert.deepEqual(world.left(), ["snapshot"]);
        assert.match(
            world.announced().at(-1) ?? "",
            /nightly .*\n.*\n.*Still accruing at least \$0\.15\/month/,
        );
    });

    it("to take a copy that carries the tag, but not to take its own", async () => {
        const world = new ProgramWorld();
        const program = await world.up({ dropletName: "web-1" });
        const copy = world.simulator.panel.createDroplet("web-1-restored", { tags: [program.tag] });
        const message = await world.failedDestroy(program);
        assert.match(message, /droplet web-1-restored \(\d+\): nothing was done to it: .* it may be a copy/);
        assert.match(message, new RegExp(`doctl compute droplet untag ${copy.id} --tag-name ${program.tag}`));
        assert.deepEqual(world.left(), ["droplet"]);
        world.simulator.panel.untagDroplet(copy.id, program.tag);
        await world.destroy({ ...program, record: null });
        assert.deepEqual(
            world.simulator.state().droplets.map(({ id }) => id),
            [copy.id],
        );
        assert.deepEqual(world.tagNames(), []);
    });

    it("where a copy has the very name that Pulumi gave to its own, until somebody says which goes", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const { tag } = program;
        world.simulator.panel.deleteDroplet(program.dropletId);
        const make = (name: string): number => world.simulator.panel.createDroplet(name, { tags: [tag] }).id;
        const dropletId = make("web-0abcdef");
        const stack = { ...program, record: await world.record(tag, dropletId), dropletId };
        const copy = make("Web-0abcdef");
        await assert.rejects(world.record(tag, dropletId), {
            message: /`pulumi destroy` refuses until that is decided/,
        });
        const message = await world.failedDestroy(stack);
        assert.match(message, /it still exists, but is no longer in the stack's state .*, or a copy/);
        isUntouched(world, 2);
        assert.match(await world.failedDestroy({ ...stack, record: null }), /or a copy/);
        world.simulator.panel.untagDroplet(copy, tag);
        world.simulator.panel.deleteTag(memoryTag(tag, copy));
        await world.destroy({ ...stack, record: null });
        assert.deepEqual(
            world.simulator.state().droplets.map(({ id }) => id),
            [copy],
        );
    });

    it("where two have a name that Pulumi gave, and neither was recorded", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor({});
        const tag = String(executor.tag);
        const [first, copy] = [0, 1].map(
            () => world.simulator.panel.createDroplet("web-0abcdef", { tags: [tag] }).id,
        );
        const stack = { executor, record: null, dropletId: first ?? 0, tag };
        assert.match(await world.failedDestroy(stack), /or a copy/);
        isUntouched(world, 2);
        world.simulator.panel.createTag(markTag(tag, first ?? 0));
        world.simulator.panel.untagDroplet(copy ?? 0, tag);
        world.simulator.panel.deleteTag(memoryTag(tag, copy ?? 0));
        await world.destroy(stack);
        assert.deepEqual(
            world.simulator.state().droplets.map(({ id }) => id),
            [copy],
        );
    });

    for (const [how, handOver] of Object.entries(HANDED_OVER)) {
        it(`to take a copy where its own Droplet ${how}`, async () => {
            const world = new ProgramWorld();
            const program = await world.up();
            const copy = world.simulator.panel.createDroplet("restored", { tags: [program.tag] });
            const process = world.process();
            const executor = await handOver(world, program, process);
            await assert.rejects(world.run(process.delete("teardown-1", executor)), {
                message: new RegExp(`restored \\(${copy.id}\\): nothing was done to it: .* it may be a copy`),
            });
            isUntouched(world, 2);
        });
    }

    it("where a Droplet has the program's name and the tag of no teardown", async () => {
        const world = new ProgramWorld();
        for (const dropletName of ["web-1", undefined]) {
            const args = dropletName === undefined ? {} : { dropletName };
            const executor = await world.executor(args);
            const name = dropletName ?? "web-0abcdef";
            const { id } = world.simulator.panel.createDroplet(name);
            const program: StoredProgram = {
                executor,
                record: null,
                dropletId: id,
                tag: String(executor.tag),
            };
            assert.match(await world.failedDestroy(program), /carries the tag of no teardown/);
            world.simulator.panel.tagDroplet(id, program.tag);
            world.simulator.panel.createTag(markTag(program.tag, id));
            await world.destroy(program);
        }
        assert.deepEqual(world.left(), []);
    });

    it("and if the official provider deletes that one in the same run, the next one reports what it left", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor({ dropletName: "web-1" });
        const { id } = world.simulator.panel.createDroplet("web-1");
        world.simulator.panel.takeSnapshot(id, "nightly");
        const program = { executor, record: null, dropletId: id, tag: String(executor.tag) };
        assert.match(await world.failedDestroy(program), /If this run deletes it all the same/);
        assert.ok(world.tagNames().includes(memoryTag(program.tag, id)));
        world.simulator.panel.deleteDroplet(id);
        await world.destroy(program);
        const told = world.announced().at(-1) ?? "";
        assert.match(told, /^droplet 412000001: already gone\n {2}kept +snapshot +nightly .* \$0\.15\/month/);
        assert.match(told, /Still accruing at least \$0\.15\/month/);
        assert.deepEqual(world.left(), ["snapshot"]);
        assert.deepEqual(world.tagNames(), []);
    });

    it("where it carries the tags of two teardowns", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.tagDroplet(program.dropletId, OTHER_TAG);
        assert.match(await world.failedDestroy({ ...program, record: null }), /that of another teardown/);
        isUntouched(world);
    });

    it("and says what of its others is held back meanwhile, with the cost of both", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.createDroplet("web-2", { tags: [program.tag, OTHER_TAG] });
        const message = await world.failedDestroy(program);
        assert.match(message, /^droplet web-2 \(\d+\): nothing was done to it: it carries the tag/m);
        assert.match(
            message,
            /^droplet web-1 \(\d+\): nothing was done to it: another droplet of this teardown needs a decision first$/m,
        );
        assert.match(message, /^Still accruing at least \$6\.00\/month\.\nIf it is the other's, /m);
        assert.match(
            message,
            /nightly \(161000001\) .*\n.*\nStill accruing at least \$6\.15\/month\.\nCode: needs-decision$/,
        );
        isUntouched(world, 2);
        world.simulator.panel.untagDroplet(program.dropletId + 1, program.tag);
        await world.destroy(program);
        assert.deepEqual(
            world.simulator.state().droplets.map(({ name }) => name),
            ["web-2"],
        );
    });

    it("and says how to go on where nothing can be seen, and nothing tells the team", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor();
        world.simulator.setToken(TOKEN, { scopes: ["droplet:read", "tag:read"] });
        const program = { executor, record: null, dropletId: 0, tag: String(executor.tag) };
        const message = await world.failedDestroy(program);
        assert.match(message, /^DigitalOcean answers 404, and the token cannot tell its team/);
        assert.match(
            message,
            /\nUse a token of the right team with the scope account:read and run `pulumi destroy` again,\n/,
        );
        assert.match(
            message,
            /`pulumi state delete 'urn:pulumi:dev::app::[^']+::web'` to forget it\.(?:\nCode: [a-z-]+)?$/,
        );
    });
});
