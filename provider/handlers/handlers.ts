import { isDeepStrictEqual } from "node:util";

import { configurationKey, credentials, endpoint } from "../access/clients.js";
import { type ConfigureRequest, type Limits, perform, type Plugin, type Task } from "../access/plugin.js";
import { narrateTo } from "../access/runtime.js";
import { asStackError } from "../lifecycle/conclude.js";
import { deleteRecord } from "../lifecycle/record-delete.js";
import { isRenewalDue, renewExpiry, takeExpiryOff } from "../lifecycle/expiry.js";
import { createRecord } from "../lifecycle/record.js";
import { announceChange, refresh } from "../lifecycle/refresh.js";
import { updateRecord } from "../lifecycle/replacement.js";
import { observe, observeExisting, type Present } from "../lifecycle/sighting.js";
import { deleteTeardown } from "../lifecycle/teardown-delete.js";
import { newExecutorTag } from "../ownership/verdict.js";
import {
    type Checked,
    type CheckFailure,
    checkInputs,
    detectKind,
    grouped,
    INPUT_PROPERTIES,
    type InputsKind,
    isUnknown,
    type Props,
    storedText,
    type TeardownInputs,
    ungrouped,
} from "../stored/inputs.js";
import {
    type AnyState,
    NOTHING_SEEN,
    readRecord,
    readTeardown,
    type RecordState,
    type Sighting,
    type TeardownByIdState,
    type TeardownState,
    toOutputs,
} from "../stored/state.js";
import { isInterruption, isNoNews, knownOr, RefusedError, TeardownError } from "../teardown/errors.js";

/** A preview waits no longer for the team of its token, and so long not again where it cannot be read. */
const COMPARING_MS = 30_000;

const ALL = [...new Set(Object.values(INPUT_PROPERTIES).flat())];

/** The properties whose change is an update. Never a replacement: newer engines would replace the Droplet as well. */
export function changedProperties(olds: Props, news: Props): string[] {
    return ALL.filter(
        (property) =>
            isUnknown(news[property]) || !isDeepStrictEqual(olds[property] ?? null, news[property] ?? null),
    );
}

/**
 * The functions that the engine calls, by their names in the provider stored in users' state. A handler rejects
 * with an error whose redacted message is for people; `check` resolves with the failures instead. Inputs may
 * contain `pulumi.runtime.unknownValue` for unknown values, and `token` is a secret.
 * @example
 * ```ts
 * import { teardown, type Handlers } from "pulumi-droplet-teardown/provider";
 *
 * const handlers: Handlers = teardown;
 * await handlers.configure({ config: { get: (key) => process.env[key.toUpperCase().replace(":", "_")] } });
 * ```
 */
export interface Handlers {
    /** Stores the configuration before it returns: a concurrent call may follow at once. */
    readonly configure: (request: ConfigureRequest) => Promise<void>;
    /** Resolves with the completed inputs and every invalid property; never rejects for those. */
    readonly check: (olds: Props, news: Props) => Promise<Checked>;
    /** Whether an update is needed; there is never a replacement. Rejects if the token is another team's. */
    readonly diff: (id: string, olds: Props, news: Props) => Promise<{ changes: boolean }>;
    /**
     * Reads the Droplet's inventory, or creates the tag of a `Droplet`'s teardown; a record also creates the tag that
     * names its Droplet. Destroys nothing. Rejects if the Droplet is not visible to the token.
     */
    readonly create: (
        inputs: Props,
        limits?: Limits,
    ) => Promise<{ id: string; outs: Record<string, unknown> }>;
    /** A result without an id: nothing is left to tear down. */
    readonly read: (
        id: string,
        props: Props,
        limits?: Limits,
    ) => Promise<{ id?: string; props?: Record<string, unknown> }>;
    /** Reads again, with the new inputs. */
    readonly update: (
        id: string,
        olds: Props,
        news: Props,
        limits?: Limits,
    ) => Promise<{ outs: Record<string, unknown> }>;
    /**
     * Resolves only when everything to be destroyed is verified to be gone; rejects with the report.
     */
    readonly delete: (id: string, props: Props, limits?: Limits) => Promise<void>;
}

