import type { Pool } from "../provider/fleet/pool.js";
import { findTargets, type Target as Listed } from "../provider/fleet/targets.js";
import type { Catalog } from "../provider/teardown/catalog.js";
import type { Droplet } from "../provider/teardown/resource.js";
import { AmbiguousNameError } from "./errors.js";
import type { Targets } from "./invocation.js";
import { readDroplet } from "./option-values.js";

/** A Droplet that was asked for; what was told of it, or null where only its id is known. */
export interface Target {
    readonly id: number;
    readonly droplet: Droplet | null;
    /** The list that showed it; null: none did. */
    readonly listed: Listed["listed"];
}

export interface Selection {
    readonly targets: readonly Target[];
    /** Names that no Droplet has. */
    readonly unmatched: readonly string[];
}

/** By which Droplets are found: by name, and in lists. */
export interface Finder {
    readonly catalog: Catalog;
    readonly pool: Pool;
}

/**
 * Finds the Droplets that are asked for, each once.
 * @throws AmbiguousNameError for a name that several have
 */
export async function select(wanted: Targets, finder: Finder, signal: AbortSignal): Promise<Selection> {
    if (wanted.tagName !== null) {
        const tagged = await findTargets({ tag: wanted.tagName }, finder.pool, signal);
        return { targets: tagged.map(asTarget), unmatched: [] };
    }
    const named = new Map<number, Droplet | null>();
    const unmatched: string[] = [];
    for (const text of wanted.named) {
        const given = readDroplet(text);
        if ("id" in given) {
            named.set(given.id, named.get(given.id) ?? null);
            continue;
        }
        const droplet = await dropletNamed(given.name, finder.catalog, signal);
        if (droplet === null) {
            unmatched.push(given.name);
        } else {
            named.set(droplet.id, droplet);
        }
    }
    const listed = await findTargets({ dropletIds: [...named.keys()] }, finder.pool, signal);
    const targets = listed.map(asTarget).map((target) => ({
        ...target,
        droplet: target.droplet ?? named.get(target.id) ?? null,
    }));
    return { targets, unmatched };
}

async function dropletNamed(name: string, catalog: Catalog, signal: AbortSignal): Promise<Droplet | null> {
    const [first, ...others] = await catalog.dropletsNamed(name, signal);
    if (first !== undefined && others.length > 0) {
        throw new AmbiguousNameError(name, [first, ...others]);
    }
    return first ?? null;
}

function asTarget({ dropletId, listed }: Listed): Target {
    return { id: dropletId, droplet: listed?.droplet ?? null, listed };
}
