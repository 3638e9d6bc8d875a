import { adviceFor } from "./advice.js";
import { keepRecord, type Place } from "./keep-record.js";
import { StackError } from "./stack-error.js";
import type { Surroundings } from "./surroundings.js";
import { describeReport } from "./teardown/describe.js";
import type { Narrator } from "./teardown/effects.js";
import { isSuccess, type Report } from "./teardown/report.js";

/** How the teardown of one Droplet ended. */
export interface Ended {
    readonly report: Report;
    /** The error that ended it, if any. */
    readonly cause: unknown;
    /** What to do next, if the report alone does not say; whole lines. */
    readonly advice?: readonly string[];
}

/**
 * Reports the outcome of every Droplet of one delete. The one place where a report becomes an error.
 * @throws StackError whose message is all the reports, and what to do next
 */
export async function conclude(
    ended: readonly Ended[],
    place: Place,
    urn: string | undefined,
    narrator: Narrator,
    surroundings: Surroundings,
): Promise<void> {
    const reports = ended.map(({ report }) => report);
    for (const trouble of await keepRecord(reports, place, surroundings)) {
        await narrator.announce(trouble);
    }
    const bad = ended.filter(({ report }) => !isSuccess(report));
    const good = ended.filter(({ report }) => isSuccess(report));
    for (const { report } of good) {
        await narrator.announce(describeReport(report));
    }
    if (bad.length > 0) {
        const texts = bad.map(({ report, cause, advice }) =>
            [describeReport(report), ...(advice ?? adviceFor(report, urn, cause))].join("\n"),
        );
        throw new StackError(place.redact(texts.join("\n")), { cause: bad[0]?.cause });
    }
}
