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

/** A resource that stays, or that prevents a teardown while it exists. */
export interface KeptResource extends AssociatedResource {
    readonly reason: string;
}

/** What is missing from an inventory, and from its sums. */
export interface Gaps {
    /** Kinds that could not be read, which does not mean that there are none. */
    readonly unread: readonly ResourceKind[];
    readonly unknownKinds: readonly UnknownKind[];
}

/** Whether an inventory is all that there is. */
export function isWhole({ unread, unknownKinds }: Gaps): boolean {
    return unread.length + unknownKinds.length === 0;
}

/** A Droplet's associated list. */
export interface Inventory extends Gaps {
    readonly resources: readonly AssociatedResource[];
}

/** What the list has of a kind that this version does not know: no request of ours names it, so it stays. */
export interface UnknownKind {
    /** The API's own name of it. */
    readonly list: string;
    readonly count: number;
    /** Names, else ids, as far as there are any. */
    readonly names: readonly string[];
}

/** Whether it has its own endpoint: a reserved IP only by address, which may be missing. */
export function hasOwnEndpoint({ kind, name }: AssociatedResource): boolean {
    return kind !== "reserved_ip" || /^[0-9a-f]*[.:][0-9a-f.:]*$/i.test(name);
}

/** Names it in a keep-list wherever it is: the id of an address is only in the lists of its Droplet. */
export function keepEntry(resource: AssociatedResource): string {
    return resource.kind === "reserved_ip" && hasOwnEndpoint(resource) ? resource.name : resource.id;
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
    /** How many backups it has; they go with it, always. */
    readonly backups: number;
    /** ISO date; null if the API did not say. */
    readonly createdAt: string | null;
}

/** Progress of one associated resource, from the status endpoint. */
export interface ResourceProgress extends ResourceRef {
    readonly name: string;
    /** ISO date; null while it is not destroyed. */
    readonly destroyedAt: string | null;
    /** Why it could not be destroyed, or null. */
    readonly error: string | null;
}

/** Progress of the Droplet itself. */
export interface DropletProgress {
    readonly name: string;
    readonly destroyedAt: string | null;
    readonly error: string | null;
}

interface Progress {
    readonly droplet: DropletProgress;
    readonly resources: readonly ResourceProgress[];
}

/**
 * What `GET /v2/droplets/{id}/destroy_with_associated_resources/status` says, as a closed union.
 * "none" is a 404 or an empty object: no destroy is known. Anything that is not certainly finished is
 * "running".
 */
export type DestroyStatus =
    | { readonly state: "none" }
    | ({ readonly state: "running" } & Progress)
    | ({
          readonly state: "completed";
          readonly completedAt: string;
          /** The API's own count of what failed; never less than the errors listed. */
          readonly failures: number;
      } & Progress);

/** The resources in a status, without the Droplet. */
export function namedIn(status: DestroyStatus): readonly ResourceProgress[] {
    return status.state === "none" ? [] : status.resources;
}

/** The resources that a status shows as destroyed. */
export function destroyedIn(status: DestroyStatus): ResourceRef[] {
    return namedIn(status).filter((resource) => resource.destroyedAt !== null);
}

/** The resources that a status names and does not show as destroyed. */
export function undestroyedIn(status: DestroyStatus): readonly ResourceProgress[] {
    return namedIn(status).filter((resource) => resource.destroyedAt === null);
}

/** Whether a status shows that the Droplet itself was destroyed. */
export function provesEnd(status: DestroyStatus): boolean {
    return status.state !== "none" && status.droplet.destroyedAt !== null;
}

/**
 * Whether a destroy ended without a failure. Failures that are counted but not listed also count: an item
 * without a message, or the Droplet.
 */
export function endedWell(status: DestroyStatus): boolean {
    return status.state === "completed" && status.failures === 0;
}

/**
 * What remains to wait for, according to a status: only the "droplet", which is destroyed last, or "some"
 * resources before it.
 */
export function leftIn(status: DestroyStatus): "unknown" | "some" | "droplet" {
    const resources = namedIn(status);
    if (resources.length === 0) {
        return "unknown";
    }
    const pending = resources.some(({ destroyedAt, error }) => destroyedAt === null && error === null);
    return pending ? "some" : "droplet";
}

