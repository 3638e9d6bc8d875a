import { isUnsettled } from "./compose-report.js";
import { findLeftovers, type LeftoverRequest } from "./leftovers.js";
import { Ledger, type Entry } from "./ledger.js";
import type { DropletApi } from "./ports.js";
import type { AssociatedResource, ResourceKind } from "./resource.js";
import { confirmSameAccount, type ExpectedAccount } from "./same-account.js";
import type { DestroyStatus } from "./status.js";

/** What is asked of a Droplet that is not there. */
export interface RemainsRequest extends Omit<LeftoverRequest, "approved" | "expectsFinal"> {
    readonly account: ExpectedAccount;
    /** The inventory of an earlier day. */
    readonly recorded: readonly AssociatedResource[];
}

/** What a Droplet that is not there leaves. */
export interface Remains {
    /** Whether a delete would have something to do, or would not call it done. */
    readonly unfinished: boolean;
    /** What is known to be left, whether it is to go or to stay, and what cannot be told. */
    readonly left: readonly Entry[];
    /** What a delete would delete. */
    readonly remaining: readonly Entry[];
    /** Everything that was ever known of it. */
    readonly entries: readonly Entry[];
    readonly unread: readonly ResourceKind[];
    readonly status: DestroyStatus;
}

/**
 * Finds out what a Droplet that is not there leaves, as a delete would, and changes nothing.
 * @param seen the status of its destroy, where that has just been read
 * @throws RefusedError where the Droplet may only be out of the token's sight, or something cannot be told
 */
export async function findRemains(
    request: RemainsRequest,
    api: DropletApi,
    signal: AbortSignal,
    seen?: DestroyStatus,
): Promise<Remains> {
    const ledger = new Ledger(request.recorded);
    const status = seen ?? (await api.status(request.dropletId, signal));
    ledger.shown(status);
    if (status.state === "running") {
        const { open: left, entries } = ledger;
        return { unfinished: true, left, remaining: [], entries, unread: [], status };
    }
    if (status.state === "none") {
        await confirmSameAccount(request.account, api, signal);
    }
    const terms = { ...request, approved: null, expectsFinal: false };
    const { remaining, unread } = await findLeftovers("others", terms, ledger, api, signal);
    const { open: left, entries } = ledger;
    return { unfinished: left.some(isUnsettled), left, remaining, entries, unread, status };
}
