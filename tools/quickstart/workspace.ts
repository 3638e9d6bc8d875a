import { copyFile, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { REPOSITORY } from "./repository.js";

/** Where everything that Pulumi writes goes: nothing of it into the work tree or the user's own home. */
export interface Workspace {
    readonly home: string;
    readonly state: string;
    /**
     * A folder with a copy of the root's Pulumi.yaml. A stack is made there, because its settings file is
     * written beside the project file.
     */
    readonly project: string;
    /** The stack's settings file. */
    readonly config: string;
    remove(): Promise<void>;
}

export async function createWorkspace(stack: string): Promise<Workspace> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "droplet-teardown-quickstart-")));
    const [home, state, project] = [join(folder, "home"), join(folder, "state"), join(folder, "project")];
    await Promise.all([home, state, project].map((path) => mkdir(path)));
    await copyFile(join(REPOSITORY, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
    return {
        home,
        state,
        project,
        config: join(project, `Pulumi.${stack}.yaml`),
        remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
    };
}
