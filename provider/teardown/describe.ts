import {
    backupsLine,
    columns,
    costs,
    count,
    countedCost,
    deleteCommand,
    dropletLabel,
    dropletPhrase,
    expiryPhrase,
    formatDuration,
    gapLines,
    kindLabel,
    monthly,
    monthlySum,
    NOT_COVERED,
    printable,
    resourceCells,
    resourceLabel,
    unmatchedLine,
    unreadLine,
} from "./format.js";
import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    type Gaps,
    type Inventory,
    isWhole,
} from "./model.js";
import type { Plan } from "./plan.js";
import {
    costText,
    isSuccess,
    type Outcome,
    type Report,
    type ReportedResource,
    rowWord,
    STILL_THERE_REASON,
    toRows,
    UNACCOUNTED_REASON,
    withOutcome,
} from "./report.js";

/** What is said once, however many reports there are. */
export function totalLines(reports: readonly Report[]): string[] {
    return [
        ...(reports.length > 1 ? [totalLine(reports)] : []),
        ...(reports.some(isSuccess) ? [NOT_COVERED] : []),
    ];
}

/** "10 of 12 droplets are gone, 1 failed, 1 refused, 3 resources kept. Saved $80.00/month. …" */
function totalLine(reports: readonly Report[]): string {
    const good = reports.filter((report) => isSuccess(report) && report.dropletGone).length;
    const unseen = reports.filter((report) => isSuccess(report) && !report.dropletGone).length;
    const having = (outcome: Outcome): number => reports.filter((one) => one.outcome === outcome).length;
    const [refused, running] = [having("refused"), having("in-progress")];
    const failed = reports.length - good - unseen - refused - running;
    const kept = reports.flatMap((report) => withOutcome(report, "kept")).length;
    const parts = [
        `${good} of ${count(reports.length, "droplet")} ${good === 1 ? "is" : "are"} gone`,
        ...(failed === 0 ? [] : [`${failed} failed`]),
        ...(refused === 0 ? [] : [`${refused} refused`]),
        ...(running === 0 ? [] : [`${running} in progress`]),
        ...(unseen === 0 ? [] : [`${unseen} not visible to this token`]),
        ...(kept === 0 ? [] : [`${count(kept, "resource")} kept`]),
    ];
    return `${parts.join(", ")}. ${costText(reports)}`;
}

/** How addresses go that no destroy deletes, because they may be somebody else's by now. */
export function unaccountedLines(reports: readonly Report[], next: string): string[] {
    return reports
        .flatMap(({ resources }) => resources.filter(({ reason }) => reason === UNACCOUNTED_REASON))
        .map((one) => {
            const what = `${kindLabel(one.kind)} ${resourceLabel(one)}`;
            const how = deleteCommand(one) === null ? "delete it by hand" : `\`${deleteCommand(one)}\``;
            return `No destroy deletes ${what} any more. If nobody else has it by now, ${how}; then ${next}.`;
        });
}

/** A multi-line report for people: what happened, every resource, the remaining cost. */
export function describeReport(report: Report): string {
    const rows = columns(remainingRows(report), ["destroyed".length]);
    const destroyed = destroyedLine(report);
    return [
        `${dropletLabel(report.dropletId, report.dropletName)}: ${headline(report)}`,
        ...rows,
        ...(destroyed === null ? [] : [destroyed]),
        ...unreadLine(report.unread),
        ...unmatchedLine(report.unmatchedKeep),
        closing(report),
    ].join("\n");
}

function headline(report: Report): string {
    const failed = withOutcome(report, "failed").length;
    const unknown = withOutcome(report, "unknown").length;
    switch (report.outcome) {
        case "destroyed":
            return "destroyed";
        case "not-found":
            return report.dropletGone ? "already gone" : (report.error ?? "not visible to this token");
        case "in-progress":
            return report.error ?? "interrupted";
        case "refused":
        case "failed":
            return report.error ?? report.outcome;
        case "partial":
            return failed + unknown === 0 || report.dropletReason !== null
                ? (report.error ?? "not destroyed")
                : unsettledHeadline(report, failed, unknown);
    }
}

function unsettledHeadline(report: Report, failed: number, unknown: number): string {
    const concerned = withOutcome(report, "failed", "unknown", "destroyed", "pending").length;
    const noun = concerned === 1 ? "associated resource" : "associated resources";
    return failed === 0
        ? `could not determine whether ${unknown} of ${concerned} ${noun} ${unknown === 1 ? "is" : "are"} gone`
        : `${failed} of ${concerned} ${noun} could not be destroyed`;
}

function remainingRows(report: Report): string[][] {
    return toRows(report)
        .filter(({ kind, outcome, reason, name }) =>
            kind === "droplet"
                ? outcome !== "destroyed" && report.outcome !== "refused" && name !== ""
                : outcome !== "destroyed" || reason !== null,
        )
        .map((row) => [
            rowWord(row),
            row.kind === "droplet" ? row.kind : kindLabel(row.kind),
            row.kind === "droplet"
                ? `${printable(row.name)} (${row.id})`
                : resourceLabel({ ...row, kind: row.kind }),
            printable(row.reason === STILL_THERE_REASON ? "" : (row.reason ?? "")),
            monthly(row.monthlyCost),
        ]);
}

