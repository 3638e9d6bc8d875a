import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import fc from "fast-check";
import { parse } from "yaml";
import { readConfig } from "../../cli/arguments/config.js";
import { CliWorld } from "../support/cli-world.js";
import { expiryTag } from "../../provider/teardown/model.js";

const schema = createRequire(__filename)("pulumi-droplet-teardown/schema/config.schema.json") as object;
const validate: (config: unknown) => boolean = new Ajv({ allErrors: true, strictTypes: false }).compile(
    schema,
);

const WHOLE = `
version: 1
select: { tagName: preview, expired: true, olderThan: 48h, includeStacks: false }
policies:
  databases:
    names: ["pg-*"]
    tags: [db]
    policy: { default: destroy, volumes: keep }
    keep: [nightly-*]
    finalSnapshot: true
  previews:
    policy: destroy
keep:
  - golden-*
limits: { maxDroplets: 20, timeout: 30m, retries: 5 }
guards:
  account: 0a1b2c3d-0000-4000-8000-000000000000
  requireTags: [managed]
  requireMatch: true
`;

function read(text: string): ReturnType<typeof readConfig> {
    const files = { read: () => Promise.resolve(text) } as unknown as Parameters<
        typeof readConfig
    >[1]["files"];
    return readConfig("teardown.yaml", { files });
}

