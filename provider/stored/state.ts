import {
    INPUT_PROPERTIES,
    type InputsKind,
    kindOf,
    type Props,
    type RecordInputs,
    type TeardownById,
    type TeardownByTag,
    type TeardownInputs,
} from "./inputs.js";
import { PROPERTIES, storedText } from "./properties.js";
import { RefusedError } from "../teardown/errors.js";
import { addMoney } from "../teardown/format.js";
import { type AssociatedResource, RESOURCE_KINDS, sameResource } from "../teardown/model.js";

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
    const kind = kindOf("teardown", outputs);
    return readState({ by: kind === "byTag" ? "tag" : "id" }, kind, outputs) as unknown as TeardownState;
}

/**
 * Reads the state of a record.
 * @throws RefusedError for state of a newer version, or state without a Droplet
 */
export function readRecord(outputs: Props): RecordState {
    return readState({}, "record", outputs) as unknown as RecordState;
}

/** `PROPERTIES` says what each property is; the types of the inputs say the same to the compiler. */
function readState(by: object, kind: InputsKind, outputs: Props): { inputs: object; seen: Sighting } {
    refuseNewer(outputs);
    const read = INPUT_PROPERTIES[kind].map((property) => {
        const { stored, otherwise } = PROPERTIES[property];
        return [property, stored(outputs[property], property) ?? otherwise] as const;
    });
    const known = read.filter(([, value]) => value !== undefined);
    return { inputs: { ...by, ...Object.fromEntries(known) }, seen: readSighting(outputs) };
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
            { code: "invalid-input" },
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

function readSighting(outputs: Props): Sighting {
    return {
        inventory: readInventory(outputs.inventory),
        accountId: storedText(outputs.accountId) ?? null,
        recordedAt: storedText(outputs.recordedAt) ?? "",
        predecessors: readPredecessors(outputs.predecessors),
        leftBehind: readInventory(outputs.leftBehind),
    };
}

function readInventory(stored: unknown): AssociatedResource[] {
    const entries: unknown[] = Array.isArray(stored) ? stored : [];
    return entries.flatMap((entry): AssociatedResource[] => {
        const { kind, id, name, monthlyCost } = entry as Record<string, unknown>;
        const known = RESOURCE_KINDS.find((candidate) => candidate === kind);
        const key = storedText(id);
        return known === undefined || key === undefined
            ? []
            : [
                  {
                      kind: known,
                      id: key,
                      name: storedText(name) ?? "",
                      monthlyCost: storedText(monthlyCost) ?? null,
                  },
              ];
    });
}

function readPredecessors(stored: unknown): Predecessor[] {
    const entries: unknown[] = Array.isArray(stored) ? stored : [];
    return entries.flatMap((entry): Predecessor[] => {
        const { dropletId, replacedAt, released } = entry as Record<string, unknown>;
        return typeof dropletId === "number"
            ? [{ dropletId, replacedAt: storedText(replacedAt) ?? "", released: released === true }]
            : [];
    });
}