/** What one of the handlers returns. */
type Result<Name extends keyof Handlers> = ReturnType<Handlers[Name]>;

/** What the handlers of both resources have in common. */
abstract class ResourceHandlers implements Pick<Handlers, "configure" | "diff"> {
    protected readonly plugin: Plugin;

    constructor(plugin: Plugin) {
        this.plugin = plugin;
    }

    configure(request: ConfigureRequest): Promise<void> {
        return this.plugin.configure(request);
    }

    /** Never a replacement: newer engines would replace the Droplet as well. */
    async diff(_id: string, olds: Props, news: Props): Promise<{ changes: boolean }> {
        await this.#refuseOtherTeam(olds, news);
        const isDue = isRenewalDue(olds, news, this.plugin.runtime);
        return { changes: changedProperties(olds, news).length > 0 || isDue };
    }

    protected abstract readState(outputs: Props): AnyState;

    /**
     * Before the official provider makes a Droplet with another team's token, which no destroy of the stack would see.
     * Where no team can be read, nothing is refused: what changes something compares it again.
     */
    async #refuseOtherTeam(olds: Props, { token, apiEndpoint }: Props): Promise<void> {
        if (typeof olds.accountId !== "string" || olds.accountId === "" || isUnknown([token, apiEndpoint])) {
            return;
        }
        const { unreadTeams, runtime } = this.plugin;
        const { clock } = runtime;
        if (clock.monotonicMs() - (unreadTeams.get(apiEndpoint) ?? -Infinity) < COMPARING_MS) {
            return;
        }
        const { inputs, seen } = this.readState({ ...olds, token, apiEndpoint });
        const nothing = (): Promise<void> => Promise.resolve();
        try {
            await perform({ inputs, seen }, this.plugin, nothing, { timeoutMs: COMPARING_MS });
        } catch (thrown) {
            knownOr(thrown, TeardownError, (error) => {
                if (error.code === "wrong-team") {
                    throw error;
                }
                if (isNoNews(error) || isInterruption(error)) {
                    unreadTeams.set(apiEndpoint, clock.monotonicMs());
                }
            });
        }
    }

    /** The completed inputs, and what is wrong with the arguments or with the settings. Declares the resource. */
    protected checkArguments(kind: InputsKind, olds: Props, news: Props): Checked {
        const { inputs, failures } = checkInputs(kind, news);
        this.plugin.declarations.declare(inputs);
        return {
            inputs: stillDeclared(inputs, olds),
            failures: [...failures, ...settingFailures(news, this.plugin)],
        };
    }
}

/** What a program has once declared: it may leave the program while it is still attached to the Droplet. */
const STAYING = ["managed", "volumeIds"] as const;

function stillDeclared(inputs: Record<string, unknown>, olds: Props): Record<string, unknown> {
    const both = STAYING.flatMap((property) => {
        const [now, before]: unknown[] = [inputs[property], olds[property]];
        return Array.isArray(now) && Array.isArray(before)
            ? [[property, [...new Set([...(before as unknown[]), ...(now as unknown[])])]]]
            : [];
    });
    return { ...inputs, ...(Object.fromEntries(both) as Record<string, unknown>) };
}

/** Problems outside the arguments, reported at preview; the arguments have their own checks. */
export function settingFailures(given: Props, { sources, runtime }: Plugin): CheckFailure[] {
    const hasNoToken = given.token == null && credentials(undefined, sources).length === 0;
    const failures = hasNoToken ? [{ property: "token", reason: runtime.tokenAdvice.missing }] : [];
    if (given.apiEndpoint != null) {
        return failures;
    }
    try {
        endpoint(undefined, sources);
        return failures;
    } catch (thrown) {
        return knownOr(thrown, RefusedError, (error) => [
            ...failures,
            { property: configurationKey("apiEndpoint", sources), reason: error.message },
        ]);
    }
}

/** The handlers of both resources. They share what a plugin process shares: configuration, schedule, declarations. */
export function createHandlers(plugin: Plugin): Readonly<Record<"teardown" | "record", Handlers>> {
    return {
        teardown: forEngine(new TeardownHandlers(plugin)),
        record: forEngine(new RecordHandlers(plugin)),
    };
}

