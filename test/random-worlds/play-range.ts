import { fork } from "node:child_process";
import { availableParallelism } from "node:os";

import { writeMeasurement } from "../../tools/measurement.js";
import type { Job, Played } from "./job.js";

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

/** Who plays a range. */
export interface Players {
    /** How many processes at a time. */
    readonly processes: number;
    /** The file of a process that plays. */
    readonly worker: string;
    /**
     * How much for one process: its first 500 worlds take half as long again as later ones, until the code is compiled;
     * and what processes that die were waiting for stays in memory, 55 kB a world.
     */
    readonly batch: number;
}

const WORLDS: Players = {
    processes: availableParallelism(),
    worker: require.resolve("./soak-worker.js"),
    batch: 5_000,
};

/** Plays a range in several processes, some worlds at a time. */
export async function playRange(
    { from, to }: Range,
    onProgress: (progress: Progress) => void,
    players: Partial<Players> = {},
): Promise<void> {
    const { processes, worker, batch } = { ...WORLDS, ...players };
    let [next, done, violations, resumeAt] = [from, 0, 0, from];
    const ends = new Map<number, number>();
    const work = async (): Promise<void> => {
        while (next < to) {
            const range = { from: next, to: Math.min(next + batch, to) };
            next = range.to;
            const { found } = await playJob({ ...range, mutation: null, stopAtFirst: false }, worker);
            done += range.to - range.from;
            violations += found.length;
            ends.set(range.from, range.to);
            for (let end = ends.get(resumeAt); end !== undefined; end = ends.get(resumeAt)) {
                resumeAt = end;
            }
            onProgress({ done, violations, resumeAt, found });
        }
    };
    const needed = Math.ceil((to - from) / batch);
    await Promise.all(Array.from({ length: Math.min(processes, needed) }, work));
}

/**
 * Plays a range and tells how far it is; from there, it can be gone on with.
 * @param what worlds or lives, as the option says that takes their number
 * @param writes whether the table of the page of reports becomes that of this run
 * @returns an exit code
 */
export async function soak(
    what: "worlds" | "lives",
    { from, to }: Range,
    players: Partial<Players>,
    writes: boolean,
): Promise<number> {
    const startedAtMs = Date.now();
    let all = 0;
    const tell = ({ done, violations, resumeAt, found }: Progress): void => {
        all = violations;
        found.forEach((text) => console.log(text));
        const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(0);
        const told = `${done} of ${to - from} ${what}, ${violations} violations, ${seconds} s`;
        console.log(`${told}; to go on later: --from ${resumeAt} --${what} ${to - resumeAt}`);
    };
    await playRange({ from, to }, tell, players);
    console.log(`${what} ${from} to ${to - 1}: ${all} violations`);
    if (writes) {
        const [title, number] = [
            what === "worlds" ? "Worlds" : "Lives",
            (of: number) => of.toLocaleString("en"),
        ];
        writeMeasurement({
            page: `docs/reports/${what}.md`,
            columns: [title, "Violations"],
            rows: [[`${number(from)} to ${number(to - 1)}`, number(all)]],
            startedAtMs,
        });
    }
    return all === 0 ? 0 : 1;
}

/**
 * Plays some worlds in a process of their own.
 * @param worker the file of a process that plays other things than worlds
 */
export function playJob(job: Job, worker = WORLDS.worker): Promise<Played> {
    const execArgv = ["--require", require.resolve("../support/compile-less.js")];
    const played = fork(worker, [JSON.stringify(job)], { execArgv });
    return new Promise((resolve, reject) => {
        let result: Played | null = null;
        played.on("message", (message) => (result = message as Played));
        played.on("error", reject);
        played.on("exit", (code) => {
            if (result === null) {
                reject(new Error(`worlds from ${job.from}: the process ended with ${code} and no result`));
            } else {
                resolve(result);
            }
        });
    });
}
