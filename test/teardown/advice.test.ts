import assert from "node:assert/strict";

import { follow, type Option, optionsIn } from "../support/advice.js";
import { ProgramWorld, STACK_TAG, type StoredProgram } from "../support/program-world.js";

const OTHER_TAG = "teardown-ffffffffffffffff";
const ROUNDS = 5;

/** A stack in trouble, and the Droplets that its message is about. */
interface Story {
    readonly world: ProgramWorld;
    readonly program: StoredProgram;
    /** Belongs to another stack. */
    readonly elsewhere?: readonly number[];
}

const outOfTheState = async (): Promise<Story> => {
    const world = new ProgramWorld();
    return { world, program: { ...(await world.up()), record: null } };
};

/** Droplet 1 was taken out of the state; an `up` made Droplet 2, whose record failed. */
const besideAnother = async (): Promise<Story> => {
    const { world, program } = await outOfTheState();
    world.simulator.panel.createDroplet("web-2", { tags: [STACK_TAG, program.tag] });
    return { world, program };
};

const STORIES: Readonly<Record<string, () => Promise<Story>>> = {
    "that was taken out of the state": outOfTheState,
    "that was taken out of the state, beside one that an `up` made since": async () => {
        const { world, program } = await besideAnother();
        const executor = { ...program.executor, resourceName: "web", dropletName: "web-2" };
        return { world, program: { ...program, executor } };
    },
    "that lost its tag": async () => {
        const { world, program } = await outOfTheState();
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        return { world, program };
    },
    "that lost its tag before its record is deleted": async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.untagDroplet(program.dropletId, program.tag);
        return { world, program };
    },
    "whose tag somebody deleted, beside one that an `up` made and did not record": async () => {
        const { world, program } = await besideAnother();
        world.simulator.panel.deleteTag(program.tag);
        return { world, program: { ...program, executor: { ...program.executor, dropletName: "web-2" } } };
    },
    "with the tags of two teardowns": async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.tagDroplet(program.dropletId, OTHER_TAG);
        return { world, program, elsewhere: [program.dropletId] };
    },
    "that is a copy": async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        world.simulator.panel.createDroplet("copy", { tags: [program.tag] });
        return { world, program };
    },
    "that never got its tag": async () => {
        const world = new ProgramWorld();
        const executor = await world.executor({ dropletName: "web-1" });
        const { id } = world.simulator.panel.createDroplet("web-1");
        return { world, program: { executor, record: null, dropletId: id, tag: String(executor.tag) } };
    },
    "that never got its tag, one of two": async () => {
        const world = new ProgramWorld();
        const executor = await world.executor({ dropletName: "web-1" });
        const { id } = world.simulator.panel.createDroplet("web-1");
        world.simulator.panel.createDroplet("web-1");
        return { world, program: { executor, record: null, dropletId: id, tag: String(executor.tag) } };
    },
};

async function destroy(world: ProgramWorld, program: StoredProgram): Promise<string | null> {
    return world.destroy(program).then(
        () => null,
        (error: unknown) => (error as Error).message,
    );
}

/**
 * Destroys, and follows the advice at these places, one a round; in the end no advice is left.
 * @param choices "keep": in each round, every line that keeps a Droplet
 */
async function followed(begin: () => Promise<Story>, choices: readonly number[] | "keep"): Promise<number> {
    const { world, program, elsewhere = [] } = await begin();
    const told = new Set<number>(elsewhere);
    let stored: StoredProgram | null = program;
    let most = 0;
    for (let round = 0; stored !== null; round += 1) {
        assert.ok(round < ROUNDS, "the advice leads in circles");
        const message = await destroy(world, stored);
        if (message === null) {
            break;
        }
        // A record that authorized its delete is out of the state.
        stored = { ...stored, record: message.includes("nothing was destroyed") ? stored.record : null };
        const options = optionsIn(message);
        assert.ok(options.length > 0, message);
        most = Math.max(most, options.length);
        const isToKeep = ({ line }: Option): boolean =>
            ["To keep", "If it is the other"].some((start) => line.startsWith(start));
        const chosen =
            choices === "keep"
                ? options.filter(isToKeep)
                : options.slice((choices[round] ?? 0) % options.length).slice(0, 1);
        for (const option of chosen) {
            const { line, commands } = option;
            if (isToKeep(option)) {
                keptBy(message, line, world).forEach((id) => told.add(id));
            }
            for (const command of line.startsWith("If it is the other") ? commands.slice(0, 1) : commands) {
                stored = stored === null ? null : await follow(command, world, stored);
            }
        }
    }
    const lost = world.simulator.state().droplets.filter(({ id }) => !told.has(id));
    assert.deepEqual(lost, [], "a Droplet that nobody was told of lives in no state");
    return most;
}

