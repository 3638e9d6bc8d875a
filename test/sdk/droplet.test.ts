import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";

import { Droplet, DropletTeardown, type DropletArgs } from "../../sdk/index.js";
import { register, valueOf } from "../support/monitor.js";

const ARGS: DropletArgs = { image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb" };
const INNER = "digitalocean:index/droplet:Droplet";
const TEARDOWN = "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown";
const COMPONENT = "droplet-teardown:index:Droplet";
const COMPONENT_URN = "urn:pulumi:dev::app::droplet-teardown:index:Droplet::web";

describe("Droplet", () => {
    it("is a component with the official Droplet and its teardown in it, all of one name", async () => {
        const of = await register(() => new Droplet("web", ARGS));
        assert.deepEqual([of(COMPONENT).name, of(COMPONENT).parent], ["web", ""]);
        assert.deepEqual([of(INNER).name, of(INNER).parent], ["web", COMPONENT_URN]);
        assert.deepEqual([of(TEARDOWN).name, of(TEARDOWN).parent], ["web", COMPONENT_URN]);
    });

    it("hands the official Droplet its arguments and one tag more", async () => {
        const of = await register(
            () => new Droplet("web", { ...ARGS, tags: ["mine"], teardown: { policy: "destroy" } }),
        );
        assert.deepEqual(of(INNER).inputs, { ...ARGS, tags: ["mine", "teardown:app:dev"] });
    });

    it("keeps everything associated unless it is told otherwise", async () => {
        const of = await register(() => new Droplet("web", ARGS));
        const { policy, enabled, requireTag } = of(TEARDOWN).inputs;
        assert.deepEqual(
            { policy, enabled, requireTag },
            { policy: "keep", enabled: true, requireTag: "teardown:app:dev" },
        );
    });

    it("tells its teardown what is to become of what, and what the stack manages", async () => {
        const teardown = {
            policy: { default: "destroy", snapshots: "keep" },
            keep: ["pg-*"],
            retries: 1,
        } as const;
        const of = await register(
            () =>
                new Droplet("web", {
                    ...ARGS,
                    volumeIds: ["v1"],
                    gracefulShutdown: true,
                    teardown: { ...teardown, keep: ["pg-*"] },
                }),
        );
        const { policy, keep, retries, managed, gracefulShutdown, dropletId } = of(TEARDOWN).inputs;
        assert.deepEqual({ policy, keep, retries }, { ...teardown, keep: ["pg-*"] });
        assert.deepEqual(
            { managed, gracefulShutdown, dropletId },
            { managed: ["v1"], gracefulShutdown: true, dropletId: "3164494" },
        );
    });

    it("leaves the delete of the official Droplet to the component", async () => {
        const of = await register(() => new Droplet("web", ARGS));
        assert.equal(of(INNER).deletedWith, COMPONENT_URN);
        assert.equal(of(TEARDOWN).deletedWith, "");
    });

    it("is the resource that a program had before, by its alias", async () => {
        const of = await register(() => new Droplet("web", ARGS));
        assert.equal(of(INNER).aliases.length, 1);
        assert.match(JSON.stringify(of(INNER).aliases), /noparent":true|parenturn":""/);
    });

    it("has its id and URN once the teardown is in place", async () => {
        let values: unknown[] = [];
        let dependencies: string[] = [];
        await register(async () => {
            const web = new Droplet("web", ARGS);
            values = await Promise.all([valueOf(web.id), valueOf(web.dropletUrn), valueOf(web.image)]);
            const resources = await (
                web.id as unknown as { allResources(): Promise<Set<pulumi.Resource>> }
            ).allResources();
            dependencies = [...resources].map((resource) => resource.constructor.name);
        });
        assert.deepEqual(values, ["3164494", "do:droplet:3164494", "ubuntu-24-04-x64"]);
        assert.deepEqual(dependencies.sort(), ["Droplet", "DropletTeardown"]);
    });

    it("takes the time that its delete may take from customTimeouts", async () => {
        const of = await register(() => new Droplet("web", ARGS, { customTimeouts: { delete: "20m" } }));
        assert.equal(of(TEARDOWN).inputs.timeout, "20m");
        assert.equal(of(INNER).deleteTimeout, "20m");
        const own = await register(
            () =>
                new Droplet(
                    "web",
                    { ...ARGS, teardown: { timeout: "5m" } },
                    { customTimeouts: { delete: "20m" } },
                ),
        );
        assert.equal(own(TEARDOWN).inputs.timeout, "5m");
    });

    it("forwards ignoreChanges, and adds no tag where tags are ignored", async () => {
        const of = await register(() => new Droplet("web", ARGS, { ignoreChanges: ["tags"] }));
        assert.deepEqual(of(INNER).ignoreChanges, ["tags"]);
        assert.equal(of(INNER).inputs.tags, undefined);
        assert.equal(of(TEARDOWN).inputs.requireTag, undefined);
    });

    it("gives the Droplet back to the official provider when its teardown is not enabled", async () => {
        const of = await register(() => new Droplet("web", { ...ARGS, teardown: { enabled: false } }));
        assert.equal(of(INNER).deletedWith, "");
        assert.equal(of(INNER).inputs.tags, undefined);
        assert.deepEqual([of(TEARDOWN).inputs.enabled, of(TEARDOWN).inputs.requireTag], [false, undefined]);
    });
});

describe("DropletTeardown", () => {
    const args = { dropletId: 3164494, policy: "destroy" } as const;

    it("has the type and the name that users' state holds", async () => {
        const of = await register(() => new DropletTeardown("legacy", args));
        const { type, name, parent } = of(TEARDOWN);
        assert.deepEqual({ type, name, parent }, { type: TEARDOWN, name: "legacy", parent: "" });
    });

    it("carries its own URN as an input, without a dependency", async () => {
        const of = await register(() => new DropletTeardown("legacy", args));
        assert.equal(of(TEARDOWN).inputs.resourceUrn, `urn:pulumi:dev::app::${TEARDOWN}::legacy`);
        assert.deepEqual(of(TEARDOWN).inputDependencies.resourceUrn ?? [], []);
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
            of(TEARDOWN).inputs.resourceUrn,
            `urn:pulumi:dev::app::test:index:Parent$${TEARDOWN}::legacy`,
        );
        assert.deepEqual(of(TEARDOWN).inputDependencies.resourceUrn ?? [], []);
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
            /require\("pulumi-droplet-teardown\/provider"\)/,
        );
    });
});
