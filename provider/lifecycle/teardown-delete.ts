import { conclude, type Ended, onwardLines, untouched, writeReportFiles } from "./conclude.js";
import type { Attempt } from "../access/clients.js";
import { type Executed, Executor, unlessTagsLeft } from "./executor.js";
import { attempt, type Limits, perform, type Plugin, Task } from "../access/plugin.js";
import { takeExpiryOff } from "./expiry.js";
import { requestById, type TeardownByIdState, type TeardownState } from "../stored/state.js";
import { AuthenticationError, TeardownError } from "../teardown/errors.js";
import { beginFindings } from "../teardown/findings.js";
import { expiryTag as toExpiryTag } from "../teardown/model.js";
import { isSuccess, type Report } from "../teardown/report.js";

/**
 * The delete of a teardown: of the Droplet that a program declares by its id, or of all with an executor's tag.
 * @throws StackError whose message is the report, unless all that should be destroyed is verified to be gone
 */
export async function deleteTeardown(state: TeardownState, plugin: Plugin, limits?: Limits): Promise<void> {
    const { inputs } = state;
    const reason = inputs.by === "id" ? reasonToSkip(inputs, plugin) : null;
    if (reason !== null) {
        await endExpiry(state, plugin, limits);
        await plugin.narrate(inputs).announce(reason);
        return;
    }
    const { rejected, value } = await attempt(
        state,
        plugin,
        execute,
        (work) => settle(work, state, plugin),
        limits,
    ).catch((error: unknown) => failWithReport(error, state, plugin));
    if (rejected !== null && value.ended.length === 0) {
        const ended = untouchedBy(rejected, state, plugin);
        await (ended.length === 0
            ? failWithReport(rejected, state, plugin)
            : report({ ended, trouble: null }, state, plugin));
        return;
    }
    await report(rejected === null ? value : withRejection(value, rejected), state, plugin);
}

/** Nothing is known of any Droplet. */
async function failWithReport(error: unknown, state: TeardownState, plugin: Plugin): Promise<never> {
    if (error instanceof TeardownError) {
        await writeReportFiles([], error, state, plugin);
    }
    throw error;
}

/** Nothing was done to any Droplet, so each that is known is reported. */
function untouchedBy(error: TeardownError, { inputs, seen }: TeardownState, plugin: Plugin): Ended[] {
    const known =
        inputs.by === "id"
            ? [{ dropletId: inputs.dropletId, droplet: null, recorded: seen.inventory }]
            : plugin.handoff.authorized(inputs.tag);
    return known.map(({ dropletId, droplet, recorded }) =>
        untouched(
            beginFindings(dropletId, recorded, droplet),
            error,
            plugin,
            onwardLines(error, inputs.resourceUrn),
        ),
    );
}

/**
 * Why the delete of a teardown by id leaves its Droplet alone; null if it does not.
 * @throws TeardownError if what is to take its place could not be made
 */
function reasonToSkip(
    { dropletId, resourceUrn }: TeardownByIdState["inputs"],
    { declarations }: Plugin,
): string | null {
    if (declarations.isReplaced(resourceUrn)) {
        return `droplet ${dropletId} is left alone: its teardown is being replaced`;
    }
    const other = declarations.another(dropletId, resourceUrn);
    if (other === undefined) {
        return null;
    }
    declarations.refuseUnmade(dropletId, other);
    return `droplet ${dropletId} is left alone: ${other} tears it down as well`;
}

/** Another teardown has put its own expiry on the Droplet, which may be the earlier one. */
async function endExpiry(state: TeardownState, plugin: Plugin, limits?: Limits): Promise<void> {
    const { inputs, seen } = state;
    const { expiryTag } = seen;
    if (inputs.by === "id" && expiryTag !== null && !plugin.expiryTags.has(expiryTag)) {
        const takeOff = (task: Task<TeardownState>): Promise<void> =>
            takeExpiryOff(expiryTag, inputs.dropletId, task);
        await perform(state, plugin, takeOff, limits);
    }
}

function execute({ state, plugin, client, signal }: Task<TeardownState>): Promise<Executed> {
    const { inputs } = state;
    return inputs.by === "id"
        ? tearDownById(new Task({ ...state, inputs }, plugin, client, signal))
        : new Executor(new Task({ ...state, inputs }, plugin, client, signal)).run();
}

/** Of an `up` that was cut short the Droplet may have had a later expiry than the state. */
function expiryTags({ expiresAt }: Report, { expiryTag }: TeardownByIdState["seen"]): string[] {
    const last = expiresAt === null ? [] : [toExpiryTag(Date.parse(expiresAt))];
    return [...new Set([...(expiryTag === null ? [] : [expiryTag]), ...last])];
}

async function forgetTags(tags: readonly string[], task: Task<TeardownByIdState>): Promise<void> {
    for (const tag of tags) {
        await task.forgetIfUnused(tag, task.client.tidying);
    }
}

async function tearDownById(task: Task<TeardownByIdState>): Promise<Executed> {
    const { state, plugin, client } = task;
    const watched = client.watching(state.inputs.dropletId);
    const ended = await task.tearDown(requestById(state, plugin.runtime.env), watched);
    const tags = isSuccess(ended.report) ? expiryTags(ended.report, state.seen) : [];
    const trouble = tags.length > 0 ? await unlessTagsLeft(forgetTags(tags, task)) : null;
    return { ended: [ended], trouble };
}

/**
 * An error before the first step is a report here, and a 401 an outcome: another token may work.
 * @throws TeardownError that says what to do as well, if no Droplet is known
 */
async function settle(
    work: Promise<Executed>,
    state: TeardownState,
    plugin: Plugin,
): Promise<Attempt<Executed>> {
    try {
        const value = await work;
        const causes = value.ended.map(({ cause }) => cause);
        return { value, rejected: causes.find((cause) => cause instanceof AuthenticationError) ?? null };
    } catch (error) {
        if (error instanceof AuthenticationError) {
            return { value: { ended: [], trouble: null }, rejected: error };
        }
        if (!(error instanceof TeardownError)) {
            throw error;
        }
        const ended = untouchedBy(error, state, plugin);
        if (ended.length > 0) {
            return { value: { ended, trouble: null }, rejected: null };
        }
        const advice = onwardLines(error, state.inputs.resourceUrn);
        throw new TeardownError([error.message, ...advice].join("\n"), { cause: error, code: error.code });
    }
}

/** A report that a 401 ended names every token tried. */
function withRejection({ ended, trouble }: Executed, { message }: AuthenticationError): Executed {
    return {
        trouble,
        ended: ended.map((one) =>
            one.cause instanceof AuthenticationError
                ? { ...one, report: { ...one.report, error: message } }
                : one,
        ),
    };
}

async function report({ ended, trouble }: Executed, state: TeardownState, plugin: Plugin): Promise<void> {
    if (ended.length === 0 && trouble === null) {
        await plugin
            .narrate(state.inputs)
            .announce("no droplet carries the tag of this teardown: nothing to destroy");
    }
    await conclude(ended, trouble, state, plugin);
}
