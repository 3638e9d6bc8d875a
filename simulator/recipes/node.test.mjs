// node --test
import assert from "node:assert/strict";
import { test } from "node:test";

import { createSimulator, VirtualClock } from "digitalocean-simulator";

const headers = { authorization: `Bearer dop_v1_${"0".repeat(64)}` };

test("a Droplet's destroy fails on one snapshot, then works", async () => {
    const clock = new VirtualClock();
    const simulator = createSimulator({ clock, settings: { destroyDurationMs: 3_600_000 } });
    const { id } = simulator.panel.createDroplet("web-1");
    const snapshot = simulator.panel.takeSnapshot(id, "nightly");
    simulator.faults.failItem(snapshot.id, { times: 1, message: "resource is busy" });

    const path = `http://api.example/v2/droplets/${id}/destroy_with_associated_resources`;
    const send = (method, url, body) =>
        clock.run(simulator.fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }));
    await send("DELETE", `${path}/selective`, { snapshots: [snapshot.id] });
    await clock.run(clock.sleep(3_600_000));

    const status = JSON.parse(await (await send("GET", `${path}/status`)).text());
    assert.equal(status.failures, 1);
    assert.equal(status.resources.snapshots[0].error_message, "resource is busy");

    await send("POST", `${path}/retry`);
    await clock.run(clock.sleep(3_600_000));
    assert.deepEqual(simulator.state().droplets, []);
    assert.deepEqual(simulator.state().snapshots, []);
});
