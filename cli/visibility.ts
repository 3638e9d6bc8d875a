import { RefusedError } from "../provider/teardown/errors.js";
import type { ResultEntry } from "./exit-code.js";
import type { Guards } from "./invocation.js";
import type { SelectedDroplet } from "./selection.js";

/** What a Droplet's 404 means if no destroy of it is known: a token of another team gets 404 for everything. */
export function notVisible(account: string | null): string {
    const team = account === null ? "of a team that cannot be read" : `of team ${account}`;
    return `not visible to this token (${team}): gone, another team's, or never there`;
}

/** An entry that claims only what is known: a Droplet that was never seen is not "already gone". */
export function claimed(
    entry: ResultEntry,
    { account, selected }: { readonly account: string | null; readonly selected: readonly SelectedDroplet[] },
    { requireMatch }: Guards,
): ResultEntry {
    const { report } = entry;
    if (report.outcome !== "not-found" || report.dropletGone) {
        return entry;
    }
    const seen = selected.find(({ id }) => id === report.dropletId)?.droplet;
    if (seen !== null && seen !== undefined) {
        return { ...entry, report: { ...report, dropletGone: true, dropletName: seen.name } };
    }
    const error = notVisible(account);
    return requireMatch
        ? { report: { ...report, outcome: "refused", error }, cause: new RefusedError(error) }
        : { ...entry, report: { ...report, error } };
}
