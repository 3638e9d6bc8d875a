import { readAll } from "../teardown/assess.js";
import {
    columns,
    count,
    deleteCommand,
    kindLabel,
    monthly,
    monthlySum,
    resourceLabel,
} from "../teardown/format.js";
import { beginFindings, type Evidence } from "../teardown/findings.js";
import type { AssociatedResource } from "../teardown/model.js";
import { keepReason, type KeepRule, keptBy } from "../teardown/policy.js";
import type { DropletApi } from "../teardown/ports.js";
import { openOf, whereIs } from "../teardown/whereabouts.js";

/** Which of what replaced Droplets left behind still exists, and where. */
export async function stillLeft(
    leftBehind: readonly AssociatedResource[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly Evidence[]> {
    const questions = leftBehind.map((resource) => ({ about: "resource", resource }) as const);
    return openOf(await readAll(questions, beginFindings(0, leftBehind), api, signal));
}

/** What replaced Droplets left behind, as a refresh shows it; none if there is nothing. */
export function leftBehindText(left: readonly Evidence[], rules: readonly KeepRule[]): string[] {
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

function whereText(entry: Evidence, rules: readonly KeepRule[]): string {
    const rule = keptBy(entry, rules);
    if (rule !== undefined) {
        return keepReason(rule);
    }
    const where = whereIs(entry);
    switch (where.is) {
        case "there":
            return where.dropletIds.length > 0
                ? `in use by droplet ${where.dropletIds.join(", ")}`
                : (deleteCommand(entry) ?? "");
        case "hidden":
            return where.why;
        case "disputed":
        case "unseen":
        case "gone":
            return "";
    }
}
