import { writeFiles } from "./bundled-file.js";
import { formatLicenses } from "./licenses.js";
import { programFiles } from "./program.js";

/** Writes what `action.yml` runs into a folder: the entry, the command line, and the licenses of what is inside. */
export async function writeAction(folder: string, version: string): Promise<void> {
    const entries = { "action/main": "./action/main.ts", "cli/main": "./cli/main.ts" };
    const { files, packages } = await programFiles(entries, { version });
    writeFiles(folder, [...files, { path: "THIRD-PARTY-LICENSES", text: formatLicenses(packages) }]);
}
