import { setMaxListeners } from "node:events";

import { beginSpan, type Clock } from "../polling/clock.js";
import { ask } from "./ask.js";
import { ApiError, AuthenticationError, DeadlineError, isInterruption } from "./errors.js";
import { destroyStatus, type Question, type Reading } from "./findings.js";
import { leftIn } from "./model.js";
import { next } from "./next.js";
import type { Sending } from "./ports.js";
import {
    after,
    begin,
    type Change,
    type Event,
    MAX_FRESH_MS,
    type Outcome,
    type State,
    type Step,
    type Wait,
} from "./progress.js";
import { buildReport, type TeardownResult } from "./report.js";
import type { TeardownEffects, TeardownRequest } from "./request.js";

/** So many steps without a wait are an endless loop, which must not pass for a timeout. */
const MAX_STEPS = 200;
const STEPS_PER_RESOURCE = 10;

/**
 * Destroys a Droplet with its associated resources, waits for completion and verifies it. Never throws: the
 * report says what happened, with the error in `cause`.
 * @param signal aborts at the deadline, which is its caller's to keep
 */
export async function tearDown(
    request: TeardownRequest,
    effects: TeardownEffects,
    signal: AbortSignal,
): Promise<TeardownResult> {
    const span = beginSpan(effects.clock);
    const run = new Run(request, effects, signal);
    const error = await run.toTheEnd();
    const { requests, requestIds } = effects.traffic;
    return {
        report: { ...buildReport(run.state, request, error), requests, requestIds, ...span() },
        cause: error,
    };
}

class Run {
    state: State;
    readonly #request: TeardownRequest;
    readonly #effects: TeardownEffects;
    readonly #actor: Actor;
    #stepsSinceWait = 0;

    constructor(request: TeardownRequest, effects: TeardownEffects, signal: AbortSignal) {
        this.#request = request;
        this.#effects = effects;
        this.#actor = new Actor(request.dropletId, effects, signal, (event) => this.#tell(event));
        this.state = begin(request.dropletId, request.recorded, effects.clock.monotonicMs());
    }

    /** The error that ended it; null: it came to its end. */
    async toTheEnd(): Promise<unknown> {
        try {
            for (;;) {
                await this.#effects.throwIfAbandoned();
                const step = this.#next();
                if (step.do === "end") {
                    return step.error;
                }
                await this.#actor.act(step, this.state);
            }
        } catch (error) {
            return error;
        } finally {
            this.#actor.close();
        }
    }

    #next(): Step {
        const { clock } = this.#effects;
        const { epoch, group } = this.#actor;
        const now = { ms: clock.monotonicMs(), wallMs: clock.now(), epoch, group };
        const step = next(this.state, this.#request, now);
        if (step.notes !== undefined) {
            this.#tell({ is: "noted", notes: step.notes });
        }
        this.#stepsSinceWait = step.do === "wait" ? 0 : this.#stepsSinceWait + 1;
        if (this.#stepsSinceWait > MAX_STEPS + STEPS_PER_RESOURCE * this.state.findings.evidence.length) {
            throw new Error(`the teardown of droplet ${this.#request.dropletId} goes round in circles`);
        }
        return step;
    }

    #tell(event: Event): void {
        this.state = after(this.state, event);
        const { findings, progress } = this.state;
        const isStatus = event.is === "answered" && event.question.about === "destroy";
        if (isStatus && findings.isOurs && destroyStatus(findings).state === "completed") {
            this.#effects.poller.ended(progress.history);
        }
    }
}

/** Performs the steps of one run, and tells what happens. Nothing else in a teardown sends requests. */
class Actor {
    readonly #dropletId: number;
    readonly #effects: TeardownEffects;
    readonly #signal: AbortSignal;
    readonly #tell: (event: Event) => void;
    #waits = 0;
    /** The epoch that began when the open group of requests was admitted; null: none is open. */
    #groupEpoch: number | null = null;

    constructor(
        dropletId: number,
        effects: TeardownEffects,
        signal: AbortSignal,
        tell: (event: Event) => void,
    ) {
        this.#dropletId = dropletId;
        this.#effects = effects;
        this.#signal = signal;
        this.#tell = tell;
    }

    /** How often the run has waited so far: for time, for admission, or before a retry. */
    get epoch(): number {
        return this.#waits + this.#effects.traffic.waits;
    }

    get group(): "none" | "whole" | "broken" {
        if (this.#groupEpoch === null) {
            return "none";
        }
        return this.#groupEpoch === this.epoch ? "whole" : "broken";
    }

    async act(step: Exclude<Step, { do: "end" }>, state: State): Promise<void> {
        switch (step.do) {
            case "ask":
                await this.#admit(step.reserve);
                return this.#ask(step.questions);
            case "wait":
                return this.#wait(step, state);
            case "say":
                await this.#effects.narrator.announce(step.text, step.droplet);
                this.#tell({ is: "said", topic: step.topic, text: step.text });
                return;
            case "change":
                return this.#change(step.change, step.since);
        }
    }