/** Handlers for the Pulumi engine: whatever they reject with is fit for its screen, and what they return for its diffs. */
function forEngine(handlers: Handlers): Handlers {
    return {
        configure: (request) => handlers.configure(request),
        check: async (olds, news) => {
            const { inputs, failures } = await handlers.check(ungrouped(olds), ungrouped(news));
            return { inputs: grouped(inputs), failures };
        },
        diff: (id, olds, news) => asStackError(() => handlers.diff(id, ungrouped(olds), ungrouped(news))),
        create: (inputs, limits) =>
            asStackError(async () => {
                const { id, outs } = await handlers.create(ungrouped(inputs), limits);
                return { id, outs: grouped(outs) };
            }),
        read: (id, props, limits) =>
            asStackError(async () => {
                const found = await handlers.read(id, ungrouped(props), limits);
                return found.props === undefined ? found : { ...found, props: grouped(found.props) };
            }),
        update: (id, olds, news, limits) =>
            asStackError(async () => {
                const { outs } = await handlers.update(id, ungrouped(olds), ungrouped(news), limits);
                return { outs: grouped(outs) };
            }),
        delete: (id, props, limits) => asStackError(() => handlers.delete(id, ungrouped(props), limits)),
    };
}

/** The handlers of `DropletTeardown`: by id, or the executor that a `Droplet` creates. */
class TeardownHandlers extends ResourceHandlers implements Handlers {
    async check(olds: Props, news: Props): Promise<Checked> {
        const kind = detectKind(news);
        const given = kind === "byTag" ? { ...news, tag: olds.tag ?? this.#newTag() } : news;
        const { inputs, failures } = this.checkArguments(kind, olds, given);
        const others = kind === "byTag" ? changeOfKind(olds.dropletId) : changeOfKind(olds.tag);
        const conflicts = kind === "byId" ? this.#conflicts(inputs) : [];
        return { inputs, failures: [...failures, ...others, ...conflicts] };
    }

    async create(props: Props, limits?: Limits): Result<"create"> {
        const { inputs } = readTeardown(props);
        const seen = await this.#begin(inputs, NOTHING_SEEN, limits);
        return { id: this.plugin.runtime.newId(), outs: toOutputs({ inputs, seen }) };
    }

    /** An executor has nothing to read; its record does. */
    async read(id: string, props: Props, limits?: Limits): Result<"read"> {
        const { inputs, seen } = readTeardown(props);
        if (inputs.by === "id") {
            return refresh(id, { inputs, seen }, this.plugin, limits);
        }
        await perform({ inputs, seen }, this.plugin, () => Promise.resolve(), limits);
        return { id, props: toOutputs({ inputs, seen }) };
    }

    async update(_id: string, olds: Props, news: Props, limits?: Limits): Result<"update"> {
        const before = readTeardown(olds);
        const { inputs } = readTeardown(news);
        const old = before.inputs;
        if (inputs.by !== "id" || old.by !== "id") {
            const formerStackTags = withFormerStack(before, inputs);
            const seen = await this.#begin(inputs, { ...before.seen, formerStackTags }, limits);
            return { outs: toOutputs({ inputs, seen }) };
        }
        if (inputs.dropletId === old.dropletId) {
            const look = async (task: Task<TeardownByIdState>): Promise<Sighting> => {
                const now = await seeDroplet(inputs.dropletId, task);
                await (now === null ? undefined : announceChange(old, now, task));
                const expiryTag = await renewExpiry(before.seen.expiryTag, task);
                return { ...(now?.sighting ?? before.seen), expiryTag };
            };
            const seen = await perform({ inputs, seen: before.seen }, this.plugin, look, limits);
            return { outs: toOutputs({ inputs, seen }) };
        }
        const unseen = { ...NOTHING_SEEN, accountId: before.seen.accountId };
        const seen = await this.#begin(inputs, unseen, limits, {
            dropletId: old.dropletId,
            expiryTag: before.seen.expiryTag,
        });
        await this.plugin
            .narrate(inputs)
            .announce(
                `droplet ${old.dropletId} is released with all it has: this teardown is for droplet ${inputs.dropletId} now`,
            );
        return { outs: toOutputs({ inputs, seen }) };
    }

    async delete(_id: string, props: Props, limits?: Limits): Promise<void> {
        return deleteTeardown(readTeardown(props), this.plugin, limits);
    }

    protected override readState(outputs: Props): TeardownState {
        return readTeardown(outputs);
    }

    #newTag(): string {
        return newExecutorTag(this.plugin.runtime.randomHex(8));
    }

    /** A Droplet has one teardown; one that the program creates has its own. */
    #conflicts(inputs: Props): CheckFailure[] {
        const { dropletId, resourceUrn } = inputs;
        const { record, teardown } = this.plugin.declarations.declareAlone(inputs, "teardown");
        if (record !== undefined) {
            return [
                {
                    property: "dropletId",
                    reason: `Droplet ${String(dropletId)} is made by this program, and ${record} tears it down already`,
                },
            ];
        }
        const both = `${teardown} and ${String(resourceUrn)}`;
        return teardown === undefined
            ? []
            : [
                  {
                      property: "dropletId",
                      reason: `Droplet ${String(dropletId)} has two teardowns in this program, ${both}: take one of them out`,
                  },
              ];
    }

    /** Finds the Droplet, or creates the tag by which Droplets will be found; records the team. */
    #begin(
        inputs: TeardownInputs,
        before: Sighting,
        limits?: Limits,
        released?: { readonly dropletId: number; readonly expiryTag: string | null },
    ): Promise<Sighting> {
        const work = async (task: Task<TeardownState>): Promise<Sighting> => {
            const seen =
                inputs.by === "id"
                    ? ((await seeDroplet(inputs.dropletId, task))?.sighting ?? before)
                    : await createTag(task);
            if (released?.expiryTag != null) {
                await takeExpiryOff(released.expiryTag, released.dropletId, task);
            }
            return { ...seen, expiryTag: await renewExpiry(before.expiryTag, task) };
        };
        return perform({ inputs, seen: before }, this.plugin, work, limits).catch((error: unknown) => {
            this.plugin.declarations.noteUnmade(inputs.resourceUrn);
            throw error;
        });
    }
}

