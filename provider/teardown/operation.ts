import { beginSpan } from "../polling/clock.js";
import { cleanUpLeftovers } from "./clean-up.js";
import { composeReport, isUnsettled, type Totals } from "./compose-report.js";
import { withDeadline } from "./deadline.js";
import { decide, type Action } from "./decide.js";
import { isInterruption, isNoNews, RefusedError, UnreadableError } from "./errors.js";
import type { Outcome, Report } from "./report.js";
import type { TeardownEffects, TeardownRequest } from "./request.js";
import { takeInventory } from "./round.js";
import { Situation } from "./situation.js";
import { Submitter } from "./submit.js";

export type { TeardownEffects, TeardownRequest } from "./request.js";

/** The Droplet, the status, the list, the destroy. */
const GROUP_SIZE = 4;
/** Before something that could not be read is read again. */
const NO_NEWS_PAUSE_MS = 5_000;
/** Pauses are longer by up to this part, so that many Droplets do not come back at once. */
const SPREAD = 0.2;

/**
 * Destroys a Droplet with what is to go, waits until it is done and verifies it. Never throws: whatever
 * happens is in the report, the error itself in `cause`.
 */
export async function tearDown(
    request: TeardownRequest,
    effects: TeardownEffects,
    signal?: AbortSignal,
): Promise<{ readonly report: Report; readonly cause: unknown }> {
    const span = beginSpan(effects.clock);
    const total = (report: Untotalled): Report => {
        const { requests, requestIds } = effects.traffic;
        return { ...report, requests, requestIds, ...span() };
    };
    return withDeadline(effects.clock, request.timeoutMs, signal, async (limited) => {
        const operation = new Operation(new Situation(request, effects, limited));
        try {
            return { report: total(await operation.run()), cause: null };
        } catch (error) {
            return { report: total(operation.reportError(error)), cause: error };
        }
    });
}

type Untotalled = Omit<Report, keyof Totals>;

class Operation {
    readonly #situation: Situation;
    readonly #submitter: Submitter;
    #groupSize = GROUP_SIZE;
    /** The last answer that said nothing. */
    #noNews: string | null = null;

    constructor(situation: Situation) {
        this.#situation = situation;
        this.#submitter = new Submitter(situation);
    }

    async run(): Promise<Untotalled> {
        const { effects } = this.#situation;
        for (;;) {
            await effects.ensureWanted();
            const action = this.#decide();
            if (action.do === "finish") {
                return this.#finish();
            }
            await this.#act(action).catch((error: unknown) => this.#endure(error));
        }
    }

    /** The report of a run that an error ended. */
    reportError(error: unknown): Untotalled {
        const message = error instanceof Error ? error.message : String(error);
        if (error instanceof RefusedError && !this.#situation.begun) {
            return this.#report("refused", message);
        }
        if (!isInterruption(error)) {
            return this.#report("failed", message);
        }
        return this.#report("in-progress", [message, ...this.#lastKnown()].join("; "));
    }

