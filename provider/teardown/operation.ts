import { beginSpan } from "../polling/clock.js";
import type { Looks } from "../polling/interval.js";
import { keepUnapproved, refuseUnapproved } from "./approval.js";
import { composeReport } from "./compose-report.js";
import { withDeadline } from "./deadline.js";
import { decide, type Action, type Limits, type Observation } from "./decide.js";
import { isInterruption, RefusedError } from "./errors.js";
import type { Failure } from "./failures.js";
import { planFromList, planFromStatus } from "./inventory.js";
import { afterSeeing, afterSending, NOTHING_SENT, type Memory } from "./memory.js";
import { announcement, preventedBy, progressLine, retryAnnouncement } from "./narrate.js";
import type { Plan } from "./plan.js";
import type { SubmitOutcome } from "./ports.js";
import { withRemaining, withWronged, type Outcome, type Report } from "./report.js";
import type { TeardownEffects, TeardownRequest } from "./request.js";
import { sameResource, type Droplet, type ResourceRef } from "./resource.js";
import { confirmSameAccount } from "./same-account.js";
import { settleRest } from "./settle-rest.js";
import { shutDown } from "./shut-down.js";
import { destroyedIn, leftIn } from "./status.js";
import { refuseWithoutTag } from "./tag-guard.js";
import { lookEachUp } from "./verify.js";

export type { TeardownEffects, TeardownRequest } from "./request.js";

const NO_PLAN: Plan = { destroy: [], keep: [], prevented: [], unmatched: [] };
/** How long an answer that contradicts a request just sent is taken for delay. */
const GRACE_MS = 20_000;
/** Pause before a retry of what failed; doubled with each round. */
const RETRY_PAUSE_MS = 2_000;
/** Pause after "busy with something else". */
const BUSY_PAUSE_MS = 3_000;

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
        const { requests, requestIds } = effects.ledger;
        return { ...report, requests, requestIds, ...span() };
    };
    return withDeadline(effects.clock, request.timeoutMs, signal, async (limited) => {
        const operation = new Operation(request, effects, limited);
        try {
            return { report: total(await operation.run()), cause: null };
        } catch (error) {
            return { report: total(operation.reportError(error)), cause: error };
        }
    });
}

type Untotalled = ReturnType<typeof composeReport>;

class Operation {
    readonly #request: TeardownRequest;
    readonly #effects: TeardownEffects;
    readonly #signal: AbortSignal;
    readonly #limits: Limits;
    #memory: Memory = NOTHING_SENT;
    #seen: Observation = { droplet: "unseen", status: { state: "none" } };
    #droplet: Droplet | null = null;
    #plan: Plan | null = null;
    /** Everything that was seen to be destroyed in this run. */
    readonly #gone: ResourceRef[] = [];
    #looks: Looks;

    constructor(request: TeardownRequest, effects: TeardownEffects, signal: AbortSignal) {
        this.#request = request;
        this.#effects = effects;
        this.#signal = signal;
        this.#limits = { retries: request.retries, graceMs: GRACE_MS };
        this.#looks = { acceptedAtMs: effects.clock.monotonicMs(), lastSentAtMs: null };
    }

    async run(): Promise<Untotalled> {
        await this.#effects.ensureWanted();
        await this.#lookAtDroplet();
        await this.#lookAtStatus();
        for (;;) {
            await this.#effects.ensureWanted();
            const now = this.#effects.clock.monotonicMs();
            const report = await this.#act(decide(this.#seen, this.#plan, this.#memory, this.#limits, now));
            if (report !== null) {
                return report;
            }
        }
    }

