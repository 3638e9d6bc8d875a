import type { Plan } from "./plan.js";
import {
    type AssociatedResource,
    type DestroyStatus,
    hasOwnEndpoint,
    namedIn,
    type ResourceKind,
    type ResourceRef,
    sameResource,
} from "./model.js";
import { ApiError, AuthenticationError } from "./errors.js";
import type { DropletApi } from "./ports.js";

/** The last known location of a resource. */
export type Sight =
    /** Only recorded so far. */
    | { readonly is: "unseen" }
    | { readonly is: "there"; readonly dropletIds: readonly number[] }
    /** Verified: a status shows it destroyed, or its own endpoint answers 404. */
    | { readonly is: "gone" }
    /** Its own endpoint does not say. */
    | { readonly is: "hidden"; readonly why: string };

/** One resource that state recorded, a list showed or a status named. */
export interface LedgerEntry extends AssociatedResource {
    readonly sight: Sight;
    /** The last list of this run shows it as the Droplet's. */
    readonly listed: boolean;
    /** A destroy of the Droplet named it, or it is a snapshot of the Droplet: it may be deleted individually. */
    readonly claimed: boolean;
    /** Why it is kept, once known. */
    readonly keep: string | null;
    /** Why the last attempt to destroy it failed. */
    readonly failure: string | null;
}

const UNSEEN: Omit<LedgerEntry, keyof AssociatedResource> = {
    sight: { is: "unseen" },
    listed: false,
    claimed: false,
    keep: null,
    failure: null,
};

/** Everything that one operation has seen of a Droplet's resources, from the first read to the report. */
export class Ledger {
    #entries: readonly LedgerEntry[] = [];

    /** @param recorded the recorded inventory; a source of costs, but proof of nothing */
    constructor(recorded: readonly AssociatedResource[]) {
        recorded.forEach((resource) => this.#note(resource, {}));
    }

    get entries(): readonly LedgerEntry[] {
        return this.#entries;
    }

    /** Entries not verified to be gone. */
    get open(): readonly LedgerEntry[] {
        return this.#entries.filter((entry) => !isGone(entry));
    }

    isGone(resource: ResourceRef): boolean {
        return this.#entries.some((entry) => sameResource(entry, resource) && isGone(entry));
    }

    /** The Droplet's associated list shows these, and nothing else is attached to it. */
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

    /** What the last list showed of these proves nothing any more. */
    unlist(resources: readonly ResourceRef[] = this.#entries): void {
        this.#entries = this.#entries.map((entry) =>
            resources.some((one) => sameResource(one, entry)) ? { ...entry, listed: false } : entry,
        );
    }

    /** These snapshots of the Droplet exist. */
    taken(snapshots: readonly AssociatedResource[]): void {
        for (const snapshot of snapshots) {
            this.#note(snapshot, { sight: { is: "there", dropletIds: [] }, claimed: true });
        }
    }

    /** The Droplet's own list of snapshots shows one to keep, whatever the policy says. */
    stays(snapshot: AssociatedResource, keep: string): void {
        this.#note(snapshot, { sight: { is: "there", dropletIds: [] }, listed: true, keep });
    }

    /** A status of the Droplet's destroy, whoever requested it: what it shows as destroyed is gone. */
    shown(status: DestroyStatus): void {
        for (const { kind, id, name, destroyedAt, error } of namedIn(status)) {
            const gone: Partial<LedgerEntry> = destroyedAt === null ? {} : { sight: { is: "gone" } };
            const claim = { claimed: true, failure: error };
            this.#note({ kind, id, name, monthlyCost: null }, { ...claim, ...gone });
        }
    }

    /** A destroy of these by this operation was accepted. */
    asked(resources: readonly AssociatedResource[]): void {
        resources.forEach((resource) => this.#note(resource, { claimed: true, failure: null }));
    }

    /** Records what a plan keeps, with its reasons. */
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

    /** What is gone stays gone, whatever a lagging list shows. */
    #note({ kind, id, name, monthlyCost }: AssociatedResource, news: Partial<LedgerEntry>): void {
        const known = this.#entries.find((entry) => sameResource(entry, { kind, id, name }));
        const entry: LedgerEntry = {
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

/** The latest name, except that an address keeps its own: a status may name it differently. */
function nameOf(kind: ResourceKind, told: string, known: string): string {
    const [first, second] = kind === "reserved_ip" ? [known, told] : [told, known];
    return first || second;
}

export function isGone({ sight }: LedgerEntry): boolean {
    return sight.is === "gone";
}

/** Looks up resources at their own endpoints. What cannot be read neither exists nor is gone. */
export async function lookUp(
    entries: readonly LedgerEntry[],
    ledger: Ledger,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    const sights = await Promise.all(entries.map((entry) => sightOf(entry, api, signal)));
    entries.forEach((entry, index) => {
        const sight = sights[index];
        if (sight !== undefined) {
            ledger.found(entry, sight);
        }
    });
}

async function sightOf(entry: LedgerEntry, api: DropletApi, signal: AbortSignal): Promise<Sight> {
    if (!hasOwnEndpoint(entry)) {
        return { is: "hidden", why: "its address is not told" };
    }
    try {
        // A single 404 is not believed.
        const found = (await api.find(entry, signal)) ?? (await api.find(entry, signal));
        return found === null ? { is: "gone" } : { is: "there", dropletIds: found.dropletIds };
    } catch (error) {
        if (error instanceof ApiError && !(error instanceof AuthenticationError)) {
            return { is: "hidden", why: error.message };
        }
        throw error;
    }
}
