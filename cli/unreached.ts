import type { Fetch } from "../provider/digitalocean/fetch.js";
import type { Clock } from "../provider/polling/clock.js";
import { DeadlineError, UnreachableError } from "../provider/teardown/errors.js";
import type { Entry } from "./exit-code.js";
import type { Session } from "./session.js";

/** What has stood in the way of requests since the last answer that was one. */
export interface Obstacle {
    /** Whether requests did not even reach DigitalOcean. */
    readonly unreached: boolean;
    readonly text: string;
}

/** The requests of a run. */
export interface Traced {
    readonly fetch: Fetch;
    readonly requests: () => number;
    /** Null where nothing stands in the way. */
    readonly obstacle: () => Obstacle | null;
}

/** An answer that takes longer is one that does not come. */
const SILENCE_MS = 5_000;
const LIMITED: Obstacle = {
    unreached: false,
    text: "DigitalOcean answered 429, since the token's requests are limited",
};
const SILENT: Obstacle = { unreached: false, text: "DigitalOcean has not answered" };

/** Counts requests, and notes what becomes of them. */
export function traced(fetch: Fetch, clock: Clock): Traced {
    let requests = 0;
    let obstacle: Obstacle | null = null;
    return {
        requests: () => requests,
        obstacle: () => obstacle,
        fetch: async (url, init) => {
            requests += 1;
            const sentAtMs = clock.monotonicMs();
            try {
                const answer = await fetch(url, init);
                obstacle = answer.status === 429 ? LIMITED : null;
                return answer;
            } catch (error) {
                if (!init.signal.aborted) {
                    obstacle = {
                        unreached: true,
                        text: `DigitalOcean cannot be reached: ${reasonOf(error)}`,
                    };
                } else if (clock.monotonicMs() - sentAtMs >= SILENCE_MS) {
                    obstacle = SILENT;
                }
                throw error;
            }
        },
    };
}

/** A deadline that passed while nothing answered says less than what stood in the way of the requests. */
export function unreachedRather(error: unknown, session: Session | null): unknown {
    const obstacle = session?.obstacle() ?? null;
    if (!(error instanceof DeadlineError) || obstacle === null) {
        return error;
    }
    return obstacle.unreached
        ? new UnreachableError(`${obstacle.text}; ${error.message}`, { cause: error })
        : new DeadlineError(error.timeoutMs, obstacle.text);
}

/** The same for one Droplet. What was asked for may go on, so its outcome stays. */
export function withReason(entry: Entry, session: Session): Entry {
    const { report, cause } = entry;
    const obstacle = cause instanceof DeadlineError ? session.obstacle() : null;
    return obstacle === null
        ? entry
        : { cause, report: { ...report, error: `${obstacle.text}; ${report.error ?? ""}` } };
}

function reasonOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
