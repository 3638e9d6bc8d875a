/** Between two lines about the same build. */
const PAUSE_MS = 15_000;

/**
 * Says how far a `go build -v` is, which names each package as it compiles it. What an earlier build left in Go's
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
            const seconds = Math.round((toldMs - beganMs) / 1_000);
            log(`    compiled ${Math.min(compiled, total)} of ${total} packages, after ${seconds} s`);
        }
    };
}
