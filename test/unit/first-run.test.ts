import assert from "node:assert/strict";

import { buildProgress } from "../../tools/engine/progress.js";
import { consoleScreen } from "../../tools/quickstart/screen.js";

describe("the first run", () => {
    it("says how long each stage took, once the next one begins", () => {
        const written: string[] = [];
        let nowMs = 0;
        const stream = { isTTY: false, write: (text: string) => written.push(text) > 0 };
        const screen = consoleScreen(stream, {}, () => nowMs);
        screen.heading("pulumi up");
        screen.line("created");
        nowMs += 3_240;
        screen.heading("pulumi destroy");
        nowMs += 50;
        screen.heading("done");
        assert.equal(
            written.join(""),
            "\n— pulumi up\n  created\n  took 3.2 s\n\n— pulumi destroy\n\n— done\n",
        );
    });

    it("says every 15 s how far the build of the engine is, and never more than all of it", () => {
        const lines: string[] = [];
        let nowMs = 0;
        const progress = buildProgress(
            3,
            (line) => lines.push(line),
            () => nowMs,
        );
        progress("runtime\nfmt\n");
        nowMs += 16_000;
        progress("os\n");
        progress("net\n");
        nowMs += 20_000;
        progress("net/http\n");
        assert.deepEqual(lines, [
            "    compiled 3 of 3 packages, after 16 s",
            "    compiled 3 of 3 packages, after 36 s",
        ]);
    });
});
