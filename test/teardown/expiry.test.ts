import assert from "node:assert/strict";
import { ProgramWorld, type ProgramArgs } from "../support/program-world.js";
import { TeardownWorld, type ProcessOptions, type Stored, URN } from "../support/teardown-world.js";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

function until(atMs: number): string {
    return `teardown-until-${atMs / 1_000}`;
}

function dropletTags({ simulator }: TeardownWorld, dropletId: number): string[] {
    return [...(simulator.state().droplets.find(({ id }) => id === dropletId)?.tags ?? [])];
}

function accountTags({ simulator }: TeardownWorld): string[] {
    return simulator.state().tags.map(({ name }) => name);
}

/** An `up` of a teardown that exists: what it asks of the diff, and the update if that says so. */
async function upAgain(
    world: TeardownWorld,
    stored: Stored,
    news: Stored,
    options: ProcessOptions = {},
): Promise<Stored> {
    const process = world.process(options);
    const { inputs, failures } = await process.check(stored, news);
    assert.deepEqual(failures, []);
    const { changes } = await world.run(process.diff("teardown-1", stored, inputs));
    return changes ? (await world.run(process.update("teardown-1", stored, inputs))).outs : stored;
}

describe("the expiry of a Droplet from elsewhere", () => {
    async function begin(more: Stored = {}) {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("legacy", { tags: ["mine"] });
        const given = { dropletId: id, policy: "destroy", ttl: "7d", resourceUrn: URN, ...more };
        const stored = await world.create(given);
        return { world, id, given, stored };
    }

    it("is a tag on it from the create on, and in the state", async () => {
        const { world, id, stored } = await begin();
        assert.deepEqual(dropletTags(world, id), ["mine", until(START_MS + 7 * DAY_MS)]);
        assert.equal(stored.expiryTag, until(START_MS + 7 * DAY_MS));
    });

    for (const when of ["create", "update"] as const) {
        it(`leaves no tag in the account, and the state a date, where the Droplet goes during the ${when}`, async () => {
            const world = new TeardownWorld();
            const { panel } = world.simulator;
            const { id } = panel.createDroplet("legacy");
            const given = { dropletId: id, policy: "destroy", resourceUrn: URN };
            const fetch: ProcessOptions["fetch"] = (url, init) => {
                if (url.endsWith("/resources")) {
                    panel.deleteDroplet(id);
                }
                return world.simulator.fetch(url, init);
            };
            const news = { ...given, ttl: "7d" };
            const stored =
                when === "create"
                    ? await world.create(news, world.process({ fetch }))
                    : await upAgain(world, await world.create(given), news, { fetch });
            assert.equal(stored.expiryTag, until(START_MS + 7 * DAY_MS));
            assert.deepEqual(accountTags(world), []);
            await world.delete(stored);
            assert.match(world.announced().at(-1) ?? "", /already gone/);
        });
    }

    it("stays as it is while an `up` changes nothing", async () => {
        const { world, id, given, stored } = await begin();
        await world.pass(DAY_MS);
        assert.equal(await upAgain(world, stored, given), stored);
        assert.deepEqual(dropletTags(world, id), ["mine", until(START_MS + 7 * DAY_MS)]);
    });

    const renewals: Readonly<
        Record<string, readonly [more: Stored, passedMs: number, env: ProcessOptions["env"]]>
    > = {
        "that changes a setting": [{ keep: ["pg-*"] }, DAY_MS, {}],
        "that asks for it": [{}, DAY_MS, { DROPLET_TEARDOWN_RENEW: "1" }],
        "that finds it expired": [{}, 8 * DAY_MS, {}],
        "that finds less than an hour left": [{}, 7 * DAY_MS - 59 * MINUTE_MS, {}],
    };
    for (const [which, [more, passedMs, env]] of Object.entries(renewals)) {
        it(`is renewed by an \`up\` ${which}, and the old tag is in the account no more`, async () => {
            const { world, id, given, stored } = await begin();
            await world.pass(passedMs);
            const now = await upAgain(world, stored, { ...given, ...more }, { env: env ?? {} });
            const renewed = until(START_MS + passedMs + 7 * DAY_MS);
            assert.deepEqual(dropletTags(world, id), ["mine", renewed]);
            assert.equal(now.expiryTag, renewed);
            assert.deepEqual(accountTags(world), ["mine", renewed]);
        });
    }

    it("takes the place of one that a killed `up` has put on beside it; a later one, which somebody has put on, stays", async () => {
        const { world, id, given, stored } = await begin();
        const later = until(START_MS + 30 * DAY_MS);
        world.simulator.panel.tagDroplet(id, until(START_MS + 7.5 * DAY_MS));
        world.simulator.panel.tagDroplet(id, later);
        await world.pass(DAY_MS);
        await upAgain(world, stored, { ...given, keep: ["pg-*"] });
        assert.deepEqual(dropletTags(world, id), ["mine", later, until(START_MS + 8 * DAY_MS)]);
        assert.deepEqual(accountTags(world).sort(), ["mine", until(START_MS + 8 * DAY_MS), later]);
    });

    it("is not asked for by DROPLET_TEARDOWN_RENEW=0 or false", async () => {
        const { world, given, stored } = await begin();
        for (const word of ["0", "false", " ", ""]) {
            const env = { DROPLET_TEARDOWN_RENEW: word };
            assert.equal(await upAgain(world, stored, given, { env }), stored);
        }
    });

    it("is taken off with its `ttl`", async () => {
        const { world, id, given, stored } = await begin();
        const { ttl, ...without } = given;
        assert.equal(ttl, "7d");
        const now = await upAgain(world, stored, without);
        assert.deepEqual(dropletTags(world, id), ["mine"]);
        assert.deepEqual([now.expiryTag, now.ttl], [undefined, undefined]);
    });

    it("goes from a Droplet that is released, and to the one that takes its place", async () => {
        const { world, id, given, stored } = await begin();
        const other = world.simulator.panel.createDroplet("other");
        await upAgain(world, stored, { ...given, dropletId: other.id });
        assert.deepEqual(dropletTags(world, id), ["mine"]);
        assert.equal(dropletTags(world, other.id).length, 1);
    });

    for (const [which, urn] of [
        ["replaces it", URN],
        ["has another name", `${URN}-2`],
    ] as const) {
        it(`goes with its teardown where one that ${which} brings an earlier one`, async () => {
            const { world, id, given, stored } = await begin();
            const process = world.process();
            const { inputs } = await process.check({}, { ...given, ttl: "2h", resourceUrn: urn });
            const { outs } = await world.run(process.create(inputs));
            await world.run(process.delete("teardown-1", stored));
            assert.deepEqual(dropletTags(world, id), ["mine", until(START_MS + 7_200_000)]);
            assert.equal(outs.expiryTag, until(START_MS + 7_200_000));
            assert.deepEqual(accountTags(world).sort(), ["mine", until(START_MS + 7_200_000)]);
        });
    }

    it("leaves no tag in the account once the Droplet is destroyed", async () => {
        const { world, stored } = await begin();
        await world.run(world.process().delete("teardown-1", stored));
        assert.deepEqual(accountTags(world), ["mine"]);
    });

    it("leaves none either that only an `up` which was cut short has put on", async () => {
        const { world, id, stored } = await begin();
        world.simulator.panel.tagDroplet(id, until(START_MS + 9 * DAY_MS));
        await world.delete(stored);
        assert.deepEqual(accountTags(world), ["mine"]);
    });

    it("is no error when the Droplet was deleted by hand", async () => {
        const { world, id, given, stored } = await begin();
        world.simulator.panel.deleteDroplet(id);
        const now = await upAgain(world, stored, { ...given, keep: ["x"] });
        assert.equal(now.expiryTag, stored.expiryTag);
    });

    it("stays through a refresh, which shows it", async () => {
        const { world, stored } = await begin();
        const found = await world.run(world.process().read("teardown-1", stored));
        assert.deepEqual(found.props, stored);
        assert.ok(world.lines.some(({ text }) => text.includes("expiry 2026-01-08T00:00:00Z")));
    });

    for (const ahead of [-15, 15]) {
        it(`goes by DigitalOcean's clock, ours being ${ahead} minutes ahead`, async () => {
            const world = new TeardownWorld({ settings: { clockSkewMs: -ahead * MINUTE_MS } });
            const { id } = world.simulator.panel.createDroplet("legacy");
            await world.create({ dropletId: id, policy: "keep", ttl: "2h" });
            assert.deepEqual(dropletTags(world, id), [
                until(START_MS - ahead * MINUTE_MS + 2 * 60 * MINUTE_MS),
            ]);
        });
    }

    it("is told by the functions for programs", async () => {
        const { world, id } = await begin();
        const { functions } = world.process();
        const args = { dropletId: id, policy: "destroy" };
        for (const ask of [functions.getInventory, functions.getPlan]) {
            const answered = await world.run(ask(args));
            assert.ok("value" in answered, JSON.stringify(answered));
            assert.equal(answered.value.expiresAt, "2026-01-08T00:00:00.000Z");
        }
    });

    it("refuses a `ttl` that is none", async () => {
        for (const ttl of ["", "soon", "30m", "521w", 7, "0d"]) {
            const { failures } = await new TeardownWorld()
                .process()
                .check({}, { dropletId: 7, policy: "keep", ttl });
            assert.match(
                failures[0]?.reason ?? "",
                /ttl must be a time such as "12h", "7d" or "4w", from 1h to 520w/,
            );
        }
    });
});

