import {
    backupsLine,
    columns,
    count,
    dropletLabel,
    kindLabel,
    monthly,
    monthlySum,
    printable,
    resourceLabel,
    unreadLine,
} from "./format.js";
import type { Plan } from "./plan.js";
import type { ReportedResource } from "./report.js";
import { type AssociatedResource, type DestroyStatus, type Droplet, type ResourceKind } from "./model.js";

/** The announcement before a destroy: everything that will go, with id, name and cost, and what stays. */
export function announcement(droplet: Droplet, plan: Plan): string {
    const lines = [`destroying ${dropletLabel(droplet.id, droplet.name)}, ${monthly(droplet.monthlyPrice)}`];
    const rows = [
        ...plan.destroy.map((resource) => ["destroys", ...cells(resource)]),
        ...plan.keep.map((resource) => ["keeps", ...cells(resource), resource.reason]),
    ];
    lines.push(...columns(rows), ...backupsLine(droplet.backups));
    if (plan.unmatched.length > 0) {
        lines.push(`  keep: nothing matches ${plan.unmatched.map(printable).join(", ")}`);
    }
    lines.push(...unreadLine(plan.unread));
    return lines.join("\n");
}

/**
 * A Droplet's inventory with its cost, and what a destroy would do to each resource.
 * @param plan null: that cannot be told
 */
export function inventoryText(
    droplet: Droplet,
    inventory: readonly AssociatedResource[],
    unread: readonly ResourceKind[],
    plan: Plan | null,
): string {
    const head = `${dropletLabel(droplet.id, droplet.name)}, ${monthly(droplet.monthlyPrice)}`;
    if (inventory.length + unread.length === 0) {
        return `${head}: nothing is associated with it`;
    }
    const isWhole = unread.length === 0;
    if (plan === null) {
        return `${head}, with ${countedText("associated resource", inventory, unread)}`;
    }
    const [many] = countedText("associated resource", inventory, unread).split("\n", 1);
    const { destroy, keep, prevented } = plan;
    const rows = [
        ...prevented.map((one) => ["would prevent", ...cells(one), one.reason]),
        ...destroy.map((one) => ["would destroy", ...cells(one)]),
        ...keep.map((one) => ["would keep", ...cells(one), printable(one.reason)]),
    ];
    const costs = (some: readonly AssociatedResource[]): (string | null)[] =>
        some.map(({ monthlyCost }) => monthlyCost);
    const saved = monthlySum([droplet.monthlyPrice, ...costs(destroy)]);
    const stays = monthlySum(costs(keep), isWhole);
    const verdict =
        prevented.length > 0 ? "a destroy would refuse" : `a destroy would save ${saved} and keep ${stays}`;
    return [`${head}, with ${many}; ${verdict}`, ...columns(rows), ...unreadLine(unread)].join("\n");
}

/** What a Droplet that is gone left behind, with its cost. */
export function remainsText(
    dropletId: number,
    left: readonly AssociatedResource[],
    unread: readonly ResourceKind[],
): string {
    return left.length + unread.length === 0
        ? `droplet ${dropletId} is gone, and nothing of it is left`
        : `droplet ${dropletId} is gone; it has left ${countedText("resource", left, unread)}`;
}

/** How many there are, what they cost, and each of them. */
function countedText(
    noun: string,
    resources: readonly AssociatedResource[],
    unread: readonly ResourceKind[],
): string {
    const isWhole = unread.length === 0;
    const costs = resources.map(({ monthlyCost }) => monthlyCost);
    return [
        `${isWhole ? "" : "at least "}${count(resources.length, noun)}, ${monthlySum(costs, isWhole)}`,
        ...columns(resources.map(cells)),
        ...unreadLine(unread),
    ].join("\n");
}

/** The announcement before leftovers of a Droplet are deleted. */
export function leftoverAnnouncement(remaining: readonly AssociatedResource[]): string {
    const rows = remaining.map((resource) => ["destroys", ...cells(resource)]);
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

function cells(resource: AssociatedResource): string[] {
    return [kindLabel(resource.kind), resourceLabel(resource), monthly(resource.monthlyCost)];
}