    #decide(): Action {
        const { seen, memory, request, effects } = this.#situation;
        return decide(seen, memory, { retries: request.retries }, effects.clock.monotonicMs());
    }

    async #act(action: Exclude<Action, { do: "finish" }>): Promise<void> {
        switch (action.do) {
            case "look":
                // After a poll, the Droplet is most likely gone, and nothing is to be destroyed.
                return this.#situation.statusIsFresh ? this.#situation.look() : this.#lookAndSubmit();
            case "take-inventory":
                return takeInventory(this.#situation);
            case "poll":
                return this.#situation.poll(action.for);
            case "pause":
                return this.#pause(action);
            case "submit":
            case "submit-or-retry":
                // Outside a group: the look that led here is as good as history.
                this.#situation.unsee();
                return;
            case "clean-up":
                return cleanUpLeftovers(action.by, action.delete, this.#situation);
        }
    }

    /** What rests on each other is admitted together: the look, the status, the list, the destroy. */
    async #lookAndSubmit(): Promise<void> {
        const { effects, signal } = this.#situation;
        const before = effects.traffic.requests;
        const work = async (): Promise<void> => {
            await this.#situation.look();
            const { droplet } = this.#situation;
            const next = this.#decide();
            if (droplet !== null && (next.do === "submit" || next.do === "submit-or-retry")) {
                await this.#submitter.submit(droplet, next.do === "submit-or-retry");
            }
        };
        await effects.together(this.#groupSize, work, signal);
        // One that came too late had more to read than others.
        this.#groupSize = Math.max(effects.traffic.requests - before + 1, GROUP_SIZE);
    }

    async #pause({ pauseMs, after }: Extract<Action, { do: "pause" }>): Promise<void> {
        const { request } = this.#situation;
        const spread = 1 + SPREAD * ((request.dropletId * 0.618) % 1);
        const text = after === "refusal" ? "the droplet is busy with something else" : "not all is destroyed";
        await this.#situation.pause(pauseMs * spread, `${text} · trying again`);
        this.#situation.memory = { ...this.#situation.memory, rested: true };
    }

    /** Once something runs, an answer that says nothing is no reason to stop waiting for the end. */
    async #endure(error: unknown): Promise<void> {
        const passing = isNoNews(error) ? this.#situation.begun : this.#isFirstDoubt(error);
        if (!passing) {
            throw error;
        }
        this.#noNews = error instanceof Error ? error.message : null;
        await this.#situation.pause(NO_NEWS_PAUSE_MS, "DigitalOcean does not answer · trying again");
    }

    /** What cannot be read may be in the middle of a change: it gets a second chance. */
    #isFirstDoubt(error: unknown): boolean {
        const first = error instanceof UnreadableError && !this.#situation.doubted;
        this.#situation.doubted ||= first;
        return first;
    }

    #finish(): Untotalled {
        const { seen, ledger, memory } = this.#situation;
        if (seen.droplet !== "gone") {
            return this.#report("partial", this.#whyItRemains());
        }
        if (ledger.entries.some(isUnsettled)) {
            return this.#report("partial", "not everything that was to go is known to be gone");
        }
        const destroyed = memory.rounds > 0 || seen.status.state !== "none";
        return this.#report(destroyed ? "destroyed" : "not-found", null);
    }

    #whyItRemains(): string {
        const { status } = this.#situation.seen;
        if (status.state === "none") {
            return "DigitalOcean accepted the destroy but knows nothing of it";
        }
        const reason = status.droplet.error;
        if (reason !== null) {
            return `the droplet could not be destroyed: ${reason}`;
        }
        const failures = status.state === "completed" ? status.failures : 0;
        return failures === 0
            ? "DigitalOcean reports the destroy as completed, but the droplet is still there"
            : `DigitalOcean could not destroy everything: it counts ${failures} failed`;
    }

    get #goesOn(): boolean {
        const { seen, memory } = this.#situation;
        const unseen = memory.sent?.answer === "accepted" && memory.endSeenAtMs === null;
        return seen.status.state === "running" || unseen;
    }

    /** What an interruption leaves behind, as far as it is known. */
    #lastKnown(): string[] {
        const { lastRefusal } = this.#situation.memory;
        return [
            ...(this.#goesOn ? ["the destroy goes on at DigitalOcean"] : []),
            ...(lastRefusal === null ? [] : [`the destroy was answered with: ${lastRefusal}`]),
            ...(this.#noNews === null ? [] : [`the last answer that could not be used: ${this.#noNews}`]),
        ];
    }

    #report(outcome: Outcome, error: string | null): Untotalled {
        const { request, droplet, seen, ledger, memory, known, plan, unread } = this.#situation;
        const facts = {
            dropletId: request.dropletId,
            droplet,
            // A 404 alone may be another team's.
            dropletGone: seen.droplet === "gone" && known,
            status: seen.status,
            entries: ledger.entries,
            unread,
            unmatched: plan?.unmatched ?? [],
            rounds: memory.rounds,
            goesOn: this.#goesOn,
        };
        return composeReport(facts, outcome, error);
    }
}
