import { RefusedByEngine } from "./refused.js";
import { ProtectedError, type Step } from "./steps.js";
import { Turns } from "./turns.js";

/** What went wrong, and about which resource; "" for none. */
export interface Trouble {
    readonly urn: string;
    readonly message: string;
}

const USUAL_PARALLEL = 16;

/** Performs the steps of an operation, until something fails. */
export class Crew {
    readonly troubles: Trouble[] = [];
    readonly failed: Step[] = [];
    readonly #workers: Turns;
    readonly #continuesOnError: boolean;
    #isCancelled = false;

    constructor({ parallel = USUAL_PARALLEL, continueOnError = false }) {
        this.#workers = new Turns(parallel);
        this.#continuesOnError = continueOnError;
    }

    get isCancelled(): boolean {
        return this.#isCancelled;
    }

    /** What runs goes on, and nothing else is begun. */
    cancel(): void {
        this.#isCancelled = true;
    }

    /** When it is its turn; not at all once the operation is cancelled. */
    async whenFree(work: () => Promise<unknown>): Promise<void> {
        await this.#workers.take(async () => {
            if (!this.#isCancelled) {
                await work();
            }
        });
    }

    /**
     * One after the other.
     * @throws what the first that fails is about, or where the operation is cancelled
     */
    async runInTurn(steps: readonly Step[]): Promise<void> {
        await this.#workers.take(async () => {
            for (const step of steps) {
                this.stopIfCancelled();
                await this.#perform(step);
            }
        });
    }

    async runAtOnce(steps: readonly Step[]): Promise<void> {
        await Promise.all(
            steps.map((step) => this.whenFree(() => this.#perform(step).catch(() => undefined))),
        );
    }

    stopIfCancelled(): void {
        if (this.#isCancelled) {
            throw new RefusedByEngine("cancelled");
        }
    }

    note(urn: string, error: unknown): void {
        this.troubles.push({ urn, message: error instanceof Error ? error.message : String(error) });
    }

    /** Notes what went wrong before a step could begin. Nothing else is begun. */
    giveUp(urn: string, error: unknown): never {
        this.#isCancelled = true;
        this.note(urn, error);
        throw error;
    }

    async #perform(step: Step): Promise<void> {
        try {
            await step.run();
        } catch (error) {
            this.failed.push(step);
            this.note(step.resource.urn, error);
            const goesOn = this.#continuesOnError || error instanceof ProtectedError;
            this.#isCancelled ||= !goesOn;
            throw error;
        }
    }
}
