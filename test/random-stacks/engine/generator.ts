import { isDeepStrictEqual } from "node:util";

import type { Props } from "../../../simulator/plugin/core/props.js";
import type { Registration } from "../recorder/registration.js";
import { CascadingReplacements } from "./cascade.js";
import { type Options, Targets } from "./options.js";
import type { Plan } from "./plan.js";
import type { Difference, Provider } from "./provider.js";
import { RefusedByEngine } from "./refused.js";
import { allDependencies, clone, type Resource } from "./resource.js";
import * as steps from "./steps.js";

/** What becomes of a registration: steps, and which resource stands for it in the end. */
export interface Decision {
    readonly steps: readonly steps.Step[];
    /** Asked after these steps. */
    readonly next?: () => Promise<Decision>;
}

const REPLACEMENT: Difference = { changes: true, changed: [], replaces: ["id"], deleteBeforeReplace: false };

/** Decides what is done about each resource that the program registers. It decides about one at a time. */
export class StepGenerator {
    readonly #options: Options;
    readonly #place: steps.Workplace;
    readonly #plan: Plan;
    readonly #targets: Targets;
    readonly #replaced: Targets;
    readonly #cascade: CascadingReplacements;

    constructor(options: Options, place: steps.Workplace, plan: Plan, targets: Targets) {
        this.#options = options;
        this.#place = place;
        this.#plan = plan;
        this.#targets = targets;
        this.#replaced = new Targets(options.replace);
        this.#cascade = new CascadingReplacements(place, plan);
    }

