import type { CommonInputs, RecordInputs, TeardownInputs } from "./inputs.js";
import type { AnyState, DropletState, RecordState, TeardownByIdState, TeardownByTagState } from "./state.js";
import type { HandedOff } from "../ownership/declarations.js";
import { RefusedError } from "../teardown/errors.js";
import { DEFAULT_TEMPLATE, finalSnapshot, type FinalSnapshot } from "../teardown/final-snapshot.js";
import { parseDuration, printable } from "../teardown/format.js";
import { KINDS_OF_THE_LIST } from "../teardown/model.js";
import type { DesiredOutcome } from "../teardown/plan.js";
import { type KeepRule, resolvePolicy } from "../teardown/policy.js";
import type { TeardownRequest } from "../teardown/request.js";

/** Adds to what is kept: comma-separated ids, addresses and names. */
export const KEEP_VARIABLE = "DROPLET_TEARDOWN_KEEP";
const TIMEOUT_VARIABLE = "DROPLET_TEARDOWN_TIMEOUT";

type Env = (name: string) => string | undefined;

/** What is known of a Droplet's resources before they are read. */
export type Known = Pick<TeardownRequest, "recorded" | "unrecorded">;

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
        requireTag: inputs.requireTag ?? null,
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
    own: Known & Pick<TeardownRequest, "mayCleanUp">,
): TeardownRequest {
    const { tag, gracefulShutdown, retries } = state.inputs;
    return requestFor(dropletId, state, env, { ...own, requireTag: tag, gracefulShutdown, retries });
}

/** The same with what the record of the Droplet knows to stay. */
export function keeping(
    { archives, attached }: Pick<HandedOff, "archives" | "attached">,
    request: TeardownRequest,
): TeardownRequest {
    const ids = archives.map(({ id }) => id);
    return {
        ...request,
        keep: [...rules(attached, "attached"), ...request.keep, ...rules(ids, "archive")],
    };
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

/** What the executor of a recorded Droplet will do, as far as the record knows. */
export function requestOfRecord(state: RecordState, env: Env): TeardownRequest {
    const { inputs, seen } = state;
    return requestFor(inputs.dropletId, state, env, {
        recorded: seen.inventory,
        unrecorded: [],
        requireTag: inputs.tag,
        mayCleanUp: false,
        gracefulShutdown: false,
        retries: 0,
    });
}

/** What will have become of everything once the stack is destroyed, as far as a resource knows its Droplet. */
export function requestOf({ inputs, seen }: DropletState, env: Env): TeardownRequest {
    if ("by" in inputs) {
        return requestById({ inputs, seen }, env);
    }
    const request = requestOfRecord({ inputs, seen }, env);
    return { ...request, keep: [...rules(inputs.attached, "managed"), ...request.keep] };
}

/** The teardown of one Droplet, as inputs and environment say; the own terms differ by kind of resource. */
function requestFor(dropletId: number, { inputs, seen }: AnyState, env: Env, own: OwnTerms): TeardownRequest {
    return {
        ...desiredOutcomeOf(inputs, dropletId, env),
        dropletId,
        account: { kind: "recorded", id: seen.accountId },
        approved: null,
        ...own,
        timeoutMs: timeoutOf(inputs, env),
    };
}

/** Ids, addresses, names and patterns that the environment keeps. */
export function keptByEnvironment(env: Env): string[] {
    const entries = (env(KEEP_VARIABLE) ?? "").split(",").map((entry) => entry.trim());
    return entries.filter((entry) => entry !== "");
}

/** What to destroy and what to keep. The environment can only add to what is kept. */
export function desiredOutcomeOf(
    inputs: TeardownInputs | RecordInputs,
    dropletId: number,
    env: Env,
): DesiredOutcome {
    return {
        policy: inputs.policy,
        finalSnapshot: finalSnapshotOf(inputs, dropletId),
        keep: [
            ...rules(inputs.managed, "managed"),
            ...rules(inputs.volumeIds, "volumeIds"),
            ...rules(inputs.keep, "argument"),
            ...rules(keptByEnvironment(env), "environment"),
        ],
    };
}

/** A record takes no snapshot, and keeps those of its executor. */
function finalSnapshotOf(inputs: TeardownInputs | RecordInputs, dropletId: number): FinalSnapshot {
    const owner = "tag" in inputs ? inputs.tag.replace(/^teardown-/i, "") : dropletId;
    const wanted = "finalSnapshot" in inputs ? inputs.finalSnapshot : undefined;
    return finalSnapshot(dropletId, wanted === true ? DEFAULT_TEMPLATE : (wanted ?? null), owner);
}

/** The same inputs with another timeout, if there is one. */
export function limited<Inputs extends CommonInputs>(inputs: Inputs, timeoutMs: number | undefined): Inputs {
    return timeoutMs === undefined ? inputs : { ...inputs, timeout: `${Math.ceil(timeoutMs / 1_000)}s` };
}

/** @throws RefusedError for a duration that cannot be read. */
export function timeoutOf(inputs: CommonInputs, env: Env): number {
    const given = env(TIMEOUT_VARIABLE)?.trim() ?? "";
    const name = given === "" ? "timeout" : TIMEOUT_VARIABLE;
    const text = given === "" ? inputs.timeout : given;
    const timeoutMs = parseDuration(text);
    if (timeoutMs === null) {
        throw new RefusedError(
            `${name} must be a duration such as "90s" or "15m", not ${printable(JSON.stringify(text))}`,
            { code: "invalid-input" },
        );
    }
    return timeoutMs;
}
