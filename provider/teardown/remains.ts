import { isUnsettled } from "./report.js";
import { UnreadableError } from "./errors.js";
import { findLeftovers, type LeftoverRequest } from "./leftovers.js";
import { type LedgerEntry, Ledger } from "./ledger.js";
import type { DropletApi } from "./ports.js";
import { type AssociatedResource, type DestroyStatus, provesEnd, type ResourceKind } from "./model.js";
import { confirmSameAccount, type ExpectedAccount } from "./guards.js";

/** Settings for the remains of a Droplet that does not exist. */
export interface RemainsRequest extends Omit<LeftoverRequest, "approved" | "expectsFinal" | "hadBackups"> {
    readonly account: ExpectedAccount;
    /** The recorded inventory. */
    readonly recorded: readonly AssociatedResource[];
}

/** What a Droplet that does not exist left behind. */
export interface Remains {
    /** Whether a delete would have something to do, or would not succeed. */
    readonly unfinished: boolean;
    /** What is known to be left, whether it goes or stays, and what is unknown. */
    readonly left: readonly LedgerEntry[];
    /** What a delete would delete. */
    readonly remaining: readonly LedgerEntry[];
    /** Everything ever known of the Droplet. */
    readonly entries: readonly LedgerEntry[];
    readonly unread: readonly ResourceKind[];
    readonly status: DestroyStatus;
}

/**
 * Finds what a Droplet that does not exist left behind, as a delete would, and changes nothing.
 * @param seen the status of its destroy, if just read
 * @throws RefusedError if the Droplet may merely be invisible to the token, or something is unknown
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
    await refuseLiving(request.dropletId, status, api, signal);
    const terms = { ...request, approved: null, expectsFinal: false, hadBackups: false };
    const { remaining, unread } = await findLeftovers("others", terms, ledger, api, signal);
    const { open: left, entries } = ledger;
    return { unfinished: left.some(isUnsettled), left, remaining, entries, unread, status };
}

/** A single 404 is not believed: unless a status proves that the Droplet is gone, it is read once more. */
async function refuseLiving(
    dropletId: number,
    status: DestroyStatus,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    if (!provesEnd(status) && (await api.droplet(dropletId, signal)) !== null) {
        throw new UnreadableError(
            `droplet ${dropletId} is there, but DigitalOcean answered 404 to a question about it: try again`,
        );
    }
}
