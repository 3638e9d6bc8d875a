import assert from "node:assert/strict";

import { code } from "../../provider/teardown/report-markdown.js";
import { checkMarkdown } from "../search/texts.js";
import { CliWorld } from "../support/cli-world.js";

const UNATTENDED = "--yes --policy destroy";
/** An image and a mention, after a backslash that takes the escape off the pipe. */
const HOSTILE = "x\\| ![p](http://e/p.png) @everyone";

describe("the summary of a run", () => {
    it("finding 5: shows a name that would be an image and a mention as the text that it is", () => {
        assert.equal(code(HOSTILE), "`x\\\\\\| ![p](http://e/p.png) @everyone`");
    });

    it("finding 5: stays a table of five columns around it, and nothing else, in plan and destroy", async () => {
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

    it("finding 5: shows it the same among what it left alone, and among orphans", async () => {
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

    it("finding 10: is opened before anything is destroyed, like every other file", async () => {
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
