import { spawn, type SpawnOptions } from "node:child_process";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Where signals of this process arrive. */
export interface SignalSource {
    on(signal: NodeJS.Signals, listener: () => void): unknown;
    off(signal: NodeJS.Signals, listener: () => void): unknown;
}

export interface Signals {
    readonly source: SignalSource;
    /** The child has them from the runner. */
    readonly reachAll: boolean;
}

/** How a program ended. */
export interface Ended {
    readonly code: number;
    /** What it wrote to standard output, where that was asked for. */
    readonly output: string;
    readonly interrupted: boolean;
}

/** By which a shell reports a program that a signal ended. */
const ENDED_BY_SIGNAL = 130;

/**
 * Runs a program and waits for its end, whatever signals arrive; they are passed on unless everybody is signaled. Its
 * output goes where ours goes, unless it is captured.
 */
export function runChild(
    program: string,
    args: readonly string[],
    options: Pick<SpawnOptions, "cwd" | "env"> & { readonly capture?: boolean },
    { source, reachAll }: Signals,
): Promise<Ended> {
    const { capture = false, ...rest } = options;
    const child = spawn(program, args, {
        ...rest,
        stdio: ["ignore", capture ? "pipe" : "inherit", "inherit"],
    });
    let [output, interrupted] = ["", false];
    const passing = SIGNALS.map((signal) => {
        const pass = (): void => {
            interrupted = true;
            if (!reachAll) {
                child.kill(signal);
            }
        };
        source.on(signal, pass);
        return () => source.off(signal, pass);
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    return new Promise<Ended>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve({ code: code ?? ENDED_BY_SIGNAL, output, interrupted }));
    }).finally(() => passing.forEach((stop) => stop()));
}
