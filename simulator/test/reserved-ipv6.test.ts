import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

interface Ipv6 {
    readonly ip: string;
    readonly region_slug: string;
    readonly droplet: { readonly id: number } | null;
}

function withReservedIpv6() {
    const world = simulated({ actionMs: 500 });
    const { call, run, clock, simulator } = world;
    const act = async (ip: string, body: object) => {
        const answer = await run(() => call(`POST reserved_ipv6/${ip}/actions`, body));
        await run(() => clock.sleep(1_000));
        return answer;
    };
    return {
        ...world,
        dropletId: simulator.panel.createDroplet("web-1").id,
        reserve: async () => {
            const answer = await run(() => call("POST reserved_ipv6", { region_slug: "nyc3" }));
            assert.equal(answer.status, 201);
            return answer.body.reserved_ipv6 as Ipv6;
        },
        get: async (ip: string) =>
            (await run(() => call(`GET reserved_ipv6/${ip}`))).body.reserved_ipv6 as Ipv6,
        remove: async (ip: string) => (await run(() => call(`DELETE reserved_ipv6/${ip}`))).status,
        assign: (ip: string, dropletId: number) => act(ip, { type: "assign", droplet_id: dropletId }),
        unassign: (ip: string) => act(ip, { type: "unassign" }),
    };
}

describe("a simulated reserved IPv6", () => {
    it("is reserved in a region, listed and deleted", async () => {
        const { reserve, remove, get, call, run } = withReservedIpv6();
        const { ip, region_slug: region } = await reserve();
        assert.equal(region, "nyc3");
        const { body } = await run(() => call("GET reserved_ipv6"));
        assert.deepEqual(
            (body.reserved_ipv6s as Ipv6[]).map((one) => one.ip),
            [ip],
        );
        assert.equal((await get(ip)).droplet, null);
        assert.equal(await remove(ip), 204);
        assert.equal(await remove(ip), 404);
    });

    it("cannot be deleted while a Droplet has it", async () => {
        const { reserve, assign, unassign, remove, get, dropletId } = withReservedIpv6();
        const { ip } = await reserve();
        const { status, body } = await assign(ip, dropletId);
        assert.equal(status, 201);
        const { type, resource_type: kind } = body.action as Readonly<Record<string, unknown>>;
        assert.deepEqual([type, kind], ["assign_ip", "reserved_ipv6"]);
        assert.equal((await get(ip)).droplet?.id, dropletId);
        assert.equal(await remove(ip), 400);
        await unassign(ip);
        assert.equal(await remove(ip), 204);
    });

    it("outlives its Droplet, however that is destroyed", async () => {
        const { reserve, assign, get, call, run, clock, dropletId } = withReservedIpv6();
        const { ip } = await reserve();
        await assign(ip, dropletId);
        const path = `droplets/${dropletId}/destroy_with_associated_resources`;
        const listed = await run(() => call(`GET ${path}`));
        assert.ok(!JSON.stringify(listed.body).includes(ip));
        await run(() => call(`DELETE ${path}/dangerous`, undefined, { headers: { "x-dangerous": "true" } }));
        await run(() => clock.sleep(60_000));
        assert.equal((await run(() => call(`GET droplets/${dropletId}`))).status, 404);
        assert.equal((await get(ip)).droplet, null);
    });

    it("is told of by the simulator's own state and history", async () => {
        const { reserve, assign, dropletId, simulator, remove, unassign } = withReservedIpv6();
        const { ip } = await reserve();
        await assign(ip, dropletId);
        assert.deepEqual(simulator.state().reservedIpv6s, [{ address: ip, dropletId }]);
        await unassign(ip);
        await remove(ip);
        const past = simulator.history().find(({ kind }) => kind === "reserved_ipv6");
        assert.equal(past?.id, ip);
        assert.notEqual(past.destroyedAtMs, null);
    });
});
