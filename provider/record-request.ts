import type { Client } from "./clients.js";
import type { RecordInputs } from "./inputs.js";
import type { Plugin } from "./plugin.js";
import type { State } from "./state.js";
import type { TeardownRequest } from "./teardown/operation.js";
import { timeoutOf, wishesOf } from "./wishes.js";
import type { Subject } from "./with-token.js";

/** What the executor of a recorded Droplet will do, as far as the record knows. */
export function requestOfRecord(
    { inputs, accountId, inventory }: State<RecordInputs>,
    { surroundings: { env } }: Plugin,
): TeardownRequest {
    return {
        ...wishesOf(inputs, inputs.dropletId, env),
        dropletId: inputs.dropletId,
        account: { kind: "recorded", id: accountId },
        approved: null,
        recorded: inventory,
        requireTag: inputs.tag,
        mayCleanUp: false,
        gracefulShutdown: false,
        retries: 0,
        timeoutMs: timeoutOf(inputs, env),
    };
}

/** A team sees only its own Droplets. */
export function subjectOfRecord({ inputs, accountId }: State<RecordInputs>): Subject {
    return {
        accountId,
        isVisible: async ({ api }: Client, signal) => (await api.droplet(inputs.dropletId, signal)) !== null,
    };
}
