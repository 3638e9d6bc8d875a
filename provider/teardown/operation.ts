import { beginSpan } from "../polling/clock.js";
import { cleanUpLeftovers } from "./clean-up.js";
import { withDeadline } from "./deadline.js";
import { decide, type Action } from "./decide.js";
import { reportEnd, reportError, type TeardownResult, type Untotalled } from "./ending.js";
import { isNoNews, NO_NEWS_PAUSE_MS, UnreadableError } from "./errors.js";
import type { TeardownEffects, TeardownRequest } from "./request.js";
import { Situation } from "./situation.js";
import { isSubmission, Submitter } from "./submit.js";
import { awaitSnapshot } from "./take-snapshot.js";

export type { TeardownEffects, TeardownRequest } from "./request.js";

/** Droplet, status, list, destroy. */
const GROUP_SIZE = 4;
const MAX_GROUP = 40;
/** Jitter: the fraction by which pauses may be longer, so that many Droplets do not retry at once. */
const SPREAD = 0.2;

/**
 * Destroys a Droplet with its associated resources, waits for completion and verifies it. Never throws: the
 * report says what happened, with the error in `cause`.
 */
export async function tearDown(
    request: TeardownRequest,
    effects: TeardownEffects,
    signal?: AbortSignal,
): Promise<TeardownResult> {
    const span = beginSpan(effects.clock);
    const total = (report: Untotalled): TeardownResult["report"] => {
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

class Operation {
    readonly #situation: Situation;
    readonly #submitter: Submitter;
    #groupSize = GROUP_SIZE;
    /** The last unusable answer. */
    #noNews: string | null = null;

    constructor(situation: Situation) {
        this.#situation = situation;
        this.#submitter = new Submitter(situation);
    }

    async run(): Promise<Untotalled> {
        const { effects } = this.#situation;
        for (;;) {
            await effects.throwIfAbandoned();
            const action = this.#decide();
            if (action.do === "finish") {
                return reportEnd(this.#situation);
            }
            await this.#act(action).catch((error: unknown) => this.#endure(error));
        }
    }

    reportError(error: unknown): Untotalled {
        return reportError(error, this.#noNews, this.#situation);
    }

    #decide(): Action {
        const { seen, memory, request, effects } = this.#situation;
        return decide(seen, memory, { retries: request.retries }, effects.clock.monotonicMs());
    }

    async #act(action: Exclude<Action, { do: "finish" }>): Promise<void> {
        switch (action.do) {
            case "observe":
                // After a poll, the Droplet is most likely gone, and there is nothing to destroy.
                return this.#situation.statusIsFresh ? this.#situation.observe() : this.#observeAndSubmit();
            case "take-inventory":
                return this.#submitter.takeInventory();
            case "await-snapshot":
                return awaitSnapshot(action.wait, this.#situation);
            case "poll":
                return this.#situation.poll(action.for);
            case "pause":
                return this.#pause(action);
            case "submit":
            case "submit-or-retry":
            case "submit-or-delete":
                // Outside a group, the read that led here counts as stale.
                this.#situation.unsee();
                return;
            case "clean-up":
                return this.#cleanUp(action);
        }
    }

    /** Dependent requests are admitted together: Droplet, status, list, destroy. */
    async #observeAndSubmit(): Promise<void> {
        const { effects, signal } = this.#situation;
        const before = effects.traffic.requests;
        const work = async (): Promise<void> => {
            await this.#situation.observe();
            const { droplet } = this.#situation;
            const next = this.#decide();
            if (droplet !== null && isSubmission(next.do)) {
                await this.#submitter.submit(droplet, next.do);
            }
        };
        await effects.together(this.#groupSize, work, signal);
        // A request that came too late had more to read than others.
        this.#groupSize = Math.max(effects.traffic.requests - before + 1, GROUP_SIZE);
    }

    /** Each delete depends on a read of its resource, so these are admitted together as well. */
    async #cleanUp({ by, delete: mayDelete }: Extract<Action, { do: "clean-up" }>): Promise<void> {
        const { effects, ledger, signal } = this.#situation;
        const work = (): Promise<void> => cleanUpLeftovers(by, mayDelete, this.#situation);
        const size = Math.min(GROUP_SIZE + 2 * ledger.open.length, MAX_GROUP);
        await (by === "our destroy" ? work() : effects.together(size, work, signal));
    }

    async #pause({ pauseMs, after }: Extract<Action, { do: "pause" }>): Promise<void> {
        const { request } = this.#situation;
        const spread = 1 + SPREAD * ((request.dropletId * 0.618) % 1);
        const text = after === "refusal" ? "the droplet is busy with something else" : "not all is destroyed";
        await this.#situation.pause(pauseMs * spread, `${text} · trying again`);
        this.#situation.memory = { ...this.#situation.memory, rested: true };
    }

    /** Once a destroy is running, an unusable answer does not stop the wait for its end. */
    async #endure(error: unknown): Promise<void> {
        const { begun, memory } = this.#situation;
        const running = begun || memory.snapshot.begun !== null;
        const passing = isNoNews(error) ? running : this.#isFirstDoubt(error);
        if (!passing) {
            throw error;
        }
        this.#noNews = error instanceof Error ? error.message : null;
        await this.#situation.pause(NO_NEWS_PAUSE_MS, "DigitalOcean does not answer · trying again");
    }

    /** Something unreadable may be changing right now, so it is read a second time. */
    #isFirstDoubt(error: unknown): boolean {
        const first = error instanceof UnreadableError && !this.#situation.doubted;
        this.#situation.doubted ||= first;
        return first;
    }
}
