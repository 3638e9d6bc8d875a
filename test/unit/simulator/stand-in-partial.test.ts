import assert from "node:assert/strict";
import { type Props, text } from "../../../simulator/plugin/core/props.js";
import { DROPLET_URN, type ServiceOutcome, standIn } from "../../support/stand-in.js";

const PROGRAM = {
    name: "web-1",
    image: "ubuntu-24-04-x64",
    region: "nyc3",
    size: "s-1vcpu-1gb",
    tags: ["t"],
};
const DROPLETS = "/v2/droplets/*";

type World = ReturnType<typeof standIn>;

/** A Droplet that is there, and its state. */
async function existing(world: World, program: Props = PROGRAM): Promise<ServiceOutcome> {
    const made = await world.create(DROPLET_URN, program);
    assert.equal(made.error, "");
    return made;
}

function posts(world: World): string[] {
    return world.simulator
        .requests()
        .filter(({ method }) => method !== "GET")
        .map(({ method, path, body }) => `${method} ${path.replace(/\d{9}/, "ID")} ${body}`.trim());
}

describe("the stand-in plugin's create of a Droplet", () => {
    it("names volumes as objects, as the official provider does", async () => {
        const world = standIn();
        const volumeIds = ["a", "b"].map((name) => world.simulator.panel.createVolume(name).id);
        const { state } = await existing(world, { ...PROGRAM, volumeIds });
        assert.deepEqual(state.volumeIds, volumeIds);
        const [post] = world.simulator.requests();
        const { volumes } = JSON.parse(post?.body ?? "") as { volumes: unknown };
        assert.deepEqual(
            volumes,
            volumeIds.map((id) => ({ id })),
        );
    });

    it("makes up a name of the resource's and seven hexadecimal digits", async () => {
        const inputs = await standIn().check(DROPLET_URN, { ...PROGRAM, name: null });
        assert.match(text(inputs, "name"), /^web-[0-9a-f]{7}$/);
    });

    it("takes the name that the project's configuration makes up, or none", async () => {
        const program = { ...PROGRAM, name: null };
        for (const mode of ["PROPOSE", "ENFORCE"] as const) {
            const { name } = await standIn().check(DROPLET_URN, program, { mode, proposedName: "shop-web" });
            assert.equal(name, "shop-web");
        }
        await assert.rejects(standIn().check(DROPLET_URN, program, { mode: "DISABLE" }), {
            message: /^automatic naming is disabled/,
        });
    });

    for (const status of [403, 500]) {
        it(`hands over the Droplet that it made when every look at it is answered with ${status}`, async () => {
            const world = standIn();
            const match = { method: "GET", path: DROPLETS };
            world.simulator.faults.add({ match, times: Infinity, do: { kind: "answer", status } });
            const failed = await world.create(DROPLET_URN, PROGRAM);
            const [droplet] = world.simulator.state().droplets;
            assert.equal(failed.id, String(droplet?.id));
            assert.equal(failed.state.name, "web-1");
            assert.equal("ipv4Address" in failed.state, false);
            const reason = `Error waiting for droplet (${failed.id}) to become ready: Error retrieving droplet: GET`;
            assert.ok(failed.error.startsWith(`creating ${DROPLET_URN}: ${reason}`), failed.error);
            assert.deepEqual(failed.reasons, [failed.error]);
        });
    }

    it("hands over what it saw last when a later look fails", async () => {
        const world = standIn({ bootMs: 10_000 });
        const match = { method: "GET", path: DROPLETS };
        world.simulator.faults.add({ match, after: 3, times: Infinity, do: { kind: "answer", status: 403 } });
        const { state } = await world.create(DROPLET_URN, PROGRAM);
        assert.equal(state.status, "new");
    });

    it("waits for a Droplet that is not found at first", async () => {
        const world = standIn();
        const match = { method: "GET", path: DROPLETS };
        world.simulator.faults.add({ match, times: 120, do: { kind: "answer", status: 404 } });
        assert.equal((await world.create(DROPLET_URN, PROGRAM)).state.status, "active");
    });

    it("brings no resource where the create was refused", async () => {
        const failed = await standIn().create(DROPLET_URN, { ...PROGRAM, size: "nonsense" });
        assert.deepEqual([failed.id, failed.state], ["", {}]);
        assert.match(failed.error, /^Error creating droplet: POST .*: 422 /);
    });

    it("gets over a connection that breaks, and may have made a Droplet too many by then", async () => {
        const world = standIn();
        world.simulator.faults.add({ match: { method: "POST" }, do: { kind: "dropAfter" } });
        await existing(world);
        assert.equal(world.simulator.state().droplets.length, 2);
    });

    it("reads the Droplet at the update without a change that the engine sends after it", async () => {
        const world = standIn();
        const match = { method: "GET", path: DROPLETS };
        world.simulator.faults.add({ match, do: { kind: "answer", status: 403 } });
        const failed = await world.create(DROPLET_URN, PROGRAM);
        await world.clock.run(world.clock.sleep(5_000));
        world.simulator.clearRequests();
        const repaired = await world.update(DROPLET_URN, failed.id, failed.state, PROGRAM);
        assert.equal(repaired.error, "");
        assert.ok(repaired.state.ipv4Address);
        assert.deepEqual(posts(world), []);
    });
});