    /** @param inputs the registration's, with the values of what they refer to */
    async decide(registration: Registration, inputs: Props): Promise<Decision> {
        const old = this.#plan.findOld(registration);
        const fresh = newResource(registration, inputs);
        const { urn, custom } = fresh;
        this.#plan.registered.add(urn);
        if (this.#plan.left.has(urn) || (old !== null && this.#plan.left.has(old.urn))) {
            throw new RefusedByEngine(`Duplicate resource URN '${urn}'`);
        }
        if (this.#options.operation === "destroy") {
            return this.#decideInDestroy(old, fresh);
        }
        const isImport = custom && fresh.importId !== "" && !isSameImport(old, fresh.importId);
        if (!isImport) {
            return this.#decideFrom(old, fresh, registration, inputs);
        }
        const imported = clone(fresh);
        return {
            steps: [steps.importExisting(this.#place, imported)],
            next: () => this.#decideFrom(imported, fresh, registration, inputs),
        };
    }

    /** `destroy --run-program` creates, checks and updates nothing. */
    #decideInDestroy(old: Resource | null, fresh: Resource): Decision {
        const isSkipped = [...allDependencies(fresh)].some((urn) => this.#plan.skipped.has(urn));
        if (old === null || isSkipped) {
            this.#plan.skipped.add(fresh.urn);
            return { steps: [steps.skip(fresh)] };
        }
        this.#plan.kept.add(fresh.urn);
        this.#plan.toDelete.push(fresh);
        fresh.inputs = old.inputs;
        return { steps: [steps.same(this.#place, old, fresh)] };
    }

    async #decideFrom(
        old: Resource | null,
        fresh: Resource,
        registration: Registration,
        wanted: Props,
    ): Promise<Decision> {
        const { urn, type, custom } = fresh;
        const plan = this.#plan;
        const provider = this.#place.providerFor(type);
        const isTargeted = this.#isTargeted(fresh);
        const isRecreated = plan.deletes.has(urn);
        if (custom && isTargeted) {
            const before = isRecreated || this.#isReplacedByName(urn, old) ? null : old;
            fresh.inputs = await checked(provider, fresh, fresh.inputs, before);
        }
        if (isRecreated && old !== null) {
            plan.deletes.delete(urn);
            plan.replaces.add(urn);
            return { steps: [steps.create(this.#place, fresh, old)] };
        }
        if (isTargeted && this.#targets.isConstrained) {
            this.#targets.add(urn);
        }
        if (old !== null && isTargeted) {
            const compared = await this.#compare(old, fresh, registration, wanted);
            this.#refuseSkipped(fresh);
            return { steps: compared };
        }
        if (old !== null) {
            plan.kept.add(urn);
            return { steps: this.#leave(old) };
        }
        if (!isTargeted) {
            plan.kept.add(urn);
            plan.skipped.add(urn);
            return { steps: [steps.skip(fresh)] };
        }
        this.#refuseSkipped(fresh);
        plan.creates.add(urn);
        return { steps: [steps.create(this.#place, fresh)] };
    }

    #isTargeted(resource: Resource): boolean {
        if (this.#targets.has(resource.urn)) {
            return true;
        }
        const isWithDependents = this.#options.targetDependents === true;
        return isWithDependents && [...allDependencies(resource)].some((urn) => this.#targets.has(urn));
    }

    /** By `--replace`, or because it is tainted. */
    #isReplacedByName(urn: string, old: Resource | null): boolean {
        return (this.#replaced.isConstrained && this.#replaced.has(urn)) || old?.taint === true;
    }

    /** What is not created because it is no target must not be needed. */
    #refuseSkipped(fresh: Resource): void {
        const missing = [...allDependencies(fresh)].find((urn) => this.#plan.skipped.has(urn));
        if (missing !== undefined) {
            throw new RefusedByEngine(`${fresh.urn} depends on ${missing}, which is no target`);
        }
    }

    /** As it was; what it depends on comes before it, even where the program does not say so any more. */
    #leave(old: Resource): steps.Step[] {
        this.#plan.kept.add(old.urn);
        this.#plan.left.add(old.urn);
        const above = [...allDependencies(old)].flatMap((urn) => {
            const dependency = this.#plan.isDecided(urn) ? undefined : this.#plan.current.get(urn);
            return dependency === undefined ? [] : this.#leave(dependency);
        });
        return [...above, steps.same(this.#place, old, clone(old))];
    }

    async #compare(
        old: Resource,
        fresh: Resource,
        registration: Registration,
        wanted: Props,
    ): Promise<steps.Step[]> {
        const { urn } = fresh;
        const isReplacedByName = this.#isReplacedByName(urn, old);
        const found = isReplacedByName ? REPLACEMENT : await this.#difference(old, fresh);
        const isForced = found.changed.some((name) => fresh.replaceOnChanges.includes(name));
        const isReplacement = found.replaces.length > 0 || isForced || old.pendingReplacement;
        if (isReplacement) {
            this.#refuseReplacement(old, fresh);
            if (!isReplacedByName) {
                // What was carried over from the old one is not: it is another one.
                fresh.inputs = await checked(this.#place.providerFor(fresh.type), fresh, wanted, null);
            }
            return this.#replace(old, fresh, registration.deleteBeforeReplace ?? found.deleteBeforeReplace);
        }
        if (found.changes || old.initErrors.length > 0) {
            this.#plan.updates.add(urn);
            return [steps.update(this.#place, old, fresh)];
        }
        this.#plan.kept.add(urn);
        return [steps.same(this.#place, old, fresh)];
    }

    async #difference(old: Resource, fresh: Resource): Promise<Difference> {
        if (this.#cascade.reaches(fresh)) {
            return REPLACEMENT;
        }
        if (!fresh.custom) {
            const changes = !isDeepStrictEqual(old.inputs, fresh.inputs);
            return { changes, changed: [], replaces: [], deleteBeforeReplace: false };
        }
        const provider = this.#place.providerFor(fresh.type);
        return provider.diff(fresh.urn, old.id, old.outputs, fresh.inputs, fresh.ignoreChanges);
    }

    #refuseReplacement(old: Resource, fresh: Resource): void {
        if (fresh.protect && old.protect) {
            throw new RefusedByEngine(`unable to replace resource ${fresh.urn}: it is protected`);
        }
        if (fresh.importId !== "") {
            throw new RefusedByEngine(
                "previously-imported resources that still specify an ID may not be replaced",
            );
        }
    }

    async #replace(old: Resource, fresh: Resource, deletesFirst: boolean): Promise<steps.Step[]> {
        this.#plan.replaces.add(fresh.urn);
        if (this.#place.isToday && old.pendingReplacement && !deletesFirst) {
            return [steps.create(this.#place, fresh, old)];
        }
        if (!deletesFirst) {
            return [steps.create(this.#place, fresh, old, true)];
        }
        const before = await this.#cascade.deletesBefore(old);
        return [...before, steps.create(this.#place, fresh, old)];
    }
}

function newResource(registration: Registration, inputs: Props): Resource {
    const { type, urn, custom, parent, dependencies, propertyDependencies, deletedWith } = registration;
    const { protect, retainOnDelete, ignoreChanges, replaceOnChanges, importId } = registration;
    return {
        ...{ type, urn, custom, parent, dependencies, propertyDependencies, deletedWith },
        ...{ protect, retainOnDelete, ignoreChanges, replaceOnChanges, importId, inputs },
        ...{ id: "", outputs: {}, initErrors: [] },
        ...{ delete: false, pendingReplacement: false, taint: false },
    };
}

function isSameImport(old: Resource | null, importId: string): boolean {
    return old !== null && (old.importId || old.id) === importId;
}

/** @param before what the provider may carry over from; null: nothing */
async function checked(
    provider: Provider,
    fresh: Resource,
    wanted: Props,
    before: Resource | null,
): Promise<Props> {
    const news = before === null ? wanted : withIgnored(wanted, fresh.ignoreChanges, before.inputs);
    const { inputs, failures } = await provider.check(fresh.urn, before?.inputs ?? {}, news);
    if (failures.length > 0) {
        const reasons = failures.map(({ property, reason }) => `${property}: ${reason}`);
        throw new RefusedByEngine(`${fresh.urn}: ${reasons.join("; ")}`);
    }
    return inputs;
}

function withIgnored(wanted: Props, ignored: readonly string[], before: Props): Props {
    const kept = Object.entries(before).filter(([name]) => ignored.includes(name));
    const rest = Object.entries(wanted).filter(([name]) => !ignored.includes(name));
    return Object.fromEntries([...rest, ...kept]);
}
