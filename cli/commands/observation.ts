import type { Clock } from "../../provider/polling/clock.js";
import { Hazard, type PollHistory, nextPollAtMs } from "../../provider/polling/poll.js";
import { assess, unlessRefused } from "../../provider/teardown/assess.js";
import { isNoNews, NO_NEWS_PAUSE_MS } from "../../provider/teardown/errors.js";
import { finalSnapshot, type Plan, type Terms } from "../../provider/teardown/plan.js";
import {
    answerTo,
    beginFindings,
    DESTROY,
    destroyStatus,
    type Findings,
    findUnread,
    isGone,
    LIST,
    remainingEvidence,
    SNAPSHOTS,
} from "../../provider/teardown/findings.js";
import type { Open } from "../../provider/teardown/inquiry.js";
import { judge, type Judgement, presence } from "../../provider/teardown/judge.js";
import {
    endedWell,
    isWithin,
    KINDS_OF_THE_LIST,
    leftIn,
    namedIn,
    RESOURCE_KINDS,
    type ResourceKind,
    undestroyedIn,
} from "../../provider/teardown/model.js";
import { progressLine } from "../../provider/teardown/describe.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import {
    lookReport,
    type Outcome,
    type Report,
    type Totals,
    underWay,
} from "../../provider/teardown/report.js";
import { notVisible } from "../text/report.js";

/** A Droplet and its destroy, as last observed. */
export interface Observation {
    readonly findings: Findings;
    /** The unusable answer since; null: none. */
    readonly noNews: string | null;
}

/** How late the status of an accepted destroy may appear: as long as a teardown waits for its own. */
const STATUS_LAG_MS = 60_000;

const NOT_NAMED = "not named by its destroy";
/** A destroy that was just accepted may not show yet, so this is all that is known. */
const NONE_SHOWS = "no destroy of its droplet is visible";

/** Whoever only watches takes nothing, so nothing is refused. */
function judgeWatched(findings: Findings, epoch: number): Judgement {
    const terms: Terms = {
        policy: resolvePolicy("keep"),
        keep: [],
        finalSnapshot: finalSnapshot(findings.dropletId, null),
        replacedAt: null,
        account: { kind: "any" },
        approved: null,
        requireTag: [],
        sweep: null,
        mayCleanUp: false,
    };
    return judge(findings, terms, epoch);
}

/** Polls a Droplet's destroy. Changes nothing. */
export class StatusPoller {
    /** The last observation. */
    observed: Observation;
    readonly #api: DropletApi;
    readonly #clock: Clock;

    constructor(dropletId: number, api: DropletApi, clock: Clock) {
        this.#api = api;
        this.#clock = clock;
        this.observed = { findings: beginFindings(dropletId, []), noNews: null };
    }

    /** Observes once. */
    poll(signal: AbortSignal): Promise<void> {
        return this.#observe(judgeWatched, signal);
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
            const { findings } = this.observed;
            const status = destroyStatus(findings);
            // A fast destroy may be over before its status shows.
            const mayShow = mayBeLate && findings.lastSeen !== null && status.state === "none";
            if (status.state !== "running" && !mayShow) {
                return;
            }
            progress(
                mayShow
                    ? "no destroy is visible yet"
                    : progressLine("completion", status, underWay(findings, null)),
            );
            const nextMs = nextPollAtMs(looks, leftIn(status), hazard);
            await this.#clock.sleep(Math.max(nextMs - this.#clock.monotonicMs(), pauseMs), signal);
        }
    }

    /** Once a destroy is running, an unusable answer does not end the wait. Returns the pause that it asks for. */
    async #pollOrEndure(mayBeLate: boolean, signal: AbortSignal): Promise<number> {
        try {
            await (mayBeLate && this.observed.findings.reads > 0 ? this.#glance(signal) : this.poll(signal));
            return 0;
        } catch (error) {
            const isRunning = destroyStatus(this.observed.findings).state === "running";
            if (!(error instanceof Error && isNoNews(error) && isRunning)) {
                throw error;
            }
            this.observed = { ...this.observed, noNews: error.message };
            return NO_NEWS_PAUSE_MS;
        }
    }

    /** A poll that looks up nothing while no destroy shows: it may show later. */
    #glance(signal: AbortSignal): Promise<void> {
        return this.#observe((findings, epoch) => {
            const found = presence(findings, epoch);
            const isSeen = found.is === "there" || found.is === "gone";
            const isDone = isSeen && destroyStatus(findings).state === "none";
            return isDone ? found : judgeWatched(findings, epoch);
        }, signal);
    }

    async #observe(
        judgeSeen: (findings: Findings, epoch: number) => Judgement | { is: "there" | "gone" },
        signal: AbortSignal,
    ): Promise<void> {
        const { reads } = this.observed.findings;
        const current = (findings: Findings, epoch: number): ReturnType<typeof judgeSeen> => {
            // A destroy that is running would be believed however old the answer is.
            const status = answerTo(findings, DESTROY);
            const isRead = status !== null && status.at.nth > reads;
            return isRead ? judgeSeen(findings, epoch) : ASK_STATUS;
        };
        const epoch = reads + 1;
        const found = await assess(this.observed.findings, current, this.#api, signal, epoch);
        const { findings, judgement } = found;
        this.observed = { findings, noNews: this.observed.noNews };
        unlessRefused(judgement);
        this.observed = { findings, noNews: null };
    }
}