describe("the stand-in plugin's create of a reserved IP", () => {
    it("hands over the address that could not be assigned", async () => {
        const world = standIn();
        const { id } = await existing(world);
        const match = { path: "/v2/reserved_ips/*/actions" };
        world.simulator.faults.add({ match, do: { kind: "answer", status: 422 } });
        const urn = "urn:pulumi:dev::shop::digitalocean:index/reservedIp:ReservedIp::ip";
        const failed = await world.create(urn, { region: "nyc3", dropletId: Number(id) });
        assert.equal(failed.id, world.simulator.state().reservedIps[0]?.address);
        assert.match(failed.error, /422/);
    });
});

describe("the stand-in plugin's update of a Droplet", () => {
    const everything = {
        ...PROGRAM,
        name: "web-2",
        size: "s-2vcpu-2gb",
        ipv6: true,
        backups: true,
        tags: ["u"],
    };

    it("sends its steps in the official provider's order: tags and volumes after all else", async () => {
        const world = standIn();
        const { id, state } = await existing(world);
        const volume = world.simulator.panel.createVolume("data");
        world.simulator.clearRequests();
        const news = { ...everything, volumeIds: [volume.id] };
        const done = await world.update(DROPLET_URN, id, state, news);
        assert.equal(done.error, "");
        const resource = `{"resources":[{"resource_id":"${id}","resource_type":"droplet"}]}`;
        assert.deepEqual(posts(world), [
            'POST /v2/droplets/ID/actions {"type":"power_off"}',
            'POST /v2/droplets/ID/actions {"type":"resize","size":"s-2vcpu-2gb","disk":true}',
            'POST /v2/droplets/ID/actions {"type":"power_on"}',
            'POST /v2/droplets/ID/actions {"type":"rename","name":"web-2"}',
            'POST /v2/droplets/ID/actions {"type":"enable_backups"}',
            'POST /v2/droplets/ID/actions {"type":"enable_ipv6"}',
            `DELETE /v2/tags/t/resources ${resource}`,
            'POST /v2/tags {"name":"u"}',
            `POST /v2/tags/u/resources ${resource}`,
            `POST /v2/volumes/${volume.id}/actions {"type":"attach","droplet_id":${id}}`,
        ]);
        const { name, size, ipv6, backups, tags, volumeIds } = done.state;
        assert.deepEqual({ ...PROGRAM, name, size, ipv6, backups, tags, volumeIds }, news);
    });

    it("powers the Droplet on again after a resize that is refused, and has set no tag by then", async () => {
        const world = standIn();
        const { id, state } = await existing(world);
        world.simulator.clearRequests();
        const failed = await world.update(DROPLET_URN, id, state, { ...everything, size: "nonsense" });
        assert.deepEqual(posts(world), [
            'POST /v2/droplets/ID/actions {"type":"power_off"}',
            'POST /v2/droplets/ID/actions {"type":"resize","size":"nonsense","disk":true}',
            'POST /v2/droplets/ID/actions {"type":"power_on"}',
        ]);
        assert.ok(failed.error.startsWith(`updating ${DROPLET_URN}: Error resizing droplet (${id}): POST `));
        const [droplet] = world.simulator.state().droplets;
        assert.deepEqual([droplet?.status, droplet?.tags], ["active", ["t"]]);
        // It has looked at the Droplet, so the state is what is there …
        const { size, name, tags, status } = failed.state;
        assert.deepEqual(
            { size, name, tags, status },
            {
                ...{ size: "s-1vcpu-1gb", name: "web-1", tags: ["t"], status: "active" },
            },
        );
    });

    it("leaves what was planned in the state where it fails before it has looked", async () => {
        const world = standIn();
        const { id, state } = await existing(world);
        const match = { method: "POST", path: `${DROPLETS}/actions` };
        world.simulator.faults.add({ match, do: { kind: "answer", status: 422 } });
        const failed = await world.update(DROPLET_URN, id, state, everything);
        assert.match(failed.error, /Error powering off droplet/);
        const { size, name, tags } = failed.state;
        assert.deepEqual({ size, name, tags }, { size: "s-2vcpu-2gb", name: "web-2", tags: ["u"] });
        assert.equal(failed.state.ipv4Address, state.ipv4Address);
        assert.deepEqual(world.simulator.state().droplets[0]?.tags, ["t"]);
    });

    it("resizes a Droplet that is off already", async () => {
        const world = standIn();
        const { id, state } = await existing(world);
        const match = { method: "POST", path: `${DROPLETS}/actions` };
        const message = "Droplet is already powered off.";
        world.simulator.faults.add({
            match,
            do: { kind: "answer", status: 422, message, afterEffect: true },
        });
        const done = await world.update(DROPLET_URN, id, state, { ...PROGRAM, size: "s-2vcpu-2gb" });
        assert.deepEqual([done.error, done.state.size], ["", "s-2vcpu-2gb"]);
    });
});

