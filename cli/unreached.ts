import { DeadlineError, UnreachableError } from "../provider/teardown/errors.js";
import type { ResultEntry } from "./exit-code.js";
import { describeObstacle } from "./obstacle.js";
import type { Session } from "./session.js";

/** If nothing answered before the deadline, why requests failed says more than the timeout. */
export function unreachedRather(error: unknown, session: Session | null): unknown {
    const obstacle = session?.obstacle() ?? null;
    if (!(error instanceof DeadlineError) || obstacle === null) {
        return error;
    }
    return obstacle.kind === "unreached"
        ? new UnreachableError(`DigitalOcean cannot be reached: ${obstacle.reason}; ${error.message}`, {
              cause: error,
          })
        : new DeadlineError(error.timeoutMs, describeObstacle(obstacle));
}

/** The same for one Droplet. A requested destroy may still be running, so its outcome stays. */
export function withReason(entry: ResultEntry, session: Session): ResultEntry {
    const { report, cause } = entry;
    const obstacle = cause instanceof DeadlineError ? session.obstacle() : null;
    return obstacle === null
        ? entry
        : { cause, report: { ...report, error: `${describeObstacle(obstacle)}; ${report.error ?? ""}` } };
}
