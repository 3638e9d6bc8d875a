import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PROJECT } from "./life.js";
import { RECORDINGS } from "./recorded.js";

const RECORDER = require.resolve("./recorder-process.js");

/** Does what starts processes that play lives; what their programs register is recorded once for all of them. */
export async function withRecordings<T>(work: () => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "lives-"));
    const path = join(folder, "recordings.json");
    try {
        const [code] = (await once(fork(RECORDER, [path, PROJECT], { execArgv: [] }), "exit")) as [number];
        if (code !== 0) {
            throw new Error(`the recorder ended with ${code}`);
        }
        process.env[RECORDINGS] = path;
        return await work();
    } finally {
        Reflect.deleteProperty(process.env, RECORDINGS);
        await rm(folder, { recursive: true, force: true });
    }
}
