import type { Clock } from "../provider/polling/clock.js";
import { Hazard, type PollHistory, nextPollAtMs } from "../provider/polling/interval.js";
import { isNoNews, NO_NEWS_PAUSE_MS } from "../provider/teardown/errors.js";
import { probeKinds } from "../provider/teardown/inventory.js";
import { isGone, Ledger, type LedgerEntry, lookUp } from "../provider/teardown/ledger.js";
import {
    type DestroyStatus,
    type Droplet,
    endedWell,
    isWithin,
    leftIn,
    namedIn,
    provesEnd,
    RESOURCE_KINDS,
    type ResourceKind,
    sameResource,
    undestroyedIn,
} from "../provider/teardown/model.js";
import { progressLine } from "../provider/teardown/narrate.js";
import type { DropletApi } from "../provider/teardown/ports.js";
import { composeReport, type Outcome, type Report, type Totals } from "../provider/teardown/report.js";
import { notVisible } from "./report-text.js";

/** A Droplet and its destroy, as last observed. */
export interface Observation {
    /** Null: it does not exist. */
    readonly droplet: Droplet | null;
    /** As it was when it existed; null: it was never seen. */
    readonly lastSeen: Droplet | null;
    readonly status: DestroyStatus;
    /** Everything known of its resources. */
    readonly entries: readonly LedgerEntry[];
    /** Kinds that could not be read. */
    readonly unread: readonly ResourceKind[];
    /** The unusable answer since; null: none. */
    readonly noNews: string | null;
}

/** How late the status of an accepted destroy may appear: as long as a teardown waits for its own. */
const STATUS_LAG_MS = 60_000;

const NOT_NAMED = "not named by its destroy";
/** A destroy that was just accepted may not show yet, so this is all that is known. */
const NONE_SHOWS = "no destroy of its droplet shows";

/** Before the first poll. */
export const UNOBSERVED: Observation = {
    droplet: null,
    lastSeen: null,
    status: { state: "none" },
    entries: [],
    unread: [],
    noNews: null,
};

/** Polls a Droplet's destroy. Changes nothing. */
export class StatusPoller {
    /** The last observation. */
    observed = UNOBSERVED;
    readonly #dropletId: number;
    readonly #api: DropletApi;
    readonly #clock: Clock;
    readonly #ledger = new Ledger([]);

    constructor(dropletId: number, api: DropletApi, clock: Clock) {
        this.#dropletId = dropletId;
        this.#api = api;
        this.#clock = clock;
    }

