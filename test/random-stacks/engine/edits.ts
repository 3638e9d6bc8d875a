import { inStack, parseName, qualifiedType, type StackName } from "../urn.js";
import { allDependencies, clone, type Resource } from "./resource.js";

/** What the engine refuses to do to a state. */
export class EditRefused extends Error {}

/** `pulumi state delete`: out of the state, and with `--target-dependents` everything that depends on it as well. */
export function deleted(
    state: readonly Resource[],
    urn: string,
    { targetDependents = false, first = false } = {},
): Resource[] {
    const such = state.filter((one) => one.urn === urn);
    // The engine names the one that is to be deleted all the same.
    const [resource, another] = [...such.filter((one) => one.delete), ...such.filter((one) => !one.delete)];
    if (resource === undefined || (another !== undefined && !first)) {
        throw new EditRefused(`${another === undefined ? "no" : "more than one"} resource ${urn}`);
    }
    const dependent = onlyDependents(resource, state);
    if (dependent.length > 0 && !targetDependents) {
        throw new EditRefused(`${dependent.map((one) => one.urn).join(", ")} depend on ${urn}`);
    }
    const condemned = [resource, ...dependent];
    if (condemned.some(({ protect }) => protect)) {
        throw new EditRefused(`${urn}, or what depends on it, is protected`);
    }
    return state.filter((one) => !condemned.includes(one));
}

/** What depends on the resource, and on no other one of the same URN. */
function onlyDependents(resource: Resource, state: readonly Resource[]): Resource[] {
    const index = state.indexOf(resource);
    const dependent = [resource];
    const others = state.slice(0, index).map(({ urn }) => urn);
    for (const candidate of state.slice(index + 1)) {
        const isDependent = [...allDependencies(candidate)].some(
            (urn) => dependent.some((one) => one.urn === urn) && !others.includes(urn),
        );
        if (isDependent) {
            dependent.push(candidate);
        } else {
            others.push(candidate.urn);
        }
    }
    return dependent.slice(1);
}

/** `pulumi state taint`: the next update replaces it. */
export function tainted(state: readonly Resource[], urn: string): Resource[] {
    return state.map((one) => (one.urn === urn && !one.delete ? { ...one, taint: true } : one));
}

/** `pulumi state unprotect`. */
export function unprotected(state: readonly Resource[], urn: string): Resource[] {
    return state.map((one) => (one.urn === urn ? { ...one, protect: false } : one));
}

/** `pulumi stack rename`: every URN in the state is another one; inputs and outputs stay. */
export function renamed(state: readonly Resource[], stack: StackName): Resource[] {
    return state.map((one) => rewritten(one, (urn) => inStack(urn, stack)));
}

/** `pulumi state rename`: inputs and outputs stay. */
export function named(state: readonly Resource[], urn: string, name: string): Resource[] {
    const to = [...urn.split("::").slice(0, 3), name].join("::");
    if (state.filter((one) => one.urn === urn).length > 1) {
        throw new EditRefused(`more than one resource ${urn}`);
    }
    if (state.some((one) => one.urn === to)) {
        throw new EditRefused(`${to} exists already`);
    }
    return state.map((one) => rewritten(one, (own) => (own === urn ? to : own)));
}

/** `pulumi state move`: resources with their children; dependencies between the stacks are cut. */
export function moved(
    source: readonly Resource[],
    target: readonly Resource[],
    urns: readonly string[],
    stack: StackName,
): { readonly source: Resource[]; readonly target: Resource[] } {
    const moving = new Set<Resource>();
    for (const one of source) {
        const isChild = [...moving].some(({ urn }) => urn === one.parent);
        if (urns.includes(one.urn) || isChild) {
            moving.add(one);
        }
    }
    if (moving.size === 0) {
        throw new EditRefused("no resources found to move");
    }
    const goes = new Set([...moving].map(({ urn }) => urn));
    const stays = new Set(source.filter((one) => !moving.has(one)).map(({ urn }) => urn));
    const arriving = [...moving].map((one) => movedTo(one, goes, stays, stack));
    if (arriving.some(({ urn }) => target.some((other) => other.urn === urn))) {
        throw new EditRefused("it already exists in the other stack");
    }
    const left = source.filter((one) => !moving.has(one)).map((one) => withoutDependencies(one, goes));
    return { source: left, target: [...target, ...arriving] };
}

function movedTo(
    resource: Resource,
    goes: ReadonlySet<string>,
    stays: ReadonlySet<string>,
    stack: StackName,
): Resource {
    const parent = goes.has(resource.parent) ? resource.parent : "";
    const cut = rewritten(withoutDependencies({ ...resource, parent }, stays), (urn) => inStack(urn, stack));
    const own = qualifiedType(cut.urn).split("$").pop() ?? "";
    const above = cut.parent === "" ? "" : `${qualifiedType(cut.parent)}$`;
    const urn = `urn:pulumi:${stack.name}::${stack.project}::${above}${own}::${parseName(cut.urn)}`;
    return { ...cut, urn };
}

function withoutDependencies(resource: Resource, missing: ReadonlySet<string>): Resource {
    const kept = (urns: readonly string[]): string[] => urns.filter((urn) => !missing.has(urn));
    return {
        ...clone(resource),
        dependencies: kept(resource.dependencies),
        propertyDependencies: Object.fromEntries(
            Object.entries(resource.propertyDependencies).map(([name, urns]) => [name, kept(urns)]),
        ),
        deletedWith: missing.has(resource.deletedWith) ? "" : resource.deletedWith,
    };
}

function rewritten(resource: Resource, rename: (urn: string) => string): Resource {
    return {
        ...clone(resource),
        urn: rename(resource.urn),
        parent: rename(resource.parent),
        dependencies: resource.dependencies.map(rename),
        propertyDependencies: Object.fromEntries(
            Object.entries(resource.propertyDependencies).map(([name, urns]) => [name, urns.map(rename)]),
        ),
        deletedWith: rename(resource.deletedWith),
    };
}
