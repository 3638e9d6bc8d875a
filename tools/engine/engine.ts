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

/** The command line's version where we get one ourselves: tools/engine/go/cli/go.mod pins the same. */
export const ENGINE_VERSION = "3.259.0";
