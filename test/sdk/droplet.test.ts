import assert from "node:assert/strict";
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";

import { ungrouped } from "../../provider/stored/inputs.js";
import { Droplet, DropletTeardown, type DropletArgs, type DropletOptions } from "../../sdk/index.js";
import { outputValue, register, registeredInStack, TAG } from "../support/monitor.js";

const ARGS: DropletArgs = { image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb" };
const OFFICIAL = "digitalocean:index/droplet:Droplet";
const TEARDOWN = "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown";
const RECORD = "pulumi-nodejs:dynamic/droplet-teardown:DropletRecord";
const TEARDOWN_URN = `urn:pulumi:dev::app::${TEARDOWN}::web`;
const DROPLET_URN = `urn:pulumi:dev::app::${OFFICIAL}::web`;

describe("Droplet", () => {
    it("is the official Droplet, after its teardown and before its record, all of one name", async () => {
        const order: string[] = [];
        let isOfficial = false;
        const of = await register(() => {
            const web = new Droplet("web", ARGS);
            isOfficial = web instanceof digitalocean.Droplet && digitalocean.Droplet.isInstance(web);
            for (const resource of [web.record, web, web.teardown]) {
                resource.urn.apply((urn) => order.push(urn));
            }
        });
        assert.ok(isOfficial);
        assert.deepEqual(
            [OFFICIAL, TEARDOWN, RECORD].map((type) => [of(type).name, of(type).parent]),
            [
                ["web", ""],
                ["web", ""],
                ["web", DROPLET_URN],
            ],
        );
        assert.equal(of(OFFICIAL).deletedWith, TEARDOWN_URN);
        assert.deepEqual(of(RECORD).inputDependencies.dropletId, [DROPLET_URN]);
        assert.equal(order.at(-1), `urn:pulumi:dev::app::${OFFICIAL}$${RECORD}::web`);
    });

    it("hands the official Droplet its arguments and two tags more", async () => {
        const of = await register(
            () => new Droplet("web", { ...ARGS, tags: ["mine"], teardown: { policy: "destroy" } }),
        );
        assert.deepEqual(of(OFFICIAL).inputs, { ...ARGS, tags: ["mine", "teardown:app:dev", TAG] });
    });

    it("keeps everything associated unless it is told otherwise", async () => {
        const of = await register(() => new Droplet("web", ARGS));
        for (const type of [TEARDOWN, RECORD]) {
            const { policy, enabled } = of(type).inputs;
            assert.deepEqual({ policy, enabled }, { policy: "keep", enabled: true });
        }
    });

    it("tells teardown and record what happens to what, and how to know the Droplet", async () => {
        const policy = { default: "destroy", snapshots: "keep" } as const;
        const of = await register(() => {
            const data = new digitalocean.Volume("data", { name: "data", region: "nyc3", size: 10 });
            return new Droplet("web", {
                ...ARGS,
                name: "web-1",
                volumeIds: ["v1", data.id],
                gracefulShutdown: true,
                teardown: { policy, keep: ["pg-*"], retries: 1, finalSnapshot: "last-{name}" },
            });
        });
        const inputs = ungrouped(of(TEARDOWN).inputs);
        const shared = { policy, keep: ["pg-*"], managed: ["data-id"], volumeIds: ["v1"], enabled: true };
        const settings = { retries: 1, gracefulShutdown: true, finalSnapshot: "last-{name}" };
        const own = { ...settings, resourceName: "web", dropletName: "web-1" };
        const expected = { ...shared, ...own, stackTag: "teardown:app:dev" };
        const given = Object.keys(expected).map((name) => [name, inputs[name]]);
        assert.deepEqual(Object.fromEntries(given), expected);
        const recorded = { ...shared, dropletId: "3164494", tag: TAG, imported: false, retained: false };
        const found = Object.keys(recorded).map((name) => [name, ungrouped(of(RECORD).inputs)[name]]);
        assert.deepEqual(Object.fromEntries(found), recorded);
    });

    it("counts what a resource puts into `keep` among what the stack manages", async () => {
        const of = await register(() => {
            const address = new digitalocean.ReservedIp("address", {
                region: "nyc3",
                ipAddress: "192.0.2.7",
            });
            new Droplet("web", { ...ARGS, teardown: { keep: ["pg-*", address.ipAddress] } });
        });
        assert.deepEqual(ungrouped(of(TEARDOWN).inputs).managed, ["192.0.2.7"]);
        assert.deepEqual(of(TEARDOWN).inputs.keep, ["pg-*", "192.0.2.7"]);
    });

    it("tells its record alone, and without a dependency, what the program attaches and detaches", async () => {
        const all = await registeredInStack(() => {
            const web = new Droplet("web", ARGS);
            const dropletId = web.id.apply(Number);
            const region = "nyc3";
            for (const name of ["data", "kept", "gone"]) {
                const volumeId = new digitalocean.Volume(name, { region, size: 10 }).id;
                const opts = name === "kept" ? { retainOnDelete: true } : {};
                const deletedWith = name === "gone" ? { deletedWith: web.teardown } : {};
                new digitalocean.VolumeAttachment(name, { dropletId, volumeId }, { ...opts, ...deletedWith });
            }
            const { ipAddress } = new digitalocean.ReservedIp("address", { region, ipAddress: "192.0.2.7" });
            new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress });
            new digitalocean.VolumeAttachment("elsewhere", { dropletId, volumeId: "by-hand" });
            const { id } = new digitalocean.Volume("other", { region, size: 10 });
            new digitalocean.VolumeAttachment("other", { dropletId: 7, volumeId: id });
        });
        const record = all.find(({ type }) => type === RECORD);
        assert.deepEqual(ungrouped(record?.inputs ?? {}).attached, ["data-id", "192.0.2.7"]);
        assert.deepEqual(record?.inputDependencies.program ?? [], []);
        assert.deepEqual(ungrouped(record?.inputs ?? {}).managed, []);
    });

    it("lets its teardown depend on everything that it depends on itself", async () => {
        const of = await register(() => {
            const vpc = new digitalocean.Vpc("vpc", { region: "nyc3" });
            const key = new digitalocean.SshKey("key", { publicKey: "ssh-ed25519 AAAA" });
            new Droplet("web", { ...ARGS, vpcUuid: vpc.id }, { dependsOn: [key] });
        });
        assert.deepEqual([...of(TEARDOWN).dependsOn].sort(), [
            "urn:pulumi:dev::app::digitalocean:index/sshKey:SshKey::key",
            "urn:pulumi:dev::app::digitalocean:index/vpc:Vpc::vpc",
        ]);
    });

    it("takes the time that its delete may take from customTimeouts", async () => {
        const opts = { customTimeouts: { delete: "20m" } };
        const of = await register(() => new Droplet("web", ARGS, opts));
        assert.equal(of(TEARDOWN).inputs.timeout, "20m");
        assert.equal(of(OFFICIAL).deleteTimeout, "20m");
        const own = await register(() => new Droplet("web", { ...ARGS, teardown: { timeout: "5m" } }, opts));
        assert.equal(own(TEARDOWN).inputs.timeout, "5m");
        assert.equal(own(RECORD).inputs.timeout, "5m");
    });

    it("gives the Droplet back to the official provider when its teardown is not enabled", async () => {
        const of = await register(() => new Droplet("web", { ...ARGS, teardown: { enabled: false } }));
        assert.equal(of(OFFICIAL).deletedWith, "");
        assert.equal(of(OFFICIAL).inputs.tags, undefined);
        assert.deepEqual([of(TEARDOWN).inputs.enabled, of(RECORD).inputs.enabled], [false, false]);
    });

    it("has tags without holes and an empty inventory under mocks", async () => {
        let inventory: unknown;
        const of = await register(async () => {
            inventory = await outputValue(new Droplet("web", { ...ARGS, tags: ["mine"] }).record.inventory);
        }, null);
        assert.deepEqual(of(OFFICIAL).inputs.tags, ["mine", "teardown:app:dev", "teardown:app:dev"]);
        assert.deepEqual(inventory, []);
    });

    const REFUSED: Readonly<Record<string, [DropletOptions & pulumi.CustomResourceOptions, RegExp]>> = {
        "tags that are ignored": [{ ignoreChanges: ["tags"] }, /ignoreChanges .*"tags" covers tags/],
        "everything ignored": [{ ignoreChanges: ["*"] }, /ignoreChanges .*"\*" covers tags/],
        "one tag ignored": [{ ignoreChanges: ['["tags"][0]'] }, /ignoreChanges .* covers tags/],
        "a replacement by its tags": [
            { replaceOnChanges: ["tags"] },
            /replaceOnChanges .*adding its tag would replace the Droplet/,
        ],
        "a replacement by anything": [{ replaceOnChanges: ["*"] }, /replaceOnChanges .*"\*" covers tags/],
        "a deletedWith of its own": [
            { deletedWith: {} as pulumi.Resource },
            /deletedWith .* its own teardown/,
        ],
    };
    for (const [name, [opts, message]] of Object.entries(REFUSED)) {
        it(`refuses ${name} before anything is registered`, async () => {
            await assert.rejects(
                register(() => new Droplet("web", ARGS, opts)),
                { message },
            );
        });
    }

    const MISTAKES: Readonly<Record<string, [teardown: unknown, message: RegExp]>> = {
        "a misspelled keep": [
            { policy: "destroy", kepp: ["pg-*"] },
            /^Droplet "web": teardown has no kepp: it has policy, keep, timeout/,
        ],
        "an output that says whether it is enabled": [
            { enabled: pulumi.output(false) },
            /^Droplet "web": teardown: enabled must be true or false, known at preview/,
        ],
        "settings that are an output": [
            pulumi.output({ policy: "destroy" }),
            /^Droplet "web": teardown must be an object, known at preview/,
        ],
        "settings that are a promise": [Promise.resolve({ policy: "destroy" }), /teardown must be an object/],
        "a policy in place of settings": ["destroy", /^Droplet "web": teardown must be an object/],
    };
    for (const [name, [teardown, message]] of Object.entries(MISTAKES)) {
        it(`refuses ${name}, which the compiler would refuse`, async () => {
            const args = { ...ARGS, teardown } as DropletArgs;
            await assert.rejects(
                register(() => new Droplet("web", args)),
                { message },
            );
        });
    }

    it("takes null for settings that are not given", async () => {
        const teardown = { keep: null, enabled: null };
        for (const given of [null, teardown] as unknown as DropletArgs["teardown"][]) {
            const of = await register(() => new Droplet("web", { ...ARGS, teardown: given }));
            assert.match(of(OFFICIAL).deletedWith, /DropletTeardown::web$/);
        }
    });

    it("passes other ignored changes on", async () => {
        const of = await register(
            () => new Droplet("web", ARGS, { ignoreChanges: ["tagsOfOthers", "image"] }),
        );
        assert.deepEqual(of(OFFICIAL).ignoreChanges, ["tagsOfOthers", "image"]);
    });
});

