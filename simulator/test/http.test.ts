import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

describe("a simulated answer", () => {
    const { call, run, simulator } = simulated();
    const { id } = simulator.panel.createDroplet("web-1");

    for (const path of [`droplets/${id}`, "account", "droplets/1"]) {
        it(`to HEAD is that to GET, without its body: ${path}`, async () => {
            const got = await run(() => call(`GET ${path}`));
            const head = await run(() => call(`HEAD ${path}`));
            assert.equal(head.status, got.status);
            assert.deepEqual(head.body, {});
            for (const name of ["content-type", "ratelimit-limit"]) {
                assert.equal(head.header(name), got.header(name));
            }
        });
    }

    it("to HEAD takes no effect, and is 404 where there is no GET", async () => {
        assert.equal((await run(() => call("HEAD droplets/actions"))).status, 404);
        assert.equal(simulator.state().droplets.length, 1);
    });

    it("to OPTIONS is 404: the API serves no pages of other origins", async () => {
        assert.equal((await run(() => call("OPTIONS account"))).status, 404);
    });

    it("names its content type where a Droplet is deleted, although it is empty", async () => {
        const alone = await run(() => call(`DELETE droplets/${id}`));
        const tagged = await run(() => call("DELETE droplets?tag_name=x"));
        for (const answer of [alone, tagged]) {
            assert.equal(answer.status, 204);
            assert.equal(answer.header("content-type"), "application/json; charset=utf-8");
        }
    });
});
