import assert from "node:assert/strict";
import { chmod, lstat, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { machineFiles } from "../../cli/files.js";

describe("the files of a run", () => {
    let folder: string;
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "files-"));
    });
    after(() => rm(folder, { recursive: true }));

    it("finding 10: leaves a link a link, and refuses a read-only file", async () => {
        const [target, link] = [join(folder, "target"), join(folder, "link")];
        await writeFile(target, "old");
        await symlink(target, link);
        await machineFiles.write(link, "new");
        assert.ok((await lstat(link)).isSymbolicLink());
        assert.equal(await readFile(target, "utf8"), "new");
        assert.equal(await machineFiles.prepare(link), await machineFiles.identityOf(target));
        await chmod(target, 0o444);
        await assert.rejects(machineFiles.prepare(target), /read-only/);
    });

    it("finding 4: reads no plan from what is no regular file", async () => {
        await assert.rejects(machineFiles.read("/dev/zero"), /not a regular file/);
    });
});
