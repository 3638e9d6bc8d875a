import { beginSpan } from "../polling/clock.js";
import { Actor } from "./act.js";
import { withDeadline } from "./deadline.js";
import { reportOf, type TeardownResult } from "./ending.js";
import { statusOf } from "./findings.js";
import { next } from "./next.js";
import { after, begin, type Event, type State } from "./progress.js";
import type { TeardownEffects, TeardownRequest } from "./request.js";
import type { Step } from "./step.js";

/** So many steps without a wait are an endless loop, which must not pass for a timeout. */
const MAX_STEPS = 200;
const STEPS_PER_RESOURCE = 10;

/**
 * Destroys a Droplet with its associated resources, waits for completion and verifies it. Never throws: the
 * report says what happened, with the error in `cause`.
 */
export function tearDown(
    request: TeardownRequest,
    effects: TeardownEffects,
    signal?: AbortSignal,
): Promise<TeardownResult> {
    const span = beginSpan(effects.clock);
    return withDeadline(effects.clock, request.timeoutMs, signal, async (limited) => {
        const run = new Run(request, effects, limited);
        const error = await run.toTheEnd();
        const { requests, requestIds } = effects.traffic;
        return {
            report: { ...reportOf(run.state, request, error), requests, requestIds, ...span() },
            cause: error,
        };
    });
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
        this.#actor = new Actor(request.dropletId, effects, signal);
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
                (await this.#actor.act(step, this.state)).forEach((event) => this.#tell(event));
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
        if (isStatus && findings.isOurs && statusOf(findings).state === "completed") {
            this.#effects.poller.ended(progress.history);
        }
    }
}
