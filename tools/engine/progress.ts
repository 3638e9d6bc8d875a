/** Between two lines about the same build. */
const PAUSE_MS = 15_000;
/** The first packages say little of the others: they are small, and compile side by side. */
const MIN_KNOWN_PART = 0.1;

/**
 * Says how far a `go build -v` is, which names each package as it compiles it, and how long the rest takes at that
 * pace. What an earlier build left in Go's
 * cache is not named, so the last line may come before the total.
 * @param total packages of the program, its dependencies included
 * @returns takes what go writes to standard error
 */
export function buildProgress(
    total: number,
    log: (line: string) => void,
    nowMs: () => number,
): (text: string) => void {
    const beganMs = nowMs();
    let toldMs = beganMs;
    let compiled = 0;
    return (text) => {
        compiled += text.split("\n").length - 1;
        if (nowMs() - toldMs >= PAUSE_MS) {
            toldMs = nowMs();
            const done = Math.min(compiled, total);
            const left =
                done / total < MIN_KNOWN_PART ? "" : timeLeft((toldMs - beganMs) * (total / done - 1));
            const seconds = Math.round((toldMs - beganMs) / 1_000);
            log(`    compiled ${done} of ${total} packages, after ${seconds} s${left}`);
        }
    };
}

function timeLeft(ms: number): string {
    return ms < 60_000 ? ", less than a minute left" : `, about ${Math.round(ms / 60_000)} min left`;
}