/** Whether a Droplet carries a tag; DigitalOcean compares tags case-insensitively. */
export function hasTag(droplet: Pick<Droplet, "tags">, tag: string): boolean {
    return droplet.tags.some((own) => own.toLowerCase() === tag.toLowerCase());
}

/** When a Droplet expires, as its tags say. */
export type Expiry =
    | { readonly is: "none" }
    /** A tag begins like an expiry tag and says no time. */
    | { readonly is: "unreadable"; readonly tag: string }
    | { readonly is: "known"; readonly atMs: number; readonly tag: string };

const EXPIRY_PREFIX = "teardown-until-";
/** Ten digits: what somebody wrote as days, as a date or as milliseconds is no time. */
const UNIX_SECONDS = /^[1-9]\d{9}$/;

/** The tag of a Droplet that expires then: `teardown-until-<unix seconds>`. */
export function expiryTag(atMs: number): string {
    return `${EXPIRY_PREFIX}${Math.ceil(atMs / 1_000)}`;
}

export function isExpiryTag(tag: string): boolean {
    return tag.toLowerCase().startsWith(EXPIRY_PREFIX);
}

/** Reads the expiry tag. Of several the last counts, and one that cannot be read outweighs all others. */
export function readExpiry({ tags }: Pick<Droplet, "tags">): Expiry {
    const times = tags.filter(isExpiryTag).map((tag) => ({ tag, seconds: tag.slice(EXPIRY_PREFIX.length) }));
    const unreadable = times.find(({ seconds }) => !UNIX_SECONDS.test(seconds));
    if (unreadable !== undefined) {
        return { is: "unreadable", tag: unreadable.tag };
    }
    const [last] = times.sort((one, other) => Number(other.seconds) - Number(one.seconds));
    return last === undefined
        ? { is: "none" }
        : { is: "known", tag: last.tag, atMs: Number(last.seconds) * 1_000 };
}

/** ISO date of a Droplet's expiry; null: no tag says one that can be read. */
export function expiresAt(droplet: Pick<Droplet, "tags">): string | null {
    const expiry = readExpiry(droplet);
    return expiry.is === "known" ? new Date(expiry.atMs).toISOString() : null;
}

/** What a Droplet must be to go because of its age: the conditions of a sweep. */
export interface Sweep {
    /** It must have expired before this time in Unix milliseconds, by a tag that can be read; null: that does not matter. */
    readonly expiredBy: number | null;
    /** It must have been created before this time in Unix milliseconds; null: that does not matter. */
    readonly createdBefore: number | null;
    /** Whether a Droplet of a Pulumi stack may go. */
    readonly includeStacks: boolean;
}

/** Why a Droplet is none of a sweep's. */
export type Outside =
    | { readonly is: "without-expiry" }
    | { readonly is: "unreadable"; readonly tag: string }
    | { readonly is: "not-expired"; readonly atMs: number }
    | { readonly is: "age-unknown" }
    | { readonly is: "younger"; readonly createdAt: string };

/** Whether a sweep takes a Droplet; null: it does. Its stack is another question. */
export function whyOutside({ expiredBy, createdBefore }: Sweep, droplet: Droplet): Outside | null {
    const { createdAt } = droplet;
    if (expiredBy !== null) {
        const expiry = readExpiry(droplet);
        if (expiry.is === "none") {
            return { is: "without-expiry" };
        }
        if (expiry.is === "unreadable") {
            return expiry;
        }
        if (expiry.atMs >= expiredBy) {
            return { is: "not-expired", atMs: expiry.atMs };
        }
    }
    if (createdBefore === null) {
        return null;
    }
    if (createdAt === null) {
        return { is: "age-unknown" };
    }
    return Date.parse(createdAt) < createdBefore ? null : { is: "younger", createdAt };
}

const STACK_TAG = /^teardown:([^:]+):([^:]+)$/i;

/** Whether it is the tag by which people find a stack's Droplets. */
export function isStackTag(tag: string): boolean {
    return STACK_TAG.test(tag);
}

/** The Pulumi stack that a Droplet belongs to, `project/stack`; null: to none that its tags name. */
export function findStack({ tags }: Pick<Droplet, "tags">): string | null {
    const [stack = null] = tags.flatMap((tag) => {
        const [, project, name] = STACK_TAG.exec(tag) ?? [];
        return project === undefined || name === undefined ? [] : [`${project}/${name}`];
    });
    return stack;
}
