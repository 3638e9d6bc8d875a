import type { Plan } from "../../provider/teardown/plan.js";
import type { Report } from "../../provider/teardown/report.js";
import type {
    AssociatedResource,
    DestroyStatus,
    Gaps,
    Inventory,
    ResourceKind,
    ResourceProgress,
} from "../../provider/teardown/model.js";

/** An associated resource; its cost is $1.00 unless it is given. */
export function resource(
    kind: ResourceKind,
    id: string,
    name = id,
    monthlyCost: string | null = "1.00",
): AssociatedResource {
    return { kind, id, name, monthlyCost };
}

/** A resource as a status shows it: still there, destroyed, or failed for a reason. */
export function shown(
    kind: ResourceKind,
    id: string,
    fate: "there" | "gone" | { failed: string },
): ResourceProgress {
    return {
        kind,
        id,
        name: id,
        destroyedAt: fate === "gone" ? "2026-01-01T00:00:05Z" : null,
        error: typeof fate === "object" ? fate.failed : null,
    };
}

type Shown = Exclude<DestroyStatus, { state: "none" }>;

const DROPLET = { name: "web-1", destroyedAt: null, error: null };

export function running(resources: readonly ResourceProgress[] = []): Shown {
    return { state: "running", droplet: DROPLET, resources };
}

/** Completed; what failed is counted from the resources unless it is given. */
export function completed(
    resources: readonly ResourceProgress[] = [],
    more: Partial<Extract<Shown, { state: "completed" }>> = {},
): Extract<Shown, { state: "completed" }> {
    const failures = resources.filter(({ error }) => error !== null).length;
    return {
        state: "completed",
        completedAt: "2026-01-01T00:00:09Z",
        failures,
        droplet: DROPLET,
        resources,
        ...more,
    };
}

/** Everything was read. */
export const NO_GAPS: Gaps = { unread: [], unknownKinds: [] };

/** All that a Droplet has. */
export function whole(...resources: readonly AssociatedResource[]): Inventory {
    return { ...NO_GAPS, resources };
}

export function plan(parts: Partial<Plan> = {}): Plan {
    return { destroy: [], keep: [], prevented: [], unmatched: [], unread: [], ...parts };
}

/** The report of a destroy that went well and had nothing to do besides the Droplet. */
export function report(parts: Partial<Report> = {}): Report {
    return {
        dropletId: 3164494,
        dropletName: "web-1",
        dropletGone: true,
        dropletReason: null,
        dropletMonthlyPrice: "6.00",
        expiresAt: null,
        destroyedAt: "2026-01-01T00:00:05Z",
        outcome: "destroyed",
        error: null,
        code: null,
        resources: [],
        ...NO_GAPS,
        unmatchedKeep: [],
        rounds: 1,
        stillRunning: false,
        mayHaveBegun: true,
        requests: 9,
        requestIds: [],
        startedAtMs: 0,
        finishedAtMs: 8_000,
        ...parts,
    };
}