describe("DropletTeardown", () => {
    const args = { dropletId: 3164494, policy: "destroy" } as const;

    it("refuses a misspelled argument, which the compiler would refuse", async () => {
        const misspelled = { ...args, kepp: ["pg-*"] };
        await assert.rejects(
            register(() => new DropletTeardown("legacy", misspelled)),
            { message: /^DropletTeardown "legacy" has no kepp: it has dropletId, policy, keep/ },
        );
    });

    it("has the type and the name that users' state holds", async () => {
        const of = await register(() => new DropletTeardown("legacy", args));
        const { type, name, parent } = of(TEARDOWN);
        assert.deepEqual({ type, name, parent }, { type: TEARDOWN, name: "legacy", parent: "" });
    });

    it("carries its own URN as an input, without a dependency", async () => {
        const of = await register(() => new DropletTeardown("legacy", args));
        assert.equal(ungrouped(of(TEARDOWN).inputs).resourceUrn, `urn:pulumi:dev::app::${TEARDOWN}::legacy`);
        assert.deepEqual(of(TEARDOWN).inputDependencies.program ?? [], []);
    });

    it("carries the URN below its parent, without a dependency on that", async () => {
        class Parent extends pulumi.ComponentResource {
            constructor() {
                super("test:index:Parent", "parent");
                new DropletTeardown("legacy", args, { parent: this });
            }
        }
        const of = await register(() => new Parent());
        assert.equal(
            ungrouped(of(TEARDOWN).inputs).resourceUrn,
            `urn:pulumi:dev::app::test:index:Parent$${TEARDOWN}::legacy`,
        );
        assert.deepEqual(of(TEARDOWN).inputDependencies.program ?? [], []);
        assert.deepEqual(of(TEARDOWN).dependsOn, []);
    });

    it("keeps its token a secret", async () => {
        let isSecret = false;
        const of = await register(async () => {
            const legacy = new DropletTeardown("legacy", { ...args, token: "dop_v1_0" });
            isSecret = await pulumi.isSecret(Reflect.get(legacy, "token") as pulumi.Output<string>);
        });
        assert.deepEqual(of(TEARDOWN).secretOutputs, ["token"]);
        assert.ok(isSecret);
    });

    it("takes its timeout from customTimeouts unless it has one", async () => {
        const of = await register(
            () => new DropletTeardown("legacy", args, { customTimeouts: { delete: "1h" } }),
        );
        assert.equal(of(TEARDOWN).inputs.timeout, "1h");
        const own = await register(
            () =>
                new DropletTeardown(
                    "legacy",
                    { ...args, timeout: "2m" },
                    { customTimeouts: { delete: "1h" } },
                ),
        );
        assert.equal(own(TEARDOWN).inputs.timeout, "2m");
    });

    it("stores the provider's text, not the provider", async () => {
        const of = await register(() => new DropletTeardown("legacy", args));
        assert.match(
            String(of(TEARDOWN).inputs.__provider),
            /require\(\["pulumi-droplet-teardown", "provider"\]/,
        );
    });
});
