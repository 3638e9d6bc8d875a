import { ApiError, AuthenticationError } from "./errors.js";
import { confirmSameAccount, refuseUnmatched } from "./guards.js";
import { type LedgerEntry, lookUp } from "./ledger.js";
import { findLeftovers, hangsOn, lacksFinal } from "./leftovers.js";
import { isOurs } from "./memory.js";
import { leftoverAnnouncement } from "./narrate.js";
import type { Sending } from "./ports.js";
import type { Situation } from "./situation.js";
import { provesEnd, sameResource } from "./model.js";
import { resourceLabel } from "./format.js";

/** Interval between polls of resources that DigitalOcean is still detaching. */
const DETACH_PAUSE_MS = 3_000;
const FALSE_404 = "DigitalOcean answered 404 to its delete, but it is still there";
const STALE = "not deleted: its state was read too long ago";

/**
 * One pass over what a Droplet that is gone left behind: accounts for everything, and deletes what the policy
 * destroys and what may be deleted individually.
 * @throws RefusedError if the Droplet may merely be invisible to the token, or something is unknown
 */
export async function cleanUpLeftovers(
    by: "our destroy" | "others",
    mayDelete: boolean,
    situation: Situation,
): Promise<void> {
    const { request, effects, signal, ledger } = situation;
    if (!situation.known) {
        await confirmSameAccount(request.account, effects.api, signal);
        // If nothing was recorded, a 404 proves nothing.
        situation.known = request.account.kind === "recorded";
    }
    situation.startAfresh();
    situation.accounted = false;
    if (await livesAfterAll(situation)) {
        situation.unsee();
        return;
    }
    // If our own destroy ended, the Droplet was ours to the end.
    const ours = isOurs(situation.seen.status, situation.memory.sent);
    const expectsFinal = situation.droplet !== null && request.finalSnapshot.template !== null;
    const hadBackups = (situation.droplet?.backups ?? 0) > 0;
    const terms = { ...request, mayCleanUp: request.mayCleanUp || ours, expectsFinal, hadBackups };
    const { attached, remaining, unread } = await findLeftovers(by, terms, ledger, effects.api, signal);
    if (lacksFinal(ledger.open, terms)) {
        await situation.announceOnce(
            "final snapshot",
            `droplet ${request.dropletId} went before its final snapshot was taken`,
        );
    }
    situation.unread = [...new Set([...situation.unread, ...unread])];
    situation.accounted = true;
    if (attached.length > 0) {
        await awaitFree(attached, situation);
    }
    if (attached.some(({ keep }) => keep === null)) {
        return;
    }
    const leftovers = remaining.length === 0 ? "settled" : mayDelete ? "unknown" : "remain";
    situation.memory = { ...situation.memory, leftovers };
    if (leftovers === "unknown" && attached.length === 0) {
        await refuseUnmatched(request.keep, ledger.entries, effects.api, signal);
        await deleteEach(remaining, situation);
    }
}

/** A single 404 is not believed: unless a status proves that the Droplet is gone, it is read once more. */
async function livesAfterAll(situation: Situation): Promise<boolean> {
    const { request, effects, signal, seen } = situation;
    situation.goneForSure ||= provesEnd(seen.status);
    if (situation.goneForSure) {
        return false;
    }
    situation.goneForSure = (await effects.api.droplet(request.dropletId, signal)) === null;
    return !situation.goneForSure;
}

/**
 * Waits until volumes and addresses are detached from the Droplet: otherwise their own delete, which may follow
 * at once, gets a 409.
 */
async function awaitFree(attached: readonly LedgerEntry[], situation: Situation): Promise<void> {
    const { request, effects, signal, ledger } = situation;
    // What cannot be read for a moment is not known to be free.
    const still = (): LedgerEntry[] =>
        ledger.open
            .filter((entry) => attached.some((one) => sameResource(one, entry)))
            .filter((entry) => entry.sight.is !== "there" || hangsOn(entry, request.dropletId));
    for (let [first] = attached; first !== undefined; [first] = still()) {
        const text = `droplet destroyed · waiting for ${resourceLabel(first)} to come free`;
        await situation.pause(DETACH_PAUSE_MS, text);
        await effects.throwIfAbandoned();
        await lookUp(still(), ledger, effects.api, signal);
    }
}

/** Deletes each individually. A failure stops neither the others nor the report. */
async function deleteEach(remaining: readonly LedgerEntry[], situation: Situation): Promise<void> {
    const { effects, ledger, memory } = situation;
    const sending = situation.sending();
    await effects.narrator.announce(leftoverAnnouncement(remaining));
    let failed = false;
    for (const entry of remaining) {
        await effects.throwIfAbandoned();
        const failure = await deleteOne(entry, effects.api, sending);
        if (failure === STALE) {
            situation.unsee();
            return;
        }
        if (failure === null) {
            ledger.found(entry, { is: "gone" });
        } else {
            ledger.failed(entry, failure);
            failed = true;
        }
    }
    const leftovers = failed ? "remain" : "settled";
    situation.memory = { ...memory, attempts: memory.attempts + 1, rested: false, leftovers };
}

/** Null: it is gone. After a lost answer or a refusal, the resource is looked up before the next attempt. */
async function deleteOne(
    entry: LedgerEntry,
    api: Situation["effects"]["api"],
    sending: Sending,
): Promise<string | null> {
    try {
        const outcome = await api.remove(entry, sending);
        switch (outcome.kind) {
            case "accepted":
                return null;
            case "gone":
                // A single 404 is not believed.
                return (await api.find(entry, sending.signal)) === null ? null : FALSE_404;
            case "stale":
                return STALE;
            case "conflict":
            case "busy":
            case "limited":
            case "lost":
                return outcome.message;
        }
    } catch (error) {
        if (error instanceof ApiError && !(error instanceof AuthenticationError)) {
            return error.message;
        }
        throw error;
    }
}
