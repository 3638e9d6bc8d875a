import {
    type CommonInputs,
    DEFAULT_RETRIES,
    DEFAULT_TIMEOUT,
    type FinalSnapshotArgument,
    INPUT_PROPERTIES,
    kindOf,
    type Props,
    type RecordInputs,
    type TeardownById,
    type TeardownByTag,
    type TeardownInputs,
} from "./inputs.js";
import { RefusedError } from "./teardown/errors.js";
import { addMoney } from "./teardown/format.js";
import { type ResolvedPolicy, resolvePolicy } from "./teardown/policy.js";
import { type AssociatedResource, RESOURCE_KINDS, sameResource } from "./teardown/model.js";

/** Raised when the state format changes; newer code reads every older version. */
export const STATE_VERSION = 3;

/** A Droplet in whose place the recorded one came, and which may have left snapshots. */
export interface Predecessor {
    readonly dropletId: number;
    /** ISO date. A snapshot that is taken later is somebody's archive of a Droplet that should be gone. */
    readonly replacedAt: string;
    /** It was seen alive without the tag: from then on it is somebody else's, with all it has. */
    readonly released: boolean;
}

/** What was read of a Droplet when it was recorded. */
export interface Sighting {
    readonly inventory: readonly AssociatedResource[];
    /** The team; null: the token cannot read it. */
    readonly accountId: string | null;
    /** ISO date of the inventory's last change. */
    readonly recordedAt: string;
    readonly predecessors: readonly Predecessor[];
    /** What its predecessors had besides snapshots, and which nobody deleted with them. */
    readonly leftBehind: readonly AssociatedResource[];
}

/** The state of one resource: what the last successful `up` was given, and beside it what was seen. */
export interface State<Inputs> {
    readonly inputs: Inputs;
    readonly seen: Sighting;
}

export type AnyState = State<TeardownInputs | RecordInputs>;
/** A resource that knows its Droplet. */
export type DropletState = State<TeardownById | RecordInputs>;
export type TeardownState = State<TeardownInputs>;
export type TeardownByIdState = State<TeardownById>;
export type TeardownByTagState = State<TeardownByTag>;
export type RecordState = State<RecordInputs>;

/** Of a Droplet that was never read. */
export const NOTHING_SEEN: Sighting = {
    inventory: [],
    accountId: null,
    recordedAt: "",
    predecessors: [],
    leftBehind: [],
};

/** The outputs that the engine stores: the inputs, what was read, and the version of the format. */
export function toOutputs(state: AnyState): Record<string, unknown> {
    const { inputs, seen } = state;
    const { inventory, accountId, recordedAt, predecessors, leftBehind } = seen;
    const common = { accountId: accountId ?? "", stateVersion: STATE_VERSION };
    if ("by" in inputs && inputs.by === "tag") {
        return { ...withoutKind(inputs), ...common };
    }
    return {
        ...withoutKind(inputs),
        inventory: plain(inventory),
        monthlyCost: addMoney(inventory.map((resource) => resource.monthlyCost)),
        recordedAt,
        ...("by" in inputs ? {} : { predecessors, leftBehind: plain(leftBehind) }),
        ...common,
    };
}

function plain(resources: readonly AssociatedResource[]): AssociatedResource[] {
    return resources.map(({ kind, id, name, monthlyCost }) => ({ kind, id, name, monthlyCost }));
}

/**
 * Reads the state of a teardown.
 * @throws RefusedError for state of a newer version, or state without a Droplet
 */
export function readTeardown(outputs: Props): TeardownState {
    refuseNewer(outputs);
    const inputs = kindOf("teardown", outputs) === "byTag" ? readByTag(outputs) : readById(outputs);
    return { inputs, seen: readSighting(outputs) };
}

/**
 * Reads the state of a record.
 * @throws RefusedError for state of a newer version, or state without a Droplet
 */
export function readRecord(outputs: Props): RecordState {
    refuseNewer(outputs);
    const inputs: RecordInputs = {
        ...readCommon(outputs),
        dropletId: readDropletId(outputs.dropletId),
        enabled: outputs.enabled !== false,
        tag: readTag(outputs.tag),
        imported: outputs.imported === true,
        retained: outputs.retained === true,
    };
    return { inputs, seen: readSighting(outputs) };
}

