import { Claims } from "./claims.js";
import { checkInputs, type Checked, type CheckFailure } from "./check.js";
import { createClients } from "./clients.js";
import { credentials, endpoint, NO_TOKEN, type Settings } from "./credentials.js";
import { changedProperties } from "./diff.js";
import { destroyDroplet } from "./destroy.js";
import type { TeardownInputs } from "./inputs.js";
import { narrateTo } from "./narrator.js";
import { succeed } from "./predecessors.js";
import { look, lookAtExisting } from "./sighting.js";
import { asStackError } from "./stack-error.js";
import { fromOutputs, toOutputs, type Sighting, type TeardownState } from "./state.js";
import type { Surroundings } from "./surroundings.js";
import { withDeadline } from "./teardown/deadline.js";
import { AuthenticationError, RefusedError, TeardownError } from "./teardown/errors.js";
import { inventoryText, remainsText } from "./teardown/narrate.js";
import type { DropletApi } from "./teardown/ports.js";
import { findRemains, type RemainsRequest } from "./teardown/remains.js";
import { isUnknown } from "./unknown.js";
import { withToken, type Access, type Attempt } from "./with-token.js";
import { timeoutOf, wishesOf } from "./wishes.js";

type Props = Readonly<Record<string, unknown>>;

/** The part of Pulumi's `ConfigureRequest` that is used: `get` takes a full key such as `digitalocean:token`. */
export interface ConfigureRequest {
    readonly config: { get(key: string): string | undefined };
}

/** What the engine calls, by the names that the provider stored in users' state uses. */
export interface Handlers {
    /** Keeps the configuration before it returns: a concurrent call may follow at once. */
    readonly configure: (request: ConfigureRequest) => Promise<void>;
    readonly check: (olds: Props, news: Props) => Promise<Checked>;
    readonly diff: (id: string, olds: Props, news: Props) => Promise<{ changes: boolean }>;
    readonly create: (inputs: Props) => Promise<{ id: string; outs: Record<string, unknown> }>;
    /** An answer without an id: nothing is left to tear down. */
    readonly read: (id: string, props: Props) => Promise<{ id?: string; props?: Record<string, unknown> }>;
    readonly update: (id: string, olds: Props, news: Props) => Promise<{ outs: Record<string, unknown> }>;
    /** Returns only when everything that was to go is verified to be gone. */
    readonly delete: (id: string, props: Props) => Promise<void>;
}

