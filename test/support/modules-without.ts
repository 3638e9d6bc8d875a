import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";

import { REPOSITORY } from "./engine-project-files.js";

/** Gives a folder all installed modules but `@pulumi/digitalocean`. */
export async function linkModulesWithoutDigitalOcean(folder: string): Promise<void> {
    const [installed, here] = [join(REPOSITORY, "node_modules"), join(folder, "node_modules")];
    await mkdir(join(here, "@pulumi"), { recursive: true });
    const others = (await readdir(installed)).filter((name) => name !== "@pulumi");
    for (const name of [...others, join("@pulumi", "pulumi")]) {
        await symlink(join(installed, name), join(here, name));
    }
}
