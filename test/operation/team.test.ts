import assert from "node:assert/strict";

import type { Handlers } from "../../provider/index.js";
import { ProgramWorld } from "../support/program-world.js";
import { personalToken, TOKEN, type PluginProcess, type Stored } from "../support/teardown-world.js";

const THEIRS = personalToken("0ddba11");

type Call = (handlers: Handlers, stored: Stored) => Promise<unknown>;

const CALLS: Readonly<Record<string, Call>> = {
    read: (handlers, stored) => handlers.read("id", stored),
    update: (handlers, stored) => handlers.update("id", stored, { ...stored, policy: stored.policy }),
    delete: (handlers, stored) => handlers.delete("id", stored),
};

/** A stack of our team, and a process with a token of theirs. */
async function begin() {
    const world = new ProgramWorld({ grants: { [TOKEN]: {}, [THEIRS]: { team: "theirs" } } });
    const { executor, record, dropletId, tag } = await world.up();
    const byId = await world.create({
        dropletId: world.dropletWithEverything("legacy").id,
        policy: "destroy",
    });
    const resources = { executor, record: record ?? {}, byId };
    const theirs = () => world.process({ config: { "digitalocean:token": THEIRS } });
    return { world, resources, dropletId, tag, theirs };
}

function handlersOf(name: string, process: PluginProcess): Handlers {
    return name === "record" ? process.record : process;
}

describe("a token of another team", () => {
    for (const name of ["executor", "record", "byId"] as const) {
        for (const [call, work] of Object.entries(CALLS)) {
            it(`is refused by the ${call} of ${name}, which names both teams, before anything else is read or written`, async () => {
                const { world, resources, theirs } = await begin();
                const stored = resources[name];
                await assert.rejects(world.run(work(handlersOf(name, theirs()), stored)), {
                    message: new RegExp(
                        `the token belongs to another team \\([0-9a-f]{40}\\) than .* \\(${String(stored.accountId)}\\)`,
                    ),
                });
                assert.deepEqual(world.requests(), ["GET account 200"]);
            });
        }
    }

    it("is told apart with one request, whichever resources of a process ask", async () => {
        const { world, resources } = await begin();
        const process = world.process();
        await world.run(process.read("id", resources.executor));
        await world.run(process.record.read("id", resources.record));
        await world.run(process.read("id", resources.byId));
        const asked = world.requests().filter((line) => line.startsWith("GET account"));
        assert.equal(asked.length, 1);
    });

    it("does not record the Droplet that it made, and says where that one is and what to do", async () => {
        const { world, resources, tag, theirs } = await begin();
        const made = 412_999_999;
        const process = theirs();
        const { inputs } = await process.record.check(resources.record, world.recordInputs(tag, made));
        await assert.rejects(world.run(process.record.update("id", resources.record, inputs)), {
            message:
                /^droplet 412999999 is not recorded: the token belongs to another team .* delete it with the same token: no destroy of this stack finds it\. Then run `pulumi refresh`/,
        });
        assert.deepEqual(world.requests(), ["GET account 200"]);
    });
});
