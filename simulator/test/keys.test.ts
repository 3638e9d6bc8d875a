import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1h2nSZAgtbWfbVwdFMUMnKqRZQFZ0w6zVrFWYdrEaV";

describe("a simulated SSH key", () => {
    const { call, run } = simulated();
    const add = (public_key: string, name = "laptop") =>
        run(() => call("POST account/keys", { name, public_key }));

    it("is known by the fingerprint of its material", async () => {
        const { status, body } = await add(`${KEY} sammy@laptop`);
        assert.equal(status, 201);
        const { fingerprint } = body.ssh_key as { fingerprint: string };
        // ssh-keygen -l -E md5
        assert.equal(fingerprint, "46:8a:3c:db:2b:43:9f:c7:c8:20:8e:2e:90:24:e0:9f");
        assert.equal((await run(() => call(`GET account/keys/${fingerprint}`))).status, 200);
    });

    it("is refused a second time, whatever its comment and name", async () => {
        const { status, body } = await add(`${KEY} sammy@desk`, "desk");
        assert.equal(status, 422);
        assert.equal(body.message, "SSH Key is already in use on your account");
    });

    for (const wrong of [
        "nonsense",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        KEY.replace("ssh-ed25519", "ssh-rsa"),
    ]) {
        it(`is refused if it is none: ${wrong}`, async () => {
            assert.equal((await add(wrong)).status, 422);
        });
    }
});
