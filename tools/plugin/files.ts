import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { formatLicenses } from "../package/licenses.js";
import { programFiles } from "../package/program.js";

/** What the engine starts: a shell script, and one for Windows. They run `main.js` beside them. */
const LAUNCHERS = ["pulumi-resource-droplet-teardown", "pulumi-resource-droplet-teardown.cmd"];

const EXECUTABLE = 0o755;

/** The plugin as one file, with everything that it needs but Node.js, and the licenses of what is inside. */
export async function pluginFile(version: string): Promise<{ program: string; licenses: string }> {
    const { files, packages } = await programFiles({ main: "./plugin/main.ts" }, { version, oneFile: true });
    const [{ text: program } = { text: "" }] = files;
    return { program, licenses: formatLicenses(packages) };
}

/** Writes the plugin into a folder that an engine takes as it is: launchers, the bundled file and the schema. */
export async function writePlugin(folder: string, version: string): Promise<void> {
    const { program, licenses } = await pluginFile(version);
    writeBeside(folder, version);
    writeFileSync(join(folder, "main.js"), program);
    writeFileSync(join(folder, "THIRD-PARTY-LICENSES"), licenses);
}

/** Writes what an engine needs beside the plugin's `main.js`. */
export function writeBeside(folder: string, version: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "schema.json"), schemaText(version));
    for (const name of LAUNCHERS) {
        writeFileSync(join(folder, name), readFileSync(join("plugin", "launch", name)), { mode: EXECUTABLE });
    }
}

/** The schema of one version, as a release has it. */
export function schemaText(version: string): string {
    const schema = JSON.parse(readFileSync(join("plugin", "schema.json"), "utf8")) as object;
    return `${JSON.stringify({ ...schema, version }, null, 1)}\n`;
}
