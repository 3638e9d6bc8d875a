import { adviceFor, type Ended } from "./advice.js";
import { authorizeDelete, findRecorded } from "./authorize-delete.js";
import { conclude } from "./conclude.js";
import { untouchedReport } from "./teardown/report.js";
import { release } from "./ownership/registry.js";
import type { Plugin } from "./plugin.js";
import type { RecordState } from "./state.js";
import { perform, type Task } from "./task.js";
import { MissingTagError, RefusedError, TeardownError } from "./teardown/errors.js";
import type { Droplet } from "./teardown/model.js";

/**
 * The delete of a record, while state is complete: refuses whatever its executor would refuse, or marks the
 * Droplet as one that the engine was asked to delete.
 * @throws StackError if the Droplet must not be destroyed
 */
export async function deleteRecord(state: RecordState, plugin: Plugin, caller?: AbortSignal): Promise<void> {
    const { inputs } = state;
    const { dropletId, resourceUrn } = inputs;
    const { declarations, runtime } = plugin;
    if (declarations.isReplaced(resourceUrn)) {
        return;
    }
    const other = declarations.another(dropletId, resourceUrn);
    const work = other === undefined ? letGo : leaveToOther;
    const refused = await perform(state, plugin, work, caller).catch((error: unknown) =>
        untouched(state, null, error, plugin),
    );
    const narrator = plugin.narrate(inputs);
    if (refused !== null) {
        const context = plugin.reportContext(inputs, state.seen.accountId);
        await conclude([refused], context, resourceUrn, narrator, runtime);
    } else if (other !== undefined) {
        await narrator.announce(`droplet ${dropletId} is left alone: ${other} declares it as well`);
    }
}

/** Null: the Droplet may go. */
async function letGo(task: Task<RecordState>): Promise<Ended | null> {
    const droplet = await findRecorded(task);
    try {
        await authorizeDelete(droplet, task);
        return null;
    } catch (error) {
        if (error instanceof RefusedError) {
            return untouched(task.state, droplet, error, task.plugin);
        }
        throw error;
    }
}

/** Another resource of the program now declares it. */
async function leaveToOther({ state, plugin, client, signal }: Task<RecordState>): Promise<null> {
    const { tag, dropletId } = state.inputs;
    await release(tag, dropletId, client.ownership, signal);
    plugin.handoff.released(tag, dropletId);
    return null;
}

/** Reports an error like a destroy does: with the Droplet, its cost and what to do next. */
function untouched(
    { inputs, seen }: RecordState,
    droplet: Droplet | null,
    cause: unknown,
    { runtime: { clock } }: Plugin,
): Ended {
    if (!(cause instanceof TeardownError)) {
        throw cause;
    }
    const outcome = cause instanceof RefusedError ? "refused" : "failed";
    const recorded = [...seen.inventory, ...seen.leftBehind];
    const facts = { dropletId: inputs.dropletId, droplet, recorded, outcome } as const;
    const report = untouchedReport(facts, cause.message, clock.now());
    const advice =
        cause instanceof MissingTagError
            ? untaggedAdvice(inputs, cause.tag)
            : adviceFor(report, inputs.resourceUrn, cause);
    return { report, cause, advice };
}

function untaggedAdvice({ dropletId, imported, resourceUrn }: RecordState["inputs"], tag: string): string[] {
    return [
        ...(imported ? ["It was imported: `pulumi up` puts the tag on; then repeat this command."] : []),
        "To hand it back to the official provider, run `pulumi up` with `teardown: { enabled: false }` first (under `tearDownDroplets`: with `handBack: true` in its rule, or with `enabled: false` for all).",
        `To keep it, \`pulumi state delete '${resourceUrn ?? "<urn>"}'\` takes its record out of the stack; then repeat this command, which says how to go on.`,
        `To destroy it, \`doctl compute droplet tag ${dropletId} --tag-name ${tag}\` puts the tag back; then repeat this command.`,
    ];
}
