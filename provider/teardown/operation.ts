import type { Clock } from "../polling/clock.js";
import type { Left, Looks } from "../polling/interval.js";
import type { Watch } from "../polling/watch.js";
import { decide, type Action, type Limits, type Observation } from "./decide.js";
import { DeadlineError, isInterruption, RefusedError } from "./errors.js";
import { failuresOf } from "./failures.js";
import { planFor, refuseUnreadable, type Wishes } from "./inventory.js";
import { afterSeeing, afterSending, NOTHING_SENT, type Memory } from "./memory.js";
import { announcement, preventedBy, progressLine } from "./narrate.js";
import type { Plan } from "./plan.js";
import type { DropletApi, Ledger, SubmitOutcome } from "./ports.js";
import { withRemaining, withWronged, type Outcome, type Report } from "./report.js";
import type { AssociatedResource, Droplet } from "./resource.js";
import { confirmSameAccount } from "./same-account.js";
import { resourcesOf, tally } from "./tally.js";
import type { DestroyStatus } from "./status.js";
import { lookEachUp, stillAttached, unproven } from "./verify.js";

/** How long an answer that contradicts a request just sent is taken for delay. */
const GRACE_MS = 20_000;
/** Pause before a retry of what failed; doubled with each round. */
const RETRY_PAUSE_MS = 2_000;
/** Pause after "busy with something else", and between looks at what should come free by itself. */
const BUSY_PAUSE_MS = 3_000;

/** One teardown, as plain data. */
export interface TeardownRequest extends Wishes {
    readonly dropletId: number;
    /** The account that the Droplet was recorded in; null: none could be read. */
    readonly accountId: string | null;
    /** The inventory of an earlier day, for the costs that a status does not tell. */
    readonly recorded: readonly AssociatedResource[];
    /** Rounds after the first. */
    readonly retries: number;
    readonly timeoutMs: number;
}

/** Everything by which a teardown touches the world. */
export interface TeardownEffects {
    readonly api: DropletApi;
    readonly ledger: Ledger;
    readonly clock: Clock;
    /** Says when to look at the status next. */
    readonly watch: Watch;
    /** Rejects when nobody waits for this teardown any more; asked before every step. */
    readonly ensureWanted: () => Promise<void>;
    readonly narrator: Narrator;
}

export interface Narrator {
    /** Lines that stay. Resolved when they are told. */
    announce(text: string): Promise<void>;
    /** One line that replaces the one before. */
    progress(text: string): void;
}

/**
 * Destroys a Droplet with what is to go, waits until it is done and verifies it. Never throws: whatever
 * happens is in the report, the error itself in `cause`.
 */
export async function tearDown(
    request: TeardownRequest,
    effects: TeardownEffects,
    signal?: AbortSignal,
): Promise<{ readonly report: Report; readonly cause: unknown }> {
    const deadline = new AbortController();
    const finished = new AbortController();
    const watchdog = effects.clock.sleep(request.timeoutMs, finished.signal).then(
        () => deadline.abort(new DeadlineError(request.timeoutMs)),
        () => undefined,
    );
    const signals = signal === undefined ? [deadline.signal] : [deadline.signal, signal];
    const operation = new Operation(request, effects, AbortSignal.any(signals));
    try {
        return { report: await operation.run(), cause: null };
    } catch (error) {
        return { report: operation.reportError(error), cause: error };
    } finally {
        finished.abort();
        await watchdog;
    }
}

class Operation {
    readonly #request: TeardownRequest;
    readonly #effects: TeardownEffects;
    readonly #signal: AbortSignal;
    readonly #limits: Limits;
    readonly #startedAtMs: number;
    #memory: Memory = NOTHING_SENT;
    #seen: Observation = { droplet: "unseen", status: { state: "none" } };
    #droplet: Droplet | null = null;
    #plan: Plan | null = null;
    #goneByLook: readonly AssociatedResource[] = [];
    #looks: Looks;

    constructor(request: TeardownRequest, effects: TeardownEffects, signal: AbortSignal) {
        this.#request = request;
        this.#effects = effects;
        this.#signal = signal;
        this.#limits = { retries: request.retries, graceMs: GRACE_MS };
        this.#startedAtMs = effects.clock.now();
        this.#looks = { acceptedAtMs: this.#startedAtMs, lastSentAtMs: null };
    }

    async run(): Promise<Report> {
        await this.#effects.ensureWanted();
        await this.#lookAtDroplet();
        await this.#lookAtStatus();
        for (;;) {
            await this.#effects.ensureWanted();
            const now = this.#effects.clock.now();
            const report = await this.#act(decide(this.#seen, this.#plan, this.#memory, this.#limits, now));
            if (report !== null) {
                return report;
            }
        }
    }

    /** The report of a run that an error ended. */
    reportError(error: unknown): Report {
        const message = error instanceof Error ? error.message : String(error);
        if (error instanceof RefusedError && this.#memory.sent === null) {
            return this.#report("refused", message);
        }
        return this.#report(isInterruption(error) ? "in-progress" : "failed", message);
    }

    async #act(action: Action): Promise<Report | null> {
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
                await this.#retry();
                return null;
            case "wait":
                await this.#wait(action.for);
                return null;
            case "confirm-gone":
                await confirmSameAccount(this.#request.accountId, this.#effects.api, this.#signal);
                return this.#report("not-found", null);
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
        this.#looks = { ...this.#looks, lastSentAtMs: this.#effects.clock.now() };
        const status = await this.#effects.api.status(this.#request.dropletId, this.#signal);
        this.#memory = afterSeeing(this.#memory, status, this.#effects.clock.now());
        this.#seen = { ...this.#seen, status };
        if (status.state === "completed" && this.#memory.sent?.outcome === "accepted") {
            this.#effects.watch.ended(this.#looks);
        }
    }

