import type { SubmitOutcome } from "./ports.js";
import { type AssociatedResource, type Droplet, namedIn, type ResourceRef } from "./model.js";
import { isFinal } from "./final-snapshot.js";
import { afterAccepted, afterLost, afterRefusal } from "./memory.js";
import { announcement } from "./narrate.js";
import { isRetrySafe, planRound, takeInventory } from "./round.js";
import { shutDown } from "./shutdown.js";
import type { Situation } from "./situation.js";
import { hasFinalSnapshot } from "./take-snapshot.js";

/** The destroying requests of one operation while the Droplet exists. */
export class Submitter {
    readonly #situation: Situation;
    #shutDown = false;

    constructor(situation: Situation) {
        this.#situation = situation;
    }

    /**
     * Lists, plans, announces, and destroys by explicit ids.
     * @param mayRetry DigitalOcean has refused that although nothing is running
     */
    async submit(droplet: Droplet, mayRetry: boolean): Promise<void> {
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
        if (mayRetry && (await isRetrySafe(resources, this.#situation))) {
            this.#conclude(await effects.api.retry(droplet.id, sending), namedIn(seen.status), resources);
        } else {
            this.#conclude(await effects.api.destroy(droplet.id, resources, sending), resources, resources);
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
            case "conflict":
            case "gone":
            case "busy":
            case "limited":
                this.#situation.memory = afterRefusal(memory, outcome.message, sent.atMs);
                this.#situation.unsee();
                return;
            case "stale":
                this.#situation.unsee();
                return;
        }
    }
}
