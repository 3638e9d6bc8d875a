import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { cliPage } from "./cli-docs-page.js";

/** Writes docs/cli.md from the command line's definitions; prettier may lay it out afterwards. */
void writeFile(join(__dirname, "..", "docs", "cli.md"), cliPage());
