import { RefusedError } from "../provider/teardown/errors.js";
import { printable } from "../provider/teardown/format.js";
import { lookUp, inTime } from "./commands/surveys.js";
import { refuseTooMany } from "./consent.js";
import type { Context } from "./context.js";
import { UsageError } from "./errors.js";
import type { DestroyInvocation, Targets, Terms } from "./invocation.js";
import { readPlanFile, type SavedPlan } from "./plan-file.js";
import { refuseElsewhere, refuseOthers } from "./saved-plan-guard.js";
import type { SelectedDroplet } from "./selection.js";

/** What to destroy: the Droplets and their settings. */
export interface Order {
    readonly account: string | null;
    readonly targets: Targets;
    readonly terms: Terms;
    readonly selected: readonly SelectedDroplet[];
    /** The saved plan to execute; null: none. */
    readonly saved: SavedPlan | null;
    readonly planDigest: string | null;
}

/**
 * Finds what to destroy.
 * @throws RefusedError if a guard forbids the whole run
 */
export async function readOrder(invocation: DestroyInvocation, context: Context): Promise<Order> {
    const { what, limits, guards, consent } = invocation;
    const file = "planFile" in what ? await readSaved(what.planFile, context) : null;
    const { targets, terms } = "planFile" in what ? asked(file?.plan) : what;
    const saved = file?.plan ?? null;
    const mustMatch = { ...guards, requireMatch: guards.requireMatch && saved === null };
    const { account, selection } = await inTime(limits, context, (signal) =>
        lookUp(targets, mustMatch, context, signal),
    );
    if (saved !== null) {
        refuseElsewhere(saved, context.session, account);
        refuseOthers(saved, selection);
    }
    const selected =
        saved === null ? selection.targets : saved.droplets.map(({ id }) => known(id, selection.targets));
    refuseTooMany(selected.length, consent.maxDroplets);
    return { account, targets, terms, selected, saved, planDigest: file?.digest ?? null };
}

function known(id: number, targets: readonly SelectedDroplet[]): SelectedDroplet {
    return targets.find((target) => target.id === id) ?? { id, droplet: null, listed: null };
}

function asked(plan: SavedPlan | undefined): { readonly targets: Targets; readonly terms: Terms } {
    if (plan === undefined) {
        throw new RefusedError("there is no plan");
    }
    return plan;
}

async function readSaved(path: string, { runtime }: Context) {
    const text = await runtime.files.read(path).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new UsageError(`--plan ${printable(path)} cannot be read: ${why}`, { cause: error });
    });
    return readPlanFile(text, path);
}
