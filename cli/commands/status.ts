import { beginSpan } from "../../provider/polling/clock.js";
import { isInterruption } from "../../provider/teardown/errors.js";
import { answerTo, DESTROY } from "../../provider/teardown/findings.js";
import { type Context, inTime } from "../context.js";
import { createDisplay } from "../text/display.js";
import { withReason } from "../text/entries.js";
import type { StatusInvocation } from "../arguments/invocation.js";
import { StatusPoller, statusReport } from "./observation.js";
import { reportText, statusAdvice, teardownReports } from "../text/report.js";
import { type CommandResult, EMPTY_RESULT } from "../result.js";
import { refuseOtherAccount } from "../session.js";

/** Shows a Droplet's destroy as DigitalOcean reports it, at once or when finished. Changes nothing. */
export async function status(invocation: StatusInvocation, context: Context): Promise<CommandResult> {
    const { session, runtime, paint } = context;
    const { clock, stderr } = runtime;
    const client = session.client();
    const span = beginSpan(clock);
    const poller = new StatusPoller(invocation.dropletId, client.api, clock);
    const display = createDisplay(stderr, clock, new Map([[invocation.dropletId, null]]));
    let account: string | null = null;
    let cause: unknown = null;
    try {
        await inTime(context, async (signal) => {
            account = await session.account(signal);
            refuseOtherAccount(invocation.guards.account, account);
            const { progress } = display.narratorFor(invocation.dropletId);
            await (invocation.wait ? poller.wait(progress, signal) : poller.poll(signal));
        });
    } catch (error) {
        if (!isInterruption(error) || answerTo(poller.observed.findings, DESTROY)?.is !== "read") {
            throw error;
        }
        cause = error;
    } finally {
        display.close();
    }
    const totals = { ...client.traffic, ...span() };
    const report = statusReport(poller.observed, cause, totals, account);
    const entry = withReason({ report, cause }, context);
    const advice = statusAdvice(runtime.version, report);
    const text = [reportText(teardownReports([entry]), paint, account), ...advice].join("\n");
    return { ...EMPTY_RESULT, account, entries: [entry], text, advice };
}
