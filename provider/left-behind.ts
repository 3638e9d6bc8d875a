import {
    columns,
    count,
    deleteCommand,
    kindLabel,
    monthly,
    monthlySum,
    resourceLabel,
} from "./teardown/format.js";
import { isGone, Ledger, type LedgerEntry, lookUp } from "./teardown/ledger.js";
import type { AssociatedResource } from "./teardown/model.js";
import { keepReason, type KeepRule, keptBy } from "./teardown/policy.js";
import type { DropletApi } from "./teardown/ports.js";

/** Which of what replaced Droplets left behind still exists, and where. */
export async function stillLeft(
    leftBehind: readonly AssociatedResource[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly LedgerEntry[]> {
    const ledger = new Ledger(leftBehind);
    await lookUp(ledger.open, ledger, api, signal);
    return ledger.entries.filter((entry) => !isGone(entry));
}

/** What replaced Droplets left behind, as a refresh shows it; none if there is nothing. */
export function leftBehindText(left: readonly LedgerEntry[], rules: readonly KeepRule[]): string[] {
    if (left.length === 0) {
        return [];
    }
    const costs = left.map(({ monthlyCost }) => monthlyCost);
    const rows = left.map((entry) => [
        kindLabel(entry.kind),
        resourceLabel(entry),
        monthly(entry.monthlyCost),
        whereText(entry, rules),
    ]);
    return [
        `left by droplets that were replaced: ${count(left.length, "resource")}, ${monthlySum(costs)}`,
        ...columns(rows),
    ];
}

function whereText(entry: LedgerEntry, rules: readonly KeepRule[]): string {
    const rule = keptBy(entry, rules);
    if (rule !== undefined) {
        return keepReason(rule);
    }
    switch (entry.sight.is) {
        case "there":
            return entry.sight.dropletIds.length > 0
                ? `in use by droplet ${entry.sight.dropletIds.join(", ")}`
                : (deleteCommand(entry) ?? "");
        case "hidden":
            return entry.sight.why;
        case "unseen":
        case "gone":
            return "";
    }
}