/** "destroyed  droplet, reserved ip 45.55.96.47, 2 volume snapshots": destroyed resources share one row. */
function destroyedLine(report: Report): string | null {
    const gone = withOutcome(report, "destroyed").filter((resource) => resource.reason === null);
    const kinds = [...new Set(gone.map((resource) => resource.kind))];
    const phrases = kinds.map((kind) => {
        const ofKind = gone.filter((resource) => resource.kind === kind);
        const [only] = ofKind;
        return ofKind.length === 1 && only !== undefined
            ? `${kindLabel(kind)} ${printable(only.name || only.id)}`
            : count(ofKind.length, kindLabel(kind));
    });
    const all = report.dropletGone && report.outcome !== "not-found" ? ["droplet", ...phrases] : phrases;
    return all.length === 0 ? null : `  destroyed  ${all.join(", ")}`;
}

function closing(report: Report): string {
    const took = formatDuration(report.finishedAtMs - report.startedAtMs);
    const attempts = report.rounds === 0 ? "" : `${count(report.rounds, "attempt")} in ${took}. `;
    return attempts + costText([report]);
}

/** The announcement before a destroy: everything that will go, with id, name and cost, and what stays. */
export function announcement(
    droplet: Droplet,
    plan: Plan,
    { unknownKinds }: Pick<Gaps, "unknownKinds">,
): string {
    const rows = [
        ...plan.destroy.map((resource) => ["destroys", ...resourceCells(resource)]),
        ...plan.keep.map((resource) => ["keeps", ...resourceCells(resource), resource.reason]),
    ];
    return [
        `destroying ${dropletPhrase(droplet)}`,
        ...columns(rows),
        ...backupsLine(droplet.backups),
        ...unmatchedLine(plan.unmatched),
        ...gapLines({ unread: plan.unread, unknownKinds }),
    ].join("\n");
}

/**
 * A Droplet's inventory with its cost, and what a destroy would do to each resource.
 * @param plan null: it is not known
 */
export function inventoryText(droplet: Droplet, inventory: Inventory, plan: Plan | null): string {
    const { resources } = inventory;
    const head = `${dropletPhrase(droplet)}${expiryPhrase(droplet)}`;
    if (resources.length === 0 && isWhole(inventory)) {
        return `${head}: nothing is associated with it`;
    }
    if (plan === null) {
        return `${head}, with ${countedText("associated resource", inventory)}`;
    }
    const many = countedCost("associated resource", resources, isWhole(inventory));
    const { destroy, keep, prevented } = plan;
    const rows = [
        ...prevented.map((one) => ["would prevent", ...resourceCells(one), one.reason]),
        ...destroy.map((one) => ["would destroy", ...resourceCells(one)]),
        ...keep.map((one) => ["would keep", ...resourceCells(one), printable(one.reason)]),
    ];
    const saved = monthlySum([droplet.monthlyPrice, ...costs(destroy)]);
    const stays = monthlySum(costs(keep), isWhole(inventory));
    const verdict =
        prevented.length > 0 ? "a destroy would refuse" : `a destroy would save ${saved} and keep ${stays}`;
    return [`${head}, with ${many}; ${verdict}`, ...columns(rows), ...gapLines(inventory)].join("\n");
}

/** What a Droplet that is gone left behind, with its cost. */
export function remainsText(dropletId: number, left: Inventory): string {
    return left.resources.length === 0 && isWhole(left)
        ? `droplet ${dropletId} is gone, and none of its resources remain`
        : `droplet ${dropletId} is gone; it has left ${countedText("resource", left)}`;
}

/** How many there are, what they cost, and each of them. */
function countedText(noun: string, inventory: Inventory): string {
    const { resources } = inventory;
    return [
        countedCost(noun, resources, isWhole(inventory)),
        ...columns(resources.map(resourceCells)),
        ...gapLines(inventory),
    ].join("\n");
}

/** The announcement before leftovers of a Droplet are deleted. */
export function leftoverAnnouncement(remaining: readonly AssociatedResource[]): string {
    const rows = remaining.map((resource) => ["destroys", ...resourceCells(resource)]);
    return ["left behind by a droplet that is gone", ...columns(rows)].join("\n");
}

/**
 * "2/5 destroyed · waiting for volume pg-data"
 * @param resources what the destroy is about
 * @param lost why the answer to the request got lost; null: it was accepted
 */
export function progressLine(
    waitingFor: "completion" | "effect" | "droplet",
    status: DestroyStatus,
    resources: readonly ReportedResource[],
    lost: string | null = null,
): string {
    if (waitingFor === "droplet") {
        return "destroy completed · waiting for the droplet to disappear";
    }
    if (waitingFor === "effect" || status.state !== "running") {
        return lost === null
            ? "destroy accepted · waiting for its status"
            : `no answer to the destroy: ${printable(lost)} · looking for its status`;
    }
    const done = resources.filter(({ outcome }) => outcome === "destroyed").length;
    const next = resources.find(({ outcome, reason }) => outcome === "pending" && reason === null);
    const awaited =
        next === undefined ? "the droplet" : `${kindLabel(next.kind)} ${printable(next.name || next.id)}`;
    const isOver = status.droplet.destroyedAt !== null;
    return `${done + (isOver ? 1 : 0)}/${resources.length + 1} destroyed · waiting for ${awaited}`;
}
