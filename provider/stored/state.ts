import { isJsonObject } from "../digitalocean/wire.js";
import type { HandedOff } from "../ownership/registry.js";
import { RefusedError } from "../teardown/errors.js";
import { addMoney, costs, parseDuration, printable } from "../teardown/format.js";
import {
    type AssociatedResource,
    KINDS_OF_THE_LIST,
    RESOURCE_KINDS,
    sameResource,
} from "../teardown/model.js";
import {
    DEFAULT_TEMPLATE,
    type DesiredOutcome,
    finalSnapshot,
    type FinalSnapshot,
} from "../teardown/plan.js";
import { type KeepRule, resolvePolicy } from "../teardown/policy.js";
import type { TeardownRequest } from "../teardown/request.js";
import {
    type CommonInputs,
    detectKind,
    INPUT_PROPERTIES,
    type InputsKind,
    PROPERTIES,
    type Props,
    type RecordInputs,
    storedDropletId,
    storedText,
    storedTexts,
    type TeardownById,
    type TeardownByTag,
    type TeardownInputs,
} from "./inputs.js";

/** Raised when the state format changes; newer code reads every older version. */
export const STATE_VERSION = 4;

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
    /** The expiry tag as a teardown last renewed it; null: it has none. */
    readonly expiryTag: string | null;
    /** Readable tags of the stack's earlier names, for a teardown by tag. */
    readonly formerStackTags: readonly string[];
}

/** The state of one resource: what the last successful `up` was given, and beside it what was seen. */
interface State<Inputs> {
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
    expiryTag: null,
    formerStackTags: [],
};

/** The outputs that the engine stores: the inputs, what was read, and the version of the format. */
export function toOutputs(state: AnyState): Record<string, unknown> {
    const { inputs, seen } = state;
    const { inventory, accountId, recordedAt, predecessors, leftBehind, expiryTag, formerStackTags } = seen;
    const expires = "by" in inputs && expiryTag !== null ? { expiryTag } : {};
    const common = { accountId: accountId ?? "", stateVersion: STATE_VERSION, ...expires };
    if ("by" in inputs && inputs.by === "tag") {
        const former = formerStackTags.length > 0 ? { formerStackTags } : {};
        return { ...withoutKind(inputs), ...common, ...former };
    }
    return {
        ...withoutKind(inputs),
        inventory: plain(inventory),
        monthlyCost: addMoney(costs(inventory)),
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
    const kind = detectKind(outputs);
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
            "invalid-input",
        );
    }
}

function withoutKind(inputs: TeardownInputs | RecordInputs): Record<string, unknown> {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "by"));
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
        expiryTag: storedText(outputs.expiryTag) ?? null,
        formerStackTags: storedTexts(outputs.formerStackTags),
    };
}

/** The objects of a list; what else somebody has put into it says nothing. */
function objectsIn(stored: unknown): Record<string, unknown>[] {
    return Array.isArray(stored) ? stored.filter(isJsonObject) : [];
}

