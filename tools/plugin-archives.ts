/** `npm run package:plugin`: the plugin as a release has it, in `dist/archives`. */
import { readFileSync } from "node:fs";

import { writeArchives } from "./plugin/archives.js";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

writeArchives("dist/archives", version).then(
    (paths) => process.stdout.write(`${paths.join("\n")}\n`),
    (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
    },
);
