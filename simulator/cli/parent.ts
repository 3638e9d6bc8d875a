import { fstatSync } from "node:fs";

const LOOK_MS = 1_000;

/** What of a process is looked at. */
export interface Child {
    readonly ppid: number;
    readonly stdin: NodeJS.ReadStream;
}

/** Calls `stop` once the parent process has ended, or has closed a pipe to standard input. */
export function whenParentEnds(child: Child, stop: () => void): void {
    const parent = child.ppid;
    setInterval(() => {
        // An orphan gets another parent.
        if (child.ppid !== parent) {
            stop();
        }
    }, LOOK_MS).unref();
    if (isPipe()) {
        // A broken pipe is closed without an end.
        child.stdin.once("end", stop).once("close", stop).resume();
    }
}

/** Whether standard input is: a file, or nothing at all, has no parent at its other end. */
function isPipe(): boolean {
    const kind = fstatSync(0);
    return kind.isFIFO() || kind.isSocket();
}
