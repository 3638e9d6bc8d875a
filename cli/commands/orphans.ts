import { type Context, inTime } from "../context.js";
import type { OrphansInvocation } from "../arguments/invocation.js";
import { orphansText } from "../text/orphans.js";
import { findOrphans, listOrphans } from "../selection/orphans.js";
import { type CommandResult, EMPTY_RESULT } from "../result.js";
import { refuseOtherAccount } from "../session.js";

/** Lists what no longer belongs to a Droplet. Changes nothing. */
export async function orphans(invocation: OrphansInvocation, context: Context): Promise<CommandResult> {
    const { session } = context;
    const { account, all } = await inTime(context, async (signal) => {
        const account = await session.account(signal);
        refuseOtherAccount(invocation.guards.account, account);
        return { account, all: await findOrphans(session, signal) };
    });
    const list = listOrphans(all, invocation);
    const failed = invocation.failIfAny && list.listed.length > 0;
    return { ...EMPTY_RESULT, account, orphans: list, orphansAreFailure: failed, text: orphansText(list) };
}
