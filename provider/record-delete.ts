import type { Client } from "./clients.js";
import type { RecordInputs } from "./inputs.js";
import { mark, release } from "./ownership/release.js";
import { carriesAnother } from "./ownership/verdict.js";
import type { Plugin } from "./plugin.js";
import { preflight } from "./teardown/preflight.js";
import { subjectOf } from "./record-handlers.js";
import { requestOfRecord } from "./record-request.js";
import type { State } from "./state.js";
import { hasTag, refuseWithoutTag } from "./teardown/tag-guard.js";
import { confirmSameAccount } from "./teardown/same-account.js";

/**
 * The delete of a record, while the state is whole: refuses what its executor would have to refuse, or marks
 * the Droplet. From here on the engine has been asked to let it go.
 * @throws RefusedError where the Droplet must not be destroyed
 */
export async function askToLetGo(state: State<RecordInputs>, plugin: Plugin): Promise<void> {
    const { inputs } = state;
    const { dropletId, resourceUrn } = inputs;
    const { declarations } = plugin;
    if (declarations.isReplaced(resourceUrn)) {
        return;
    }
    declarations.withdraw(dropletId, resourceUrn);
    const other = declarations.another(dropletId, resourceUrn);
    await plugin.surroundings.engine.ensureAlive();
    await plugin.work(inputs, subjectOf(state), async (client, signal) => {
        if (other !== undefined) {
            await letGo(state, plugin, client, signal);
            await plugin
                .narrate(inputs)
                .announce(`droplet ${dropletId} is left alone: ${other} declares it as well`);
            return;
        }
        await ask(state, plugin, client, signal);
    });
}

async function ask(
    state: State<RecordInputs>,
    plugin: Plugin,
    { api, ownership }: Client,
    signal: AbortSignal,
): Promise<void> {
    const { inputs, accountId, inventory, predecessors } = state;
    const { dropletId, tag } = inputs;
    const droplet = await api.droplet(dropletId, signal);
    if (droplet === null) {
        // It may have been somebody else's when it went, so it is not marked: what it left is only reported.
        await confirmSameAccount({ kind: "recorded", id: accountId }, api, signal);
        plugin.lastWords.asked(tag, dropletId, { marked: false, recorded: inventory });
    } else if (hasTag(droplet, tag)) {
        await preflight(droplet, requestOfRecord(state, plugin), api, signal);
        await mark(tag, dropletId, ownership, signal);
        plugin.lastWords.asked(tag, dropletId, { marked: true, recorded: inventory });
    } else if (inputs.enabled && !carriesAnother(droplet, tag)) {
        refuseWithoutTag(droplet, tag);
    }
    for (const predecessor of predecessors) {
        plugin.lastWords.asked(tag, predecessor, { marked: true, recorded: inventory });
    }
}

async function letGo(
    { inputs: { tag, dropletId } }: State<RecordInputs>,
    { lastWords }: Plugin,
    { ownership }: Client,
    signal: AbortSignal,
): Promise<void> {
    await release(tag, dropletId, ownership, signal);
    lastWords.released(tag, dropletId);
}