    async #makePlan(): Promise<void> {
        const { api } = this.#effects;
        if (this.#seen.droplet === "absent") {
            const inventory = resourcesOf(this.#seen.status, this.#request.recorded);
            const plan = await planFor(inventory, this.#request, api, this.#signal);
            // Nothing is left to prevent: what has not gone with the Droplet stays.
            this.#plan = { ...plan, keep: [...plan.keep, ...plan.prevented], prevented: [] };
            return;
        }
        const inventory = await api.associated(this.#request.dropletId, this.#signal);
        if (inventory === null) {
            await this.#lookAgainLater();
            return;
        }
        await refuseUnreadable(inventory, this.#request.policy, api, this.#signal);
        this.#plan = await planFor(inventory, this.#request, api, this.#signal);
        if (this.#plan.prevented.length > 0) {
            throw new RefusedError(preventedBy(this.#plan.prevented));
        }
    }

    async #submit(): Promise<void> {
        const plan = this.#plan;
        if (plan === null) {
            throw new TypeError("a destroy needs a plan");
        }
        if (this.#droplet !== null) {
            await this.#effects.narrator.announce(announcement(this.#droplet, plan));
            await this.#effects.ensureWanted();
        }
        const { dropletId } = this.#request;
        await this.#remember(
            "destroy",
            await this.#effects.api.destroy(dropletId, plan.destroy, this.#signal),
        );
    }

    async #retry(): Promise<void> {
        await this.#pause(RETRY_PAUSE_MS * 2 ** this.#memory.rounds);
        await this.#effects.ensureWanted();
        await this.#remember("retry", await this.#effects.api.retry(this.#request.dropletId, this.#signal));
    }

    async #remember(request: "destroy" | "retry", outcome: SubmitOutcome): Promise<void> {
        const now = this.#effects.clock.now();
        this.#memory = afterSending(this.#memory, request, outcome.kind, this.#seen.status, now);
        this.#looks = { acceptedAtMs: now, lastSentAtMs: null };
        if (outcome.kind === "gone" || outcome.kind === "busy") {
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
        await this.#effects.watch.due(this.#looks, leftOf(this.#seen.status), this.#signal);
        await this.#effects.ensureWanted();
        await this.#lookAtStatus();
        this.#seen = { ...this.#seen, droplet: "unseen" };
    }

    async #finish(): Promise<Report> {
        const plan = this.#plan;
        if (plan === null) {
            throw new TypeError("an end needs a plan");
        }
        const doubtful = unproven(plan, this.#seen.status);
        const { gone, there } = await lookEachUp(doubtful, this.#effects.api, this.#signal);
        this.#goneByLook = gone;
        await this.#awaitDetached(plan);
        const report = this.#report("destroyed", null);
        if (there.length > 0) {
            return withRemaining(report, there);
        }
        return this.#memory.rounds === 0 ? report : withWronged(report, plan.keep);
    }

    async #awaitDetached(plan: Plan): Promise<void> {
        const { dropletId } = this.#request;
        let attached: readonly AssociatedResource[] = plan.keep;
        for (;;) {
            attached = await stillAttached(attached, dropletId, this.#effects.api, this.#signal);
            const [first] = attached;
            if (first === undefined) {
                return;
            }
            this.#effects.narrator.progress(`droplet destroyed · waiting for ${first.name} to come free`);
            await this.#pause(BUSY_PAUSE_MS);
            await this.#effects.ensureWanted();
        }
    }

    #pause(durationMs: number): Promise<void> {
        return this.#effects.clock.sleep(Math.max(durationMs, 0), this.#signal);
    }

    #report(outcome: Outcome, error: string | null): Report {
        const { status } = this.#seen;
        const gone = this.#seen.droplet === "absent";
        const own = this.#memory.rounds > 0 ? this.#plan : null;
        const failures =
            status.state === "completed" ? failuresOf(status, gone ? "absent" : "present", own) : [];
        const known = {
            plan: this.#plan,
            status,
            failures,
            goneByLook: this.#goneByLook,
            recorded: this.#request.recorded,
        };
        return {
            dropletId: this.#request.dropletId,
            dropletName: this.#droplet?.name ?? (status.state === "none" ? null : status.droplet.name),
            dropletGone: gone,
            dropletMonthlyPrice: this.#droplet?.monthlyPrice ?? null,
            destroyedAt: status.state === "none" ? null : status.droplet.destroyedAt,
            outcome,
            error,
            resources: tally(known),
            unmatchedKeep: this.#plan?.unmatched ?? [],
            rounds: this.#memory.rounds,
            requests: this.#effects.ledger.requests,
            requestIds: this.#effects.ledger.requestIds,
            startedAtMs: this.#startedAtMs,
            finishedAtMs: this.#effects.clock.now(),
        };
    }
}

/** The Droplet goes after its resources: what is left of them tells how near the end is. */
function leftOf(status: DestroyStatus): Left {
    if (status.state === "none" || status.resources.length === 0) {
        return "unknown";
    }
    const pending = status.resources.some(({ destroyedAt, error }) => destroyedAt === null && error === null);
    return pending ? "some" : "droplet";
}