    /** Gives back the admissions that were not used. */
    close(): void {
        this.#groupEpoch = null;
        this.#effects.group.close();
    }

    async #admit(count: number): Promise<void> {
        if (count === 0) {
            return;
        }
        this.close();
        await this.#effects.group.open(count, this.#signal);
        this.#waits += 1;
        this.#groupEpoch = this.epoch;
        this.#tell({ is: "admitted", count });
    }

    async #wait({ until, says, then, rests = false, endsPass = false }: Wait, state: State): Promise<void> {
        const { narrator, clock, poller, throwIfAbandoned } = this.#effects;
        this.close();
        narrator.progress(says);
        await (until === "a poll is due"
            ? poller.due(state.progress.history, leftIn(destroyStatus(state.findings)), this.#signal)
            : clock.sleep(until.ms, this.#signal));
        this.#waits += 1;
        await throwIfAbandoned();
        this.#tell({ is: "waited", rests, endsPass });
        await this.#ask(then);
    }

    /** In the order of the questions. What was answered counts also where another question ends the run. */
    async #ask(questions: readonly Question[]): Promise<void> {
        const events: Event[] = [];
        const asked = questions.map((question, index) =>
            this.#askOne(question).then((event) => {
                events[index] = event;
            }),
        );
        await Promise.all(asked).finally(() => events.forEach((event) => this.#tell(event)));
    }

    async #askOne(question: Question): Promise<Event> {
        const { api, clock } = this.#effects;
        const atMs = clock.monotonicMs();
        const said = await ask(question, this.#dropletId, api, this.#signal);
        const at = { epoch: this.epoch, atMs };
        return said.is === "no news" ? { ...said, question, at } : { is: "answered", question, said, at };
    }

    async #change(change: Change, since: Reading): Promise<void> {
        const { clock } = this.#effects;
        const sending = {
            signal: this.#signal,
            stillFresh: () => this.epoch === since.epoch && clock.monotonicMs() - since.atMs <= MAX_FRESH_MS,
        };
        const tell = (outcome: Outcome): void => {
            const at = { epoch: this.epoch, atMs: clock.monotonicMs() };
            this.#tell({ is: "changed", change, outcome, at });
        };
        try {
            tell(await this.#request(change, sending));
        } catch (error) {
            tell(errorOutcome(error, change));
            if (isInterruption(error)) {
                throw error;
            }
        }
    }

    #request(change: Change, sending: Sending): Promise<Outcome> {
        const { api } = this.#effects;
        switch (change.do) {
            case "destroy":
                return api.destroy(this.#dropletId, change.resources, sending);
            case "retry":
                return api.retry(this.#dropletId, sending);
            case "delete droplet":
                return api.deleteAlone(this.#dropletId, sending);
            case "delete resource":
                return api.remove(change.resource, sending);
            case "shut down":
                return api
                    .shutDown(this.#dropletId, sending.signal)
                    .then((isAccepted) =>
                        isAccepted ? { kind: "accepted" } : { kind: "busy", message: "not shut down" },
                    );
            case "take snapshot":
                return api.takeSnapshot(this.#dropletId, change.name, sending.signal);
        }
    }
}

/**
 * Some refusals end the run, others only what they refuse. What an interruption did not wait for may have arrived.
 */
function errorOutcome(error: unknown, change: Change): Outcome {
    if (isInterruption(error)) {
        return { kind: "lost", message: "no answer before the interruption" };
    }
    if (!(error instanceof ApiError) || error instanceof AuthenticationError) {
        throw error;
    }
    const isOneOfMany = change.do === "delete resource" || change.do === "take snapshot";
    // A destroy that lists nothing may be invalid to DigitalOcean, which is not documented.
    const isInvalid = change.do === "destroy" && change.resources.length === 0 && error.status === 400;
    if (isOneOfMany || isInvalid) {
        return { kind: "failed", error };
    }
    throw error;
}

/** Created once: the default abort error captures a stack for each delete. */
const FINISHED = new Error("finished");

/**
 * Runs work with a signal that aborts with a `DeadlineError` at its deadline, or when `outer` aborts. Leaves no
 * timer behind.
 * @param pass waits until the time is up; what it gets aborts once the work is finished
 */
export async function withDeadline<T>(
    clock: Clock,
    timeoutMs: number,
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
    pass = (finished: AbortSignal): Promise<void> => clock.sleep(timeoutMs, finished),
): Promise<T> {
    const deadline = new AbortController();
    const finished = new AbortController();
    const watchdog = pass(finished.signal).then(
        () => deadline.abort(new DeadlineError(timeoutMs)),
        () => undefined,
    );
    const signal = outer === undefined ? deadline.signal : AbortSignal.any([deadline.signal, outer]);
    // Every request in flight listens, and removes its listener.
    setMaxListeners(0, signal);
    try {
        return await work(signal);
    } finally {
        finished.abort(FINISHED);
        await watchdog;
    }
}
