import type { Client } from "./clients.js";
import { type Executed, Executor } from "./executor.js";
import { kindOf, type TeardownById, type TeardownByTag, type TeardownInputs, requestFor } from "./inputs.js";
import type { Plugin } from "./plugin.js";
import { readTeardown, type Sighting, type State, toOutputs } from "./state.js";
import { tearDown, type TeardownRequest } from "./teardown/operation.js";
import { checkInputs } from "./check.js";
import { asStackError, conclude } from "./conclude.js";
import { diff, type Handlers, type Props, settingFailures, stillManaged } from "./handlers.js";
import { newExecutorTag } from "./ownership/tag-names.js";
import { look, lookAtExisting } from "./sighting.js";
import { AuthenticationError, RefusedError } from "./teardown/errors.js";
import { inventoryText, remainsText } from "./teardown/narrate.js";
import { findRemains } from "./teardown/remains.js";
import type { Attempt, Subject } from "./credentials.js";

/** The delete of a teardown that a program declares for a Droplet from elsewhere. */
export async function tearDownById(
    state: State<TeardownById>,
    plugin: Plugin,
    client: Client,
    signal: AbortSignal,
): Promise<Executed> {
    const { clock, engine } = plugin.surroundings;
    const watched = client.watching(state.inputs.dropletId);
    const narrator = plugin.narrate(state.inputs);
    const effects = { ...watched, clock, narrator, ensureWanted: engine.ensureAlive };
    const request = requestById(state, plugin);
    const ended = await tearDown(request, effects, signal).finally(() => watched.watch.close());
    return { ended: [ended], tagTrouble: null };
}

/** A Droplet with a required tag may have been somebody else's before its end. */
export function requestById(state: State<TeardownById>, { surroundings: { env } }: Plugin): TeardownRequest {
    const { inputs, inventory } = state;
    return requestFor(inputs.dropletId, state, env, {
        recorded: inventory,
        requireTag: inputs.requireTag ?? null,
        mayCleanUp: inputs.requireTag === undefined,
        gracefulShutdown: inputs.gracefulShutdown,
        retries: inputs.retries,
    });
}

/** The handlers of `DropletTeardown`: by id, or the executor that a `Droplet` creates. */
export function teardownHandlers(plugin: Plugin): Handlers {
    return {
        configure: (request) => plugin.configure(request),
        check: async (olds, news) => check(plugin, olds, news),
        diff,
        create: (props) => asStackError(() => create(plugin, props)),
        read: (id, props) => asStackError(() => read(plugin, id, props)),
        update: (_id, olds, news) => asStackError(() => update(plugin, olds, news)),
        delete: (_id, props) => asStackError(() => remove(plugin, props)),
    };
}

type Result<Name extends keyof Handlers> = ReturnType<Handlers[Name]>;

async function check(plugin: Plugin, olds: Props, news: Props): Result<"check"> {
    const kind = kindOf("teardown", news);
    const given = kind === "byTag" ? { ...news, tag: olds.tag ?? newTag(plugin) } : news;
    const checked = checkInputs(kind, given);
    const inputs = stillManaged(checked.inputs, olds);
    const failures = [...checked.failures, ...settingFailures(news, plugin.settings)];
    const changesKind = kind === "byTag" ? olds.dropletId !== undefined : olds.tag !== undefined;
    if (changesKind) {
        const reason =
            "a Droplet and a DropletTeardown must not take each other's name: give the new one another name";
        failures.push({ property: "name", reason });
    }
    const { dropletId, resourceUrn } = inputs;
    if (kind === "byId" && typeof dropletId === "number" && typeof resourceUrn === "string") {
        plugin.declarations.declare(dropletId, resourceUrn, "teardown");
        const record = plugin.declarations.another(dropletId, resourceUrn, "record");
        if (record !== undefined) {
            const reason = `Droplet ${dropletId} is made by this program, and ${record} tears it down already`;
            failures.push({ property: "dropletId", reason });
        }
    }
    return { inputs, failures };
}

function newTag({ surroundings }: Plugin): string {
    return newExecutorTag(surroundings.randomHex(8));
}

async function create(plugin: Plugin, props: Props): Result<"create"> {
    const { inputs } = readTeardown(props);
    const sighting = await firstSighting(plugin, inputs, null);
    plugin.declarations.created(inputs.resourceUrn);
    return { id: plugin.surroundings.newId(), outs: toOutputs({ inputs, ...sighting }) };
}

/** An executor has nothing to read; its record does. */
async function read(plugin: Plugin, id: string, props: Props): Result<"read"> {
    const state = readTeardown(props);
    const { inputs } = state;
    if (inputs.by === "tag") {
        return { id, props: toOutputs(state) };
    }
    const byId: State<TeardownById> = { ...state, inputs };
    const { dropletId } = inputs;
    const { clock } = plugin.surroundings;
    const found = await plugin.work(inputs, subjectOf(byId), async (client, signal) => {
        const present = await look({ dropletId, predecessors: [], before: state }, client.api, clock, signal);
        return present ?? findRemains(requestById(byId, plugin), client.api, signal);
    });
    const narrator = plugin.narrate(inputs);
    if ("droplet" in found) {
        await narrator.announce(inventoryText(found.droplet, found.sighting.inventory));
        return { id, props: toOutputs({ inputs, ...found.sighting }) };
    }
    await narrator.announce(remainsText(dropletId, found.left));
    return found.unfinished ? { id, props: toOutputs(state) } : {};
}

