import { join } from "node:path";

/** The folder with the plugin's launcher. It goes on PATH, or into `plugins` of a Pulumi.yaml. */
export function pluginBinFolder(repository: string): string {
    return join(repository, "simulator", "plugin", "bin");
}
