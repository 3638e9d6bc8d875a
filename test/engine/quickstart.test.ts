import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { engineFor } from "../support/engine-available.js";
import { marker, processesWith } from "../support/engine-processes.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { QUICK_START } from "../support/quick-start.js";

const DRIVER = join(REPOSITORY, "dist", "tools", "quickstart.js");

describe("the quickstart", function () {
    this.timeout(180_000);
    let succeeded: Outcome;
    let failed: Outcome;
    let interrupted: Outcome;

    before(async function () {
        await engineFor(this);
        [succeeded, failed, interrupted] = await Promise.all([
            quickstart(),
            quickstart("--fail"),
            quickstart("interrupted during pulumi up"),
        ]);
    });

    it("lists what belongs to the Droplet with its cost, destroys it all, and shows that nothing is left", () => {
        const { code, output } = succeeded;
        assert.equal(code, 0, output);
        assert.match(output, /^— pulumi refresh$[\s\S]*volume +scratch \([-0-9a-f]+\) +\$2\.00\/month/m);
        assert.match(output, /^— pulumi destroy$[\s\S]*\d\/5 destroyed · waiting for /m);
        assert.match(output, /kept +volume +data \([-0-9a-f]+\)/);
        assert.match(output, /^ {2}0 droplets, 0 snapshots, 0 volumes, 0 reserved IPs$/m);
        assert.match(output, /Kept by the teardown: volume data/);
        for (const stage of ["a simulated DigitalOcean", "pulumi up", "pulumi refresh", "pulumi destroy"]) {
            assert.match(
                output,
                new RegExp(`^— ${stage}\n(?:(?!—).*\n)*? {2}took \\d+\\.\\d s$`, "m"),
                stage,
            );
        }
    });

    it("shows the error of a destroy that fails, and the second one that finishes", () => {
        const { code, output } = failed;
        assert.equal(code, 0, output);
        assert.match(
            output,
            /error: droplet web-1 \(\d+\): 1 of 4 associated resources could not be destroyed/,
        );
        assert.match(output, /failed +snapshot +nightly \(\d+\) +resource is busy +\$0\.15\/month/);
        assert.match(output, /DROPLET_TEARDOWN_KEEP=\d+ pulumi destroy/);
        assert.match(output, /^ {2}0 droplets, 0 snapshots, 0 volumes, 0 reserved IPs$/m);
    });

    it("leaves no folder, no process and no file behind when it is interrupted", () => {
        const { code, output, folders, left } = interrupted;
        assert.equal(code, 130, output);
        assert.deepEqual(folders, []);
        assert.deepEqual(left, []);
    });

    it("says how it is used when an option is not known", async () => {
        const { code, output } = await quickstart("--fial");
        assert.equal(code, 2);
        assert.match(output, /usage: npm run quickstart \[-- --fail\]/);
    });
});

type Mode = "--fail" | "--fial" | "interrupted during pulumi up";

interface Outcome {
    readonly code: number | null;
    readonly output: string;
    /** Its temporary folders that are still there. */
    readonly folders: readonly string[];
    /** Process ids of what still runs (Linux only). */
    readonly left: readonly number[];
}

async function quickstart(mode?: Mode): Promise<Outcome> {
    const mark = marker();
    const temporary = await mkdtemp(join(tmpdir(), "quickstart-test-"));
    const args = mode?.startsWith("--") === true ? [mode] : [];
    const child = spawn(process.execPath, [DRIVER, ...args], {
        env: {
            ...process.env,
            ...mark,
            ...{ TMPDIR: temporary, TEMP: temporary, TMP: temporary },
            NODE_OPTIONS: QUICK_START,
        },
        stdio: ["ignore", "pipe", "pipe"],
    });
    if (mode === "interrupted during pulumi up") {
        child.stdout.on("data", (chunk: Buffer) => {
            if (chunk.includes("— pulumi up")) {
                child.kill("SIGINT");
            }
        });
    }
    const printed = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = (await once(child, "close")) as [number | null];
    const names = await readdir(temporary);
    await rm(temporary, { recursive: true });
    return {
        code,
        output: (await printed).join(""),
        folders: names.filter((name) => name.startsWith("droplet-teardown-quickstart-")),
        left: await processesWith(mark),
    };
}
