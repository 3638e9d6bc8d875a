import type { Registration } from "../recorder/registration.js";
import { Crew, type Trouble } from "./crew.js";
import { planEnding, withoutNeeded } from "./deletes.js";
import { StepGenerator } from "./generator.js";
import { type DeploymentOptions, Targets } from "./options.js";
import { Plan } from "./plan.js";
import { readings, rebuilt } from "./refresh.js";
import { Registering } from "./registering.js";
import type { Resource } from "./resource.js";
import { Snapshot } from "./snapshot.js";

/** One operation of the engine on a stack. */
export class Deployment {
    readonly snapshot: Snapshot;
    readonly #options: DeploymentOptions;
    readonly #program: readonly Registration[];
    readonly #crew: Crew;

    constructor(base: readonly Resource[], program: readonly Registration[], options: DeploymentOptions) {
        this.#options = options;
        this.#program = program;
        this.snapshot = new Snapshot(base);
        this.#crew = new Crew(options);
    }

    get troubles(): readonly Trouble[] {
        return this.#crew.troubles;
    }

    /** Resolves with whether nothing went wrong, when nothing runs any more. */
    async run(): Promise<boolean> {
        const { operation, refresh = false } = this.#options;
        if (operation === "refresh" || refresh) {
            await this.#refresh();
        }
        if (operation !== "refresh" && !this.#crew.isCancelled) {
            await this.#change();
        }
        return this.troubles.length === 0;
    }

    /** Ctrl-C, or a killed engine: what runs goes on, and nothing else is begun. */
    cancel(): void {
        this.#crew.cancel();
    }

    /** Reads everything, whatever goes wrong with some of it. */
    async #refresh(): Promise<void> {
        const { base } = this.snapshot;
        const refreshed = new Map<Resource, Resource | null>();
        const all = readings(base, this.#options).map(({ resource, read }) =>
            this.#crew.whenFree(() =>
                read().then(
                    (now) => refreshed.set(resource, now),
                    (error: unknown) => this.#crew.note(resource.urn, error),
                ),
            ),
        );
        await Promise.all(all);
        this.snapshot.rebase(rebuilt(base, refreshed));
        if (this.troubles.length > 0) {
            this.#crew.cancel();
        }
    }

    async #change(): Promise<void> {
        const {
            operation,
            runProgram = false,
            stack,
            targets,
            excludes,
            engine,
            providerFor,
        } = this.#options;
        const { snapshot } = this;
        const isPreview = operation === "preview";
        const plan = new Plan(snapshot.base, stack);
        const place = {
            providerFor,
            snapshot,
            isPreview,
            isToday: engine === "today",
            deletes: plan.deletes,
        };
        const generator = new StepGenerator(this.#options, place, plan, new Targets(targets, excludes));
        if (operation !== "destroy" || runProgram) {
            await new Registering(this.#crew, plan, generator, isPreview).run(this.#program);
        }
        if (this.#crew.isCancelled) {
            return;
        }
        try {
            const { sames, deletes } = planEnding(place, plan, new Targets(targets, excludes), this.#options);
            await this.#crew.runInTurn(sames);
            for (const group of deletes) {
                await this.#crew.runAtOnce(withoutNeeded(group, this.#crew.failed, snapshot.base));
            }
        } catch (error) {
            this.#crew.note("", error);
        }
    }
}
