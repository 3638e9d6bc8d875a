import type { FleetTarget as Listed } from "../../provider/fleet/pool.js";
import { findByTag, findListed, type ListedTarget } from "../../provider/fleet/targets.js";
import { findDroplet } from "../../provider/teardown/assess.js";
import { RefusedError } from "../../provider/teardown/errors.js";
import { columns, dropletLabel, printable } from "../../provider/teardown/format.js";
import type { Droplet } from "../../provider/teardown/model.js";
import { byAge, datedNow, type LeftAlone, leftAloneText } from "./age.js";
import type { Context } from "../context.js";
import { type Guards, type DropletSelector, policyFor, type Wanted } from "../arguments/invocation.js";
import { readDroplet, type DropletName } from "../arguments/option-values.js";
import { refuseOtherAccount, type Session } from "../session.js";

/** A selected Droplet, with its details, or null if only its id is known. */
export interface SelectedDroplet {
    readonly id: number;
    readonly droplet: Droplet | null;
    /** The list that showed it; null: none. */
    readonly listed: Listed["listed"];
}

export interface Selection {
    readonly selected: readonly SelectedDroplet[];
    /** Those with the tag that are not old enough, or whose age or expiry is unknown; null: all are selected. */
    readonly leftAlone: readonly LeftAlone[] | null;
    /** Names that no Droplet has. */
    readonly notFound: readonly string[];
}

/** A name that several Droplets have. */
class AmbiguousNameError extends RefusedError {
    constructor(name: string, matches: readonly Droplet[]) {
        const rows = matches.map((droplet) => [
            String(droplet.id),
            printable(droplet.name),
            droplet.tags.map(printable).join(", "),
        ]);
        const head = `${matches.length} droplets are named ${printable(name)}; give the id of the one you mean`;
        super([head, ...columns(rows)].join("\n"));
    }
}

/** A selection as the token's account shows it. */
export interface LookedUp extends Selection {
    readonly account: string | null;
    /** With the time of this look. */
    readonly targets: DropletSelector;
}

/** Finds the selected Droplets, and says which are left alone or not found. */
export async function lookUp(
    { targets: wanted, terms }: Wanted,
    guards: Guards,
    { session, runtime }: Context,
    signal: AbortSignal,
): Promise<LookedUp> {
    const [account, found] = await Promise.all([session.account(signal), select(wanted, session, signal)]);
    refuseOtherAccount(guards.account, account);
    const targets = wanted.age === null ? wanted : datedNow(wanted, wanted.age, session.serverNow());
    const aged = targets.age === null ? found : { ...found, ...byAge(found.selected, targets) };
    const selection =
        terms.policies.length === 0 ? aged : await fitted(aged, { targets, terms }, session, signal);
    if (selection.leftAlone !== null) {
        runtime.stderr.write(leftAloneText(selection.leftAlone));
    }
    for (const name of selection.notFound) {
        runtime.stderr.write(`no droplet that this token can see is named ${JSON.stringify(name)}\n`);
    }
    if (guards.requireMatch && (selection.notFound.length > 0 || selection.selected.length === 0)) {
        throw new RefusedError(
            `nothing was destroyed, because of --require-match: ${noMatch(selection)}`,
            "droplet-not-found",
        );
    }
    return { ...selection, account, targets };
}

function noMatch({ notFound, leftAlone }: Selection): string {
    const names = notFound.map((name) => JSON.stringify(name)).join(", ");
    if (names !== "") {
        return `no droplet is named ${names}`;
    }
    return leftAlone === null || leftAlone.length === 0
        ? "the tag matches no droplet"
        : "no droplet with the tag is old enough";
}

/**
 * Finds the selected Droplets, each once.
 * @throws AmbiguousNameError for a name that several Droplets have
 */
async function select(wanted: DropletSelector, session: Session, signal: AbortSignal): Promise<Selection> {
    if (wanted.tagName !== null) {
        const tagged = await findByTag(wanted.tagName, session.pool, signal);
        return { selected: tagged.map(asTarget), leftAlone: null, notFound: [] };
    }
    return byIdsAndNames(wanted.named.map(readDroplet), session, signal);
}

async function byIdsAndNames(
    given: readonly DropletName[],
    { catalog, pool }: Session,
    signal: AbortSignal,
): Promise<Selection> {
    // A name is looked up in two lists.
    const lookUps = given.length + given.filter((one) => "name" in one).length;
    const all = await findListed(lookUps, pool, signal);
    const listed = [...all.targets.values()].map((target) => target.listed.droplet);
    const found = new Map<number, Droplet | null>();
    const notFound: string[] = [];
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
            notFound.push(one.name);
        } else {
            found.set(droplet.id, droplet);
        }
    }
    const selected = [...found].map(([id, droplet]) => {
        const shown = all.targets.get(id)?.listed ?? null;
        return { id, droplet: shown?.droplet ?? droplet, listed: shown };
    });
    return { selected, leftAlone: null, notFound };
}

/** @throws AmbiguousNameError for a name that several Droplets have */
function only([first, ...others]: readonly Droplet[], name: string): Droplet | null {
    if (first !== undefined && others.length > 0) {
        throw new AmbiguousNameError(name, [first, ...others]);
    }
    return first ?? null;
}

function asTarget({ dropletId, listed }: ListedTarget): SelectedDroplet {
    return { id: dropletId, droplet: listed.droplet, listed };
}

/**
 * The same selection with the Droplets that policies have to know, without those that no policy fits.
 * @throws RefusedError for one of those that was named
 */
async function fitted(
    found: Selection,
    { targets: { tagName }, terms: { policies } }: Wanted,
    session: Session,
    signal: AbortSignal,
): Promise<Selection> {
    const { api } = session.client();
    const selected: SelectedDroplet[] = [];
    const leftAlone: LeftAlone[] = [];
    for (const target of found.selected) {
        const droplet = target.droplet ?? (await findDroplet(target.id, api, signal));
        if (droplet === null || policyFor(droplet, policies) !== null) {
            selected.push({ ...target, droplet });
        } else {
            leftAlone.push({ droplet, because: "no policy of the file is for it", mustBeNamed: true });
        }
    }
    const [first] = leftAlone;
    if (first !== undefined && tagName === null) {
        throw new RefusedError(
            `nothing was destroyed: no policy of the file is for ${dropletLabel(first.droplet.id, first.droplet.name)}`,
        );
    }
    const all = [...(found.leftAlone ?? []), ...leftAlone];
    return { ...found, selected, leftAlone: found.leftAlone === null && all.length === 0 ? null : all };
}