/** What the other kind of teardown has in state, under the same name. */
function changeOfKind(othersProperty: unknown): CheckFailure[] {
    const reason =
        "a Droplet and a DropletTeardown cannot reuse the resource name of the other: give the new one another name";
    return othersProperty === undefined ? [] : [{ property: "name", reason }];
}

/**
 * A Droplet that was never seen must exist; null: it is gone, so that what was seen before stays.
 * @throws RefusedError if the Droplet may merely be invisible to the token
 */
async function seeDroplet(dropletId: number, task: Task<TeardownState>): Promise<Present | null> {
    if (task.state.seen.recordedAt === "") {
        return observeExisting(dropletId, task);
    }
    const present = await observe(dropletId, task);
    if (present === null) {
        await task.confirmTeam();
    }
    return present;
}

async function createTag({ state, client, signal }: Task<TeardownState>): Promise<Sighting> {
    const { inputs, seen } = state;
    const account = await client.api.account(signal);
    if (inputs.by === "tag" && inputs.enabled) {
        await client.ownership.createTag(inputs.tag, signal);
    }
    const { formerStackTags } = seen;
    return { ...NOTHING_SEEN, accountId: account?.id ?? seen.accountId, formerStackTags };
}

/** A Droplet whose update fails after the stack is renamed keeps the readable tag of the former name. */
function withFormerStack({ inputs: old, seen }: TeardownState, now: TeardownInputs): readonly string[] {
    if (old.by !== "tag" || now.by !== "tag") {
        return [];
    }
    const all = new Set([...seen.formerStackTags, old.stackTag]);
    return [...all].filter((tag) => tag !== now.stackTag);
}

type Recorded = Pick<RecordState["inputs"], "dropletId" | "resourceUrn">;

