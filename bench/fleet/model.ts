import type { SubmitOutcome } from "../../provider/teardown/ports.js";
import { DROPLETS_PER_PAGE, type DropletPage } from "../../provider/teardown/ports.js";
import type { AssociatedResource, Droplet, Inventory } from "../../provider/teardown/resource.js";
import type { DestroyStatus, ResourceProgress } from "../../provider/teardown/status.js";
import { uniform, type Random } from "../random.js";
import { drawCompletionMs, type Workload } from "../workload.js";

/** One Droplet and its destroy. */
interface Destroy {
    readonly droplet: Droplet;
    readonly resources: readonly AssociatedResource[];
    /** When each resource is gone, as a part of the whole time. */
    readonly goneAt: readonly number[];
    readonly completionMs: number;
    acceptedAtMs: number;
    noticedAtMs: number;
}

const KINDS = ["volume", "snapshot", "reserved_ip", "volume_snapshot"] as const;

/** The Droplets of an account, and what is known of their destroys: no time passes in here. */
export class FleetModel {
    readonly #destroys = new Map<number, Destroy>();

    /** Draws `size` Droplets with up to four resources each, which are gone before their Droplet. */
    constructor(size: number, workload: Workload, random: Random) {
        for (let id = 1; id <= size; id++) {
            const resources = KINDS.slice(0, Math.floor(random() * 5)).map((kind) => ({
                kind,
                id: `${kind}-${id}`,
                name: kind,
                monthlyCost: "1.00",
            }));
            this.#destroys.set(id, {
                droplet: { id, name: `web-${id}`, tags: ["preview"], monthlyPrice: "6.00", status: "active" },
                resources,
                goneAt: resources.map(() => uniform(random, 0.2, 0.95)),
                completionMs: drawCompletionMs(workload, random),
                acceptedAtMs: Infinity,
                noticedAtMs: Infinity,
            });
        }
    }

    get ids(): number[] {
        return [...this.#destroys.keys()];
    }

    /** From the completion of each destroy to the first answer that told of it; Infinity: never. */
    noticedAfterMs(): number[] {
        return [...this.#destroys.values()].map((one) => one.noticedAtMs - endOf(one));
    }

    endOf(id: number): number {
        return endOf(this.#of(id));
    }

    droplet(id: number, nowMs: number): Droplet | null {
        const one = this.#of(id);
        return endOf(one) <= nowMs ? null : one.droplet;
    }

    page(page: number, nowMs: number): DropletPage {
        const there = [...this.#destroys.values()].filter((one) => endOf(one) > nowMs);
        const from = (page - 1) * DROPLETS_PER_PAGE;
        return {
            droplets: there.slice(from, from + DROPLETS_PER_PAGE).map(({ droplet }) => droplet),
            total: there.length,
        };
    }

    associated(id: number, nowMs: number): Inventory | null {
        const one = this.#of(id);
        return endOf(one) <= nowMs ? null : { resources: one.resources, unread: [] };
    }

    destroy(id: number, nowMs: number): SubmitOutcome {
        const one = this.#of(id);
        if (one.acceptedAtMs !== Infinity) {
            return { kind: "conflict", message: "409" };
        }
        one.acceptedAtMs = nowMs;
        return { kind: "accepted" };
    }

    status(id: number, nowMs: number): DestroyStatus {
        const one = this.#of(id);
        if (one.acceptedAtMs === Infinity) {
            return { state: "none" };
        }
        const endMs = endOf(one);
        const resources = one.resources.map((resource, index): ResourceProgress => {
            const goneMs = one.acceptedAtMs + one.completionMs * (one.goneAt[index] ?? 1);
            return { ...resource, destroyedAt: goneMs <= nowMs ? dateOf(goneMs) : null, error: null };
        });
        const completedAt = endMs <= nowMs ? dateOf(endMs) : null;
        const droplet = { name: one.droplet.name, destroyedAt: completedAt, error: null };
        return completedAt === null
            ? { state: "running", droplet, resources }
            : { state: "completed", completedAt, failures: 0, droplet, resources };
    }

    /** Somebody has been told that the destroy is completed. */
    noticed(id: number, nowMs: number): void {
        const one = this.#of(id);
        one.noticedAtMs = Math.min(one.noticedAtMs, nowMs);
    }

    #of(id: number): Destroy {
        const one = this.#destroys.get(id);
        if (one === undefined) {
            throw new Error(`no droplet ${id}`);
        }
        return one;
    }
}

function endOf({ acceptedAtMs, completionMs }: Destroy): number {
    return acceptedAtMs + completionMs;
}

function dateOf(ms: number): string {
    return new Date(ms).toISOString();
}
