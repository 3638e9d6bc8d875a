import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PROJECT } from "./life.js";
import { recordElsewhere } from "./elsewhere.js";
import { know, RECORDINGS } from "./recorded.js";
import { SHAPES } from "./shapes.js";

/** Does what starts processes that play lives; what their programs register is recorded once for all of them. */
export async function withRecordings<T>(work: () => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "lives-"));
    const path = join(folder, "recordings.json");
    try {
        const entries = await recordElsewhere(SHAPES, PROJECT);
        know(entries);
        await writeFile(path, JSON.stringify(entries));
        process.env[RECORDINGS] = path;
        return await work();
    } finally {
        Reflect.deleteProperty(process.env, RECORDINGS);
        await rm(folder, { recursive: true, force: true });
    }
}
