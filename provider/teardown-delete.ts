import { conclude } from "./conclude.js";
import { writeReportFiles } from "./report-files.js";
import type { Attempt } from "./credentials.js";
import { type Executed, Executor } from "./executor.js";
import type { TeardownById } from "./inputs.js";
import type { Plugin } from "./plugin.js";
import { requestById } from "./requests.js";
import type { TeardownByIdState, TeardownState } from "./state.js";
import { attempt, Task } from "./task.js";
import { AuthenticationError, TeardownError } from "./teardown/errors.js";

const NOTHING_DONE: Executed = { ended: [], tagTrouble: null };

/**
 * The delete of a teardown: of the Droplet that a program declares by its id, or of all with an executor's tag.
 * @throws StackError whose message is the report, unless all that was to go is verified to be gone
 */
export async function deleteTeardown(
    state: TeardownState,
    plugin: Plugin,
    caller?: AbortSignal,
): Promise<void> {
    const { inputs } = state;
    const reason = inputs.by === "id" ? reasonToSkip(inputs, plugin) : null;
    if (reason !== null) {
        await plugin.narrate(inputs).announce(reason);
        return;
    }
    const { rejected, value } = await attempt(state, plugin, (task) => settle(execute(task)), caller).catch(
        (error: unknown) => failed(error, state, plugin),
    );
    if (rejected !== null && value.ended.length === 0) {
        return failed(rejected, state, plugin);
    }
    await report(rejected === null ? value : withRejection(value, rejected), state, plugin);
}

/** Nothing is known of any Droplet. */
async function failed(error: unknown, { inputs, accountId }: TeardownState, plugin: Plugin): Promise<never> {
    if (error instanceof TeardownError) {
        const context = plugin.reportContext(inputs, accountId);
        await writeReportFiles([], error.message, context, plugin.narrate(inputs), plugin.runtime);
    }
    throw error;
}

/** Why the delete of a teardown by id leaves its Droplet alone; null if it does not. */
function reasonToSkip({ dropletId, resourceUrn }: TeardownById, { declarations }: Plugin): string | null {
    if (declarations.isReplaced(resourceUrn)) {
        return `droplet ${dropletId} is left alone: its teardown is being replaced`;
    }
    declarations.withdraw(dropletId, resourceUrn);
    const other = declarations.another(dropletId, resourceUrn);
    return other === undefined ? null : `droplet ${dropletId} is left alone: ${other} tears it down as well`;
}

function execute({ state, plugin, client, signal }: Task<TeardownState>): Promise<Executed> {
    const { inputs } = state;
    return inputs.by === "id"
        ? tearDownById(new Task({ ...state, inputs }, plugin, client, signal))
        : new Executor(new Task({ ...state, inputs }, plugin, client, signal)).run();
}

async function tearDownById(task: Task<TeardownByIdState>): Promise<Executed> {
    const { state, plugin, client } = task;
    const watched = client.watching(state.inputs.dropletId);
    const ended = await task.tearDown(requestById(state, plugin.runtime.env), watched);
    return { ...NOTHING_DONE, ended: [ended] };
}

/** A 401 is an outcome here, not an exception: another token may work. */
async function settle(work: Promise<Executed>): Promise<Attempt<Executed>> {
    try {
        const value = await work;
        const causes = value.ended.map(({ cause }) => cause);
        return { value, rejected: causes.find((cause) => cause instanceof AuthenticationError) ?? null };
    } catch (error) {
        if (error instanceof AuthenticationError) {
            return { value: NOTHING_DONE, rejected: error };
        }
        throw error;
    }
}

/** A report that a 401 ended names every token tried. */
function withRejection({ ended, tagTrouble }: Executed, { message }: AuthenticationError): Executed {
    return {
        tagTrouble,
        ended: ended.map((one) =>
            one.cause instanceof AuthenticationError
                ? { ...one, report: { ...one.report, error: message } }
                : one,
        ),
    };
}

async function report({ ended, tagTrouble }: Executed, state: TeardownState, plugin: Plugin): Promise<void> {
    const { inputs, accountId } = state;
    const narrator = plugin.narrate(inputs);
    if (ended.length === 0) {
        await narrator.announce("no droplet carries the tag of this teardown: nothing to destroy");
    }
    await conclude(
        ended,
        plugin.reportContext(inputs, accountId),
        inputs.resourceUrn,
        narrator,
        plugin.runtime,
    );
    if (tagTrouble !== null) {
        throw new TeardownError(
            `everything is destroyed, but tags of this teardown are still in the account: ${tagTrouble.message}. ` +
                "Run `pulumi destroy` again",
        );
    }
}
