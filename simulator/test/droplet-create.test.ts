import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

const NEW = { name: "web-1", region: "nyc3", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };

interface Shown {
    readonly id: number;
    readonly region: { readonly slug: string };
    readonly vpc_uuid: string;
    readonly networks: Readonly<Record<"v4" | "v6", readonly { readonly type: string }[]>>;
}

async function created(body: object) {
    const world = simulated();
    const { call, run, clock } = world;
    const answer = await run(() => call("POST droplets", body));
    await run(() => clock.sleep(10_000));
    const { id } = (answer.body.droplet ?? {}) as { id?: number };
    const shown = await run(() => call(`GET droplets/${id}`));
    return { ...world, status: answer.status, droplet: shown.body.droplet as Shown };
}

describe("a Droplet that is created", () => {
    it("has no public address, and gets none, without public networking", async () => {
        const { droplet, call, run } = await created({ ...NEW, public_networking: false });
        const types = (version: "v4" | "v6") => droplet.networks[version].map(({ type }) => type);
        assert.deepEqual([types("v4"), types("v6")], [["private"], []]);
        const assigned = await run(() => call("POST reserved_ips", { droplet_id: droplet.id }));
        assert.equal(assigned.status, 422);
        const both = await run(() => call("POST droplets", { ...NEW, public_networking: false, ipv6: true }));
        assert.equal(both.status, 422);
    });

    it("is in any region where none is named, and in one of those that a prefix names", async () => {
        const { name, size, image } = NEW;
        const anywhere = await created({ name, size, image });
        assert.equal(anywhere.status, 202);
        assert.match(anywhere.droplet.region.slug, /^[a-z]{3}\d$/);
        assert.match((await created({ ...NEW, region: "sfo" })).droplet.region.slug, /^sfo\d$/);
        assert.equal((await created({ ...NEW, region: "mars" })).status, 422);
    });

    it("is where its volume or its network is", async () => {
        const { call, run, simulator } = simulated();
        const { name, size, image } = NEW;
        const region = async (body: object) => {
            const answer = await run(() => call("POST droplets", { name, size, image, ...body }));
            return (answer.body.droplet as Shown).region.slug;
        };
        const { id } = simulator.panel.createVolume("data", 10, "fra1");
        assert.equal(await region({ volumes: [id] }), "fra1");
        const { body } = await run(() => call("POST vpcs", { name: "mine", region: "ams3" }));
        assert.equal(await region({ vpc_uuid: (body.vpc as { id: string }).id }), "ams3");
    });

    it("is in the default network of its region, which is listed before", async () => {
        const { call, run } = simulated();
        const { body } = await run(() => call("GET vpcs"));
        const vpcs = body.vpcs as { id: string; region: string; default: boolean }[];
        const answer = await run(() => call("POST droplets", NEW));
        const vpc = vpcs.find((one) => one.region === NEW.region);
        assert.equal(vpc?.default, true);
        assert.equal((answer.body.droplet as Shown).vpc_uuid, vpc.id);
    });
});
