import assert from "node:assert/strict";

import { circlesIn } from "../../../tools/metrics/circles.js";
import { measure } from "../../../tools/metrics/source.js";

describe("the metrics of the code", () => {
    it("count local imports once, types and exports of other files included, packages left out", () => {
        const text = `
            import { join } from "node:path";
            import type { A } from "./a.js";
            import { a } from "./a.js";
            import { b } from "../b.js";
            export { c } from "./deep/c.js";
        `;
        assert.deepEqual(measure("cli/x.ts", text).imports, ["cli/a.ts", "b.ts", "cli/deep/c.ts"]);
    });

    it("measure functions and methods by their lines, and count callbacks with the function around them", () => {
        const text = [
            "function one() {",
            "    return [1].map((two) => {",
            "        return two;",
            "    });",
            "}",
            "class Three {",
            "    get four() { return 4; }",
            "}",
        ].join("\n");
        assert.deepEqual(measure("x.ts", text).functions, [
            { place: "x.ts:1", lines: 5 },
            { place: "x.ts:7", lines: 1 },
        ]);
    });

    it("find circles through several files, each once", () => {
        const file = (path: string, ...imports: string[]) => ({ path, imports });
        const sources = [file("a", "b"), file("b", "c"), file("c", "a", "d"), file("d"), file("e", "a")];
        assert.deepEqual(circlesIn(sources), [["a", "b", "c"]]);
        assert.deepEqual(circlesIn([file("a", "b"), file("b")]), []);
    });
});
