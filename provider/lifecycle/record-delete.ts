import { adviceFor, type Ended, refusedReport } from "./advice.js";
import { authorizeDelete, findRecorded, type Refused } from "./authorize-delete.js";
import { conclude } from "./conclude.js";
import { release } from "../ownership/registry.js";
import type { Plugin } from "../access/plugin.js";
import type { RecordState } from "../stored/state.js";
import { type Limits, perform, type Task } from "../access/task.js";
import { MissingTagError, RefusedError, TeardownError } from "../teardown/errors.js";
import { beginFindings } from "../teardown/findings.js";

/**
 * The delete of a record, while state is complete: refuses whatever its executor would refuse, or marks the
 * Droplet as one that the engine was asked to delete.
 * @throws StackError if the Droplet must not be destroyed
 */
export async function deleteRecord(state: RecordState, plugin: Plugin, limits?: Limits): Promise<void> {
    const { inputs } = state;
    const { dropletId, resourceUrn } = inputs;
    const { declarations, runtime } = plugin;
    if (declarations.isReplaced(resourceUrn)) {
        return;
    }
    const other = declarations.another(dropletId, resourceUrn);
    const work = other === undefined ? letGo : leaveToOther;
    const refused = await perform(state, plugin, work, limits).catch((error: unknown) =>
        untouched(state, error, plugin),
    );
    const narrator = plugin.narrate(inputs);
    if (refused !== null) {
        const context = plugin.reportContext(inputs, state.seen.accountId);
        await conclude([refused], null, context, resourceUrn, narrator, runtime);
    } else if (other !== undefined) {
        await narrator.announce(`droplet ${dropletId} is left alone: ${other} declares it as well`);
    }
}

/** Null: the Droplet may go. */
async function letGo(task: Task<RecordState>): Promise<Ended | null> {
    const droplet = await findRecorded(task);
    const { state, plugin } = task;
    try {
        const refused = await authorizeDelete(droplet, task);
        return refused === null ? null : untouched(state, refused.cause, plugin, refused);
    } catch (error) {
        if (error instanceof RefusedError) {
            const { inventory, leftBehind } = state.seen;
            const findings = beginFindings(state.inputs.dropletId, [...inventory, ...leftBehind], droplet);
            return untouched(state, error, plugin, { findings, plan: null });
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
    cause: unknown,
    plugin: Plugin,
    read: Pick<Refused, "findings" | "plan"> | null = null,
): Ended {
    if (!(cause instanceof TeardownError)) {
        throw cause;
    }
    const recorded = [...seen.inventory, ...seen.leftBehind];
    const { findings, plan } = read ?? { findings: beginFindings(inputs.dropletId, recorded), plan: null };
    const report = refusedReport(findings, plan, cause, plugin);
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
