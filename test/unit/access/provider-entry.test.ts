import assert from "node:assert/strict";

import * as entry from "../../../provider/index.js";
import { redactError } from "../../../provider/digitalocean/connection.js";
import { asStackError, StackError } from "../../../provider/lifecycle/conclude.js";
import { RefusedError } from "../../../provider/teardown/errors.js";
import { TOKEN } from "../../support/teardown-world.js";

describe("the provider's entry", () => {
    it("has the names that the text in users' state calls", () => {
        const names = ["check", "configure", "create", "delete", "diff", "read", "update"];
        assert.deepEqual(Object.keys(entry).sort(), ["record", "teardown"]);
        assert.deepEqual(Object.keys(entry.teardown).sort(), names);
        assert.deepEqual(Object.keys(entry.record).sort(), names);
    });

    it("works without an engine", async () => {
        await entry.teardown.configure({
            config: { get: (key) => (key === "digitalocean:token" ? TOKEN : undefined) },
        });
        const { failures } = await entry.teardown.check({}, { dropletId: 7, policy: "keep" });
        assert.deepEqual(failures, []);
    });
});

describe("an error on its way to the engine", () => {
    const thrown = (error: unknown): Promise<unknown> =>
        asStackError(() => Promise.reject(error as Error)).catch((caught: unknown) => caught);

    it("on purpose has no trace, and keeps its cause", async () => {
        const refused = new RefusedError("no");
        const error = await thrown(refused);
        assert.ok(error instanceof StackError);
        assert.deepEqual([error.message, error.cause], ["no\nCode: refused", refused]);
    });

    it("that is a report already stays what it is", async () => {
        const report = new StackError("a report");
        assert.equal(await thrown(report), report);
    });

    it("by a defect keeps its trace, without tokens", async () => {
        const error = await thrown(new TypeError(`undefined is not ${TOKEN}`));
        assert.ok(error instanceof Error && !(error instanceof StackError));
        assert.match(error.stack ?? "", /provider-entry\.test/);
        assert.ok(!`${error.stack ?? ""}${error.message}`.includes(TOKEN));
        assert.equal(redactError("a string").message, "'a string'");
    });
});
