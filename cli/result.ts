import { type ErrorCode, getErrorCode } from "../provider/teardown/errors.js";
import type { Droplet } from "../provider/teardown/model.js";
import type { DropletReport } from "../provider/teardown/report.js";
import type { LeftAlone } from "./selection/age.js";
import { EXIT, EXIT_PRECEDENCE, type ExitCode } from "./exit-codes.js";
import type { OrphanList } from "./selection/orphans.js";

/** A Droplet's report, and the error that ended its teardown, if one did. */
export interface ResultEntry {
    readonly report: DropletReport;
    readonly cause: unknown;
}

/** Result of a command. */
export interface CommandResult {
    readonly entries: readonly ResultEntry[];
    readonly account: string | null;
    readonly planDigest: string | null;
    /** For standard output. */
    readonly text: string;
    /** What to do next, line by line, if something did not succeed. */
    readonly advice: readonly string[];
    /** The error that stopped the whole command; null if there is none. */
    readonly error: unknown;
    /** Names that no Droplet has. */
    readonly notFound: readonly string[];
    /** Droplets that gained the tag after planning, and were left alone; null: nobody looked, or they cannot be read. */
    readonly lateArrivals: readonly Droplet[] | null;
    /** Droplets with the tag that a selection by age does not take; null: none was made. */
    readonly leftAlone: readonly LeftAlone[] | null;
    /** Null for every command except `orphans`. */
    readonly orphans: OrphanList | null;
    /** Whether a listed orphan is an error. */
    readonly orphansAreFailure: boolean;
}

export const EMPTY_RESULT: CommandResult = {
    entries: [],
    account: null,
    planDigest: null,
    text: "",
    advice: [],
    error: null,
    notFound: [],
    lateArrivals: null,
    leftAlone: null,
    orphans: null,
    orphansAreFailure: false,
};

/** The exit code of a result: of its error, of its orphans, or of its Droplets. */
export function toExitCode({ entries, error, orphans, orphansAreFailure }: CommandResult): ExitCode {
    if (error !== null) {
        return errorExitCode(error);
    }
    if (orphans !== null && orphans.unread.length > 0) {
        return EXIT.unauthorized;
    }
    return orphansAreFailure ? EXIT.someFailed : entriesExitCode(entries);
}

export function entriesExitCode(entries: readonly ResultEntry[]): ExitCode {
    const codes = entries.map(entryExitCode);
    return EXIT_PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.done;
}

/** What each code means for a pipeline; every other is unexpected. */
const EXIT_OF: Partial<Record<ErrorCode, ExitCode>> = {
    usage: EXIT.usage,
    "no-token": EXIT.unauthorized,
    "token-rejected": EXIT.unauthorized,
    "scope-missing": EXIT.unauthorized,
    timeout: EXIT.unfinished,
    interrupted: EXIT.unfinished,
    "not-destroyed": EXIT.someFailed,
    "droplet-not-found": EXIT.refused,
    "final-snapshot": EXIT.refused,
    "invalid-input": EXIT.refused,
    "keep-unmatched": EXIT.refused,
    "needs-decision": EXIT.refused,
    "not-approved": EXIT.refused,
    "not-confirmed": EXIT.refused,
    "not-expired": EXIT.refused,
    "not-tagged": EXIT.refused,
    "plan-unusable": EXIT.refused,
    prevented: EXIT.refused,
    refused: EXIT.refused,
    "stack-lives": EXIT.refused,
    "team-unknown": EXIT.refused,
    unlisted: EXIT.refused,
    unreadable: EXIT.refused,
    "wrong-team": EXIT.refused,
};

export function errorExitCode(error: unknown): ExitCode {
    return EXIT_OF[getErrorCode(error)] ?? EXIT.unexpected;
}

function entryExitCode({ report, cause }: ResultEntry): ExitCode {
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
            return errorExitCode(cause) === EXIT.unauthorized ? EXIT.unauthorized : EXIT.refused;
        case "failed":
            return errorExitCode(cause);
    }
}
