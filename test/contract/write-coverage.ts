import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { REPOSITORY } from "../support/engine-project-files.js";
import { withCoverage } from "./coverage.js";

/** Writes the table of simulator/README.md; prettier may lay it out afterwards. */
const page = join(REPOSITORY, "simulator", "README.md");
writeFileSync(page, withCoverage(readFileSync(page, "utf8")));
