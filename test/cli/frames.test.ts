import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDisplay } from "../../cli/text/display.js";
import { VirtualClock } from "../../simulator/index.js";
import { REPOSITORY } from "../support/engine-project-files.js";

const FRAMES = join(REPOSITORY, "test", "cli", "frames.txt");
const TIMES_S = [1, 12, 30, 75, 200];
const ESCAPE = "\u001b";
const ERASE = new RegExp(`^${ESCAPE}\\[(\\d+)A\\r${ESCAPE}\\[J`);

/** What a terminal shows: every write may first erase the last lines. */
class Terminal {
    readonly isTerminal: boolean;
    readonly rows = 24;
    readonly lines: string[] = [];

    constructor(readonly columns: number) {
        this.isTerminal = columns > 0;
    }

    write(text: string): void {
        const [erase = "", up = "0"] = ERASE.exec(text) ?? [];
        this.lines.length -= Number(up);
        this.lines.push(...text.slice(erase.length).split("\n").slice(0, -1));
    }
}

/** Starts one every 200 ms; each takes 8 to 40 seconds, the last one three minutes. */
async function play(size: number, columns: number): Promise<string[]> {
    const clock = new VirtualClock();
    const terminal = new Terminal(columns);
    const ids = Array.from({ length: size }, (_, nth) => 412000001 + nth);
    const names = new Map(ids.map((id, nth) => [id, `web-${nth + 1}`]));
    const display = createDisplay(terminal, clock, names);
    let [destroyed, unasked] = [0, size];
    const tell = (): void => display.progress({ total: size, destroyed, failed: 0, unseen: 0, unasked }, 200);
    const one = async (id: number, nth: number): Promise<void> => {
        await clock.sleep(200 * nth);
        const { progress } = display.narratorFor(id);
        unasked -= 1;
        progress("0/3 destroyed · waiting for snapshot nightly");
        tell();
        const takesMs = nth === size - 1 ? 180_000 : 8_000 + ((nth * 7_919) % 32_000);
        await clock.sleep(takesMs / 2);
        progress("1/3 destroyed · waiting for volume postgres-data-of-production");
        await clock.sleep(takesMs / 2);
        destroyed += 1;
        display.ended(id);
        tell();
    };
    const seen: string[] = [];
    const look = async (): Promise<void> => {
        for (const [index, second] of TIMES_S.entries()) {
            await clock.sleep((second - (TIMES_S[index - 1] ?? 0)) * 1_000);
            seen.push(`after ${second}s`, ...terminal.lines.map((line) => `| ${line}`));
        }
    };
    const work = Promise.all([...ids.map(one), look()]).finally(() => display.close());
    await clock.run(work);
    if (columns > 0) {
        assert.ok(seen.every((line) => line.length < columns + 2));
        assert.deepEqual(terminal.lines, []);
        return seen;
    }
    return terminal.lines.map((line) => `| ${line}`);
}

describe("the progress of a run", () => {
    it("is as in test/cli/frames.txt, for 1 to 300 Droplets, on terminals and in a log", async () => {
        const texts: string[] = [];
        for (const size of [1, 5, 12, 300]) {
            for (const columns of [80, 100, 200, 0]) {
                const where = columns === 0 ? "no terminal" : `${columns} columns`;
                texts.push([`== ${size} · ${where}`, ...(await play(size, columns))].join("\n"));
            }
        }
        const all = `${texts.join("\n\n")}\n`;
        if (process.env.UPDATE_FRAMES === "1") {
            writeFileSync(FRAMES, all);
        }
        assert.equal(all, readFileSync(FRAMES, "utf8"));
    });
});
