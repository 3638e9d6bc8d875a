import { readFile, writeFile } from "node:fs/promises";

import type { Call } from "../random-stacks/calls.js";

/** For NODE_OPTIONS: plugins write down what the engine calls. */
export const TRACE = `--require=${require.resolve("./trace-preload.js")}`;

type Line = Partial<Call> & { readonly key: string };

/** The calls in a trace, in the order in which they came. */
export async function callsIn(file: string): Promise<Call[]> {
    const text = await readFile(file, "utf8");
    const calls = new Map<string, Call>();
    for (const line of text.split("\n").filter((one) => one !== "")) {
        const { key, ...part } = JSON.parse(line) as Line;
        const known = calls.get(key);
        calls.set(key, known === undefined ? { ...(part as Call), answer: null } : { ...known, ...part });
    }
    return [...calls.values()];
}

export async function clearTrace(file: string): Promise<void> {
    await writeFile(file, "");
}
