import { type Props, UNKNOWN } from "../../../simulator/plugin/core/props.js";
import { dependents } from "./graph.js";
import type { Plan } from "./plan.js";
import { RefusedByEngine } from "./refused.js";
import type { Resource } from "./resource.js";
import { remove, type Step, type Workplace } from "./steps.js";

/** What is replaced because something else is. */
export class CascadingReplacements {
    readonly #place: Workplace;
    readonly #plan: Plan;

    constructor(place: Workplace, plan: Plan) {
        this.#place = place;
        this.#plan = plan;
    }

    /** Whether what the resource is deleted with is replaced: a reason to replace it, since 3.260. */
    reaches({ deletedWith }: Resource): boolean {
        return this.#place.isToday && deletedWith !== "" && this.#plan.replaces.has(deletedWith);
    }

    /** The deletes that come before the create of what cannot be there twice: its own, and those of what depends on it. */
    async deletesBefore(old: Resource): Promise<Step[]> {
        const { deletes, deletedBefore } = this.#plan;
        const others = [...(await this.#replacedWith(old)), ...this.#deletedWith(old)];
        const steps: Step[] = [];
        const isDone = (one: Resource): boolean =>
            deletedBefore.has(one) || (this.#place.isToday && one.pendingReplacement);
        for (const other of others.reverse().filter((one) => !isDone(one))) {
            if (other.protect && !other.delete) {
                throw new RefusedByEngine(`unable to replace resource ${other.urn}: it is protected`);
            }
            steps.push(remove(this.#place, other, other.delete ? "leaves" : "is replaced"));
            deletes.add(other.urn);
            deletedBefore.add(other);
        }
        if (old.pendingReplacement) {
            return steps;
        }
        if (this.#place.isToday) {
            deletes.add(old.urn);
        }
        return [...steps, remove(this.#place, old, "is replaced")];
    }

    /** What depends on the resource in such a way that another one needs another of it. */
    async #replacedWith(root: Resource): Promise<Resource[]> {
        const plan = this.#plan;
        const { base } = this.#place.snapshot;
        const ignored = new Set(base.map(({ urn }) => urn).filter((urn) => plan.isDecided(urn)));
        const replaced = new Set([root.urn]);
        const found: Resource[] = [];
        for (const candidate of dependents(root, base, { ignored })) {
            if (candidate.custom && (await this.#isReplacedWith(candidate, replaced))) {
                found.push(candidate);
                replaced.add(candidate.urn);
            }
        }
        return found;
    }

    async #isReplacedWith(resource: Resource, replaced: ReadonlySet<string>): Promise<boolean> {
        if (this.#place.isToday && replaced.has(resource.deletedWith)) {
            return true;
        }
        const { urn, type, id, inputs, outputs, propertyDependencies, ignoreChanges } = resource;
        const isOpen = (name: string): boolean =>
            (propertyDependencies[name] ?? []).some((dependency) => replaced.has(dependency));
        const names = Object.keys(inputs);
        if (!names.some(isOpen)) {
            return false;
        }
        const news: Props = Object.fromEntries(
            names.map((name) => [name, isOpen(name) ? UNKNOWN : (inputs[name] ?? null)]),
        );
        const provider = this.#place.providerFor(type);
        const { replaces, changed } = await provider.diff(urn, id, outputs, news, ignoreChanges);
        return replaces.length > 0 || changed.some((name) => resource.replaceOnChanges.includes(name));
    }

    #deletedWith({ urn }: Resource): Resource[] {
        return this.#place.isToday
            ? [...this.#plan.current.values()].filter(({ deletedWith }) => deletedWith === urn)
            : [];
    }
}
