import assert from "node:assert/strict";

import { buildProgress } from "../../../tools/engine/progress.js";
import { consoleScreen } from "../../../tools/quickstart/screen.js";

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

    it("says every 15 s how far the build of the engine is, what is left, and never more than all of it", () => {
        const lines: string[] = [];
        let nowMs = 0;
        const progress = buildProgress(
            40,
            (line) => lines.push(line),
            () => nowMs,
        );
        const compile = (packages: number, seconds: number): void => {
            progress("fmt\n".repeat(packages));
            nowMs += seconds * 1_000;
        };
        compile(1, 16);
        compile(2, 10);
        compile(17, 20);
        compile(10, 180);
        compile(99, 0);
        assert.deepEqual(lines, [
            "    compiled 3 of 40 packages, after 16 s",
            "    compiled 30 of 40 packages, after 46 s, less than a minute left",
            "    compiled 40 of 40 packages, after 226 s, less than a minute left",
        ]);
    });

    it("says the minutes that a build still takes at its pace", () => {
        const lines: string[] = [];
        let nowMs = 0;
        const progress = buildProgress(
            100,
            (line) => lines.push(line),
            () => nowMs,
        );
        progress("fmt\n".repeat(20));
        nowMs += 60_000;
        progress("os\n");
        assert.deepEqual(lines, ["    compiled 21 of 100 packages, after 60 s, about 4 min left"]);
    });
});
