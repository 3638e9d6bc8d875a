/** A Pulumi command line that can run Node.js programs. */
export interface Engine {
    /** Path of the `pulumi` executable. */
    readonly command: string;
    /** Folders that go first on PATH: they hold `pulumi` and the language host. */
    readonly binDirs: readonly string[];
    /** As `pulumi version` prints it, without the "v": "3.259.0". */
    readonly version: string;
    readonly source: EngineSource;
}

export type EngineSource = "path" | "cache" | "release" | "build";

/** What looking for an engine takes from its caller. */
export interface EngineContext {
    /** The environment to look in; nothing here reads the process's own. */
    readonly env: NodeJS.ProcessEnv;
    readonly log: (line: string) => void;
    readonly fetch: typeof fetch;
    readonly platform: NodeJS.Platform;
}

/** The versions that the tests run on: the oldest that is promised, and the newest. `go/<version>` pins each. */
const TESTED = { oldest: "3.225.1", newest: "3.276.0" } as const;

/**
 * The version that `DROPLET_TEARDOWN_ENGINE` asks for: "oldest", "newest" or a number. Undefined: any on PATH
 * will do.
 */
export function requestedVersion(env: NodeJS.ProcessEnv): string | undefined {
    const requested = env.DROPLET_TEARDOWN_ENGINE ?? "";
    switch (requested) {
        case "":
            return undefined;
        case "oldest":
        case "newest":
            return TESTED[requested];
        default:
            return requested;
    }
}

/** The version that is kept in the cache, and got where it is missing. */
export function cachedVersion(env: NodeJS.ProcessEnv): string {
    return requestedVersion(env) ?? TESTED.newest;
}