    /**
     * Observes once.
     * @param mayBeLate whether a status that does not show may show later: then nothing is looked up yet
     */
    async poll(signal: AbortSignal, mayBeLate = false): Promise<Observation> {
        const status = await this.#api.status(this.#dropletId, signal);
        const droplet = await this.#api.droplet(this.#dropletId, signal);
        const unread =
            this.observed === UNOBSERVED ? await this.#readInventory(droplet, signal) : this.observed.unread;
        this.#ledger.shown(status);
        if (droplet === null && status.state !== "running" && !(mayBeLate && status.state === "none")) {
            // What failed, and what was not to go, may be gone by now: neither a status nor an earlier list tells.
            await lookUp(this.#ledger.open, this.#ledger, this.#api, signal);
        }
        const lastSeen = droplet ?? this.observed.lastSeen;
        this.observed = { droplet, lastSeen, status, entries: this.#ledger.entries, unread, noNews: null };
        return this.observed;
    }

    /** Observes until the destroy is finished, or until none of an existing Droplet has shown for long enough. */
    async wait(progress: (line: string) => void, signal: AbortSignal): Promise<void> {
        const hazard = new Hazard();
        const startedAtMs = this.#clock.monotonicMs();
        let looks: PollHistory = { acceptedAtMs: startedAtMs, lastSentAtMs: null };
        for (;;) {
            looks = { ...looks, lastSentAtMs: this.#clock.monotonicMs() };
            const mayBeLate = this.#clock.monotonicMs() - startedAtMs < STATUS_LAG_MS;
            const pauseMs = await this.#pollOrEndure(mayBeLate, signal);
            const { lastSeen, status } = this.observed;
            // A fast destroy may be over before its status shows.
            const mayShow = mayBeLate && lastSeen !== null && status.state === "none";
            if (status.state !== "running" && !mayShow) {
                return;
            }
            progress(mayShow ? "no destroy of it shows yet" : progressLine("completion", status, null));
            const nextMs = nextPollAtMs(looks, leftIn(status), hazard);
            await this.#clock.sleep(Math.max(nextMs - this.#clock.monotonicMs(), pauseMs), signal);
        }
    }

    /** Once a destroy is running, an unusable answer does not end the wait. Returns the pause that it asks for. */
    async #pollOrEndure(mayBeLate: boolean, signal: AbortSignal): Promise<number> {
        try {
            await this.poll(signal, mayBeLate);
            return 0;
        } catch (error) {
            if (!(error instanceof Error && isNoNews(error)) || this.observed.status.state !== "running") {
                throw error;
            }
            this.observed = { ...this.observed, noNews: error.message };
            return NO_NEWS_PAUSE_MS;
        }
    }

    /** Records what is attached to the Droplet; returns the kinds that the token cannot see. */
    async #readInventory(droplet: Droplet | null, signal: AbortSignal): Promise<readonly ResourceKind[]> {
        const inventory = droplet === null ? null : await this.#api.associated(droplet.id, signal);
        if (inventory === null) {
            return RESOURCE_KINDS;
        }
        this.#ledger.listed(inventory.resources, this.#dropletId);
        return (await probeKinds(inventory, RESOURCE_KINDS, this.#api, signal)).unread;
    }
}

/** What a destroy does not name is to stay; without a destroy, no more is known of what is there. */
function markUnnamed(status: DestroyStatus, entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
    const named = namedIn(status);
    const keep = status.state === "none" ? NONE_SHOWS : NOT_NAMED;
    return entries.map((entry) => (isWithin([entry], named) || isGone(entry) ? entry : { ...entry, keep }));
}

/** What a destroy named and did not destroy. */
function failedIn(status: DestroyStatus, entries: readonly LedgerEntry[]): LedgerEntry[] {
    const failed = undestroyedIn(status);
    return entries.filter((entry) => failed.some((one) => sameResource(one, entry)));
}

/** Whether the Droplet is gone, and everything that its destroy named and left is gone by now. */
function isCleared({ droplet, status, entries }: Observation): boolean {
    const failed = failedIn(status, entries);
    const explained = status.state === "completed" && status.failures <= failed.length;
    return droplet === null && provesEnd(status) && explained && failed.every(isGone);
}

/** A destroy as DigitalOcean reports it, in the form of our own teardowns. */
export function statusReport(
    dropletId: number,
    observed: Observation,
    cause: unknown,
    totals: Totals,
    account: string | null,
): Report {
    const { droplet, lastSeen, status, unread } = observed;
    const { outcome, error } = verdict(observed, cause, account);
    const entries = markUnnamed(status, observed.entries);
    const facts = {
        ...{ dropletId, droplet: lastSeen, status, entries, rounds: 0 },
        dropletGone: droplet === null && status.state !== "none",
        unread,
        unmatched: [],
        goesOn: status.state === "running",
    };
    const { requests, requestIds, startedAtMs, finishedAtMs } = totals;
    return { ...composeReport(facts, outcome, error), requests, requestIds, startedAtMs, finishedAtMs };
}

function verdict(
    observed: Observation,
    cause: unknown,
    account: string | null,
): { readonly outcome: Outcome; readonly error: string | null } {
    const { droplet, lastSeen, status, noNews } = observed;
    switch (status.state) {
        case "running": {
            const ended = cause instanceof Error ? `${cause.message}; ` : "";
            const last = noNews === null ? "" : `; the last answer that could not be used: ${noNews}`;
            const progress = progressLine("completion", status, null);
            return { outcome: "in-progress", error: `${ended}${progress}${last}` };
        }
        case "completed":
            if (isCleared(observed)) {
                return { outcome: "destroyed", error: null };
            }
            if (!endedWell(status)) {
                return { outcome: "partial", error: null };
            }
            return droplet === null
                ? { outcome: "destroyed", error: null }
                : { outcome: "partial", error: "the destroy is completed, but the droplet is still there" };
        case "none":
            return {
                outcome: "refused",
                error: `no destroy of it is known; ${whereabouts(droplet, lastSeen, account)}`,
            };
    }
}

function whereabouts(droplet: Droplet | null, lastSeen: Droplet | null, account: string | null): string {
    if (droplet !== null) {
        return "it is there";
    }
    return lastSeen === null ? notVisible(account) : "it was there, and is not visible any more";
}
