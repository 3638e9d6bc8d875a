import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { pluginBundle } from "./bundle.js";

/** What the engine starts: a shell script, and one for Windows. They run `main.js` beside them. */
export const LAUNCHERS = ["pulumi-resource-droplet-teardown", "pulumi-resource-droplet-teardown.cmd"];

const EXECUTABLE = 0o755;

/** Writes the plugin into a folder that an engine takes as it is: launchers, the bundled file and the schema. */
export async function writePlugin(folder: string, version: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "main.js"), await pluginBundle(version));
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