/** The date changes only with the inventory, so that a refresh shows only real changes. */
export function recordedAt(
    before: Sighting,
    inventory: readonly AssociatedResource[],
    nowMs: number,
): string {
    return before.recordedAt !== "" && sameInventory(before.inventory, inventory)
        ? before.recordedAt
        : new Date(nowMs).toISOString();
}

function refuseNewer({ stateVersion }: Props): void {
    if (typeof stateVersion === "number" && stateVersion > STATE_VERSION) {
        throw new RefusedError(
            `this stack was last updated by a newer pulumi-droplet-teardown (state version ${stateVersion}, ` +
                `this one reads up to ${STATE_VERSION}). Install that version again`,
        );
    }
}

function withoutKind(inputs: TeardownInputs | RecordInputs): Record<string, unknown> {
    const names: readonly string[] = Object.values(INPUT_PROPERTIES).flat();
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => names.includes(name)));
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

function readById(outputs: Props): TeardownById {
    const requireTag = text(outputs.requireTag);
    return {
        ...readDestroying(outputs),
        by: "id",
        dropletId: readDropletId(outputs.dropletId),
        ...(requireTag === undefined ? {} : { requireTag }),
    };
}

function readByTag(outputs: Props): TeardownByTag {
    const dropletName = text(outputs.dropletName);
    return {
        ...readDestroying(outputs),
        by: "tag",
        enabled: outputs.enabled !== false,
        tag: readTag(outputs.tag),
        resourceName: text(outputs.resourceName) ?? "",
        stackTag: text(outputs.stackTag) ?? "",
        ...(dropletName === undefined ? {} : { dropletName }),
    };
}

function readDestroying(outputs: Props): Omit<TeardownById, "by" | "dropletId" | "requireTag"> {
    const { retries } = outputs;
    const finalSnapshot = readFinalSnapshot(outputs.finalSnapshot);
    return {
        ...readCommon(outputs),
        gracefulShutdown: outputs.gracefulShutdown === true,
        ...(finalSnapshot === undefined ? {} : { finalSnapshot }),
        retries: typeof retries === "number" ? retries : DEFAULT_RETRIES,
    };
}

/** Any other stored value requests a snapshot as well: one too many is better than none. */
function readFinalSnapshot(stored: unknown): FinalSnapshotArgument | undefined {
    const isAbsent = stored === undefined || stored === null || stored === false;
    return isAbsent ? undefined : (text(stored) ?? true);
}

function readCommon(outputs: Props): CommonInputs {
    const token = text(outputs.token);
    const apiEndpoint = text(outputs.apiEndpoint);
    const resourceUrn = text(outputs.resourceUrn);
    return {
        policy: readPolicy(outputs.policy),
        keep: texts(outputs.keep),
        managed: texts(outputs.managed),
        timeout: text(outputs.timeout) ?? DEFAULT_TIMEOUT,
        ...(token === undefined ? {} : { token }),
        ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
        ...(resourceUrn === undefined ? {} : { resourceUrn }),
    };
}

function readSighting(outputs: Props): Sighting {
    return {
        inventory: readInventory(outputs.inventory),
        accountId: text(outputs.accountId) ?? null,
        recordedAt: text(outputs.recordedAt) ?? "",
        predecessors: readPredecessors(outputs.predecessors),
        leftBehind: readInventory(outputs.leftBehind),
    };
}

function readDropletId(stored: unknown): number {
    const dropletId = Number(stored);
    if (!Number.isSafeInteger(dropletId) || dropletId <= 0) {
        throw new RefusedError(`the state names no Droplet: dropletId is ${JSON.stringify(stored)}`);
    }
    return dropletId;
}

function readTag(stored: unknown): string {
    const tag = text(stored);
    if (tag === undefined) {
        throw new RefusedError(`the state names no tag: tag is ${JSON.stringify(stored)}`);
    }
    return tag;
}

/** The stored policy is resolved; a missing kind is kept. */
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

function readPredecessors(stored: unknown): Predecessor[] {
    const entries: unknown[] = Array.isArray(stored) ? stored : [];
    return entries.flatMap((entry): Predecessor[] => {
        const { dropletId, replacedAt, released } = entry as Record<string, unknown>;
        return typeof dropletId === "number"
            ? [{ dropletId, replacedAt: text(replacedAt) ?? "", released: released === true }]
            : [];
    });
}

function text(stored: unknown): string | undefined {
    return typeof stored === "string" && stored !== "" ? stored : undefined;
}
