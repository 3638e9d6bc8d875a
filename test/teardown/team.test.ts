import assert from "node:assert/strict";

import type { Handlers } from "../../provider/index.js";
import { UNKNOWN } from "../../provider/stored/inputs.js";
import { ProgramWorld } from "../support/program-world.js";
import { personalToken, TOKEN, type PluginProcess, type Stored } from "../support/teardown-world.js";

const THEIRS = personalToken("0ddba11");

type Call = (handlers: Handlers, stored: Stored) => Promise<unknown>;

const CALLS: Readonly<Record<string, Call>> = {
    read: (handlers, stored) => handlers.read("id", stored),
    diff: (handlers, stored) => handlers.diff("id", stored, stored),
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

function selectHandlers(name: string, process: PluginProcess): Handlers {
    return name === "record" ? process.record : process;
}

describe("a token of another team", () => {
    for (const name of ["executor", "record", "byId"] as const) {
        for (const [call, work] of Object.entries(CALLS)) {
            it(`is refused by the ${call} of ${name}, which names both teams, before anything else is read or written`, async () => {
                const { world, resources, theirs } = await begin();
                const stored = resources[name];
                await assert.rejects(world.run(work(selectHandlers(name, theirs()), stored)), {
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

    it("stops no preview where its team cannot be read, or is not known yet", async () => {
        const { world, resources, theirs } = await begin();
        const { executor } = resources;
        const unknown = { ...executor, token: UNKNOWN };
        assert.deepEqual(await world.run(theirs().diff("id", executor, unknown)), { changes: true });
        const path = /account/;
        world.simulator.faults.add({ match: { path }, times: 1_000, do: { kind: "answer", status: 503 } });
        assert.deepEqual(await world.run(theirs().diff("id", executor, executor)), { changes: false });
    });

    it("is waited for once in a preview of many Droplets while the API cannot be reached, and asked for again later", async () => {
        const { world, resources, theirs } = await begin();
        const fault = { match: { path: /account/ }, times: 1_000, do: { kind: "dropBefore" } } as const;
        world.simulator.faults.add(fault);
        const process = theirs();
        const beganAtMs = world.clock.monotonicMs();
        for (const handlers of Array.from({ length: 30 }, () => [process, process.record]).flat()) {
            const stored = handlers === process ? resources.executor : resources.record;
            assert.deepEqual(await world.run(handlers.diff("id", stored, stored)), { changes: false });
        }
        const tookMs = world.clock.monotonicMs() - beganAtMs;
        assert.ok(tookMs < 10_000, `${tookMs} ms`);
        world.simulator.faults.clear();
        await world.pass(30_000);
        const again = world.run(process.diff("id", resources.executor, resources.executor));
        await assert.rejects(again, { message: /the token belongs to another team/ });
    });

    it("records no Droplet of a teardown of another team, neither a new one nor another one", async () => {
        const { world, resources, tag, dropletId } = await begin();
        const process = world.process();
        const inputs = { ...world.recordInputs(tag, dropletId), team: "theirs" };
        const refused = {
            message:
                /^droplet \d+ is not recorded: the token belongs to another team \([0-9a-f]{40}\) than the teardown of this droplet \(theirs\)\. If this run made it/,
        };
        await assert.rejects(world.run(process.record.create(inputs)), refused);
        const other = { ...inputs, dropletId: 412_999_999 };
        await assert.rejects(world.run(process.record.update("id", resources.record, other)), refused);
        assert.deepEqual(world.requests(), ["GET account 200"]);
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

    it("says so as well where the engine only asks for the difference", async () => {
        const { world, resources, tag, theirs } = await begin();
        const process = theirs();
        const { inputs } = await process.record.check(
            resources.record,
            world.recordInputs(tag, 412_999_999, { team: String(resources.record.accountId) }),
        );
        await assert.rejects(world.run(process.record.diff("id", resources.record, inputs)), {
            message: /^droplet 412999999 is not recorded: /,
        });
    });

    it("is not in question in a preview, which does not know the team of a teardown that is updated", async () => {
        const { world, resources, dropletId, tag } = await begin();
        const process = world.process();
        const team = String(resources.record.accountId);
        const news = world.recordInputs(tag, dropletId, { team });
        const { inputs } = await process.record.check(resources.record, news);
        const preview = await process.record.check(inputs, { ...news, team: UNKNOWN });
        assert.equal(preview.inputs.team, team);
    });
});

describe("a token that cannot read its team", () => {
    const verbs = ["create", "read", "update", "delete"];
    const kinds = ["droplet", "tag", "image", "block_storage", "block_storage_snapshot", "reserved_ip"];
    const scopes = kinds.flatMap((kind) => verbs.map((verb) => `${kind}:${verb}`));

    async function begin() {
        const world = new ProgramWorld({
            grants: { [TOKEN]: { scopes }, [THEIRS]: { scopes, team: "theirs" } },
        });
        const stored = await world.up();
        assert.equal(stored.executor.accountId, "");
        return { world, stored, ...stored };
    }

    it("destroys what is left of a Droplet that is gone: no other team has the teardown's tag", async () => {
        const { world, stored, tag, dropletId } = await begin();
        world.simulator.panel.deleteDroplet(dropletId);
        const { record } = stored;
        await world.run(world.process().record.read("id", record ?? {}));
        await world.destroy(stored);
        assert.deepEqual(
            world.simulator.state().tags.filter(({ name }) => name.startsWith(tag)),
            [],
        );
    });

    it("is not believed where it does not see that tag, since it may be another team's", async () => {
        const { world, stored } = await begin();
        const config = { "digitalocean:token": THEIRS };
        const message = await world.failedDestroy(stored, { config });
        assert.match(message, /cannot tell its team \(scope account:read\)/);
    });

    it("makes a record that the next `up` does not change", async () => {
        const { world, record, dropletId, tag } = await begin();
        const { inputs } = await world
            .process()
            .record.check(record ?? {}, world.recordInputs(tag, dropletId));
        const difference = await world.run(world.process().record.diff("id", record ?? {}, inputs));
        assert.deepEqual(difference, { changes: false });
    });
});
