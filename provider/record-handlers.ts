import { checkInputs } from "./check.js";
import type { Client } from "./clients.js";
import { diff, settingFailures, stillManaged, type Handlers, type Props } from "./handlers.js";
import type { RecordInputs } from "./inputs.js";
import { forget } from "./ownership/release.js";
import type { Plugin } from "./plugin.js";
import { recordDroplet, succeedTo } from "./record.js";
import { askToLetGo } from "./record-delete.js";
import { findRemains } from "./teardown/remains.js";
import { look } from "./sighting.js";
import { asStackError } from "./stack-error.js";
import { readRecord, toOutputs, type State } from "./state.js";
import { inventoryText, remainsText } from "./teardown/narrate.js";
import { requestOfRecord } from "./record-request.js";
import type { Subject } from "./with-token.js";

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
    const failures = [...checked.failures, ...settingFailures(inputs, settings)];
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
    const sighting = await plugin.work(inputs, subjectOf({ inputs, ...before }), (client, signal) =>
        recordDroplet(inputs, before, plugin, client, signal),
    );
    plugin.declarations.created(inputs.resourceUrn);
    return { id: plugin.surroundings.newId(), outs: toOutputs({ inputs, ...sighting }) };
}

async function update(plugin: Plugin, olds: Props, news: Props): Result<"update"> {
    const before = readRecord(olds);
    const { inputs } = readRecord(news);
    const sighting = await plugin.work(inputs, subjectOf({ ...before, inputs }), async (client, signal) => {
        const succeeded = await succeedTo(inputs, before, client, signal);
        return recordDroplet(inputs, succeeded, plugin, client, signal);
    });
    return { outs: toOutputs({ inputs, ...sighting }) };
}

/** Leaves the state when the Droplet is gone and a delete would find nothing left to do. */
async function read(plugin: Plugin, id: string, props: Props): Result<"read"> {
    const state = readRecord(props);
    const { inputs, predecessors } = state;
    const { dropletId } = inputs;
    const { clock } = plugin.surroundings;
    const found = await plugin.work(inputs, subjectOf(state), async ({ api, ownership }, signal) => {
        const present = await look({ dropletId, predecessors, before: state }, api, clock, signal);
        if (present !== null) {
            return present;
        }
        const remains = await findRemains(requestOfRecord(state, plugin), api, signal);
        if (!remains.unfinished) {
            await forget(inputs.tag, dropletId, ownership, signal);
        }
        return remains;
    });
    const narrator = plugin.narrate(inputs);
    if ("droplet" in found) {
        await narrator.announce(inventoryText(found.droplet, found.sighting.inventory));
        return { id, props: toOutputs({ inputs, ...found.sighting }) };
    }
    await narrator.announce(remainsText(dropletId, found.left));
    return found.unfinished ? { id, props: toOutputs(state) } : {};
}

/** A team sees only its own Droplets. */
export function subjectOf({ inputs, accountId }: State<RecordInputs>): Subject {
    return {
        accountId,
        isVisible: async ({ api }: Client, signal) => (await api.droplet(inputs.dropletId, signal)) !== null,
    };
}
