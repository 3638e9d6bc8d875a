import assert from "node:assert/strict";

import { memoryTag } from "../../provider/ownership/tag-names.js";
import { personalToken, TOKEN } from "../support/teardown-world.js";
import { ProgramWorld, STACK_TAG, type StoredProgram } from "../support/program-world.js";

const THEIRS = personalToken("0ddba11");
const OTHER_TAG = "teardown-ffffffffffffffff";

describe("the destroy of a Droplet of a program", () => {
    it("takes all of it, and leaves no tag in the account", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.destroy(program);
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("leaves the stack's readable tag while another Droplet carries it", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.createDroplet("db-1", { tags: [STACK_TAG] });
        await world.destroy(program);
        assert.deepEqual(world.tagNames(), [STACK_TAG]);
    });

    it("is done, with a line, where the token may not delete tags", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/tags/*" },
            times: Infinity,
            do: { kind: "answer", status: 403, message: "You are not authorized" },
        });
        await world.destroy(program);
        assert.deepEqual(world.left(), []);
        assert.match(world.announced().join("\n"), /may not delete tags \(scope tag:delete\)/);
    });

    it("fails when all is destroyed where the tags cannot be deleted, after telling what was destroyed", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/tags/*" },
            times: Infinity,
            do: { kind: "answer", status: 500, message: "Server Error" },
        });
        assert.match(
            await world.failedDestroy(program),
            /^everything is destroyed, but tags .* 500 Server Error/,
        );
        assert.match(world.announced().join("\n"), /destroyed {2}droplet, snapshot nightly/);
        world.simulator.faults.clear();
        await world.destroy({ ...program, record: null });
        assert.deepEqual(world.tagNames(), []);
    });

    it("may be told in the environment what to keep of another Droplet", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const other = world.dropletWithEverything("db");
        for (const entry of [other.snapshot, other.volume, other.address]) {
            assert.match(
                await world.failedDestroy(program, { env: { DROPLET_TEARDOWN_KEEP: `${entry},typo` } }),
                /DROPLET_TEARDOWN_KEEP names typo, and/,
            );
        }
        await world.destroy(program, { env: { DROPLET_TEARDOWN_KEEP: other.snapshot } });
        assert.equal(world.simulator.state().droplets.length, 1);
    });

    it("takes what an `up` that was cut short has made, although lists are late", async () => {
        const world = new ProgramWorld({ settings: { tagListDelayMs: 3_000 } });
        const executor = await world.executor();
        const tag = String(executor.tag);
        const { id } = world.simulator.panel.createDroplet("web-0abcdef", { tags: [tag] });
        await world.destroy({ executor, record: null, dropletId: id, tag });
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("is resumed where only the executor is left in the state", async () => {
        const world = new ProgramWorld({ settings: { dropletSurvivesFailure: false } });
        const program = await world.up();
        const [snapshot] = world.simulator.state().snapshots;
        world.simulator.faults.failItem(snapshot?.id ?? "", { times: Infinity });
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/snapshots/*" },
            times: Infinity,
            do: { kind: "answer", status: 409, message: "snapshot is busy" },
        });
        await world.failedDestroy(program, { env: { DROPLET_TEARDOWN_TIMEOUT: "1m" } });
        assert.deepEqual(world.left(), ["snapshot"]);
        world.simulator.faults.clear();
        await world.destroy({ ...program, record: null });
        assert.deepEqual(world.left(), []);
        assert.deepEqual(world.tagNames(), []);
    });

    it("reads the memory again where other people make tags meanwhile", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.deleteDroplet(program.dropletId);
        for (let index = 0; index < 250; index += 1) {
            world.simulator.panel.createTag(`theirs-${index}`);
        }
        let pages = 0;
        await world.destroy(
            { ...program, record: null },
            {
                fetch: async (url, init) => {
                    const answer = await world.simulator.fetch(url, init);
                    if (url.includes("/v2/tags?") && (pages += 1) === 1) {
                        world.simulator.panel.deleteTag("theirs-0");
                    }
                    return answer;
                },
            },
        );
        assert.equal(pages, 4);
        assert.deepEqual(
            world.tagNames().filter((tag) => !tag.startsWith("theirs-")),
            [],
        );
    });
});

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
        assert.match(await world.failedDestroy(program, { config }), /another team/);
        isUntouched(world);
    });

    it("while the policy prevents it, before anything is asked for", async () => {
        const world = new ProgramWorld();
        const program = await world.up({ policy: { default: "destroy", snapshots: "prevent" } });
        assert.match(
            await world.failedDestroy(program),
            /the policy prevents it while there is snapshot nightly/,
        );
        isUntouched(world);
        assert.ok(!world.tagNames().some((tag) => tag.endsWith(":go")));
    });

    it("where nobody has asked to let the Droplet go, and tells both ways on", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const message = await world.failedDestroy({ ...program, record: null });
        assert.match(
            message,
            /^droplet web-1 \(412000001\): nothing was done to it: it lives, but the stack's state/,
        );
        assert.match(message, /Still accruing at least \$6\.00\/month/);
        assert.match(message, new RegExp(`\`doctl compute tag create ${program.tag}:412000001:go\``));
        isUntouched(world);
    });

    it("where the Droplet lost its tag after it was asked for, and cleans up nothing of its new owner's", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const process = world.process();
        await world.run(process.record.delete("record-1", program.record ?? {}));
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        await assert.rejects(world.run(process.delete("teardown-1", program.executor)), {
            message: /does not carry the tag .* any more, so it may be somebody else's/,
        });
        isUntouched(world);
        world.simulator.panel.deleteDroplet(program.dropletId);
        await world.destroy({ ...program, record: null });
        assert.deepEqual(world.left(), ["snapshot"]);
        assert.match(world.announced().at(-1) ?? "", /nightly .*\n.*Still accruing \$0\.15\/month/);
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
            await world.destroy(program);
        }
        assert.deepEqual(world.left(), []);
    });

    it("where it carries the tags of two teardowns", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.tagDroplet(program.dropletId, OTHER_TAG);
        assert.match(await world.failedDestroy({ ...program, record: null }), /that of another teardown/);
        isUntouched(world);
    });
});

describe("the destroy of a Droplet of a program leaves alone, in silence,", () => {
    it("what another teardown has taken over", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        world.simulator.panel.tagDroplet(program.dropletId, OTHER_TAG);
        await world.destroy(program);
        assert.equal(world.simulator.state().droplets.length, 1);
        assert.deepEqual(world.tagNames().sort(), [OTHER_TAG, STACK_TAG].sort());
        assert.ok(!world.tagNames().includes(memoryTag(program.tag, program.dropletId)));
    });
});