async function update(plugin: Plugin, olds: Props, news: Props): Result<"update"> {
    const before = readTeardown(olds);
    const { inputs } = readTeardown(news);
    if (inputs.by === "id" && before.inputs.by === "id" && inputs.dropletId !== before.inputs.dropletId) {
        await plugin
            .narrate(inputs)
            .announce(
                `droplet ${before.inputs.dropletId} is released with all it has: this teardown is for droplet ${inputs.dropletId} now`,
            );
        return { outs: toOutputs({ inputs, ...(await firstSighting(plugin, inputs, null)) }) };
    }
    return { outs: toOutputs({ inputs, ...(await firstSighting(plugin, inputs, before)) }) };
}

/** Finds the Droplet, or creates the tag by which Droplets will be found; records the team. */
function firstSighting(plugin: Plugin, inputs: TeardownInputs, before: Sighting | null): Promise<Sighting> {
    const accountId = before?.accountId ?? null;
    return plugin.work(inputs, subjectOf({ inputs, accountId }), async (client, signal) => {
        if (inputs.by === "id") {
            const { clock } = plugin.surroundings;
            const subject = { dropletId: inputs.dropletId, predecessors: [], before };
            return before === null
                ? lookAtExisting(subject, client.api, clock, signal)
                : ((await look(subject, client.api, clock, signal))?.sighting ?? before);
        }
        const account = await client.api.account(signal);
        if (inputs.enabled) {
            await client.ownership.createTag(inputs.tag, signal);
        }
        return { inventory: [], accountId: account?.id ?? accountId, recordedAt: "", predecessors: [] };
    });
}

async function remove(plugin: Plugin, props: Props): Result<"delete"> {
    const state = readTeardown(props);
    const { inputs } = state;
    const byId: State<TeardownById> | null = inputs.by === "id" ? { ...state, inputs } : null;
    const narrator = plugin.narrate(inputs);
    const objection = byId === null ? null : objectionTo(byId, plugin);
    if (objection !== null) {
        await narrator.announce(objection);
        return;
    }
    const attempt = await plugin.attempt(inputs, subjectOf(state), (client, signal) =>
        settle(
            byId === null
                ? new Executor({ ...state, inputs: inputs as TeardownByTag }, plugin, client, signal).run()
                : tearDownById(byId, plugin, client, signal),
        ),
    );
    const { rejected, value } = attempt;
    if (rejected !== null && value.ended.length === 0) {
        throw rejected;
    }
    const ended = value.ended.map((one) =>
        rejected !== null && one.cause instanceof AuthenticationError
            ? { ...one, report: { ...one.report, error: rejected.message } }
            : one,
    );
    if (ended.length === 0) {
        await narrator.announce("no droplet carries the tag of this teardown: nothing to destroy");
    }
    const place = plugin.place(inputs, state.accountId);
    await conclude(ended, place, inputs.resourceUrn, narrator, plugin.surroundings);
    if (value.tagTrouble !== null) {
        throw new RefusedError(
            `everything is destroyed, but tags of this teardown are still in the account: ${value.tagTrouble.message}. ` +
                "Run `pulumi destroy` again",
        );
    }
}

/** A 401 is an outcome here, not an exception: another token may work. */
async function settle(work: Promise<Executed>): Promise<Attempt<Executed>> {
    try {
        const value = await work;
        const causes = value.ended.map(({ cause }) => cause);
        return { value, rejected: causes.find((cause) => cause instanceof AuthenticationError) ?? null };
    } catch (error) {
        if (error instanceof AuthenticationError) {
            return { value: { ended: [], tagTrouble: null }, rejected: error };
        }
        throw error;
    }
}

/** Why the delete of a teardown by id leaves its Droplet alone; null if it does not. */
function objectionTo({ inputs }: State<TeardownById>, { declarations }: Plugin): string | null {
    const { dropletId, resourceUrn } = inputs;
    if (declarations.isReplaced(resourceUrn)) {
        return `droplet ${dropletId} is left alone: its teardown is being replaced`;
    }
    declarations.withdraw(dropletId, resourceUrn);
    const other = declarations.another(dropletId, resourceUrn);
    return other === undefined ? null : `droplet ${dropletId} is left alone: ${other} tears it down as well`;
}

/** A team sees only its own Droplets and tags. */
function subjectOf({ inputs, accountId }: Pick<State<TeardownInputs>, "inputs" | "accountId">): Subject {
    return {
        accountId,
        isVisible: async (client: Client, signal) =>
            inputs.by === "id"
                ? (await client.api.droplet(inputs.dropletId, signal)) !== null
                : (await client.ownership.tagCount(inputs.tag, signal)) !== null,
    };
}
