import assert from "node:assert/strict";

import { programOf, UNORDERED } from "../support/droplet-program.js";
import { succeeds } from "../support/engine-world.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

const WITH_WEB = programOf(`
const data = new digitalocean.Volume("data", { name: "data", region, size: 1 });
const logs = new digitalocean.Volume("logs", { name: "logs", region, size: 1 });
const address = new digitalocean.ReservedIp("address", { region });
const keep = [logs.id, address.ipAddress];
const web = new Droplet("web", { ...spec, volumeIds: [data.id], teardown: { ...teardown, keep } });
const dropletId = web.id.apply(Number);
new digitalocean.VolumeAttachment("logs", { dropletId, volumeId: logs.id }, { deletedWith: web });
new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress: address.ipAddress }, { deletedWith: web });
`);

scenarios("the request log of a destroy", {
    "shows no call of the official provider but the deletes of volumes and address by their own resources": {
        program: WITH_WEB,
        settings: UNORDERED,
        tell: async (world) => {
            await succeeds(world.project.up());
            const { volumes, reservedIps } = world.simulator.state();
            world.simulator.clearRequests();

            await succeeds(world.project.destroy());

            const own = new Set(world.ownRequests());
            const foreign = world.simulator
                .requests()
                .filter((request) => !own.has(request))
                .map(({ method, path }) => `${method} ${path}`);
            const deletes = [
                ...volumes.map(({ id }) => `DELETE /v2/volumes/${id}`),
                ...reservedIps.map(({ ip }) => `DELETE /v2/reserved_ips/${ip}`),
            ];
            assert.deepEqual(foreign.filter((line) => !line.startsWith("GET ")).sort(), deletes.sort());
            assert.ok(!foreign.some((line) => /\/droplets|\/actions/.test(line)), foreign.join("\n"));
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },
});