    /** The report of a run that an error ended. */
    reportError(error: unknown): Untotalled {
        const message = error instanceof Error ? error.message : String(error);
        if (error instanceof RefusedError && this.#memory.sent === null && this.#memory.rounds === 0) {
            return this.#report("refused", message);
        }
        if (!isInterruption(error)) {
            return this.#report("failed", message);
        }
        const goesOn = this.#memory.sent !== null || this.#seen.status.state === "running";
        return this.#report(
            "in-progress",
            goesOn ? `${message}; the destroy goes on at DigitalOcean` : message,
        );
    }

    async #act(action: Action): Promise<Untotalled | null> {
        switch (action.do) {
            case "look":
                await this.#lookAtDroplet();
                return null;
            case "plan":
                await this.#makePlan();
                return null;
            case "submit":
                await this.#submit();
                return null;
            case "retry":
                await this.#retry(action.failures);
                return null;
            case "wait":
                await this.#wait(action.for);
                return null;
            case "confirm-gone":
                await confirmSameAccount(this.#request.account, this.#effects.api, this.#signal);
                return this.#settle(this.#report("not-found", null), true);
            case "finish":
                return this.#finish();
            case "give-up":
                return this.#report("partial", action.why);
        }
    }

    async #lookAtDroplet(): Promise<void> {
        const droplet = await this.#effects.api.droplet(this.#request.dropletId, this.#signal);
        this.#droplet = droplet ?? this.#droplet;
        this.#seen = { ...this.#seen, droplet: droplet === null ? "absent" : "present" };
    }

    async #lookAtStatus(): Promise<void> {
        this.#looks = { ...this.#looks, lastSentAtMs: this.#effects.clock.monotonicMs() };
        const status = await this.#effects.api.status(this.#request.dropletId, this.#signal);
        this.#memory = afterSeeing(this.#memory, status, this.#effects.clock.monotonicMs());
        this.#seen = { ...this.#seen, status };
        this.#gone.push(...destroyedIn(status));
        if (status.state === "completed" && this.#memory.sent?.outcome === "accepted") {
            this.#effects.watch.ended(this.#looks);
        }
    }

    async #makePlan(): Promise<void> {
        const { api } = this.#effects;
        const { droplet, status } = this.#seen;
        const { approved } = this.#request;
        this.#plan =
            droplet === "absent"
                ? keepUnapproved(await planFromStatus(status, this.#request, api, this.#signal), approved)
                : refuseUnapproved(await planFromList(this.#request, api, this.#signal), approved);
        if (this.#plan === null) {
            await this.#lookAgainLater();
        } else if (this.#plan.prevented.length > 0) {
            throw new RefusedError(preventedBy(this.#plan.prevented));
        }
    }

    async #submit(): Promise<void> {
        const { api, narrator } = this.#effects;
        const { dropletId, requireTag } = this.#request;
        const plan = this.#plan ?? NO_PLAN;
        const remaining = plan.destroy.filter((resource) => !this.#isGone(resource));
        if (this.#droplet !== null) {
            refuseWithoutTag(this.#droplet, requireTag, this.#memory.rounds > 0);
            await narrator.announce(announcement(this.#droplet, { ...plan, destroy: remaining }));
            await this.#shutDown(this.#droplet);
        }
        await this.#effects.ensureWanted();
        await this.#remember("destroy", await api.destroy(dropletId, remaining, this.#signal));
    }

    async #shutDown(droplet: Droplet): Promise<void> {
        if (this.#request.gracefulShutdown && this.#memory.rounds === 0) {
            await shutDown(droplet, this.#effects, this.#signal);
        }
    }

    async #retry(failures: readonly Failure[]): Promise<void> {
        const { api, narrator } = this.#effects;
        const { dropletId, requireTag } = this.#request;
        if (this.#droplet !== null && this.#seen.droplet === "present") {
            refuseWithoutTag(this.#droplet, requireTag, this.#memory.rounds > 0);
        }
        await narrator.announce(retryAnnouncement(dropletId, failures));
        await this.#pause(RETRY_PAUSE_MS * 2 ** this.#memory.rounds);
        await this.#effects.ensureWanted();
        await this.#remember("retry", await api.retry(dropletId, this.#signal));
    }

    async #remember(request: "destroy" | "retry", outcome: SubmitOutcome): Promise<void> {
        const now = this.#effects.clock.monotonicMs();
        this.#memory = afterSending(this.#memory, request, outcome.kind, this.#seen.status, now);
        this.#looks = { acceptedAtMs: now, lastSentAtMs: null };
        if (outcome.kind === "gone" || outcome.kind === "busy" || outcome.kind === "limited") {
            await this.#lookAgainLater();
            return;
        }
        this.#seen = { ...this.#seen, droplet: "unseen" };
        if (outcome.kind === "accepted") {
            await this.#wait("completion");
        } else {
            await this.#lookAtStatus();
        }
    }

    /** Starts over after a pause: the Droplet was busy with something else, or changed under our hands. */
    async #lookAgainLater(): Promise<void> {
        this.#effects.narrator.progress("the droplet is busy with something else");
        await this.#pause(BUSY_PAUSE_MS);
        this.#plan = null;
        await this.#lookAtDroplet();
        await this.#lookAtStatus();
    }

    async #wait(reason: "completion" | "effect" | "droplet"): Promise<void> {
        this.#effects.narrator.progress(progressLine(reason, this.#seen.status, this.#plan));
        await this.#effects.watch.due(this.#looks, leftIn(this.#seen.status), this.#signal);
        await this.#effects.ensureWanted();
        await this.#lookAtStatus();
        this.#seen = { ...this.#seen, droplet: "unseen" };
    }

    async #finish(): Promise<Untotalled> {
        const plan = this.#plan ?? NO_PLAN;
        const { api } = this.#effects;
        const doubtful = plan.destroy.filter((resource) => !this.#isGone(resource));
        const { gone, there } = await lookEachUp(doubtful, api, this.#signal);
        this.#gone.push(...gone);
        const report = this.#report("destroyed", null);
        if (there.length > 0) {
            return withRemaining(report, there);
        }
        const own = this.#memory.rounds > 0;
        return this.#settle(own ? withWronged(report, plan.keep) : report, !own);
    }

    #settle(report: Untotalled, goneBefore: boolean): Promise<Untotalled> {
        return settleRest(report, goneBefore, this.#request, this.#effects, this.#signal);
    }

    #isGone(resource: ResourceRef): boolean {
        return this.#gone.some((other) => sameResource(other, resource));
    }

    #pause(durationMs: number): Promise<void> {
        return this.#effects.clock.sleep(Math.max(durationMs, 0), this.#signal);
    }

    #report(outcome: Outcome, error: string | null): Untotalled {
        const { dropletId, recorded } = this.#request;
        const facts = {
            dropletId,
            recorded,
            droplet: this.#droplet,
            seen: this.#seen,
            plan: this.#plan,
            rounds: this.#memory.rounds,
            gone: this.#gone,
        };
        return composeReport(facts, outcome, error);
    }
}
