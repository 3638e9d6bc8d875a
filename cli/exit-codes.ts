/** The exit codes of the process; other programs rely on these numbers. */
export const EXIT = {
    done: 0,
    unexpected: 1,
    usage: 2,
    someFailed: 3,
    unfinished: 4,
    refused: 5,
    unauthorized: 6,
    /** By which a shell reports a program that a signal ended. */
    killed: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each exit code means, for the help and the pages. */
export const EXIT_CODES: readonly (readonly [code: ExitCode, meaning: string])[] = [
    [EXIT.done, "everything that should go is gone, or nothing visible to this token matched"],
    [EXIT.unexpected, "unexpected error"],
    [EXIT.usage, "invalid command line"],
    [EXIT.someFailed, "some resources could not be destroyed, or --fail-if-any found orphans"],
    [EXIT.unfinished, "timed out or interrupted; what runs at DigitalOcean continues"],
    [
        EXIT.refused,
        "refused: a guard, the policy, no confirmation, a plan that grew, an ambiguous name, or no match with --require-match",
    ],
    [EXIT.unauthorized, "no token, a token that DigitalOcean rejects, or one that lacks a required scope"],
    [EXIT.killed, "a second SIGINT or SIGTERM"],
];

/** For several Droplets, the exit code is the first of these that applies. */
export const EXIT_PRECEDENCE: readonly ExitCode[] = [
    EXIT.unexpected,
    EXIT.unauthorized,
    EXIT.refused,
    EXIT.unfinished,
    EXIT.someFailed,
];
