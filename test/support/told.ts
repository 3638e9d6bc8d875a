import {
    DESTROY,
    DROPLET,
    LIST,
    type Question,
    SNAPSHOTS,
    TEAM,
    type Said,
} from "../../provider/teardown/findings.js";
import { finalSnapshot } from "../../provider/teardown/plan.js";
import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    RESOURCE_KINDS,
    type ResourceKind,
} from "../../provider/teardown/model.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import {
    after,
    begin,
    type Change,
    type Event,
    type Outcome,
    type State,
} from "../../provider/teardown/progress.js";
import type { TeardownRequest } from "../../provider/teardown/request.js";
import { completed, resource, shown } from "./resources.js";

/** What happened in a run, as its events. */

export const DROPLET_ID = 1000;
export const NOW = 1_000_000;

export const VOLUME = resource("volume", "v1");
export const ADDRESS = resource("reserved_ip", "5", "203.0.113.5");
export const NIGHTLY = resource("snapshot", "11");
export const WEEKLY = resource("volume_snapshot", "s1");

export const BUSY = { failed: "resource is busy" };
export const NONE: DestroyStatus = { state: "none" };
export const FAILED: DestroyStatus = completed([shown("volume", "v1", BUSY)]);
const DESTROYED_AT = "2026-01-01T00:00:05Z";
/** Everything is destroyed, the Droplet included. */
export const DONE: DestroyStatus = completed([shown("volume", "v1", "gone")], {
    droplet: { name: "web-1", destroyedAt: DESTROYED_AT, error: null },
});

export const WEB: Droplet = {
    id: DROPLET_ID,
    name: "web-1",
    status: "active",
    tags: [],
    monthlyPrice: "6.00",
    backups: 0,
    createdAt: null,
};

/** The state of a run after some events. */
export function stateAfter(...events: readonly (Event | readonly Event[])[]): State {
    return events.flat().reduce<State>(after, begin(DROPLET_ID, [], NOW));
}

/** The same where something was recorded before. */
export function stateAfterEvents(
    recorded: readonly AssociatedResource[],
    ...events: readonly Event[]
): State {
    return events.reduce<State>(after, begin(DROPLET_ID, recorded, NOW));
}

export function request(more: Partial<TeardownRequest> = {}): TeardownRequest {
    return {
        policy: resolvePolicy("destroy"),
        keep: [],
        finalSnapshot: finalSnapshot(DROPLET_ID, null),
        dropletId: DROPLET_ID,
        account: { kind: "any" },
        approved: null,
        recorded: [],
        unrecorded: [],
        requireTag: [],
        sweep: null,
        mayCleanUp: true,
        replacedAt: null,
        gracefulShutdown: false,
        retries: 3,
        timeoutMs: 900_000,
        ...more,
    };
}

/** An answer to a question; `epoch` 0 is the one of the run's beginning. */
export function answered(question: Question, said: Said, epoch = 0, atMs = NOW): Event {
    return { is: "answered", question, said, at: { epoch, atMs } };
}

function read(value: unknown): Said {
    return { is: "read", value };
}

export const ABSENT: Said = { is: "absent" };

export function unreadable(error: Error = new Error("503")): Said {
    return { is: "unreadable", error };
}

/** @param droplet null: a 404 */
export function seen(droplet: Droplet | null = WEB, epoch = 0): Event {
    return answered(DROPLET, droplet === null ? ABSENT : read(droplet), epoch);
}

export function status(value: DestroyStatus, epoch = 0, atMs = NOW): Event {
    return answered(DESTROY, read(value), epoch, atMs);
}

/** The Droplet's list, and that the token could read every kind that is not in it. */
export function listed(resources: readonly AssociatedResource[], epoch = 0): readonly Event[] {
    const missing = RESOURCE_KINDS.filter((kind) => !resources.some((one) => one.kind === kind));
    return [
        answered(LIST, read({ resources, unread: [], unknownKinds: [] }), epoch),
        ...missing.map((kind) => probed(kind, true, epoch)),
    ];
}

export function probed(kind: ResourceKind, isReadable: boolean, epoch = 0): Event {
    return answered({ about: "kind", kind }, read({ denied: isReadable ? null : "403 no" }), epoch);
}

/** The snapshots of a Droplet, by their source. */
export function taken(resources: readonly AssociatedResource[], epoch = 0): Event {
    return answered(SNAPSHOTS, read(resources), epoch);
}

export function team(id: string): Event {
    return answered(TEAM, read({ id }));
}

/** What a resource's own endpoint says: the Droplets that it hangs on, or null for a 404. */
export function found(
    one: AssociatedResource,
    dropletIds: readonly number[] | null | Error,
    epoch = 0,
): Event {
    const said =
        dropletIds instanceof Error
            ? unreadable(dropletIds)
            : dropletIds === null
              ? ABSENT
              : read({ dropletIds });
    return answered({ about: "resource", resource: one }, said, epoch);
}

export function changed(change: Change, outcome: Outcome, agoMs = 1_000, epoch = 0): Event {
    return { is: "changed", change, outcome, at: { epoch, atMs: NOW - agoMs } };
}

const DESTROY_VOLUME: Change = { do: "destroy", resources: [VOLUME] };

export function accepted(agoMs = 1_000): Event {
    return changed(DESTROY_VOLUME, { kind: "accepted" }, agoMs);
}

export function lost(agoMs = 1_000): Event {
    return changed(DESTROY_VOLUME, { kind: "lost", message: "502 Bad Gateway" }, agoMs);
}

export function refused(agoMs = 1_000): Event {
    return changed(DESTROY_VOLUME, { kind: "conflict", message: "409 in progress" }, agoMs);
}

export function waited(more: { readonly rests?: boolean; readonly endsPass?: boolean } = {}): Event {
    return { is: "waited", rests: false, endsPass: false, ...more };
}

export function noNews(question: Question, error: Error): Event {
    return { is: "no news", question, error, at: { epoch: 0, atMs: NOW } };
}
