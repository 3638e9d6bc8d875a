import assert from "node:assert/strict";

import { withSourceLines } from "../../support/source-lines.js";

describe("the stack trace of a failed test", () => {
    it("has the lines of the sources, as far as they were compiled here", () => {
        const { stack = "" } = new Error("it failed");
        assert.match(
            withSourceLines(stack),
            /^Error: it failed\n.*[\\/]test[\\/]unit[\\/]tools[\\/]source-lines\.test\.ts:7:\d+\)\n/,
        );
        const elsewhere = "    at run (/usr/lib/elsewhere.js:1:2)";
        assert.equal(withSourceLines(elsewhere), elsewhere);
    });
});