/** The dynamic provider's methods, over the given surroundings. */
export function createHandlers(surroundings: Surroundings): Handlers {
    const { clock, engine, env } = surroundings;
    const clientFor = createClients(surroundings);
    const claims = new Claims();
    let config: Settings["config"] = () => undefined;
    const settings: Settings = { config: (key) => config(key), env };

    const accessFor = (inputs: TeardownInputs): Access => {
        const found = credentials(inputs.token, settings);
        if (found.length === 0) {
            throw new RefusedError(NO_TOKEN);
        }
        return { credentials: found, endpoint: endpoint(inputs.apiEndpoint, settings), clientFor };
    };

    const narratorOf = ({ resourceUrn, token }: TeardownInputs) => {
        const secrets = credentials(token, settings).map((found) => found.token);
        return narrateTo(engine, resourceUrn, secrets);
    };

    /** Reads with the first token that is accepted. */
    const reading = async <T>(
        state: TeardownState,
        work: (api: DropletApi, signal: AbortSignal) => Promise<T>,
    ) => {
        const subject = { dropletId: state.inputs.dropletId, accountId: state.accountId };
        const access = accessFor(state.inputs);
        const attempt = await withDeadline(clock, timeoutOf(state.inputs, env), undefined, (signal) =>
            withToken(access, subject, signal, ({ api }) => settle(work(api, signal))),
        );
        if (attempt.rejected !== null) {
            throw attempt.rejected;
        }
        return attempt.value as T;
    };

    /** The first look at a Droplet, which may fail only where the program does not create the Droplet itself. */
    const firstSighting = async (state: TeardownState, before: TeardownState | null): Promise<Sighting> => {
        const { dropletId, mustExist } = state.inputs;
        const { predecessors } = state;
        try {
            return await reading(state, (api, signal) =>
                lookAtExisting({ dropletId, predecessors, before }, api, clock, signal),
            );
        } catch (error) {
            if (mustExist || !(error instanceof TeardownError)) {
                throw error;
            }
            const warning = `could not be looked at, \`pulumi refresh\` tries again: ${error.message}`;
            await narratorOf(state.inputs).announce(`droplet ${dropletId} ${warning}`);
            return { inventory: [], accountId: before?.accountId ?? null, recordedAt: "", predecessors };
        }
    };

    const remainsRequest = ({ inputs, accountId, inventory }: TeardownState): RemainsRequest => ({
        ...wishesOf(inputs, env),
        dropletId: inputs.dropletId,
        account: { kind: "recorded", id: accountId },
        recorded: inventory,
        mayCleanUp: inputs.requireTag === undefined,
    });

    return {
        configure: (request) => {
            config = (key) => request.config.get(key);
            return Promise.resolve();
        },

        check: async (_olds, news) => {
            const { inputs, failures } = checkInputs(news);
            if (typeof inputs.dropletId === "number" && typeof inputs.resourceUrn === "string") {
                claims.declare(inputs.dropletId, inputs.resourceUrn);
            }
            return { inputs, failures: [...failures, ...settingFailures(inputs, settings)] };
        },

        diff: async (_id, olds, news) => ({ changes: changedProperties(olds, news).length > 0 }),

        create: (props) =>
            asStackError(async () => {
                const state = fromOutputs(props);
                const sighting = await firstSighting(state, null);
                claims.create(state.inputs.dropletId, state.inputs.resourceUrn);
                return { id: surroundings.newId(), outs: toOutputs({ inputs: state.inputs, ...sighting }) };
            }),

        read: (id, props) =>
            asStackError(async () => {
                const state = fromOutputs(props);
                const { dropletId } = state.inputs;
                const found = await reading(state, async (api, signal) => {
                    const subject = { dropletId, predecessors: state.predecessors, before: state };
                    const present = await look(subject, api, clock, signal);
                    return present ?? findRemains(remainsRequest(state), api, signal);
                });
                const narrator = narratorOf(state.inputs);
                if ("droplet" in found) {
                    await narrator.announce(inventoryText(found.droplet, found.sighting.inventory));
                    return { id, props: toOutputs({ inputs: state.inputs, ...found.sighting }) };
                }
                await narrator.announce(remainsText(dropletId, found.left));
                return found.unfinished ? { id, props: toOutputs(state) } : {};
            }),

        update: (_id, olds, news) =>
            asStackError(async () => {
                const before = fromOutputs(olds);
                const { inputs } = fromOutputs(news);
                const { dropletId } = inputs;
                const same = dropletId === before.inputs.dropletId;
                const predecessors = same ? before.predecessors : succeed(before, dropletId);
                const state = { ...before, inputs, predecessors };
                const sighting = same
                    ? await reading(state, async (api, signal) => {
                          const subject = { dropletId, predecessors, before };
                          return (await look(subject, api, clock, signal))?.sighting ?? before;
                      })
                    : await firstSighting(state, before);
                return { outs: toOutputs({ ...sighting, inputs }) };
            }),

        delete: (_id, props) =>
            asStackError(async () => {
                const state = fromOutputs(props);
                const { dropletId, enabled, resourceUrn } = state.inputs;
                const narrator = narratorOf(state.inputs);
                const objection =
                    claims.objectionTo(resourceUrn, dropletId) ??
                    (enabled ? null : "its teardown is not enabled");
                if (objection !== null) {
                    await narrator.announce(`droplet ${dropletId} is left alone: ${objection}`);
                    return;
                }
                await destroyDroplet(state, accessFor(state.inputs), surroundings);
            }),
    };
}

/** A 401 is an outcome here, not an exception: another token may do. */
async function settle<T>(work: Promise<T>): Promise<Attempt<T | null>> {
    try {
        return { value: await work, rejected: null };
    } catch (error) {
        if (error instanceof AuthenticationError) {
            return { value: null, rejected: error };
        }
        throw error;
    }
}

/** What is wrong outside the arguments, told at preview already. */
function settingFailures(inputs: Record<string, unknown>, settings: Settings): CheckFailure[] {
    const token = inputs.token;
    const found = isUnknown(token)
        ? null
        : credentials(typeof token === "string" ? token : undefined, settings);
    const failures = found?.length === 0 ? [{ property: "token", reason: NO_TOKEN }] : [];
    if (inputs.apiEndpoint !== undefined) {
        return failures;
    }
    try {
        endpoint(undefined, settings);
        return failures;
    } catch (error) {
        if (error instanceof RefusedError) {
            return [...failures, { property: "digitalocean:apiEndpoint", reason: error.message }];
        }
        throw error;
    }
}
