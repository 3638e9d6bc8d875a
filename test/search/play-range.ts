import { fork } from "node:child_process";
import { availableParallelism } from "node:os";

import type { Job, Played } from "./soak-worker.js";

export interface Range {
    readonly from: number;
    readonly to: number;
}

/** Where a search over a range stands. */
export interface Progress {
    readonly done: number;
    readonly violations: number;
    /** Everything before this world is played. */
    readonly resumeAt: number;
    /** What has just been found, for people. */
    readonly found: readonly string[];
}

/**
 * Worlds for one process. A long run makes it faster, and starting costs work: 1,000 worlds take one process 22 s of
 * processor time, and two of them 28 s.
 */
const BATCH = 2_500;

/** Plays a range of worlds in several processes, some worlds at a time. */
export async function playRange(
    { from, to }: Range,
    onProgress: (progress: Progress) => void,
    processes = availableParallelism(),
): Promise<void> {
    let [next, done, violations, resumeAt] = [from, 0, 0, from];
    const ends = new Map<number, number>();
    const worker = async (): Promise<void> => {
        while (next < to) {
            const range = { from: next, to: Math.min(next + BATCH, to) };
            next = range.to;
            const { found } = await playJob({ ...range, mutation: null, stopAtFirst: false });
            done += range.to - range.from;
            violations += found.length;
            ends.set(range.from, range.to);
            for (let end = ends.get(resumeAt); end !== undefined; end = ends.get(resumeAt)) {
                resumeAt = end;
            }
            onProgress({ done, violations, resumeAt, found });
        }
    };
    const needed = Math.ceil((to - from) / BATCH);
    await Promise.all(Array.from({ length: Math.min(processes, needed) }, worker));
}

/** Plays some worlds in a process of their own. */
export function playJob(job: Job): Promise<Played> {
    const worker = fork(require.resolve("./soak-worker.js"), [JSON.stringify(job)], { execArgv: [] });
    return new Promise((resolve, reject) => {
        let played: Played | null = null;
        worker.on("message", (message) => (played = message as Played));
        worker.on("error", reject);
        worker.on("exit", (code) => {
            if (played === null) {
                reject(new Error(`worlds from ${job.from}: the process ended with ${code} and no result`));
            } else {
                resolve(played);
            }
        });
    });
}
