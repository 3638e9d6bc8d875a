import type { Connection } from "../provider/digitalocean/connection.js";

/** One of the two standard streams. Writing to one that nobody reads any more does nothing. */
export interface Output {
    write(text: string): void;
    /** Whether lines may be rewritten and coloured. */
    readonly isTerminal: boolean;
    /** Columns of the terminal; some usual number where there is none. */
    readonly columns: number;
}

export interface Files {
    /** @throws for what is no regular file, and for one that is too large to be a plan. */
    read(path: string): Promise<string>;
    /** Tells one regular file from another, whatever they are called; null: there is none. */
    identityOf(path: string): Promise<string | null>;
    /** Opens a file for writing, creates it if it is missing, and leaves what is in it; as `identityOf`. */
    prepare(path: string): Promise<string | null>;
    /** Replaces the file as a whole: who reads it sees the old text or the new one. */
    write(path: string, text: string): Promise<void>;
    append(path: string, text: string): Promise<void>;
}

/** Everything outside that the command line touches. */
export interface Surroundings extends Pick<Connection, "fetch" | "clock" | "random" | "userAgent"> {
    readonly env: (name: string) => string | undefined;
    /** This package's version. */
    readonly version: string;
    readonly stdout: Output;
    readonly stderr: Output;
    /** Asks a person on the terminal; null: no answer. Absent where nobody can be asked. */
    readonly ask: ((question: string) => Promise<string | null>) | null;
    readonly files: Files;
    /** Aborts with an `AbandonedError` when waiting is to end. */
    readonly interrupt: AbortSignal;
}
