import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";

import { RemoteDroplets } from "../../sdk/remote-droplets.js";
import { Rules } from "../../sdk/whole-program-settings.js";

const { getStore } = require("@pulumi/pulumi/runtime/state") as {
    getStore: () => { supportsTransforms: boolean };
};

const DROPLET = "digitalocean:index/droplet:Droplet";

/** Resources as a transformation sees them, whose constructors have not run. */
const component = (): pulumi.Resource =>
    Object.create(pulumi.ComponentResource.prototype as object) as pulumi.Resource;
const custom = (): pulumi.Resource => Object.create(pulumi.CustomResource.prototype) as pulumi.Resource;

function remoteDroplets(supportsTransforms = true): RemoteDroplets {
    getStore().supportsTransforms = supportsTransforms;
    return new RemoteDroplets(new Rules({ policy: "destroy" }));
}

/** What the engine calls back for what is below a component. */
function getTransform(remote: RemoteDroplets): pulumi.ResourceTransform {
    const [transform] = remote.reaching(component(), {})?.transforms ?? [];
    assert.ok(transform !== undefined);
    return transform;
}

describe("Droplets of remote components", () => {
    let before: boolean;
    beforeEach(() => {
        before = getStore().supportsTransforms;
    });
    afterEach(() => {
        getStore().supportsTransforms = before;
    });

    it("are asked for once below each outermost component, beside transforms of its own", () => {
        const remote = remoteDroplets();
        const [outer, inner] = [component(), component()];
        const own: pulumi.ResourceTransform = () => undefined;
        const reached = remote.reaching(outer, { protect: true, transforms: [own] });
        assert.deepEqual([reached?.protect, reached?.transforms?.[0]], [true, own]);
        assert.equal(reached?.transforms?.length, 2);
        assert.equal(remote.reaching(inner, { parent: outer }), undefined);
        assert.equal(remote.reaching(component(), { parent: inner }), undefined);
        assert.equal(remote.reaching(component(), { parent: component() })?.transforms?.length, 1);
    });

    it("are not asked for below other resources, nor under mocks that know no transforms", () => {
        assert.equal(remoteDroplets().reaching(custom(), {}), undefined);
        assert.equal(remoteDroplets(false).reaching(component(), {}), undefined);
    });

    it("are refused after the records are made, when they would get none", async () => {
        const remote = remoteDroplets();
        const transform = getTransform(remote);
        remote.record();
        const late = { custom: true, type: DROPLET, name: "late", props: {}, opts: {} };
        await assert.rejects(async () => transform(late), /Droplet "late" .* after the program's end/);
    });

    it("are left alone where this process registers them, and so is every other type", async () => {
        const remote = remoteDroplets();
        const transform = getTransform(remote);
        remote.leaveOut("here", {});
        remote.record();
        const asked = (type: string, name: string) =>
            transform({ custom: true, type, name, props: {}, opts: {} });
        assert.equal(await asked(DROPLET, "here"), undefined);
        assert.equal(await asked("digitalocean:index/volume:Volume", "data"), undefined);
    });

    it("that are read, or hydrated, do not count as registered here", async () => {
        const remote = remoteDroplets();
        const transform = getTransform(remote);
        remote.leaveOut("web", { id: "7" });
        remote.leaveOut("web", { urn: "urn:pulumi:dev::app::digitalocean:index/droplet:Droplet::web" });
        remote.record();
        const asked = { custom: true, type: DROPLET, name: "web", props: {}, opts: {} };
        await assert.rejects(async () => transform(asked), /after the program's end/);
    });
});
