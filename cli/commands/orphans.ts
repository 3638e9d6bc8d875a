import { refuseOtherAccount } from "../account-guard.js";
import { EMPTY_RESULT, type Context, type CommandResult } from "../context.js";
import type { OrphansInvocation } from "../invocation.js";
import { findOrphans } from "../orphan.js";
import { listOrphans, orphansText } from "../orphan-list.js";
import { inTime } from "./surveys.js";

/** Lists what no longer belongs to a Droplet. Changes nothing. */
export async function orphans(invocation: OrphansInvocation, context: Context): Promise<CommandResult> {
    const { session, runtime } = context;
    const { api } = session.client();
    const { account, all } = await inTime(invocation.limits, context, async (signal) => {
        const account = await session.account(signal);
        refuseOtherAccount(invocation.guards.account, account);
        return { account, all: await findOrphans(session.catalog, api, runtime.clock.now(), signal) };
    });
    const list = listOrphans(all, invocation);
    const failed = invocation.failIfAny && list.listed.length > 0;
    return { ...EMPTY_RESULT, account, orphans: list, orphansAreFailure: failed, text: orphansText(list) };
}
