import assert from "node:assert/strict";
import { chmod, lstat, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineFiles } from "../../cli/files.js";
import { code } from "../../provider/teardown/report-markdown.js";
import { checkMarkdown } from "../random-worlds/texts.js";
import { CliWorld } from "../support/cli-world.js";

describe("the files of a run", () => {
    let folder: string;
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "files-"));
    });
    after(() => rm(folder, { recursive: true }));

    it("leaves a link a link, and refuses a read-only file", async () => {
        const [target, link] = [join(folder, "target"), join(folder, "link")];
        await writeFile(target, "old");
        await symlink(target, link);
        await machineFiles.write(link, "new");
        assert.ok((await lstat(link)).isSymbolicLink());
        assert.equal(await readFile(target, "utf8"), "new");
        assert.equal(await machineFiles.prepare(link), await machineFiles.fileIdentity(target));
        await chmod(target, 0o444);
        await assert.rejects(machineFiles.prepare(target), /read-only/);
    });

    it("reads no plan from what is no regular file", async () => {
        await assert.rejects(machineFiles.read("/dev/zero"), /not a regular file/);
    });
});

const UNATTENDED = "--yes --policy destroy";
/** An image and a mention, after a backslash that takes the escape off the pipe. */
const HOSTILE = "x\\| ![p](http://e/p.png) @everyone";

describe("the summary of a run", () => {
    it("shows a name that would be an image and a mention as the text that it is", () => {
        assert.equal(code(HOSTILE), "`x\\\\\\| ![p](http://e/p.png) @everyone`");
    });

    it("stays a table of five columns around it, and nothing else, in plan and destroy", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        const { panel, faults } = world.simulator;
        panel.takeSnapshot(id, HOSTILE);
        const failing = panel.takeSnapshot(id, `${HOSTILE} again`);
        faults.failItem(failing.id, { times: 99, message: HOSTILE });
        await world.run(`plan ${id} --policy destroy --summary plan.md`);
        const ran = await world.run(`destroy ${id} ${UNATTENDED} --retries 0 --summary destroy.md`);
        assert.equal(ran.code, 3, ran.stderr);
        for (const path of ["plan.md", "destroy.md"]) {
            const summary = world.files.get(path) ?? "";
            assert.ok(summary.includes(code(HOSTILE)), summary);
            checkMarkdown(summary);
        }
    });

    it("shows it the same among what it left alone, and among orphans", async () => {
        const world = new CliWorld();
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1");
        panel.takeSnapshot(id, HOSTILE);
        panel.deleteDroplet(id);
        const listed = await world.run("orphans --summary orphans.md");
        assert.equal(listed.code, 0, listed.stderr);
        const summary = world.files.get("orphans.md") ?? "";
        assert.ok(summary.includes(`| ${code(HOSTILE)} |`), summary);
        assert.doesNotMatch(summary.replaceAll(code(HOSTILE), ""), /!\[|@everyone/);
    });

    it("is opened before anything is destroyed, like every other file", async () => {
        for (const option of ["--summary", "--report"]) {
            const world = new CliWorld();
            const { id } = world.droplet("web-1");
            const ran = await world.run(`destroy ${id} ${UNATTENDED} ${option} /nowhere/file`);
            assert.equal(ran.code, 1, ran.stderr);
            assert.match(ran.stderr, new RegExp(`nothing was destroyed: ${option} /nowhere/file`));
            assert.deepEqual(world.simulator.requests(), []);
            assert.equal(world.simulator.state().droplets.length, 1);
        }
    });
});
