import { run } from "../../cli/index.js";
import type { TeardownWorld } from "../support/teardown-world.js";

/** What a nightly job came to. */
export interface Swept {
    /** The exit code. */
    readonly code: number;
    readonly text: string;
}

/** `destroy --tag-name … --expired`, in a process of its own. */
export async function sweep(
    tag: string,
    includeStacks: boolean,
    { clock, simulator }: TeardownWorld,
    token: string,
): Promise<Swept> {
    const written: string[] = [];
    const output = {
        write: (text: string) => void written.push(text),
        ...{ isTerminal: false, columns: 80, rows: 24 },
    };
    const none = (): Promise<never> => Promise.reject(new Error("a sweep has no files"));
    const words = ["destroy", "--tag-name", tag, "--expired", "--yes", "--policy", "destroy"];
    const options = ["--max-droplets", "100", ...(includeStacks ? ["--include-stacks"] : [])];
    const running = run(
        [...words, ...options],
        {
            env: (name) => (name === "DIGITALOCEAN_TOKEN" ? token : undefined),
            clock,
            random: () => 0.5,
            fetch: simulator.fetch,
            ...{ userAgent: "sweep/0.0.0", version: "0.0.0", stdout: output, stderr: output, ask: null },
            files: { read: none, fileIdentity: none, prepare: none, write: none, append: none },
            interrupt: new AbortController().signal,
        },
        new Promise<never>(() => undefined),
    );
    return { code: await clock.run(running), text: written.join("") };
}