describe("the expiry of a program's Droplet", () => {
    const TTL: ProgramArgs = { ttl: "7d" };

    it("is told by its executor, which puts nothing on it", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor(TTL);
        assert.equal(executor.expiryTag, until(START_MS + 7 * DAY_MS));
        assert.deepEqual(world.tagNames(), [executor.tag]);
    });

    it("is not there while the official provider has the Droplet", async () => {
        const world = new ProgramWorld();
        assert.equal((await world.executor({ ...TTL, enabled: false })).expiryTag, undefined);
    });

    it("is renewed when the arguments of the Droplet change", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor(TTL);
        await world.pass(DAY_MS);
        const given = { ...executor, policy: "destroy" };
        assert.equal(await upAgain(world, executor, given), executor);
        const now = await upAgain(world, executor, { ...given, argumentsDigest: "fedcba9876543210" });
        assert.equal(now.expiryTag, until(START_MS + 8 * DAY_MS));
    });

    /** An `up` has renewed the expiry of the Droplet, and not come to its record. */
    async function renewed() {
        const world = new ProgramWorld();
        const executor = await world.executor(TTL);
        const tag = String(executor.tag);
        const [old, now] = [String(executor.expiryTag), until(START_MS + 8 * DAY_MS)];
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1", { tags: [tag, old] });
        const inputs = { ...world.recordInputs(tag, id, TTL), dropletExpiryTag: old };
        const record = (await world.run(world.process().record.create(inputs))).outs;
        panel.untagDroplet(id, old);
        panel.tagDroplet(id, now);
        return { world, executor, tag, id, inputs, record, now };
    }

    it("leaves no old tag in the account after a renewal, and none after the destroy", async () => {
        const { world, executor, tag, id, inputs, record, now } = await renewed();
        const { outs } = await world.run(
            world.process().record.update("record-1", record, { ...inputs, dropletExpiryTag: now }),
        );
        assert.deepEqual(
            world.tagNames().filter((name) => name.startsWith("teardown-until-")),
            [now],
        );
        await world.destroy({ executor: { ...executor, expiryTag: now }, record: outs, dropletId: id, tag });
        assert.deepEqual(world.tagNames(), []);
    });

    it("leaves no tag either where an `up` stopped before it renewed that of the Droplet", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor(TTL);
        const tag = String(executor.tag);
        const old = until(START_MS + 6 * DAY_MS);
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: [tag, old] });
        const record = await world.record(tag, id);
        await world.destroy({ executor, record, dropletId: id, tag });
        assert.deepEqual(world.tagNames(), []);
    });

    for (const [where, isGone] of [
        ["the record's update failed after that", false],
        ["it failed because somebody deleted the Droplet", true],
    ] as const) {
        it(`leaves no tag either where an \`up\` renewed that of the Droplet, and ${where}`, async () => {
            const { world, executor, tag, id, record, now } = await renewed();
            if (isGone) {
                world.simulator.panel.deleteDroplet(id);
            }
            await world.destroy({ executor: { ...executor, expiryTag: now }, record, dropletId: id, tag });
            assert.deepEqual(world.tagNames(), []);
        });
    }

    for (const isMade of [true, false]) {
        it(`leaves no tag either where several \`up\`s renewed that of the Droplet, and its record was refused each time${isMade ? "" : ", so that there is none"}`, async () => {
            const world = new ProgramWorld();
            const { panel } = world.simulator;
            let executor = await world.executor(TTL);
            const tag = String(executor.tag);
            const { id } = panel.createDroplet("web-1", { tags: [tag, String(executor.expiryTag)] });
            const inputs = { ...world.recordInputs(tag, id, TTL), dropletExpiryTag: executor.expiryTag };
            const record = isMade ? (await world.run(world.process().record.create(inputs))).outs : null;
            const other = panel.createDroplet("web-2", { tags: [tag] });
            for (const ttl of ["7d", "7d", undefined]) {
                await world.pass(DAY_MS);
                const process = world.process({ env: { DROPLET_TEARDOWN_RENEW: "1" } });
                const { outs } = await world.run(
                    process.update("teardown-1", executor, { ...executor, ttl }),
                );
                panel.untagDroplet(id, String(executor.expiryTag));
                const { expiryTag: dropletExpiryTag } = outs;
                if (typeof dropletExpiryTag === "string") {
                    panel.tagDroplet(id, dropletExpiryTag);
                }
                const told = { ...inputs, dropletExpiryTag };
                const work =
                    record === null
                        ? process.record.create(told)
                        : process.record.update("record-1", record, told);
                await assert.rejects(world.run(work), {
                    message: /it still runs, and no stack manages it/,
                });
                executor = outs;
            }
            panel.deleteDroplet(other.id);
            await world.destroy({ executor, record, dropletId: id, tag });
            assert.deepEqual(world.tagNames(), []);
        });
    }

    it("is told of a Droplet that is made while nothing changes for its teardown, and renewed by the `up` that asks for it", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor(TTL);
        const tag = String(executor.tag);
        const expiryTag = String(executor.expiryTag);
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1", { tags: [tag, expiryTag] });
        const inputs = { ...world.recordInputs(tag, id, TTL), dropletExpiryTag: expiryTag };
        const record = (await world.run(world.process().record.create(inputs))).outs;
        await world.pass(6 * DAY_MS);
        panel.deleteDroplet(id);
        const next = panel.createDroplet("web-2", { tags: [tag, expiryTag] });
        world.lines.length = 0;
        await world.run(world.process().record.update("record-1", record, { ...inputs, dropletId: next.id }));
        assert.deepEqual(world.announced(), [
            `droplet ${next.id} is new and expires at 2026-01-08T00:00:00Z, as its teardown said before it: ` +
                "`DROPLET_TEARDOWN_RENEW=1 pulumi up` renews that",
        ]);
        const env = { DROPLET_TEARDOWN_RENEW: "1" };
        const renewed = await upAgain(world, executor, { ...executor, policy: "destroy" }, { env });
        assert.equal(renewed.expiryTag, until(START_MS + 13 * DAY_MS));
    });

    it("is not told of a Droplet whose teardown this run has made, or renewed", async () => {
        const world = new ProgramWorld();
        const process = world.process();
        const executor = await world.executor(TTL, process);
        const tag = String(executor.tag);
        const expiryTag = String(executor.expiryTag);
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: [tag, expiryTag] });
        const inputs = { ...world.recordInputs(tag, id, TTL), dropletExpiryTag: expiryTag };
        await world.run(process.record.create(inputs));
        assert.deepEqual(world.announced(), []);
    });

    it("goes from a Droplet that is replaced and retained", async () => {
        const world = new ProgramWorld();
        const executor = await world.executor(TTL);
        const tag = String(executor.tag);
        const expiryTag = String(executor.expiryTag);
        const { panel } = world.simulator;
        const first = panel.createDroplet("web-1", { tags: [tag, expiryTag] });
        const inputs = {
            ...world.recordInputs(tag, first.id, { retained: true }),
            dropletExpiryTag: expiryTag,
        };
        const record = (await world.run(world.process().record.create(inputs))).outs;
        const second = panel.createDroplet("web-1", { tags: [tag, expiryTag] });
        await world.run(
            world.process().record.update("record-1", record, { ...inputs, dropletId: second.id }),
        );
        assert.deepEqual(dropletTags(world, first.id), []);
        assert.deepEqual(dropletTags(world, second.id), [tag, expiryTag]);
    });
});