function readInventory(stored: unknown): AssociatedResource[] {
    return objectsIn(stored).flatMap(({ kind, id, name, monthlyCost }): AssociatedResource[] => {
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
    return objectsIn(stored).map(({ dropletId, replacedAt, released }) => ({
        dropletId: storedDropletId(dropletId, "predecessors"),
        replacedAt: storedText(replacedAt) ?? "",
        released: released === true,
    }));
}

/** Adds to what is kept: comma-separated ids, addresses and names. */
export const KEEP_VARIABLE = "DROPLET_TEARDOWN_KEEP";
export const TIMEOUT_VARIABLE = "DROPLET_TEARDOWN_TIMEOUT";

type Env = (name: string) => string | undefined;

/** What is known of a Droplet's resources before they are read. */
export type Known = Pick<HandedOff, "recorded" | "unrecorded" | "attached" | "declared">;

type OwnTerms = Pick<
    TeardownRequest,
    "recorded" | "unrecorded" | "requireTag" | "mayCleanUp" | "gracefulShutdown" | "retries"
>;

/** A Droplet with a required tag may have been somebody else's before its end. */
export function requestById(state: TeardownByIdState, env: Env): TeardownRequest {
    const { inputs, seen } = state;
    return requestFor(inputs.dropletId, state, env, {
        recorded: seen.inventory,
        unrecorded: KINDS_OF_THE_LIST,
        requireTag: inputs.requireTag === undefined ? [] : [inputs.requireTag],
        mayCleanUp: inputs.requireTag === undefined,
        gracefulShutdown: inputs.gracefulShutdown,
        retries: inputs.retries,
    });
}

/** One of an executor's Droplets. */
export function requestByTag(
    dropletId: number,
    state: TeardownByTagState,
    env: Env,
    { replacedAt, attached, declared, ...own }: Known & Pick<TeardownRequest, "mayCleanUp" | "replacedAt">,
): TeardownRequest {
    const { tag, gracefulShutdown, retries } = state.inputs;
    const terms = { ...own, requireTag: [tag], gracefulShutdown, retries };
    const request = requestFor(dropletId, state, env, terms);
    const kept = request.keep.map(({ entry }) => entry);
    const others = declared.filter(({ entry }) => !kept.includes(entry));
    return { ...request, keep: [...rules(attached, "attached"), ...others, ...request.keep], replacedAt };
}

/** What the stack manages itself, and what the program lists. */
export function declaredBy(inputs: TeardownInputs | RecordInputs): KeepRule[] {
    return [...rules(inputs.managed, "managed"), ...rules(inputs.volumeIds, "volumeIds")];
}

function rules(entries: readonly string[], source: KeepRule["source"]): KeepRule[] {
    return entries.map((entry) => ({ entry, source }));
}

/** The same for a Droplet that is replaced: all else that it has stays, whatever the policy says. */
export function dropletAlone(request: TeardownRequest): TeardownRequest {
    const others = request.keep.filter(({ source }) => source !== "environment");
    return {
        ...request,
        policy: resolvePolicy("keep"),
        keep: [...others, { entry: "*", source: "replacement" }],
        finalSnapshot: { ...request.finalSnapshot, template: null },
        mayCleanUp: false,
    };
}

/**
 * What will have become of everything once the stack is destroyed, as far as a resource knows its Droplet. A record
 * neither shuts it down nor cleans up after it: its executor does.
 */
export function toRequest({ inputs, seen }: DropletState, env: Env): TeardownRequest {
    if ("by" in inputs) {
        return requestById({ inputs, seen }, env);
    }
    const request = requestFor(inputs.dropletId, { inputs, seen }, env, {
        recorded: seen.inventory,
        unrecorded: [],
        requireTag: [inputs.tag],
        mayCleanUp: false,
        gracefulShutdown: false,
        retries: 0,
    });
    return { ...request, keep: [...rules(inputs.attached, "managed"), ...request.keep] };
}

/** The teardown of one Droplet, as inputs and environment say; the own terms differ by kind of resource. */
function requestFor(dropletId: number, { inputs, seen }: AnyState, env: Env, own: OwnTerms): TeardownRequest {
    return {
        ...toDesiredOutcome(inputs, dropletId, env),
        dropletId,
        account: { kind: "recorded", id: seen.accountId },
        approved: null,
        sweep: null,
        ...own,
        timeoutMs: resolveTimeout(inputs, env),
    };
}

/** Ids, addresses, names and patterns that the environment keeps. */
export function keptByEnvironment(env: Env): string[] {
    const entries = (env(KEEP_VARIABLE) ?? "").split(",").map((entry) => entry.trim());
    return entries.filter((entry) => entry !== "");
}

/** What to destroy and what to keep. The environment can only add to what is kept. */
export function toDesiredOutcome(
    inputs: TeardownInputs | RecordInputs,
    dropletId: number,
    env: Env,
): DesiredOutcome {
    return {
        policy: inputs.policy,
        finalSnapshot: toFinalSnapshot(inputs, dropletId),
        replacedAt: null,
        keep: [
            ...declaredBy(inputs),
            ...rules(inputs.keep, "argument"),
            ...rules(keptByEnvironment(env), "environment"),
        ],
    };
}

/** A record takes no snapshot, and keeps those of its executor. */
function toFinalSnapshot(inputs: TeardownInputs | RecordInputs, dropletId: number): FinalSnapshot {
    const owner = "tag" in inputs ? inputs.tag.replace(/^teardown-/i, "") : dropletId;
    const wanted = "finalSnapshot" in inputs ? inputs.finalSnapshot : undefined;
    return finalSnapshot(dropletId, wanted === true ? DEFAULT_TEMPLATE : (wanted ?? null), owner);
}

/** The same inputs with another timeout, if there is one. */
export function limited<Inputs extends CommonInputs>(inputs: Inputs, timeoutMs: number | undefined): Inputs {
    return timeoutMs === undefined ? inputs : { ...inputs, timeout: `${Math.ceil(timeoutMs / 1_000)}s` };
}

/** @throws RefusedError for a duration that cannot be read. */
export function resolveTimeout(inputs: CommonInputs, env: Env): number {
    const given = env(TIMEOUT_VARIABLE)?.trim() ?? "";
    const name = given === "" ? "timeout" : TIMEOUT_VARIABLE;
    const text = given === "" ? inputs.timeout : given;
    const timeoutMs = parseDuration(text);
    if (timeoutMs === null) {
        throw new RefusedError(
            `${name} must be a duration such as "90s" or "15m", not ${printable(JSON.stringify(text))}`,
            "invalid-input",
        );
    }
    return timeoutMs;
}
