/** The kinds of resource that DigitalOcean destroys together with a Droplet, in its own spelling. */
export const RESOURCE_KINDS = ["reserved_ip", "snapshot", "volume", "volume_snapshot"] as const;

export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** What only the list of a Droplet that is there shows; snapshots tell by themselves whom they were taken of. */
export const KINDS_OF_THE_LIST: readonly ResourceKind[] = ["reserved_ip", "volume", "volume_snapshot"];

/** What identifies an associated resource in a request: the id is the one of the associated list. */
export interface ResourceRef {
    readonly kind: ResourceKind;
    /** A reserved IP has a numeric id here; its address is the `name`. */
    readonly id: string;
}

/** An address is one resource, whatever ids it is listed under. */
export function sameResource(one: Identified, other: Identified): boolean {
    if (one.kind !== other.kind) {
        return false;
    }
    return one.id === other.id || (one.kind === "reserved_ip" && isSet(one.name) && one.name === other.name);
}

/** Whether the others have each of these. */
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
    /** US dollars a month as a decimal string, or null where the API did not say. */
    readonly monthlyCost: string | null;
}

/** What a Droplet's associated list shows. */
export interface Inventory {
    readonly resources: readonly AssociatedResource[];
    /** Kinds of which the list says nothing at all: that is not the same as none. */
    readonly unread: readonly ResourceKind[];
}

/** Whether it can be asked for at its own endpoint: a reserved IP only by an address, which may not be told. */
export function hasOwnEndpoint({ kind, name }: AssociatedResource): boolean {
    return kind !== "reserved_ip" || /^[0-9a-f]*[.:][0-9a-f.:]*$/i.test(name);
}

/** What a teardown needs to know of a Droplet. */
export interface Droplet {
    readonly id: number;
    readonly name: string;
    /** "new", "active", "off" or "archive"; empty where the API did not say. */
    readonly status: string;
    readonly tags: readonly string[];
    /** US dollars a month as a decimal string, or null where the API did not say. */
    readonly monthlyPrice: string | null;
}