async function errorsIn(text: string): Promise<string[]> {
    const error: unknown = await read(text).then(
        () => assert.fail("it was read"),
        (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error);
    return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
}

describe("a configuration file", () => {
    it("may say everything in YAML, and in JSON the same", async () => {
        const config = await read(WHOLE);
        assert.ok(validate(config));
        assert.deepEqual(await read(JSON.stringify(config)), config);
    });

    const wrong: readonly (readonly [text: string, error: string | RegExp])[] = [
        ["", "teardown.yaml:1: the file must be a configuration of droplet-teardown, not null"],
        ["keep: []", "teardown.yaml:1: version is missing"],
        ["version: 2", "teardown.yaml:1: version must be 1, not 2"],
        ["version: 1\nkep: []", "teardown.yaml:2: kep is unknown; did you mean keep?"],
        [
            "version: 1\nselect:\n  tagname: x",
            "teardown.yaml:3: select.tagname is unknown; did you mean tagName?",
        ],
        [
            "version: 1\nlimits:\n  colour: x",
            "teardown.yaml:3: limits.colour is unknown; known: maxDroplets, timeout, retries",
        ],
        [
            "version: 1\nlimits: { maxDroplets: many }",
            'teardown.yaml:2: limits.maxDroplets must be a whole number from 1, not "many"',
        ],
        [
            "version: 1\nlimits:\n  maxDroplets: 0",
            "teardown.yaml:3: limits.maxDroplets must be a whole number from 1, not 0",
        ],
        [
            "version: 1\nlimits:\n  timeout: 0s",
            'teardown.yaml:3: limits.timeout must be a duration such as 90s, 15m or 1h30m, not "0s"',
        ],
        [
            "version: 1\nselect:\n  olderThan: 2 days",
            'teardown.yaml:3: select.olderThan must be an age such as 48h, 7d or 4w, not "2 days"',
        ],
        [
            "version: 1\nselect:\n  expired: yes",
            'teardown.yaml:3: select.expired must be true or false, not "yes"',
        ],
        [
            "version: 1\npolicies:\n  a: { policy: remove }",
            'teardown.yaml:3: policies.a.policy must be destroy, keep or prevent, not "remove"',
        ],
        [
            "version: 1\npolicies:\n  a:\n    policy:\n      volume: keep",
            "teardown.yaml:5: policies.a.policy.volume is unknown; did you mean volumes?",
        ],
        ["version: 1\npolicies:\n  a:\n    names: [x]", "teardown.yaml:4: policies.a.policy is missing"],
        [
            "version: 1\npolicies:\n  7: { policy: keep }",
            'teardown.yaml:3: "7" must be a name of letters, digits, - and _ that begins with a letter',
        ],
        [
            "version: 1\npolicies:\n  a: { policy: destroy, names: [] }",
            "teardown.yaml:3: policies.a.names must be a list of names, one at least, not []",
        ],
        [
            "version: 1\npolicies:\n  a: { policy: destroy, tags: [] }",
            "teardown.yaml:3: policies.a.tags must be a list of tags, one at least, not []",
        ],
        ["version: 1\npolicies: {}", "teardown.yaml:2: policies must be policies by name, not {}"],
        [
            "version: 1\nkeep:\n  - a\n  - 5",
            "teardown.yaml:4: keep[1] must be a text that is not blank (quote a number), not 5",
        ],
        ["version: 1\nkeep: pg", 'teardown.yaml:2: keep must be a list of names and ids, not "pg"'],
        [
            "version: 1\nguards:\n  requireTags: [a b]",
            /teardown\.yaml:3: guards\.requireTags\[0\] must be a tag of letters/,
        ],
        [
            "version: 1\nkeep: &all [a]\nguards:\n  requireTags: *all",
            "teardown.yaml:4: aliases are not supported",
        ],
        ["version: 1\nkeep: !!js/function x", /teardown\.yaml:2: Unresolved tag/],
        ["version: 1\nversion: 1", "teardown.yaml:2: Map keys must be unique"],
        ["version: [", /teardown\.yaml:1: /],
        ["version: 1\n---\nversion: 1", "teardown.yaml:2: the file has several documents"],
    ];
    for (const [text, error] of wrong) {
        it(`is refused, with line and key: ${JSON.stringify(text)}`, async () => {
            const [first = ""] = await errorsIn(text);
            if (typeof error === "string") {
                assert.equal(first, error);
            } else {
                assert.match(first, error);
            }
        });
    }

    it("tells all that is wrong at once, ten at most", async () => {
        const keys = Array.from({ length: 12 }, (_, index) => `  - ${index}`).join("\n");
        assert.equal((await errorsIn(`version: 1\nkeep:\n${keys}`)).length, 10);
    });

    it("does not grow: a bomb of aliases is refused", async () => {
        const bomb = [
            "version: 1",
            "a0: &a0 [x]",
            ...Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`),
        ];
        assert.ok(
            (await errorsIn(bomb.join("\n"))).every((error) => error.endsWith("aliases are not supported")),
        );
    });

    it("is valid exactly where the published schema says so", async () => {
        const scalar = fc.constantFrom<unknown>("destroy", "keep", "x", "", 1, 0, true, null, "48h", "pg-*");
        const value = fc.oneof(
            scalar,
            fc.array(scalar, { maxLength: 2 }),
            fc.dictionary(
                fc.constantFrom(
                    "policy",
                    "names",
                    "tags",
                    "keep",
                    "default",
                    "volumes",
                    "tagName",
                    "maxDroplets",
                    "x",
                ),
                fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })),
                { maxKeys: 3 },
            ),
        );
        const configs = fc.dictionary(
            fc.constantFrom("select", "policies", "keep", "limits", "guards"),
            fc.oneof(value, fc.dictionary(fc.constantFrom("a", "9"), value, { maxKeys: 2 })),
            { maxKeys: 3 },
        );
        await fc.assert(
            fc.asyncProperty(configs, async (parts) => {
                const text = JSON.stringify({ version: 1, ...parts });
                const isRead = await read(text).then(
                    () => true,
                    () => false,
                );
                assert.equal(isRead, validate(parse(text)));
            }),
            { numRuns: 500 },
        );
    });
});

const FILE = `
version: 1
select:
  tagName: preview
policies:
  databases:
    tags: [db]
    policy: { default: destroy, volumes: keep }
  webs:
    names: [web-*]
    policy: destroy
keep: [golden-*]
limits:
  maxDroplets: 5
  timeout: 30m
`;

function worldWith(text = FILE): CliWorld {
    const world = new CliWorld();
    world.files.set("teardown.yaml", text);
    return world;
}

function living(world: CliWorld): string[] {
    return world.simulator.state().droplets.map(({ name }) => name);
}

function volumes(world: CliWorld): string[] {
    return world.simulator.state().volumes.map(({ name }) => name);
}

describe("plan --config", () => {
    it("names the key of a final snapshot's name that no snapshot can have", async () => {
        const world = worldWith("version: 1\npolicies: { a: { policy: destroy, finalSnapshot: '{team}' } }");
        const { code, stderr } = await world.run("plan web-1 --config teardown.yaml");
        assert.equal(code, 2);
        assert.match(stderr, /policies\.a\.finalSnapshot of teardown\.yaml: it supports only the/);
    });

    it("shows the policy of each Droplet, and leaves alone what none fits", async () => {
        const world = worldWith();
        world.droplet("pg-1", ["preview", "db"]);
        world.droplet("web-1", ["preview"]);
        world.droplet("other", ["preview"]);
        const ran = await world.run("plan --config teardown.yaml");
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(
            ran.stdout,
            /droplet pg-1 .*\n {2}by policy databases of teardown\.yaml\n[^]*keeps +volume +pg-1-data/,
        );
        assert.match(
            ran.stdout,
            /droplet web-1 .*\n {2}by policy webs of teardown\.yaml\n[^]*destroys +volume +web-1-data/,
        );
        assert.match(
            ran.stderr,
            /left alone: droplet other \(\d+\), because no policy of the file is for it/,
        );
        assert.doesNotMatch(ran.stdout, /nothing matches golden/);
    });

    it("names what the command line says instead", async () => {
        const world = worldWith();
        world.droplet("web-1", ["preview"]);
        const ran = await world.run(
            "plan --config teardown.yaml --policy keep --timeout 5m --tag-name preview",
        );
        assert.match(ran.stdout, /by --policy, not policy webs of teardown\.yaml/);
        assert.match(ran.stdout, /keeps +volume/);
        assert.match(ran.stderr, /^--timeout, not limits\.timeout of teardown\.yaml$/m);
        assert.doesNotMatch(ran.stderr, /--tag-name, not/);
    });

    it("refuses a Droplet that is named and fits no policy", async () => {
        const world = worldWith();
        world.droplet("other");
        const ran = await world.run("plan other --config teardown.yaml");
        assert.equal(ran.code, 5);
        assert.match(ran.stderr, /no policy of the file is for droplet other/);
    });

    it("refuses a file that is wrong, before anything is asked of DigitalOcean", async () => {
        const world = worldWith("version: 1\npolices: {}\n");
        const ran = await world.run("plan --config teardown.yaml --report r.json");
        assert.equal(ran.code, 2);
        assert.match(ran.stderr, /teardown\.yaml:2: polices is unknown; did you mean policies\?/);
        assert.match(world.report("r.json").error ?? "", /has 1 error/);
        assert.deepEqual(world.simulator.requests(), []);
    });

    it("refuses a file that is not there, and one that --report names as well", async () => {
        const world = worldWith();
        const missing = await world.run("plan web-1 --config /nowhere/teardown.yaml");
        assert.equal(missing.code, 2);
        assert.match(missing.stderr, /--config \/nowhere\/teardown\.yaml cannot be read: ENOENT/);
        const same = await world.run("plan web-1 --config teardown.yaml --report teardown.yaml");
        assert.equal(same.code, 2, same.stderr);
        assert.equal(world.files.get("teardown.yaml"), FILE);
    });

    it("is never searched for", async () => {
        const world = worldWith();
        assert.equal((await world.run("plan")).code, 2);
    });
});

describe("destroy --config", () => {
    it("destroys each Droplet by its own policy, unattended, within the limits of the file", async () => {
        const world = worldWith();
        world.droplet("pg-1", ["preview", "db"]);
        world.droplet("web-1", ["preview"]);
        world.droplet("other", ["preview"]);
        const ran = await world.run("destroy --config teardown.yaml --yes");
        assert.equal(ran.code, 0, ran.stdout + ran.stderr);
        assert.deepEqual(living(world), ["other"]);
        assert.deepEqual(volumes(world), ["pg-1-data", "other-data"]);
    });

    it("obeys the file's cap, and the command line's before that", async () => {
        const world = worldWith(FILE.replace("maxDroplets: 5", "maxDroplets: 1"));
        world.droplet("web-1", ["preview"]);
        world.droplet("web-2", ["preview"]);
        const capped = await world.run("destroy --config teardown.yaml --yes");
        assert.equal(capped.code, 5);
        assert.match(capped.stderr, /--max-droplets allows 1/);
        const ran = await world.run("destroy --config teardown.yaml --yes --max-droplets 2");
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stderr, /--max-droplets, not limits\.maxDroplets of teardown\.yaml/);
        assert.deepEqual(living(world), []);
    });

    it("keeps what the file keeps, without insisting that it exists", async () => {
        const world = worldWith(FILE.replace("golden-*", "web-1-data, missing"));
        world.droplet("web-1", ["preview"]);
        const ran = await world.run("destroy --config teardown.yaml --yes");
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(volumes(world), ["web-1-data"]);
    });

    it("looks up a Droplet that its id names, to know its policy", async () => {
        const world = worldWith();
        const { id } = world.droplet("pg-1", ["db"]);
        const ran = await world.run(`destroy ${id} --config teardown.yaml --yes`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(volumes(world), ["pg-1-data"]);
    });

    it("deletes nothing of a Droplet that is gone, because no policy can be told", async () => {
        const world = worldWith();
        const { id } = world.droplet("web-1");
        world.simulator.panel.deleteDroplet(id);
        await world.run(`destroy ${id} --config teardown.yaml --yes`);
        assert.equal(world.simulator.state().snapshots.length, 1);
    });

    it("refuses a Droplet that has lost the tag of its policy meanwhile", async () => {
        const world = worldWith();
        const { id } = world.droplet("pg-1", ["preview", "db"]);
        await world.run("plan --config teardown.yaml --out p.json");
        world.simulator.panel.untagDroplet(id, "db");
        const ran = await world.run("destroy --plan p.json --yes");
        assert.equal(ran.code, 5, ran.stdout);
        assert.deepEqual(living(world), ["pg-1"]);
    });

    it("carries out a saved plan by its policies, and refuses one whose policies were changed", async () => {
        const world = worldWith();
        world.droplet("pg-1", ["preview", "db"]);
        await world.run("plan --config teardown.yaml --out p.json");
        const text = world.files.get("p.json") ?? "";
        world.files.set("q.json", text.replace('"volumes": "keep"', '"volumes": "destroy"'));
        assert.equal((await world.run("destroy --plan q.json --yes")).code, 5);
        const ran = await world.run("destroy --plan p.json --yes");
        assert.equal(ran.code, 0, ran.stdout + ran.stderr);
        assert.deepEqual(volumes(world), ["pg-1-data"]);
    });

    it("tells how to resume each Droplet by its own policy", async () => {
        const world = worldWith();
        world.droplet("pg-1", ["preview", "db"]);
        const { snapshot } = world.droplet("web-1", ["preview"]);
        world.simulator.faults.failItem(snapshot, { times: 99 });
        const ran = await world.run("destroy --config teardown.yaml --yes --retries 0");
        assert.equal(ran.code, 3);
        assert.match(
            ran.stdout,
            /destroy \d+ --yes --policy destroy --keep|destroy \d+ --yes --policy destroy\n/,
        );
        assert.doesNotMatch(ran.stdout, /volumes=keep/);
    });

    it("sweeps as the file says", async () => {
        const world = worldWith(FILE.replace("tagName: preview", "tagName: preview\n  expired: true"));
        world.droplet("web-1", ["preview", expiryTag(world.clock.now() - 60_000)]);
        world.droplet("web-2", ["preview", expiryTag(world.clock.now() + 60_000)]);
        const ran = await world.run("destroy --config teardown.yaml --yes");
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(living(world), ["web-2"]);
    });

    it("keeps the file's conditions when the command line gives another tag", async () => {
        const world = worldWith(FILE.replace("tagName: preview", "tagName: preview\n  expired: true"));
        world.droplet("web-1", ["staging"]);
        const ran = await world.run("destroy --config teardown.yaml --tag-name staging --yes");
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(living(world), ["web-1"]);
    });

    it("needs a policy, of the file or of the command line, to go unattended", async () => {
        const world = worldWith("version: 1\nselect: { tagName: preview }\nlimits: { maxDroplets: 3 }\n");
        world.droplet("web-1", ["preview"]);
        assert.equal((await world.run("destroy --config teardown.yaml --yes")).code, 5);
        assert.equal((await world.run("destroy --config teardown.yaml --yes --policy destroy")).code, 0);
    });

    it("is not combined with a saved plan", async () => {
        const ran = await worldWith().run("destroy --plan p.json --config teardown.yaml");
        assert.equal(ran.code, 2);
        assert.match(ran.stderr, /--plan cannot be combined with --config/);
    });
});
