import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { REPOSITORY } from "../support/engine-project-files.js";
import type { States } from "./story.js";

export function fixturePath(name: string): string {
    return join(REPOSITORY, "test", "stored-states", "fixtures", `${name}.json`);
}

/** The state that a version has written, as it wrote it. */
export async function readFixture(name: string): Promise<States> {
    return JSON.parse(await readFile(fixturePath(name), "utf8")) as States;
}
