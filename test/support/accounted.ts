import assert from "node:assert/strict";

import type { Simulator } from "../../simulator/index.js";

/** One line of the JSON report that a delete writes. */
export interface WrittenReport {
    readonly droplets: readonly [WrittenDroplet];
    readonly cost: WrittenCost;
}

interface WrittenCost {
    readonly destroyed: string;
    readonly remaining: string;
    readonly managed: string;
    readonly unpriced: readonly string[];
}

interface WrittenDroplet {
    readonly id: number;
    readonly outcome: string;
    readonly error: string | null;
    readonly unread: readonly string[];
    readonly cost: WrittenCost;
    readonly resources: readonly WrittenResource[];
}

interface WrittenResource {
    readonly kind: string;
    readonly id: string;
    readonly name: string;
    readonly outcome: string;
    readonly reason: string | null;
    readonly monthlyCost: string | null;
}

/** "volume web-1-data: kept (in use by droplet 2)" */
export function outcomes({ droplets: [{ resources }] }: WrittenReport): string[] {
    return resources
        .map(
            ({ kind, name, outcome, reason }) =>
                `${kind} ${name}: ${outcome}${reason === null ? "" : ` (${reason})`}`,
        )
        .sort();
}

/**
 * Compares a report with what DigitalOcean holds: what it calls destroyed is gone, what it calls anything else is
 * there, and nothing of the Droplet is there that it does not name.
 * @param theirs ids of resources that are not the Droplet's
 */
export function assertAccounted(
    { droplets: [report] }: WrittenReport,
    simulator: Simulator,
    theirs: readonly string[] = [],
): void {
    const { droplets, volumes, reservedIps, snapshots } = simulator.state();
    const alive = new Set([
        ...volumes.map(({ id }) => id),
        ...snapshots.map(({ id }) => id),
        ...reservedIps.map(({ associatedId }) => associatedId),
    ]);
    for (const { kind, id, name, outcome } of report.resources) {
        const gone = outcome === "destroyed";
        assert.equal(alive.has(id), !gone, `${kind} ${name} is told as ${outcome}`);
        alive.delete(id);
    }
    theirs.forEach((id) => alive.delete(id));
    assert.deepEqual([...alive], [], "something is alive that the report does not name");
    const isThere = droplets.some(({ id }) => id === report.id);
    const success = report.outcome === "destroyed" || report.outcome === "not-found";
    assert.ok(!(success && isThere), "a success although the droplet lives");
    const left = report.resources.filter(({ outcome }) => ["failed", "pending", "unknown"].includes(outcome));
    assert.ok(
        !success || left.length === 0 || report.outcome === "not-found",
        "a success with something left",
    );
}
