import { RefusedError } from "./teardown/errors.js";
import { addMoney } from "./teardown/money.js";
import { resolvePolicy, type ResolvedPolicy } from "./teardown/policy.js";
import { RESOURCE_KINDS, sameResource, type AssociatedResource } from "./teardown/resource.js";
import { DEFAULT_RETRIES, DEFAULT_TIMEOUT, type TeardownInputs } from "./inputs.js";

/** Raised when the shape of the state changes; newer code reads every older version. */
export const STATE_VERSION = 1;

/** What was seen of a Droplet when its teardown was created, updated or refreshed. */
export interface Sighting {
    readonly inventory: readonly AssociatedResource[];
    /** Null: the token may not read its account. */
    readonly accountId: string | null;
    /** ISO date of the last change of the inventory. */
    readonly recordedAt: string;
    /** Droplets that this one replaced and that may still have left something. */
    readonly predecessors: readonly number[];
}

/** What state holds of one teardown. */
export interface TeardownState extends Sighting {
    readonly inputs: TeardownInputs;
}

/** The outputs that the engine stores: the inputs, what was seen, and the version of this shape. */
export function toOutputs({
    inputs,
    inventory,
    accountId,
    recordedAt,
    predecessors,
}: TeardownState): Record<string, unknown> {
    return {
        ...inputs,
        inventory: inventory.map(({ kind, id, name, monthlyCost }) => ({ kind, id, name, monthlyCost })),
        monthlyCost: addMoney(inventory.map((resource) => resource.monthlyCost)),
        accountId: accountId ?? "",
        recordedAt,
        predecessors,
        stateVersion: STATE_VERSION,
    };
}

/**
 * Reads what any earlier version stored.
 * @throws RefusedError for the state of a newer version, or one that names no Droplet
 */
export function fromOutputs(outputs: Readonly<Record<string, unknown>>): TeardownState {
    const version = outputs.stateVersion;
    if (typeof version === "number" && version > STATE_VERSION) {
        throw new RefusedError(
            `this stack was last updated by a newer pulumi-droplet-teardown (state version ${version}, ` +
                `this one reads up to ${STATE_VERSION}). Install that version again`,
        );
    }
    return {
        inputs: readInputs(outputs),
        inventory: readInventory(outputs.inventory),
        accountId: text(outputs.accountId) ?? null,
        recordedAt: text(outputs.recordedAt) ?? "",
        predecessors: numbers(outputs.predecessors),
    };
}

/** The date stays while the inventory does, so that a refresh shows a change only where there is one. */
export function recordedAt(
    before: Sighting | null,
    inventory: readonly AssociatedResource[],
    nowMs: number,
): string {
    return before !== null && before.recordedAt !== "" && sameInventory(before.inventory, inventory)
        ? before.recordedAt
        : new Date(nowMs).toISOString();
}

function sameInventory(some: readonly AssociatedResource[], others: readonly AssociatedResource[]): boolean {
    return (
        some.length === others.length &&
        some.every((one) => {
            const other = others.find((candidate) => sameResource(one, candidate));
            return other?.name === one.name && other.monthlyCost === one.monthlyCost;
        })
    );
}

function readInputs(outputs: Readonly<Record<string, unknown>>): TeardownInputs {
    const dropletId = Number(outputs.dropletId);
    if (!Number.isSafeInteger(dropletId) || dropletId <= 0) {
        throw new RefusedError(
            `the state names no Droplet: dropletId is ${JSON.stringify(outputs.dropletId)}`,
        );
    }
    const token = text(outputs.token);
    const apiEndpoint = text(outputs.apiEndpoint);
    const requireTag = text(outputs.requireTag);
    const resourceUrn = text(outputs.resourceUrn);
    const retries = outputs.retries;
    return {
        dropletId,
        policy: readPolicy(outputs.policy),
        keep: texts(outputs.keep),
        managed: texts(outputs.managed),
        enabled: outputs.enabled !== false,
        mustExist: outputs.mustExist !== false,
        gracefulShutdown: outputs.gracefulShutdown === true,
        timeout: text(outputs.timeout) ?? DEFAULT_TIMEOUT,
        retries: typeof retries === "number" ? retries : DEFAULT_RETRIES,
        ...(token === undefined ? {} : { token }),
        ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
        ...(requireTag === undefined ? {} : { requireTag }),
        ...(resourceUrn === undefined ? {} : { resourceUrn }),
    };
}

/** The stored policy is the resolved one; whatever is missing in it is kept. */
function readPolicy(stored: unknown): ResolvedPolicy {
    const policy = typeof stored === "object" && stored !== null ? (stored as Partial<ResolvedPolicy>) : {};
    return { ...resolvePolicy("keep"), ...policy };
}

function readInventory(stored: unknown): AssociatedResource[] {
    const entries: unknown[] = Array.isArray(stored) ? stored : [];
    return entries.flatMap((entry): AssociatedResource[] => {
        const { kind, id, name, monthlyCost } = entry as Record<string, unknown>;
        const known = RESOURCE_KINDS.find((candidate) => candidate === kind);
        const key = text(id);
        return known === undefined || key === undefined
            ? []
            : [{ kind: known, id: key, name: text(name) ?? "", monthlyCost: text(monthlyCost) ?? null }];
    });
}

function texts(stored: unknown): string[] {
    return Array.isArray(stored) ? stored.filter((entry): entry is string => typeof entry === "string") : [];
}

function numbers(stored: unknown): number[] {
    return Array.isArray(stored)
        ? stored.filter((entry): entry is number => Number.isSafeInteger(entry))
        : [];
}

function text(stored: unknown): string | undefined {
    return typeof stored === "string" && stored !== "" ? stored : undefined;
}