/** The handlers of `DropletRecord`. */
class RecordHandlers extends ResourceHandlers implements Handlers {
    async check(olds: Props, news: Props): Promise<Checked> {
        // A preview does not know the outputs of an executor that is updated; its team stays the same.
        const { team: given, ...others } = news;
        // Of a token that cannot read its team, the executor says "".
        const team = isUnknown(given) ? olds.team : storedText(given);
        const { inputs, failures } = this.checkArguments("record", olds, { ...others, team });
        await this.#announceHandover(olds, inputs);
        return { inputs, failures: [...failures, ...this.#conflicts(inputs)] };
    }

    override diff(id: string, olds: Props, news: Props): Result<"diff"> {
        const { dropletId, resourceUrn } = news;
        return super.diff(id, olds, news).catch((error: unknown) => {
            throw dropletId === olds.dropletId || isUnknown(dropletId)
                ? error
                : this.#notRecorded(
                      { dropletId: Number(dropletId), resourceUrn: storedText(resourceUrn) },
                      error,
                  );
        });
    }

    async create(props: Props, limits?: Limits): Result<"create"> {
        const { inputs } = readRecord(props);
        const seen = await perform({ inputs, seen: NOTHING_SEEN }, this.plugin, createRecord, limits).catch(
            (error: unknown) => {
                throw this.#notRecorded(inputs, error);
            },
        );
        return { id: this.plugin.runtime.newId(), outs: toOutputs({ inputs, seen }) };
    }

    async read(id: string, props: Props, limits?: Limits): Result<"read"> {
        return refresh(id, readRecord(props), this.plugin, limits);
    }

    async update(_id: string, olds: Props, news: Props, limits?: Limits): Result<"update"> {
        const before = readRecord(olds);
        const { inputs } = readRecord(news);
        const work = (task: Task<RecordState>): Promise<Sighting> => updateRecord(before, task);
        const seen = await perform({ inputs, seen: before.seen }, this.plugin, work, limits).catch(
            (error: unknown) => {
                throw inputs.dropletId === before.inputs.dropletId ? error : this.#notRecorded(inputs, error);
            },
        );
        return { outs: toOutputs({ inputs, seen }) };
    }

    async delete(_id: string, props: Props, limits?: Limits): Promise<void> {
        return deleteRecord(readRecord(props), this.plugin, limits);
    }

    protected override readState(outputs: Props): RecordState {
        return readRecord(outputs);
    }

    #notRecorded({ dropletId, resourceUrn }: Recorded, error: unknown): unknown {
        this.plugin.declarations.noteUnmade(resourceUrn);
        return notRecorded(dropletId, error);
    }

    /** A preview of a rename shows the delete of a teardown, which would alarm without this. */
    async #announceHandover(olds: Props, { dropletId, tag, resourceUrn }: Props): Promise<void> {
        const goesOver = olds.tag !== undefined && olds.tag !== tag && olds.dropletId === dropletId;
        if (goesOver && typeof resourceUrn === "string") {
            await narrateTo(this.plugin.runtime.engine, resourceUrn).announce(
                `droplet ${String(dropletId)} stays: it gets another teardown, and the delete of the one that it had ` +
                    "does not destroy it",
            );
        }
    }

    /** A Droplet that the program creates needs no teardown by id. */
    #conflicts(inputs: Props): CheckFailure[] {
        const { teardown } = this.plugin.declarations.declareAlone(inputs, "record");
        const reason = `Droplet ${String(inputs.dropletId)} is torn down by this program's Droplet; take ${teardown} out of the program`;
        return teardown === undefined ? [] : [{ property: "dropletId", reason }];
    }
}

/**
 * Names the Droplet that the official provider has just made. With another team's token, no destroy of the stack sees
 * it.
 */
function notRecorded(dropletId: number, error: unknown): unknown {
    if (!(error instanceof TeardownError)) {
        return error;
    }
    const message = `droplet ${dropletId} is not recorded: ${error.message}`;
    if (error.code === "wrong-team") {
        return new RefusedError(
            `${message}. If this run made it with this token, delete it with the same token: no destroy of this stack ` +
                "finds it. Then run `pulumi refresh` and `pulumi up` with a token of the recorded team",
            "wrong-team",
            { cause: error },
        );
    }
    // What is refused names the Droplets that it is about.
    return error instanceof RefusedError
        ? error
        : new TeardownError(message, { cause: error, code: error.code });
}
