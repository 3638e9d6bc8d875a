import type { Pool, Target as Listed } from "../provider/fleet/pool.js";
import { findListed, findTargets } from "../provider/fleet/targets.js";
import type { Catalog } from "../provider/teardown/ports.js";
import type { Droplet } from "../provider/teardown/model.js";
import { AmbiguousNameError } from "./errors.js";
import type { Targets } from "./invocation.js";
import { readDroplet, type DropletName } from "./option-values.js";

/** A selected Droplet, with its details, or null if only its id is known. */
export interface SelectedDroplet {
    readonly id: number;
    readonly droplet: Droplet | null;
    /** The list that showed it; null: none. */
    readonly listed: Listed["listed"];
}

export interface Selection {
    readonly targets: readonly SelectedDroplet[];
    /** Names that no Droplet has. */
    readonly unmatched: readonly string[];
}

/** How Droplets are found: by name, and in lists. */
export interface Finder {
    readonly catalog: Catalog;
    readonly pool: Pool;
}

/**
 * Finds the selected Droplets, each once.
 * @throws AmbiguousNameError for a name that several Droplets have
 */
export async function select(wanted: Targets, finder: Finder, signal: AbortSignal): Promise<Selection> {
    if (wanted.tagName !== null) {
        const tagged = await findTargets({ tag: wanted.tagName }, finder.pool, signal);
        return { targets: tagged.map(asTarget), unmatched: [] };
    }
    return byIdsAndNames(wanted.named.map(readDroplet), finder, signal);
}

/** A name is looked up in two lists. */
const LOOK_UPS_OF_A_NAME = 2;

async function byIdsAndNames(
    given: readonly DropletName[],
    { catalog, pool }: Finder,
    signal: AbortSignal,
): Promise<Selection> {
    const lookUps = given.map((one) => ("id" in one ? 1 : LOOK_UPS_OF_A_NAME));
    const all = await findListed(
        lookUps.reduce<number>((sum, one) => sum + one, 0),
        pool,
        signal,
    );
    const listed = [...all.targets.values()].map((target) => target.listed.droplet);
    const found = new Map<number, Droplet | null>();
    const unmatched: string[] = [];
    for (const one of given) {
        if ("id" in one) {
            found.set(one.id, found.get(one.id) ?? null);
            continue;
        }
        // A list with gaps could hide a second Droplet of that name.
        const matches = all.complete
            ? listed.filter(({ name }) => name.toLowerCase() === one.name.toLowerCase())
            : await catalog.dropletsNamed(one.name, signal);
        const droplet = only(matches, one.name);
        if (droplet === null) {
            unmatched.push(one.name);
        } else {
            found.set(droplet.id, droplet);
        }
    }
    const targets = [...found].map(([id, droplet]) => {
        const shown = all.targets.get(id)?.listed ?? null;
        return { id, droplet: shown?.droplet ?? droplet, listed: shown };
    });
    return { targets, unmatched };
}

/** @throws AmbiguousNameError for a name that several Droplets have */
function only([first, ...others]: readonly Droplet[], name: string): Droplet | null {
    if (first !== undefined && others.length > 0) {
        throw new AmbiguousNameError(name, [first, ...others]);
    }
    return first ?? null;
}

function asTarget({ dropletId, listed }: Listed): SelectedDroplet {
    return { id: dropletId, droplet: listed?.droplet ?? null, listed };
}
