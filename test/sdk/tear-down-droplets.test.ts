import assert from "node:assert/strict";
import { setImmediate as pause } from "node:timers/promises";
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import * as sinon from "sinon";

import { Droplet, tearDownDroplets, type WholeProgramSettings } from "../../sdk/index.js";
import { register, registeredInStack, TAG, type Registered } from "../support/monitor.js";

const ARGS: digitalocean.DropletArgs = { image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb" };
const OFFICIAL = "digitalocean:index/droplet:Droplet";
const TEARDOWN = "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown";
const RECORD = "pulumi-nodejs:dynamic/droplet-teardown:DropletRecord";

function droplet(name: string, opts?: pulumi.CustomResourceOptions): digitalocean.Droplet {
    return new digitalocean.Droplet(name, ARGS, opts);
}

/** The executor's inputs of a Droplet of each name, under these settings; undefined: it has no executor. */
async function torndown(
    settings: WholeProgramSettings,
    ...names: readonly string[]
): Promise<(Registered["inputs"] | undefined)[]> {
    const all = await registeredInStack(() => {
        tearDownDroplets(settings);
        names.forEach((name) => droplet(name));
    });
    return names.map((name) => all.find((one) => one.type === TEARDOWN && one.name === name)?.inputs);
}

/** Names of the Droplets that a program has an executor for, and of those that have a record. */
async function covered(program: () => unknown): Promise<Record<"executors" | "records", string[]>> {
    const all = await registeredInStack(program);
    const names = (type: string) => all.filter((one) => one.type === type).map(({ name }) => name);
    return { executors: names(TEARDOWN), records: names(RECORD) };
}

describe("tearDownDroplets", () => {
    let warnings: sinon.SinonStub<Parameters<typeof pulumi.log.warn>, Promise<void>>;
    beforeEach(() => {
        warnings = sinon.stub(pulumi.log, "warn").resolves();
    });
    afterEach(() => warnings.restore());

    const warned = (): string[] => warnings.args.map(([message]) => message);

    it("gives a Droplet of the official class an executor before it and a record after it", async () => {
        const all = await registeredInStack(() => {
            tearDownDroplets({ policy: "destroy" });
            new digitalocean.Droplet("web", { ...ARGS, tags: ["mine"] });
        });
        assert.deepEqual(
            all.map(({ type, name }) => [type, name]),
            [TEARDOWN, OFFICIAL, RECORD].map((type) => [type, "web"]),
        );
        const [executor, official, record] = all;
        assert.equal(executor?.inputs.policy, "destroy");
        assert.match(official?.deletedWith ?? "", /DropletTeardown::web$/);
        assert.deepEqual(official?.inputs.tags, ["mine", "teardown:app:dev", TAG]);
        assert.equal(record?.inputs.dropletId, "3164494");
    });

    it("reaches a Droplet in a component, also in one that was made before the call", async () => {
        const all = await registeredInStack(() => {
            const early = new pulumi.ComponentResource("third:party:Site", "early");
            tearDownDroplets({ policy: "destroy" });
            const late = new pulumi.ComponentResource("third:party:Site", "late");
            droplet("a", { parent: early });
            droplet("b", { parent: late });
        });
        for (const [name, site] of Object.entries({ a: "early", b: "late" })) {
            const three = all.filter((one) => one.name === name);
            assert.deepEqual(three.map(({ type }) => type).sort(), [OFFICIAL, RECORD, TEARDOWN].sort());
            for (const { type, parent } of three) {
                assert.match(parent, type === RECORD ? /Droplet::/ : new RegExp(`Site::${site}$`));
            }
        }
    });

    it("hands every setting on", async () => {
        const settings = {
            policy: { default: "destroy", volumes: "prevent" },
            keep: ["pg-*"],
            timeout: "20m",
            finalSnapshot: "last-{name}",
            retries: 1,
        } as const satisfies WholeProgramSettings;
        const [inputs = {}] = await torndown({ ...settings, keep: [...settings.keep] }, "web");
        const given = Object.keys(settings).map((name) => [name, inputs[name]]);
        assert.deepEqual(Object.fromEntries(given), settings);
    });

    it("leaves alone what is read, a Droplet with its own teardown or deletedWith, a disabled one", async () => {
        const found = await covered(() => {
            tearDownDroplets({ policy: "destroy", droplets: { builder: { enabled: false } } });
            digitalocean.Droplet.get("read", "7");
            new Droplet("own", { ...ARGS, teardown: { policy: "keep" } });
            const zone = new digitalocean.Domain("zone", { name: "example.com" });
            droplet("with", { deletedWith: zone });
            droplet("builder");
            droplet("web");
        });
        assert.deepEqual(found.executors.sort(), ["own", "web"]);
        assert.deepEqual(found.records.sort(), ["own", "web"]);
    });

    it("leaves every other type alone", async () => {
        const all = await registeredInStack(() => {
            tearDownDroplets({ policy: "destroy" });
            new digitalocean.Volume("data", { name: "data", region: "nyc3", size: 10 });
        });
        assert.deepEqual(
            all.map(({ name, deletedWith }) => [name, deletedWith]),
            [["data", ""]],
        );
    });

    it("hands all Droplets back with `enabled: false`: no deletedWith, no tags", async () => {
        const all = await registeredInStack(() => {
            tearDownDroplets({ policy: "destroy", enabled: false });
            droplet("web");
        });
        const of = (type: string) => all.find((one) => one.type === type);
        assert.deepEqual([of(OFFICIAL)?.deletedWith, of(OFFICIAL)?.inputs.tags], ["", undefined]);
        assert.deepEqual(
            [TEARDOWN, RECORD].map((type) => of(type)?.inputs.enabled),
            [false, false],
        );
    });

    describe("a rule", () => {
        const destroy = (droplets: WholeProgramSettings["droplets"]): WholeProgramSettings => ({
            policy: "destroy",
            ...(droplets === undefined ? {} : { droplets }),
        });
        const keep = { policy: "keep" } as const;
        const prevent = { policy: "prevent" } as const;

        it("counts when it is the first that matches: the exact name before a pattern", async () => {
            const rules = { "pg-main": keep, "pg-*": prevent };
            const [main, other, web] = await torndown(destroy(rules), "pg-main", "pg-2", "web");
            assert.deepEqual([main?.policy, other?.policy, web?.policy], ["keep", "prevent", "destroy"]);
        });

        it("counts when it is the first that matches: a pattern before the exact name", async () => {
            const [main] = await torndown(destroy({ "pg-*": prevent, "pg-main": keep }), "pg-main");
            assert.equal(main?.policy, "prevent");
            assert.match(warned().join(), /these rules matched no Droplet: "pg-main";/);
        });

        it("says only what differs: what it leaves out is as for all, its `keep` is added", async () => {
            const all = { timeout: "20m", retries: 1, finalSnapshot: true, keep: ["a"] };
            const rule = { keep: ["b"], retries: 0, finalSnapshot: false };
            const [db] = await torndown({ policy: "destroy", ...all, droplets: { db: rule } }, "db");
            const { policy, timeout, retries, finalSnapshot } = db ?? {};
            assert.deepEqual(
                { policy, timeout, retries, finalSnapshot },
                { policy: "destroy", timeout: "20m", retries: 0, finalSnapshot: false },
            );
            assert.deepEqual(db?.keep, ["a", "b"]);
        });

        it("adds a `keep` that is an output", async () => {
            const rule = { keep: pulumi.output(["b"]) };
            const [db] = await torndown({ policy: "destroy", keep: ["a"], droplets: { db: rule } }, "db");
            assert.deepEqual(db?.keep, ["a", "b"]);
        });

        it("enables a Droplet where all others are handed back", async () => {
            const settings = {
                policy: "destroy",
                enabled: false,
                droplets: { web: { enabled: true } },
            } as const;
            const [web, other] = await torndown(settings, "web", "other");
            assert.deepEqual([web?.enabled, other?.enabled], [true, false]);
        });

        it("hands a Droplet back with `handBack`, whatever `enabled` says", async () => {
            for (const enabled of [true, false]) {
                const [web] = await torndown(destroy({ web: { handBack: true, enabled } }), "web");
                assert.equal(web?.enabled, false);
            }
        });

        it("that no Droplet came under is told at the end, after Droplets that were made late", async () => {
            await registeredInStack(() => {
                tearDownDroplets(destroy({ late: keep, "pg-*": keep, webb: keep }));
                droplet("web").id.apply(() => droplet("late"));
            });
            assert.equal(warned().length, 1);
            assert.match(
                warned()[0] ?? "",
                /these rules matched no Droplet: "pg-\*", "webb"; rules go by the name/,
            );
        });

        it("is not told of when a Droplet came under it, also one that it leaves alone", async () => {
            await torndown(destroy({ "pg-*": keep, builder: { enabled: false } }), "pg-1", "builder");
            assert.deepEqual(warned(), []);
        });

        it("that no Droplet came under is not told when the program fails", async () => {
            const failing = registeredInStack(() => {
                tearDownDroplets(destroy({ webb: keep }));
                throw new Error("out of luck");
            });
            await assert.rejects(failing, { message: "out of luck" });
            await pause();
            assert.deepEqual(warned(), []);
        });
    });

    describe("refuses", () => {
        const refused = (program: () => unknown, message: RegExp): Promise<void> =>
            assert.rejects(registeredInStack(program), (error: Error) => {
                assert.ok(pulumi.RunError.isInstance(error), String(error));
                assert.match(error.message, message);
                return true;
            });

        it("settings without a policy", async () => {
            const without = {} as WholeProgramSettings;
            await refused(
                () => tearDownDroplets(without),
                /^tearDownDroplets: policy is required: "destroy"/,
            );
        });

        it("no settings at all", async () => {
            const nothing = tearDownDroplets as unknown as () => void;
            await refused(() => nothing(), /^tearDownDroplets: policy is required/);
        });

        const MISTAKES: Readonly<Record<string, [settings: object, message: RegExp]>> = {
            "a misspelled setting": [
                { kepp: ["pg-*"] },
                /^tearDownDroplets has no kepp: it has policy, keep/,
            ],
            "a misspelled setting of a rule": [
                { droplets: { "pg-*": { polcy: "keep" } } },
                /^tearDownDroplets: the rule "pg-\*" has no polcy: it has policy, keep/,
            ],
            "a rule that is no object": [
                { droplets: { "pg-*": "keep" } },
                /^tearDownDroplets: the rule "pg-\*" must be an object/,
            ],
            "an output as a switch": [
                { droplets: { web: { handBack: pulumi.output(true) } } },
                /^tearDownDroplets: the rule "web": handBack must be true or false, known at preview/,
            ],
        };
        for (const [name, [mistake, message]] of Object.entries(MISTAKES)) {
            it(`${name}, which the compiler would refuse`, async () => {
                await refused(() => tearDownDroplets({ policy: "destroy", ...mistake }), message);
            });
        }

        it("no rule that is not given", async () => {
            const droplets = { "pg-*": undefined, web: null } as unknown as WholeProgramSettings["droplets"];
            const { executors } = await covered(() => {
                tearDownDroplets({ policy: "destroy", ...(droplets === undefined ? {} : { droplets }) });
                droplet("web");
            });
            assert.deepEqual(executors, ["web"]);
        });

        it("a second call", async () => {
            const call = (): void => tearDownDroplets({ policy: "destroy" });
            await refused(
                () => [call, call].forEach((each) => each()),
                /^tearDownDroplets: it was called before; call it once/,
            );
        });

        it("a call after the first Droplet, which it names, also in a component", async () => {
            const program = (): void => {
                droplet("web", { parent: new pulumi.ComponentResource("third:party:Site", "site") });
                tearDownDroplets({ policy: "destroy" });
            };
            await refused(program, /^tearDownDroplets: the Droplet "web" is registered already/);
        });

        for (const [option, value, reason] of [
            ["ignoreChanges", "tags", "without its tag a Droplet cannot be found again"],
            ["ignoreChanges", "*", "without its tag a Droplet cannot be found again"],
            ["replaceOnChanges", "tags", "adding its tag would replace the Droplet"],
        ] as const) {
            it(`a Droplet with ${option}: ["${value}"], and says how to leave it out`, async () => {
                const program = (): void => {
                    tearDownDroplets({ policy: "destroy" });
                    droplet("web", { [option]: [value] });
                };
                await refused(
                    program,
                    new RegExp(
                        `^tearDownDroplets: Droplet "web": the option ${option} .*${reason}.*` +
                            `droplets: \\{ "web": \\{ enabled: false \\} \\}`,
                    ),
                );
            });
        }

        it("no other ignored changes, and not those of a Droplet that is left out", async () => {
            const { executors } = await covered(() => {
                tearDownDroplets({ policy: "destroy", droplets: { pinned: { enabled: false } } });
                droplet("web", { ignoreChanges: ["image"] });
                droplet("pinned", { ignoreChanges: ["tags"] });
            });
            assert.deepEqual(executors, ["web"]);
        });
    });

    describe("without a stack, as in unit tests with mocks", () => {
        it("does nothing, however often it is called", async () => {
            const of = await register(() => {
                tearDownDroplets({ policy: "destroy" });
                tearDownDroplets({ policy: "destroy", droplets: { webb: {} } });
                droplet("web");
            });
            assert.equal(of(OFFICIAL).deletedWith, "");
            assert.throws(() => of(TEARDOWN), /^Error: 0 resources/);
            assert.deepEqual(warned(), []);
        });

        it("still refuses settings without a policy", async () => {
            const without = {} as WholeProgramSettings;
            await assert.rejects(
                register(() => tearDownDroplets(without)),
                { message: /policy is required/ },
            );
        });
    });
});