describe("the stand-in plugin's delete of a Droplet", () => {
    for (const status of [422, 500]) {
        it(`takes no notice of ${status}, waits for as long as it is told, and fails`, async () => {
            const world = standIn({}, { DIGITALOCEAN_STAND_IN_DELETE_TIMEOUT_MS: "2000" });
            const { id, state } = await existing(world);
            const match = { method: "DELETE", path: DROPLETS };
            world.simulator.faults.add({ match, times: Infinity, do: { kind: "answer", status } });
            const start = world.clock.now();
            const failed = await world.delete(DROPLET_URN, id, state);
            assert.match(failed.error, /^Error deleting droplet: timeout/);
            assert.equal(failed.id, "");
            const waitedMs = world.clock.now() - start;
            assert.ok(waitedMs >= 2_000 && waitedMs < 5_000, String(waitedMs));
            assert.equal(world.simulator.state().droplets.length, 1);
        });
    }

    it("has the official provider's minute unless it is told", async () => {
        const world = standIn({}, { DIGITALOCEAN_STAND_IN_POLL_MS: "1000" });
        const { id, state } = await existing(world);
        const match = { method: "DELETE", path: DROPLETS };
        world.simulator.faults.add({ match, do: { kind: "answer", status: 422 } });
        const start = world.clock.now();
        assert.notEqual((await world.delete(DROPLET_URN, id, state)).error, "");
        assert.equal(Math.round((world.clock.now() - start) / 1_000), 60);
    });

    it("dies where it gets no answer to the request", async () => {
        const world = standIn();
        const { id, state } = await existing(world);
        const match = { method: "DELETE", path: DROPLETS };
        world.simulator.faults.add({ match, times: 5, do: { kind: "dropBefore" } });
        await world.delete(DROPLET_URN, id, state);
        assert.match(world.died.join(), /nil pointer dereference/);
    });
});
