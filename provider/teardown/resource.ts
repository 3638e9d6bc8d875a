/** The resource kinds that DigitalOcean destroys together with a Droplet, in its own spelling. */
export const RESOURCE_KINDS = ["reserved_ip", "snapshot", "volume", "volume_snapshot"] as const;

export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** Kinds that only an existing Droplet's list shows; snapshots name their own source. */
export const KINDS_OF_THE_LIST: readonly ResourceKind[] = ["reserved_ip", "volume", "volume_snapshot"];

/** Identifies an associated resource in a request, by its id in the associated list. */
export interface ResourceRef {
    readonly kind: ResourceKind;
    /** A reserved IP has a numeric id here; its address is the `name`. */
    readonly id: string;
}

/** An address is one resource, whichever ids list it. */
export function sameResource(one: Identified, other: Identified): boolean {
    if (one.kind !== other.kind) {
        return false;
    }
    return one.id === other.id || (one.kind === "reserved_ip" && isSet(one.name) && one.name === other.name);
}

/** Whether the others include all of these. */
export function isWithin(some: readonly Identified[], others: readonly Identified[]): boolean {
    return some.every((one) => others.some((other) => sameResource(one, other)));
}

interface Identified {
    readonly kind: string;
    readonly id: string;
    readonly name?: string;
}

function isSet(name: string | undefined): boolean {
    return name !== undefined && name !== "";
}

/** One entry of a Droplet's associated list. */
export interface AssociatedResource extends ResourceRef {
    readonly name: string;
    /** Monthly cost in US dollars as a decimal string; null if the API did not say. */
    readonly monthlyCost: string | null;
}

/** A Droplet's associated list. */
export interface Inventory {
    readonly resources: readonly AssociatedResource[];
    /** Kinds that the list does not mention, which does not mean that there are none. */
    readonly unread: readonly ResourceKind[];
}

/** Whether it has its own endpoint: a reserved IP only by address, which may be missing. */
export function hasOwnEndpoint({ kind, name }: AssociatedResource): boolean {
    return kind !== "reserved_ip" || /^[0-9a-f]*[.:][0-9a-f.:]*$/i.test(name);
}

/** What a teardown needs to know of a Droplet. */
export interface Droplet {
    readonly id: number;
    readonly name: string;
    /** "new", "active", "off" or "archive"; empty if the API did not say. */
    readonly status: string;
    readonly tags: readonly string[];
    /** Monthly cost in US dollars as a decimal string; null if the API did not say. */
    readonly monthlyPrice: string | null;
}
