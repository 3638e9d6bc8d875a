import { type Json, type Props, UNKNOWN } from "../../../simulator/plugin/core/props.js";
import { type Registration, resolvedInputs } from "../recorder/registration.js";
import type { Crew } from "./crew.js";
import type { Decision, StepGenerator } from "./generator.js";
import type { Plan } from "./plan.js";
import type { Resource } from "./resource.js";
import { Turns } from "./turns.js";

/** Answers what a program registers: each resource once everything is there that it depends on. */
export class Registering {
    readonly #crew: Crew;
    readonly #plan: Plan;
    readonly #generator: StepGenerator;
    readonly #isPreview: boolean;
    /** One registration is decided about at a time. */
    readonly #deciding = new Turns(1);
    /** Resolve when a registration is answered; reject where it never is. */
    readonly #answers = new Map<string, Promise<void>>();
    /** What stands for a resource after it was registered. */
    readonly #made = new Map<string, Resource>();

    constructor(crew: Crew, plan: Plan, generator: StepGenerator, isPreview: boolean) {
        this.#crew = crew;
        this.#plan = plan;
        this.#generator = generator;
        this.#isPreview = isPreview;
    }

    /** Resolves when nothing of it runs any more, whatever came of it. */
    async run(program: readonly Registration[]): Promise<void> {
        for (const registration of program) {
            this.#answers.set(registration.urn, this.#register(registration));
        }
        await Promise.allSettled(this.#answers.values());
    }

    async #register(registration: Registration): Promise<void> {
        const { urn } = registration;
        const needed = [...collectNeeds(registration)].flatMap((one) => this.#answers.get(one) ?? []);
        await Promise.all(needed).catch((error: unknown) => {
            // What needs something that has failed stays as it is.
            this.#plan.findOld(registration);
            this.#plan.kept.add(urn);
            throw error;
        });
        const inputs = this.#resolveInputs(registration);
        let decide = (): Promise<Decision> => this.#generator.decide(registration, inputs);
        for (;;) {
            const { steps, next } = await this.#deciding.take(() => {
                this.#crew.stopIfCancelled();
                return decide().catch((error: unknown) => this.#crew.giveUp(urn, error));
            });
            await this.#crew.runInTurn(steps);
            const last = steps.at(-1);
            if (next === undefined && last !== undefined) {
                this.#made.set(urn, last.resource);
                return;
            }
            decide = next ?? decide;
        }
    }

    #resolveInputs(registration: Registration): Props {
        const values = resolvedInputs(registration, ({ urn, property }): Json => {
            const { id = "", outputs = {} } = this.#made.get(urn) ?? {};
            const value = property === "id" && id !== "" ? id : outputs[property];
            return value ?? (this.#isPreview ? UNKNOWN : null);
        });
        const given = Object.entries(values).filter(([, value]) => value !== null);
        return Object.fromEntries(given.map(([name, value]) => [name, asSdkGives(name, value)]));
    }
}

/**
 * What is made of a list in which something is not known yet is not known either; but what is attached to a Droplet is
 * noted one by one, as far as it is known.
 */
function asSdkGives(name: string, value: Json): Json {
    if (Array.isArray(value)) {
        const list = value as readonly Json[];
        if (name === "attached") {
            return list.filter((one) => one !== null && one !== UNKNOWN);
        }
        return list.includes(UNKNOWN) ? UNKNOWN : list;
    }
    if (name !== "program" || typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(Object.entries(value).map(([own, one]) => [own, asSdkGives(own, one)]));
}

/**
 * What is registered before the resource can be: the SDK waits for every value that it sends, also where a plain
 * promise makes no dependency of it.
 */
function collectNeeds({
    dependencies,
    propertyDependencies,
    deletedWith,
    parent,
    references,
}: Registration): Set<string> {
    const awaited = Object.values(references).map(({ urn }) => urn);
    return new Set([
        ...dependencies,
        ...Object.values(propertyDependencies).flat(),
        ...awaited,
        ...[deletedWith, parent],
    ]);
}
