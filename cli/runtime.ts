import { credentials } from "../provider/access/clients.js";
import { type Connection, redactTokens } from "../provider/digitalocean/connection.js";

/** One of the two standard streams. Writing to a closed one does nothing. */
export interface Output {
    write(text: string): void;
    /** Whether lines can be rewritten and colored. */
    readonly isTerminal: boolean;
    /** Columns of the terminal; a default without a terminal. */
    readonly columns: number;
    /** Lines of the terminal; a default without a terminal. */
    readonly rows: number;
}

export interface Files {
    /** @throws if it is not a regular file, or too large to be a plan. */
    read(path: string): Promise<string>;
    /** Identifies a regular file, whatever its path; null: there is none. */
    fileIdentity(path: string): Promise<string | null>;
    /** Opens a file for writing without changing it, creating it if missing; returns the same as `fileIdentity`. */
    prepare(path: string): Promise<string | null>;
    /** Replaces the file atomically: readers see the old text or the new one. */
    write(path: string, text: string): Promise<void>;
    append(path: string, text: string): Promise<void>;
}

/** Everything outside the process that the command line uses. */
export interface CliRuntime extends Pick<Connection, "fetch" | "clock" | "random" | "userAgent"> {
    readonly env: (name: string) => string | undefined;
    /** This package's version. */
    readonly version: string;
    readonly stdout: Output;
    readonly stderr: Output;
    /** Asks a person on the terminal; null: no answer. Absent if nobody can be asked. */
    readonly ask: ((question: string) => Promise<string | null>) | null;
    readonly files: Files;
    /** Aborts with an `AbandonedError` when the wait should end. */
    readonly interrupt: AbortSignal;
}

/** Removes this run's token, and anything that looks like a token, from a text. */
export function createRedactor({ env }: Pick<CliRuntime, "env">): (text: string) => string {
    const secrets = credentials(undefined, { config: () => undefined, env }).map(({ token }) => token);
    return (text) => redactTokens(text, secrets);
}

/** The same runtime with a terminal that shows no secrets: names come unredacted from the API. */
export function withoutSecrets(runtime: CliRuntime): CliRuntime {
    const { stdout, stderr, ask } = runtime;
    const redact = createRedactor(runtime);
    return {
        ...runtime,
        stdout: redacting(stdout, redact),
        stderr: redacting(stderr, redact),
        ask: ask === null ? null : (question) => ask(redact(question)),
    };
}

function redacting(output: Output, redact: (text: string) => string): Output {
    return {
        write: (text) => output.write(redact(text)),
        isTerminal: output.isTerminal,
        get columns() {
            return output.columns;
        },
        get rows() {
            return output.rows;
        },
    };
}
