import { ApiError } from "./errors.js";
import type { Sending, SubmitOutcome } from "./ports.js";
import { type AssociatedResource, type Droplet, namedIn, type ResourceRef } from "./model.js";
import { isFinal } from "./final-snapshot.js";
import { afterAccepted, afterDeleted, afterLost, afterRefusal } from "./memory.js";
import { announcement } from "./narrate.js";
import { isRetrySafe, planRound, takeInventory } from "./round.js";
import { shutDown } from "./shutdown.js";
import type { Situation } from "./situation.js";
import { hasFinalSnapshot } from "./take-snapshot.js";

const SUBMISSIONS = ["submit", "submit-or-retry", "submit-or-delete"] as const;
type Submission = (typeof SUBMISSIONS)[number];

/** Whether a step is to destroy an existing Droplet, in whichever way. */
export function isSubmission(step: string): step is Submission {
    return SUBMISSIONS.some((one) => one === step);
}

/** The destroying requests of one operation while the Droplet exists. */
export class Submitter {
    readonly #situation: Situation;
    #shutDown = false;

    constructor(situation: Situation) {
        this.#situation = situation;
    }

    /**
     * Lists, plans, announces, and destroys by explicit ids.
     * @param how what may be done instead, because DigitalOcean has refused that although nothing is running
     */
    async submit(droplet: Droplet, how: Submission): Promise<void> {
        const { request, effects, ledger, seen } = this.#situation;
        const plan = await planRound(droplet, this.#situation);
        const planned = plan.destroy.filter((resource) => !ledger.isGone(resource));
        const text = announcement(droplet, { ...plan, destroy: planned });
        await this.#situation.announceOnce("plan", text, droplet);
        if (request.gracefulShutdown && (await this.#shutsDown(droplet))) {
            this.#situation.unsee();
            return;
        }
        if (!(await hasFinalSnapshot(droplet, this.#situation))) {
            this.#situation.unsee();
            return;
        }
        await effects.throwIfAbandoned();
        // By now its id is known as well, whichever name the plan was made with.
        const resources = planned.filter((one) => !isFinal(one, this.#situation.request.finalSnapshot));
        const sending = this.#situation.sending();
        if (how === "submit-or-retry" && (await isRetrySafe(resources, this.#situation))) {
            this.#conclude(await effects.api.retry(droplet.id, sending), namedIn(seen.status), resources);
        } else if (resources.length > 0) {
            this.#conclude(await effects.api.destroy(droplet.id, resources, sending), resources, resources);
        } else if (how === "submit" || (await this.#isBusy(droplet))) {
            this.#conclude(await this.#destroyNothingElse(droplet, sending), [], []);
        } else {
            this.#concludeDelete(await effects.api.deleteAlone(droplet.id, sending));
        }
    }

    takeInventory(): Promise<void> {
        return takeInventory(this.#situation);
    }

    /** Whether the Droplet was just shut down, which takes a while. */
    async #shutsDown(droplet: Droplet): Promise<boolean> {
        if (this.#shutDown) {
            return false;
        }
        this.#shutDown = true;
        return shutDown(droplet, this.#situation);
    }

    /** Whether a refusal is due to an action in progress, such as a snapshot that somebody takes. */
    async #isBusy(droplet: Droplet): Promise<boolean> {
        const { effects, signal } = this.#situation;
        const actions = await effects.api.actions(droplet.id, signal);
        return actions === null || actions.some(({ state }) => state === "in-progress");
    }

    /** A destroy that lists nothing may be invalid to DigitalOcean, which is not documented. */
    async #destroyNothingElse(droplet: Droplet, sending: Sending): Promise<SubmitOutcome> {
        try {
            return await this.#situation.effects.api.destroy(droplet.id, [], sending);
        } catch (error) {
            if (error instanceof ApiError && error.status === 400) {
                return { kind: "busy", message: error.message };
            }
            throw error;
        }
    }

    #concludeDelete(outcome: SubmitOutcome): void {
        const { memory, effects } = this.#situation;
        if (outcome.kind === "accepted" || outcome.kind === "lost") {
            const lost = outcome.kind === "lost" ? outcome.message : null;
            this.#situation.memory = afterDeleted(memory, lost, effects.clock.monotonicMs());
            this.#situation.sent();
        } else {
            this.#refused(outcome);
        }
    }

    #refused(outcome: Exclude<SubmitOutcome, { kind: "accepted" | "lost" }>): void {
        const { memory, effects } = this.#situation;
        if (outcome.kind !== "stale") {
            this.#situation.memory = afterRefusal(memory, outcome.message, effects.clock.monotonicMs());
        }
        this.#situation.unsee();
    }

    #conclude(
        outcome: SubmitOutcome,
        named: readonly ResourceRef[],
        resources: readonly AssociatedResource[],
    ): void {
        const { memory, seen, effects, ledger } = this.#situation;
        const sent = { resources: named, atMs: effects.clock.monotonicMs(), before: seen.status };
        switch (outcome.kind) {
            case "accepted":
                ledger.asked(resources);
                this.#situation.memory = afterAccepted(memory, sent);
                this.#situation.sent();
                return;
            case "lost":
                this.#situation.memory = afterLost(memory, sent, outcome.message);
                this.#situation.sent();
                return;
            default:
                this.#refused(outcome);
        }
    }
}
