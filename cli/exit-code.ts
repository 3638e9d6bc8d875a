import {
    AuthenticationError,
    ForbiddenError,
    isInterruption,
    MissingScopeError,
    RefusedError,
} from "../provider/teardown/errors.js";
import type { DropletReport } from "../provider/teardown/report-json.js";
import { NoTokenError, UsageError } from "./errors.js";

/** The exit codes of the process; other programs rely on these numbers. */
export const EXIT = {
    done: 0,
    unexpected: 1,
    usage: 2,
    someFailed: 3,
    unfinished: 4,
    refused: 5,
    unauthorized: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For several Droplets, the first of these that applies. */
const PRECEDENCE: readonly ExitCode[] = [
    EXIT.unexpected,
    EXIT.unauthorized,
    EXIT.refused,
    EXIT.unfinished,
    EXIT.someFailed,
];

/** A Droplet's report, and the error that ended its teardown, if one did. */
export interface ResultEntry {
    readonly report: DropletReport;
    readonly cause: unknown;
}

export function exitCodeOf(entries: readonly ResultEntry[]): ExitCode {
    const codes = entries.map(codeOf);
    return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.done;
}

export function exitCodeOfError(error: unknown): ExitCode {
    if (error instanceof UsageError) {
        return EXIT.usage;
    }
    if (isUnauthorized(error)) {
        return EXIT.unauthorized;
    }
    if (error instanceof RefusedError) {
        return EXIT.refused;
    }
    return isInterruption(error) ? EXIT.unfinished : EXIT.unexpected;
}

function codeOf({ report, cause }: ResultEntry): ExitCode {
    switch (report.outcome) {
        case "destroyed":
        case "not-found":
        case "planned":
            return EXIT.done;
        case "partial":
            return EXIT.someFailed;
        case "in-progress":
            return EXIT.unfinished;
        case "refused":
            return isUnauthorized(cause) ? EXIT.unauthorized : EXIT.refused;
        case "failed":
            return exitCodeOfError(cause);
    }
}

function isUnauthorized(error: unknown): boolean {
    return [AuthenticationError, ForbiddenError, MissingScopeError, NoTokenError].some(
        (unauthorized) => error instanceof unauthorized,
    );
}
