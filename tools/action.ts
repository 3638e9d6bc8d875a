/** `npm run package:action`: what `action/action.yml` runs, in `action/dist`; a release has it in a tag of its own. */
import { readFileSync, rmSync } from "node:fs";

import { writeAction } from "./package/action.js";

const FOLDER = "action/dist";
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

rmSync(FOLDER, { recursive: true, force: true });
writeAction(FOLDER, version).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
