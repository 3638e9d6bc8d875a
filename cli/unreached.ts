import { DeadlineError, UnreachableError } from "../provider/teardown/errors.js";
import type { Entry } from "./exit-code.js";
import type { Session } from "./session.js";

/** A deadline that passed while nothing answered says less than what stood in the way of the requests. */
export function unreachedRather(error: unknown, session: Session | null): unknown {
    const reason = error instanceof DeadlineError ? unreachedText(session) : null;
    return error instanceof DeadlineError && reason !== null
        ? new UnreachableError(`${reason}; ${error.message}`, { cause: error })
        : error;
}

/** The same for one Droplet. What was asked for may go on, so its outcome stays. */
export function withReason(entry: Entry, session: Session): Entry {
    const { report, cause } = entry;
    const reason = cause instanceof DeadlineError ? unreachedText(session) : null;
    return reason === null
        ? entry
        : { cause, report: { ...report, error: `${reason}; ${report.error ?? ""}` } };
}

function unreachedText(session: Session | null): string | null {
    const reason = session?.unreached() ?? null;
    return reason === null ? null : `DigitalOcean cannot be reached: ${reason}`;
}
