import { adviceFor, type Ended, leftInPlaceLines } from "./advice.js";
import type { ReportContext } from "../access/plugin.js";
import { writeReportFiles } from "./report-files.js";
import { keptByEnvironment } from "../stored/requests.js";
import type { Runtime } from "../access/runtime.js";
import { StackError } from "./stack-error.js";
import { describeReport } from "../teardown/describe.js";
import { codeLine, type TeardownError } from "../teardown/errors.js";
import { NOT_COVERED } from "../teardown/format.js";
import type { Narrator } from "../teardown/ports.js";
import { isSuccess } from "../teardown/report.js";

/**
 * Reports the outcome of every Droplet of one delete. The one place where a report becomes an error.
 * @param trouble what went wrong besides, such as tags that could not be deleted
 * @throws StackError whose message is all the reports, and what to do next
 */
export async function conclude(
    ended: readonly Ended[],
    trouble: TeardownError | null,
    context: ReportContext,
    urn: string | undefined,
    narrator: Narrator,
    runtime: Runtime,
): Promise<void> {
    const reports = ended.map(({ report }) => report);
    await writeReportFiles(reports, trouble, context, narrator, runtime);
    const bad = ended.filter(({ report }) => !isSuccess(report));
    const good = ended.filter(({ report }) => isSuccess(report));
    for (const { report } of good) {
        const lines = [describeReport(report), ...context.once([NOT_COVERED]), ...leftInPlaceLines(report)];
        await narrator.announce(lines.join("\n"));
    }
    if (bad.length > 0 || trouble !== null) {
        const kept = keptByEnvironment(runtime.env);
        const texts = bad.map(({ report, cause, advice }) =>
            [describeReport(report), ...(advice ?? adviceFor(report, urn, cause, kept))].join("\n"),
        );
        const codes = [
            ...bad.map(({ report }) => report.code ?? "failed"),
            ...(trouble === null ? [] : [trouble.code]),
        ];
        const all = [...texts, ...(trouble === null ? [] : [trouble.message]), codeLine(...codes)];
        throw new StackError(context.redact(all.join("\n")), { cause: bad[0]?.cause ?? trouble });
    }
}
