import type { Remote } from "../../provider/fleet/pool.js";
import type { RateBudget, Urgency } from "../../provider/polling/budget.js";
import type { Clock } from "../../provider/polling/clock.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import type { ResourceKind } from "../../provider/teardown/resource.js";
import type { FleetModel } from "./model.js";
import type { Wire } from "./wire.js";

/** The model's API behind a wire, as the package's own parts take it. */
export function remoteOf(model: FleetModel, wire: Wire, clock: Clock): Remote {
    const readable = new Map<ResourceKind, Promise<boolean>>();
    return {
        client: (budget) => ({
            api: apiOf(model, wire, clock, budget, readable),
            traffic: { requests: 0, requestIds: [], waits: 0 },
        }),
        lists: (budget) => ({
            dropletPage: (listing, page, signal) =>
                wire.request(
                    budget,
                    "read",
                    () => (listing.by === "tag" ? model.page(page, clock.now()) : { droplets: [], total: 0 }),
                    signal,
                ),
        }),
    };
}

function apiOf(
    model: FleetModel,
    wire: Wire,
    clock: Clock,
    budget: RateBudget,
    readable: Map<ResourceKind, Promise<boolean>>,
): DropletApi {
    const ask = <T>(urgency: Urgency, look: (nowMs: number) => T, signal?: AbortSignal): Promise<T> =>
        wire.request(budget, urgency, () => look(clock.now()), signal);
    return {
        droplet: (id, signal) => ask("read", (nowMs) => model.droplet(id, nowMs), signal),
        associated: (id, signal) => ask("read", (nowMs) => model.associated(id, nowMs), signal),
        destroy: (id, _resources, { signal }) => ask("change", (nowMs) => model.destroy(id, nowMs), signal),
        status: async (id, signal) => {
            const status = await ask("read", (nowMs) => model.status(id, nowMs), signal);
            if (status.state === "completed") {
                model.noticed(id, clock.now());
            }
            return status;
        },
        canRead: (kind, signal) => {
            const known = readable.get(kind) ?? ask("read", () => true, signal);
            readable.set(kind, known);
            return known;
        },
        ...UNUSED,
    };
}

/** What a fleet whose policy destroys everything, and where nothing fails, does not ask. */
const UNUSED: Omit<DropletApi, "droplet" | "associated" | "destroy" | "status" | "canRead"> = {
    retry: () => Promise.resolve({ kind: "gone", message: "404" }),
    shutDown: () => Promise.resolve(),
    account: () => Promise.resolve(null),
    find: () => Promise.resolve(null),
    remove: () => Promise.resolve({ kind: "accepted" }),
    volumeSnapshots: () => Promise.resolve(null),
    snapshotsOf: () => Promise.resolve([]),
};
