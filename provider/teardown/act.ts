import { ApiError, AuthenticationError, isNoNews } from "./errors.js";
import { ask } from "./ask.js";
import type { Question, Reading } from "./findings.js";
import { leftIn } from "./model.js";
import type { Sending } from "./ports.js";
import { statusOf } from "./findings.js";
import type { Change, Event, Outcome, State } from "./progress.js";
import type { TeardownEffects } from "./request.js";
import { MAX_FRESH_MS, type Step, type Wait } from "./step.js";

/** Performs the steps of one run, and tells what happened. Nothing else in a teardown has effects. */
export class Actor {
    readonly #dropletId: number;
    readonly #effects: TeardownEffects;
    readonly #signal: AbortSignal;
    #waits = 0;
    /** The epoch that began when the open group of requests was admitted; null: none is open. */
    #groupEpoch: number | null = null;

    constructor(dropletId: number, effects: TeardownEffects, signal: AbortSignal) {
        this.#dropletId = dropletId;
        this.#effects = effects;
        this.#signal = signal;
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

    async act(step: Exclude<Step, { do: "end" }>, state: State): Promise<Event[]> {
        switch (step.do) {
            case "ask":
                return [...(await this.#admit(step.reserve)), ...(await this.#ask(step.questions))];
            case "wait":
                return this.#wait(step, state);
            case "say":
                await this.#effects.narrator.announce(step.text, step.droplet);
                return [{ is: "said", topic: step.topic, text: step.text }];
            case "change":
                return this.#change(step.change, step.since);
        }
    }

    /** Gives back the admissions that were not used. */
    close(): void {
        this.#groupEpoch = null;
        this.#effects.group.close();
    }

    async #admit(count: number): Promise<Event[]> {
        if (count === 0) {
            return [];
        }
        this.close();
        await this.#effects.group.open(count, this.#signal);
        this.#waits += 1;
        this.#groupEpoch = this.epoch;
        return [{ is: "admitted", count }];
    }

    async #wait(
        { until, says, then, rests = false, endsPass = false }: Wait,
        state: State,
    ): Promise<Event[]> {
        const { narrator, clock, poller, throwIfAbandoned } = this.#effects;
        this.close();
        narrator.progress(says);
        await (until === "a poll is due"
            ? poller.due(state.progress.history, leftIn(statusOf(state.findings)), this.#signal)
            : clock.sleep(until.ms, this.#signal));
        this.#waits += 1;
        await throwIfAbandoned();
        return [{ is: "waited", rests, endsPass }, ...(await this.#ask(then))];
    }

    #ask(questions: readonly Question[]): Promise<Event[]> {
        return Promise.all(questions.map((question) => this.#askOne(question)));
    }

    async #askOne(question: Question): Promise<Event> {
        const { api, clock } = this.#effects;
        const atMs = clock.monotonicMs();
        try {
            const said = await ask(question, this.#dropletId, api, this.#signal);
            return { is: "answered", question, said, at: { epoch: this.epoch, atMs } };
        } catch (error) {
            if (error instanceof Error && isNoNews(error)) {
                return { is: "no news", question, error, at: { epoch: this.epoch, atMs } };
            }
            throw error;
        }
    }

    async #change(change: Change, since: Reading): Promise<Event[]> {
        const { clock } = this.#effects;
        const sending = {
            signal: this.#signal,
            stillFresh: () => this.epoch === since.epoch && clock.monotonicMs() - since.atMs <= MAX_FRESH_MS,
        };
        const outcome = await this.#request(change, sending).catch((error: unknown) =>
            refusedForGood(error, change),
        );
        return [{ is: "changed", change, outcome, at: { epoch: this.epoch, atMs: clock.monotonicMs() } }];
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

/** Some refusals end the run, others only what they refuse. */
function refusedForGood(error: unknown, change: Change): Outcome {
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
