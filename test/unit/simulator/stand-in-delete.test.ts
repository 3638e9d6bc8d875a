import assert from "node:assert/strict";
import { ProviderPanic } from "../../../simulator/plugin/core/resource.js";
import type { Props } from "../../../simulator/plugin/core/props.js";
import { droplet } from "../../../simulator/plugin/resources/droplet.js";
import { resourceTypes } from "../../../simulator/plugin/resources/index.js";
import { reservedIp, reservedIpAssignment } from "../../../simulator/plugin/resources/reserved-ip.js";
import { type Answers, cannedApi, NOT_FOUND, ok } from "../../support/stand-in.js";

const LIVE = { droplet: { id: 7, locked: false, status: "active", volume_ids: [] as string[] } };
const DONE = ok({ action: { id: 1, status: "completed" } });
const UNASSIGNED = {
    status: 422,
    body: { id: "unprocessable_entity", message: "The reserved IP is not assigned" },
};

function runDelete(token: string, id: string, state: Props, answers: Answers = {}): Promise<void> {
    const type = resourceTypes.find((other) => other.token.endsWith(`:${token}`));
    assert.ok(type);
    return type.delete(cannedApi(answers).api, id, state);
}

describe("the stand-in plugin, when a resource is deleted that is gone already", () => {
    it("fails for a Droplet as the official provider does", async () => {
        await assert.rejects(runDelete("Droplet", "7", {}), {
            message:
                "Error waiting for droplet to be unlocked for destroy (7): " +
                "unexpected state 'Not Found', wanted target 'false'. last error: %!s(<nil>)",
        });
    });

    for (const [token, message] of [
        ["Volume", /^Error deleting volume: DELETE .*: 404 The resource you were/],
        ["ReservedIp", /^Error deleting reserved IP: DELETE .*: 404/],
        ["DropletSnapshot", /^Error deleting snapshot: DELETE .*: 404/],
        ["VolumeSnapshot", /^Error deleting volume snapshot: DELETE .*: 404/],
        ["Firewall", /^Error deleting firewall: DELETE .*: 404/],
    ] as const) {
        it(`fails for a ${token}`, async () => {
            await assert.rejects(runDelete(token, "x", {}), { message });
        });
    }

    it("fails for the attachment of a volume that is gone", async () => {
        const state = { dropletId: 7, volumeId: "v" };
        await assert.rejects(runDelete("VolumeAttachment", "7-v-1", state), {
            message: /Error detaching volume \(v\) from Droplet \(7\): POST .*: 404/,
        });
    });

    it("fails for the assignment of an address that is gone", async () => {
        const state = { dropletId: 7, ipAddress: "192.0.2.1" };
        await assert.rejects(runDelete("ReservedIpAssignment", "x", state), {
            message: /^Error retrieving reserved IP: GET .*: 404/,
        });
    });

    it("dies for the assignment of an address whose Droplet is gone", async () => {
        const { api } = cannedApi({
            "GET /v2/reserved_ips/192.0.2.1": ok({ reserved_ip: { ip: "192.0.2.1", droplet: null } }),
        });
        await assert.rejects(
            reservedIpAssignment.delete(api, "x", { dropletId: 7, ipAddress: "192.0.2.1" }),
            ProviderPanic,
        );
    });

    it("is content for a DNS record", async () => {
        await runDelete("DnsRecord", "1", { domain: "example.com" });
    });
});

describe("the stand-in plugin's delete of a living Droplet", () => {
    it("detaches the volumes that it has now, one by one, deletes it and waits until it is gone", async () => {
        const { api, requests } = cannedApi({
            "GET /v2/droplets/7": [
                ok({ droplet: { ...LIVE.droplet, volume_ids: ["a", "b"] } }),
                ok(LIVE),
                NOT_FOUND,
            ],
            "POST /v2/volumes/a/actions": DONE,
            "POST /v2/volumes/b/actions": DONE,
            "GET /v2/actions/1": DONE,
            "DELETE /v2/droplets/7": { status: 204 },
        });
        await droplet.delete(api, "7", { volumeIds: ["a", "once-attached"] });
        assert.deepEqual(requests, [
            "GET /v2/droplets/7",
            'POST /v2/volumes/a/actions {"type":"detach","droplet_id":7}',
            "GET /v2/actions/1",
            'POST /v2/volumes/b/actions {"type":"detach","droplet_id":7}',
            "GET /v2/actions/1",
            "DELETE /v2/droplets/7",
            "GET /v2/droplets/7",
            "GET /v2/droplets/7",
        ]);
    });

    it("gives up after a minute on a Droplet that stays", async () => {
        const { api, requests } = cannedApi({
            "GET /v2/droplets/7": ok(LIVE),
            "DELETE /v2/droplets/7": { status: 422, body: { id: "unprocessable_entity", message: "busy" } },
        });
        await assert.rejects(droplet.delete(api, "7", {}), { message: /^Error deleting droplet: timeout/ });
        assert.equal(requests.filter((request) => request.startsWith("GET")).length, 1 + 61);
    });
});

describe("the stand-in plugin's delete of a reserved IP", () => {
    it("takes an address that is assigned to nothing as unassigned", async () => {
        const { api } = cannedApi({
            "POST /v2/reserved_ips/192.0.2.1/actions": UNASSIGNED,
            "DELETE /v2/reserved_ips/192.0.2.1": { status: 204 },
        });
        await reservedIp.delete(api, "192.0.2.1", { dropletId: 7 });
    });
});
