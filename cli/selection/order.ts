import { messageOf, RefusedError } from "../../provider/teardown/errors.js";
import { count, printable } from "../../provider/teardown/format.js";
import type { ExpectedAccount } from "../../provider/teardown/plan.js";
import { type Context, inTime } from "../context.js";
import { type DestroyInvocation, UsageError, type Wanted } from "../arguments/invocation.js";
import {
    type PlannedDroplet,
    readPlanFile,
    refuseElsewhere,
    refuseOthers,
    refuseUnfit,
    type SavedPlan,
} from "./saved-plan.js";
import { lookUp, type LookedUp, type SelectedDroplet } from "./selection.js";

/** What to destroy: the Droplets and their settings. */
export interface Order extends Wanted, LookedUp {
    /** The saved plan to execute; null: none. */
    readonly saved: SavedPlan | null;
}

/**
 * Finds what to destroy.
 * @throws RefusedError if a guard forbids the whole run
 */
export async function readOrder(invocation: DestroyInvocation, context: Context): Promise<Order> {
    const { what, guards, consent } = invocation;
    const { targets, terms, saved } = await readWanted(what, context);
    const mustMatch = { ...guards, requireMatch: guards.requireMatch && saved === null };
    const found = await inTime(context, (signal) => lookUp({ targets, terms }, mustMatch, context, signal));
    if (saved !== null) {
        refuseElsewhere(saved, context.session, found.account);
        refuseOthers(saved, found);
        refuseUnfit(saved, found);
    }
    const selected =
        saved === null ? found.selected : saved.droplets.map(({ id }) => known(id, found.selected));
    refuseTooMany(selected.length, consent.maxDroplets);
    return { ...found, terms, selected, saved };
}

/** What the saved plan destroys of a Droplet; null without a plan. */
export function findPlanned(
    { saved }: Pick<Order, "saved">,
    dropletId: number,
): PlannedDroplet["destroy"] | null {
    return saved?.droplets.find(({ id }) => id === dropletId)?.destroy ?? null;
}

/** Who must own what is not visible any more; without a plan, only what this token can see is asserted. */
export function expectedAccount({ saved }: Pick<Order, "saved">): ExpectedAccount {
    return saved === null ? { kind: "any" } : { kind: "recorded", id: saved.account };
}

function known(id: number, selected: readonly SelectedDroplet[]): SelectedDroplet {
    return selected.find((target) => target.id === id) ?? { id, droplet: null, listed: null };
}

/** As the command line says, or as a saved plan does. */
async function readWanted(
    what: DestroyInvocation["what"],
    context: Context,
): Promise<Wanted & Pick<Order, "saved">> {
    if (!("planFile" in what)) {
        return { ...what, saved: null };
    }
    const path = what.planFile;
    const text = await context.runtime.files.read(path).catch((error: unknown) => {
        const message = `--plan ${printable(path)} cannot be read: ${messageOf(error)}`;
        throw new UsageError(message, { cause: error });
    });
    const saved = readPlanFile(text, path);
    return { targets: saved.targets, terms: saved.terms, saved };
}

/** @throws RefusedError if more Droplets are selected than allowed. */
function refuseTooMany(selected: number, maxDroplets: number | null): void {
    if (maxDroplets !== null && selected > maxDroplets) {
        throw new RefusedError(
            `nothing was destroyed: ${count(selected, "droplet")} are selected, and --max-droplets allows ${maxDroplets}`,
            "not-confirmed",
        );
    }
}
