import { ApiError, AuthenticationError } from "./errors.js";
import { refuseUnmatched } from "./unmatched.js";
import type { Entry } from "./ledger.js";
import { findLeftovers, hangsOn, lacksFinal } from "./leftovers.js";
import { lookUp } from "./look-up.js";
import { leftoverAnnouncement } from "./narrate.js";
import type { Sending } from "./ports.js";
import { confirmSameAccount } from "./same-account.js";
import type { Situation } from "./situation.js";
import { resourceLabel } from "./wording.js";

/** Between looks at what comes free by itself. */
const DETACH_PAUSE_MS = 3_000;
const STALE = "not asked for: what is known of it is history";

/**
 * One pass over what a Droplet that is gone has left: accounts for everything, and deletes what the policy
 * destroys and what may go by itself.
 * @throws RefusedError where the Droplet may only be out of the token's sight, or something cannot be told
 */
export async function cleanUpLeftovers(
    by: "our destroy" | "others",
    mayDelete: boolean,
    situation: Situation,
): Promise<void> {
    const { request, effects, signal, ledger } = situation;
    if (!situation.known) {
        await confirmSameAccount(request.account, effects.api, signal);
        // Where nothing was recorded, a 404 proves nothing.
        situation.known = request.account.kind === "recorded";
    }
    situation.startAfresh();
    const expectsFinal = situation.droplet !== null && request.finalSnapshot.template !== null;
    const terms = { ...request, expectsFinal };
    const { attached, remaining, unread } = await findLeftovers(by, terms, ledger, effects.api, signal);
    if (lacksFinal(ledger.open, terms)) {
        await situation.announceOnce(
            "final snapshot",
            `droplet ${request.dropletId} went before its final snapshot was taken`,
        );
    }
    situation.unread = [...new Set([...situation.unread, ...unread])];
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

/**
 * Waits until volumes and addresses no longer hang on the Droplet: else their own delete, which may follow at
 * once, would meet a 409.
 */
async function awaitFree(attached: readonly Entry[], situation: Situation): Promise<void> {
    const { request, effects, signal, ledger } = situation;
    const still = (): Entry[] => ledger.open.filter((entry) => hangsOn(entry, request.dropletId));
    for (let [first] = attached; first !== undefined; [first] = still()) {
        const text = `droplet destroyed · waiting for ${resourceLabel(first)} to come free`;
        await situation.pause(DETACH_PAUSE_MS, text);
        await effects.ensureWanted();
        await lookUp(still(), ledger, effects.api, signal);
    }
}

/** Deletes each by itself. What will not go stops neither the others nor the report. */
async function deleteEach(remaining: readonly Entry[], situation: Situation): Promise<void> {
    const { effects, ledger, memory } = situation;
    const sending = situation.sending();
    await effects.narrator.announce(leftoverAnnouncement(remaining));
    let failed = false;
    for (const entry of remaining) {
        await effects.ensureWanted();
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

/** Null: it is gone. What is lost or refused is looked up before it is asked for again. */
async function deleteOne(
    entry: Entry,
    api: Situation["effects"]["api"],
    sending: Sending,
): Promise<string | null> {
    try {
        const outcome = await api.remove(entry, sending);
        switch (outcome.kind) {
            case "accepted":
            case "gone":
                return null;
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
