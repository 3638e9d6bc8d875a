import { checkInputs } from "./check.js";
import { diff, type Handlers, type Props, settingFailures, stillManaged } from "./handlers.js";
import type { Plugin } from "./plugin.js";
import { recordDroplet, requestOfRecord, subjectOfRecord, succeedTo } from "./record.js";
import { askToLetGo } from "./record-delete.js";
import { findRemains } from "./teardown/remains.js";
import { look } from "./sighting.js";
import { asStackError } from "./conclude.js";
import { readRecord, toOutputs } from "./state.js";
import { inventoryText, remainsText } from "./teardown/narrate.js";

/** The handlers of `DropletRecord`. */
export function recordHandlers(plugin: Plugin): Handlers {
    return {
        configure: (request) => plugin.configure(request),
        check: async (olds, news) => check(plugin, olds, news),
        diff,
        create: (props) => asStackError(() => create(plugin, props)),
        read: (id, props) => asStackError(() => read(plugin, id, props)),
        update: (_id, olds, news) => asStackError(() => update(plugin, olds, news)),
        delete: (_id, props) => asStackError(() => askToLetGo(readRecord(props), plugin)),
    };
}

type Result<Name extends keyof Handlers> = ReturnType<Handlers[Name]>;

async function check({ declarations, settings }: Plugin, olds: Props, news: Props): Result<"check"> {
    const checked = checkInputs("record", news);
    const inputs = stillManaged(checked.inputs, olds);
    const failures = [...checked.failures, ...settingFailures(news, settings)];
    const { dropletId, resourceUrn } = inputs;
    if (typeof dropletId === "number" && typeof resourceUrn === "string") {
        declarations.declare(dropletId, resourceUrn, "record");
        const teardown = declarations.another(dropletId, resourceUrn, "teardown");
        if (teardown !== undefined) {
            const reason = `Droplet ${dropletId} is torn down by this program's Droplet; take ${teardown} out of the program`;
            failures.push({ property: "dropletId", reason });
        }
    }
    return { inputs, failures };
}

async function create(plugin: Plugin, props: Props): Result<"create"> {
    const { inputs } = readRecord(props);
    const before = { inventory: [], accountId: null, recordedAt: "", predecessors: [] };
    const sighting = await plugin.work(inputs, subjectOfRecord({ inputs, ...before }), (client, signal) =>
        recordDroplet(inputs, before, plugin, client, signal),
    );
    plugin.declarations.created(inputs.resourceUrn);
    return { id: plugin.surroundings.newId(), outs: toOutputs({ inputs, ...sighting }) };
}

async function update(plugin: Plugin, olds: Props, news: Props): Result<"update"> {
    const before = readRecord(olds);
    const { inputs } = readRecord(news);
    const sighting = await plugin.work(
        inputs,
        subjectOfRecord({ ...before, inputs }),
        async (client, signal) => {
            const succeeded = await succeedTo(inputs, before, client, signal);
            return recordDroplet(inputs, succeeded, plugin, client, signal);
        },
    );
    return { outs: toOutputs({ inputs, ...sighting }) };
}

/** Leaves state when the Droplet is gone and a delete would have nothing to do. */
async function read(plugin: Plugin, id: string, props: Props): Result<"read"> {
    const state = readRecord(props);
    const { inputs, predecessors } = state;
    const { dropletId } = inputs;
    const { clock } = plugin.surroundings;
    const found = await plugin.work(inputs, subjectOfRecord(state), async ({ api }, signal) => {
        const present = await look({ dropletId, predecessors, before: state }, api, clock, signal);
        return present ?? findRemains(requestOfRecord(state, plugin), api, signal);
    });
    const narrator = plugin.narrate(inputs);
    if ("droplet" in found) {
        await narrator.announce(inventoryText(found.droplet, found.sighting.inventory));
        return { id, props: toOutputs({ inputs, ...found.sighting }) };
    }
    await narrator.announce(remainsText(dropletId, found.left));
    return found.unfinished ? { id, props: toOutputs(state) } : {};
}
