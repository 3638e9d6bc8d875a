import type { Plan } from "./plan.js";
import { sameResource, type AssociatedResource, type ResourceKind, type ResourceRef } from "./resource.js";
import { namedIn, type DestroyStatus } from "./status.js";

/** Where a resource was, the last time that anything told. */
export type Sight =
    /** Only remembered so far. */
    | { readonly is: "unseen" }
    | { readonly is: "there"; readonly dropletIds: readonly number[] }
    /** Proven: a status shows it destroyed, or it answers 404 at its own endpoint. */
    | { readonly is: "gone" }
    /** Its own endpoint does not tell. */
    | { readonly is: "hidden"; readonly why: string };

/** One resource that state recorded, a list showed or a status named. */
export interface Entry extends AssociatedResource {
    readonly sight: Sight;
    /** The last list of this run shows it as the Droplet's. */
    readonly listed: boolean;
    /** A destroy of the Droplet was asked to take it, or it was taken of the Droplet: it may go by itself. */
    readonly claimed: boolean;
    /** Why it stays, once something says so. */
    readonly keep: string | null;
    /** Why the last try to destroy it failed. */
    readonly failure: string | null;
}

const UNSEEN: Omit<Entry, keyof AssociatedResource> = {
    sight: { is: "unseen" },
    listed: false,
    claimed: false,
    keep: null,
    failure: null,
};

/** Everything that one operation has ever seen of a Droplet's resources, from the first look to the report. */
export class Ledger {
    #entries: readonly Entry[] = [];

    /** @param recorded what an earlier day knows; it tells costs, and proves nothing */
    constructor(recorded: readonly AssociatedResource[]) {
        recorded.forEach((resource) => this.#note(resource, {}));
    }

    get entries(): readonly Entry[] {
        return this.#entries;
    }

    /** What is not proven to be gone. */
    get open(): readonly Entry[] {
        return this.#entries.filter((entry) => !isGone(entry));
    }

    isGone(resource: ResourceRef): boolean {
        return this.#entries.some((entry) => sameResource(entry, resource) && isGone(entry));
    }

    /** The Droplet's associated list shows these, and nothing else hangs on it. */
    listed(resources: readonly AssociatedResource[], dropletId: number): void {
        for (const resource of resources) {
            const hangs = resource.kind === "volume" || resource.kind === "reserved_ip";
            const dropletIds = hangs ? [dropletId] : [];
            // A snapshot of the Droplet stays the Droplet's when a volume or an address may have moved on.
            const claimed = resource.kind === "snapshot" ? { claimed: true } : {};
            this.#note(resource, { sight: { is: "there", dropletIds }, listed: true, ...claimed });
        }
        const others = this.open.filter((entry) => !resources.some((one) => sameResource(one, entry)));
        others.forEach((entry) => this.#note(entry, { sight: { is: "unseen" }, listed: false, keep: null }));
    }

    /** These were taken of the Droplet, and are there. */
    taken(snapshots: readonly AssociatedResource[]): void {
        for (const snapshot of snapshots) {
            this.#note(snapshot, { sight: { is: "there", dropletIds: [] }, claimed: true });
        }
    }

    /** The Droplet's own list of snapshots shows one that stays, whatever the policy says. */
    stays(snapshot: AssociatedResource, keep: string): void {
        this.#note(snapshot, { sight: { is: "there", dropletIds: [] }, listed: true, keep });
    }

    /** A status of the Droplet's destroy, whoever asked for it: what is shown as destroyed is gone. */
    shown(status: DestroyStatus): void {
        for (const { kind, id, name, destroyedAt, error } of namedIn(status)) {
            const gone: Partial<Entry> = destroyedAt === null ? {} : { sight: { is: "gone" } };
            const claim = { claimed: true, failure: error };
            this.#note({ kind, id, name, monthlyCost: null }, { ...claim, ...gone });
        }
    }

    /** A destroy of this operation that takes these was accepted. */
    asked(resources: readonly AssociatedResource[]): void {
        resources.forEach((resource) => this.#note(resource, { claimed: true, failure: null }));
    }

    /** What a plan keeps stays, for the reason that it gives. */
    planned({ destroy, keep, prevented }: Plan): void {
        destroy.forEach((resource) => this.#note(resource, { keep: null }));
        [...keep, ...prevented].forEach((resource) => this.#note(resource, { keep: resource.reason }));
    }

    found(resource: AssociatedResource, sight: Sight): void {
        this.#note(resource, { sight });
    }

    failed(resource: AssociatedResource, failure: string): void {
        this.#note(resource, { failure });
    }

    /** Resources do not come back: what is gone stays gone, whatever a list shows that lags. */
    #note({ kind, id, name, monthlyCost }: AssociatedResource, news: Partial<Entry>): void {
        const known = this.#entries.find((entry) => sameResource(entry, { kind, id, name }));
        const entry: Entry = {
            ...UNSEEN,
            ...known,
            ...news,
            kind,
            id,
            name: nameOf(kind, name, known?.name ?? ""),
            monthlyCost: monthlyCost ?? known?.monthlyCost ?? null,
            ...(known !== undefined && isGone(known) ? { sight: known.sight } : {}),
        };
        this.#entries =
            known === undefined
                ? [...this.#entries, entry]
                : this.#entries.map((other) => (other === known ? entry : other));
    }
}

/** The latest, except that an address stays what it is: a status may call it something else. */
function nameOf(kind: ResourceKind, told: string, known: string): string {
    const [first, second] = kind === "reserved_ip" ? [known, told] : [told, known];
    return first || second;
}

export function isGone({ sight }: Entry): boolean {
    return sight.is === "gone";
}
