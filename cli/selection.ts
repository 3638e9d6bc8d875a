import type { Catalog } from "../provider/teardown/catalog.js";
import type { Droplet } from "../provider/teardown/resource.js";
import { AmbiguousNameError } from "./errors.js";
import type { Targets } from "./invocation.js";
import { dropletIdIn } from "./option-values.js";

/** A Droplet that was asked for; what a list told of it, or null where only its id is known. */
export interface Target {
    readonly id: number;
    readonly droplet: Droplet | null;
}

export interface Selection {
    readonly targets: readonly Target[];
    /** Names that no Droplet has. */
    readonly unmatched: readonly string[];
}

/**
 * Finds the Droplets that are asked for, each once.
 * @throws AmbiguousNameError for a name that several have
 */
export async function select(wanted: Targets, catalog: Catalog, signal: AbortSignal): Promise<Selection> {
    if (wanted.tagName !== null) {
        const tagged = await catalog.dropletsTagged(wanted.tagName, signal);
        return { targets: tagged.map(asTarget), unmatched: [] };
    }
    const targets = new Map<number, Target>();
    const unmatched: string[] = [];
    for (const name of wanted.named) {
        const target = await targetNamed(name, catalog, signal);
        if (target === null) {
            unmatched.push(name);
        } else {
            targets.set(target.id, {
                ...target,
                droplet: target.droplet ?? targets.get(target.id)?.droplet ?? null,
            });
        }
    }
    return { targets: [...targets.values()], unmatched };
}

async function targetNamed(name: string, catalog: Catalog, signal: AbortSignal): Promise<Target | null> {
    const id = dropletIdIn(name);
    if (id !== null) {
        return { id, droplet: null };
    }
    const [first, ...others] = await catalog.dropletsNamed(name, signal);
    if (first !== undefined && others.length > 0) {
        throw new AmbiguousNameError(name, [first, ...others]);
    }
    return first === undefined ? null : asTarget(first);
}

function asTarget(droplet: Droplet): Target {
    return { id: droplet.id, droplet };
}