/** The Droplets that a line keeps: that of its command, or that of the report it stands in. */
function keptBy(message: string, line: string, world: ProgramWorld): number[] {
    const named = world.simulator.state().droplets.map(({ id }) => id);
    const inLine = named.filter((id) => line.includes(String(id)));
    return inLine.length > 0 ? inLine : named.filter((id) => message.includes(`(${id})`));
}

describe("the advice of a refused destroy, followed to its end, for a Droplet", () => {
    for (const [name, begin] of Object.entries(STORIES)) {
        it(name, async () => {
            const most = await followed(begin, []);
            await followed(begin, "keep");
            for (let first = 0; first < most; first += 1) {
                for (let second = 0; second < most; second += 1) {
                    await followed(begin, [first, second]);
                }
            }
        });
    }

    it("never forgets the teardown of one that is to go", async () => {
        const { world, program } = await besideAnother();
        const message = (await destroy(world, program)) ?? "";
        assert.doesNotMatch(message, /pulumi state delete '/);
    });
});

describe("the advice of a record that finds another Droplet with its tag", () => {
    it("says that a destroy refuses one that was taken out of the state", async () => {
        const { world, program } = await besideAnother();
        const second = world.simulator.state().droplets.find(({ name }) => name === "web-2");
        await assert.rejects(world.record(program.tag, second?.id ?? 0), {
            message: /`pulumi destroy` refuses until that is decided/,
        });
    });

    it("ends in an `up` that succeeds, whichever way is taken", async () => {
        for (const way of [0, 1]) {
            const { world, program } = await besideAnother();
            const { id = 0 } = world.simulator.state().droplets.find(({ name }) => name === "web-2") ?? {};
            const error: unknown = await world.record(program.tag, id).catch((thrown: unknown) => thrown);
            const [option] = optionsIn((error as Error).message);
            await follow(option?.commands[way] ?? "", world, program);
            const record = await world.record(program.tag, id);
            await world.destroy({ ...program, record, dropletId: id });
            const left = world.simulator.state().droplets.map(({ name }) => name);
            assert.deepEqual(left, way === 0 ? [] : ["web-1"]);
        }
    });
});

describe("a Droplet whose delete its record authorized", () => {
    it("is taken back by the command that the record named", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        await world.run(world.process().record.delete("record-1", program.record ?? {}));
        const [option] = optionsIn(world.announced().join("\n"));
        await follow(option?.commands[0] ?? "", world, program);
        assert.match(
            (await destroy(world, { ...program, record: null })) ?? "",
            /is no longer in the stack's state/,
        );
    });

    it("is not marked where something after it could still fail", async () => {
        const world = new ProgramWorld();
        const program = await world.up();
        const record = {
            ...program.record,
            predecessors: [{ dropletId: 412_999_999, replacedAt: "", released: false }],
        };
        world.simulator.faults.add({
            match: { path: "/v2/snapshots" },
            times: Infinity,
            do: { kind: "answer", status: 503, message: "no" },
        });
        await assert.rejects(world.run(world.process().record.delete("record-1", record)));
        assert.ok(!world.tagNames().some((tag) => tag.endsWith(":go")));
    });
});

describe("a command of an error that names a resource", () => {
    it("can be copied where the resource's name has quotes", async () => {
        const world = new ProgramWorld();
        const program = { ...(await world.up({ resourceName: "bob's" })), record: null };
        const message = await world.failedDestroy(program);
        assert.match(message, /`pulumi state delete 'urn:[^'`]*::bob'\\''s'` forgets its teardown/);
    });
});

describe("a destroy that is interrupted before its first step", () => {
    it("says to run it again, and not to fix what is not broken", async () => {
        const world = new ProgramWorld();
        const { executor } = await world.up();
        const work = world.process().delete("teardown-1", executor, { signal: AbortSignal.abort() });
        await assert.rejects(world.run(work), {
            message: "interrupted\nRun `pulumi destroy` again.\nCode: interrupted",
        });
    });
});

describe("a destroy with a setting that is not valid", () => {
    it("says to fix that, and not to forget what it did not look at", async () => {
        const world = new ProgramWorld();
        const message = await world.failedDestroy(await world.up(), {
            env: { DROPLET_TEARDOWN_TIMEOUT: "soon" },
        });
        assert.match(
            message,
            /not "soon"[^]*\nFix that, then run `pulumi destroy` again[^]*\nCode: invalid-input$/,
        );
        assert.doesNotMatch(message, /pulumi state delete/);
    });
});