const ASK_STATUS: Open = { is: "open", ask: [DESTROY], again: false };

/** What a destroy does not name is to stay; without a destroy, no more is known of what is there. */
function toPlan(findings: Findings): Plan {
    const status = destroyStatus(findings);
    const named = namedIn(status);
    const reason = status.state === "none" ? NONE_SHOWS : NOT_NAMED;
    const unnamed = remainingEvidence(findings).filter((one) => !isWithin([one], named));
    return {
        destroy: findings.evidence.filter((one) => !isWithin([one], unnamed)),
        keep: unnamed.map((one) => ({ ...one, reason })),
        prevented: [],
        unmatched: [],
        unread: unreadIn(findings),
    };
}

/** Whether the Droplet is gone, and everything that its destroy named and left is gone by now. */
function isCleared(findings: Findings): boolean {
    const status = destroyStatus(findings);
    const failed = findings.evidence.filter((one) => isWithin([one], undestroyedIn(status)));
    const explained = status.state === "completed" && status.failures <= failed.length;
    return findings.endedAt !== null && explained && failed.every(isGone);
}

function unreadIn(findings: Findings): readonly ResourceKind[] {
    if (answerTo(findings, LIST)?.is === "read") {
        return findUnread(findings);
    }
    return answerTo(findings, SNAPSHOTS)?.is === "read" ? KINDS_OF_THE_LIST : RESOURCE_KINDS;
}

/** A destroy as DigitalOcean reports it, in the form of our own teardowns. */
export function statusReport(
    { findings, noNews }: Observation,
    cause: unknown,
    totals: Totals,
    account: string | null,
): Report {
    const { outcome, error } = verdict(findings, noNews, cause, account);
    const { requests, requestIds, startedAtMs, finishedAtMs } = totals;
    const report = lookReport({ findings, plan: toPlan(findings), outcome, error }, finishedAtMs);
    return { ...report, requests, requestIds, startedAtMs };
}

function verdict(
    findings: Findings,
    noNews: string | null,
    cause: unknown,
    account: string | null,
): { readonly outcome: Outcome; readonly error: string | null } {
    const status = destroyStatus(findings);
    const ended = cause instanceof Error ? `${cause.message}; ` : "";
    switch (status.state) {
        case "running": {
            const last = noNews === null ? "" : `; the last answer that could not be used: ${noNews}`;
            const progress = progressLine("completion", status, underWay(findings, null));
            return { outcome: "in-progress", error: `${ended}${progress}${last}` };
        }
        case "completed":
            if (isCleared(findings) || (endedWell(status) && findings.endedAt !== null)) {
                return { outcome: "destroyed", error: null };
            }
            return {
                outcome: "partial",
                error: endedWell(status) ? "the destroy is completed, but the droplet is still there" : null,
            };
        case "none":
            // Whoever stopped waiting does not know that none was accepted.
            if (cause !== null) {
                return { outcome: "in-progress", error: `${ended}no destroy of this droplet is visible yet` };
            }
            return {
                outcome: "refused",
                error: `no destroy of this droplet is known; ${whereabouts(findings, account)}`,
            };
    }
}

function whereabouts({ endedAt, lastSeen, dropletId }: Findings, account: string | null): string {
    if (endedAt === null) {
        return "it is there";
    }
    return lastSeen === null ? notVisible(account, dropletId) : "it was there, and is not visible any more";
}
