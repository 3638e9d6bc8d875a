import type { Clock } from "../provider/polling/clock.js";
import { Hazard, type PollHistory, nextPollAtMs } from "../provider/polling/interval.js";
import { isNoNews } from "../provider/teardown/errors.js";
import { probeKinds } from "../provider/teardown/inventory.js";
import { Ledger } from "../provider/teardown/ledger.js";
import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    endedWell,
    leftIn,
    RESOURCE_KINDS,
    type ResourceKind,
} from "../provider/teardown/model.js";
import { progressLine } from "../provider/teardown/narrate.js";
import type { DropletApi } from "../provider/teardown/ports.js";
import { composeReport, type Outcome, type Report, type Totals } from "../provider/teardown/report.js";
import { notVisible } from "./report-text.js";

/** A Droplet and its destroy, as last observed. */
export interface Observation {
    readonly droplet: Droplet | null;
    readonly status: DestroyStatus;
    readonly recorded: readonly AssociatedResource[];
    /** Kinds that could not be read. */
    readonly unread: readonly ResourceKind[];
    /** The unusable answer since; null: none. */
    readonly noNews: string | null;
}

/** Pause after an unusable answer. */
const NO_NEWS_PAUSE_MS = 5_000;

/** Before the first poll. */
export const UNOBSERVED: Observation = {
    droplet: null,
    status: { state: "none" },
    recorded: [],
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

    constructor(dropletId: number, api: DropletApi, clock: Clock) {
        this.#dropletId = dropletId;
        this.#api = api;
        this.#clock = clock;
    }

    /** Observes once. */
    async poll(signal: AbortSignal): Promise<Observation> {
        const status = await this.#api.status(this.#dropletId, signal);
        const droplet = await this.#api.droplet(this.#dropletId, signal);
        const before =
            this.observed === UNOBSERVED ? await readInventory(droplet, this.#api, signal) : this.observed;
        this.observed = { ...before, droplet, status, noNews: null };
        return this.observed;
    }

    /** Observes until the destroy is finished, or right away if none is running. */
    async wait(progress: (line: string) => void, signal: AbortSignal): Promise<void> {
        const hazard = new Hazard();
        let looks: PollHistory = { acceptedAtMs: this.#clock.monotonicMs(), lastSentAtMs: null };
        for (;;) {
            looks = { ...looks, lastSentAtMs: this.#clock.monotonicMs() };
            const pauseMs = await this.#pollOrEndure(signal);
            const { status } = this.observed;
            if (status.state !== "running") {
                return;
            }
            progress(progressLine("completion", status, null));
            const nextMs = nextPollAtMs(looks, leftIn(status), hazard);
            await this.#clock.sleep(Math.max(nextMs - this.#clock.monotonicMs(), pauseMs), signal);
        }
    }

    /** Once a destroy is running, an unusable answer does not end the wait. Returns the pause that it asks for. */
    async #pollOrEndure(signal: AbortSignal): Promise<number> {
        try {
            await this.poll(signal);
            return 0;
        } catch (error) {
            if (!(error instanceof Error && isNoNews(error)) || this.observed.status.state !== "running") {
                throw error;
            }
            this.observed = { ...this.observed, noNews: error.message };
            return NO_NEWS_PAUSE_MS;
        }
    }
}

/** What is attached to a Droplet, and the kinds that the token cannot see. */
async function readInventory(
    droplet: Droplet | null,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Omit<Observation, "droplet" | "status">> {
    const inventory = droplet === null ? null : await api.associated(droplet.id, signal);
    if (inventory === null) {
        return { recorded: [], unread: RESOURCE_KINDS, noNews: null };
    }
    const { resources, unread } = await probeKinds(inventory, RESOURCE_KINDS, api, signal);
    return { recorded: resources, unread, noNews: null };
}

/** A destroy as DigitalOcean reports it, in the form of our own teardowns. */
export function statusReport(
    dropletId: number,
    observed: Observation,
    cause: unknown,
    totals: Totals,
    account: string | null,
): Report {
    const { droplet, status, recorded, unread } = observed;
    const { outcome, error } = verdict(observed, cause, account);
    const ledger = new Ledger([]);
    ledger.listed(recorded, dropletId);
    ledger.shown(status);
    const facts = {
        ...{ dropletId, droplet, status, entries: ledger.entries, rounds: 0 },
        dropletGone: droplet === null && status.state !== "none",
        unread,
        unmatched: [],
        goesOn: status.state === "running",
    };
    const { requests, requestIds, startedAtMs, finishedAtMs } = totals;
    return { ...composeReport(facts, outcome, error), requests, requestIds, startedAtMs, finishedAtMs };
}

function verdict(
    { droplet, status, noNews }: Observation,
    cause: unknown,
    account: string | null,
): { readonly outcome: Outcome; readonly error: string | null } {
    switch (status.state) {
        case "running": {
            const ended = cause instanceof Error ? `${cause.message}; ` : "";
            const last = noNews === null ? "" : `; the last answer that could not be used: ${noNews}`;
            const progress = progressLine("completion", status, null);
            return { outcome: "in-progress", error: `${ended}${progress}${last}` };
        }
        case "completed": {
            if (!endedWell(status)) {
                return { outcome: "partial", error: null };
            }
            return droplet === null
                ? { outcome: "destroyed", error: null }
                : { outcome: "partial", error: "the destroy is completed, but the droplet is still there" };
        }
        case "none":
            return droplet === null
                ? { outcome: "refused", error: `no destroy of it is known; ${notVisible(account)}` }
                : { outcome: "refused", error: "no destroy of it is known; it is there" };
    }
}
