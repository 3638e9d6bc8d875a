import { adviceFor } from "./advice.js";
import type { Client } from "./clients.js";
import { redactTokens } from "./digitalocean/redact.js";
import { keepRecord } from "./keep-record.js";
import { narrateTo } from "./narrator.js";
import { StackError } from "./stack-error.js";
import type { TeardownState } from "./state.js";
import type { Surroundings } from "./surroundings.js";
import { withDeadline } from "./teardown/deadline.js";
import { describeReport } from "./teardown/describe.js";
import { AuthenticationError } from "./teardown/errors.js";
import { tearDown, type TeardownRequest } from "./teardown/operation.js";
import { isSuccess, type Report } from "./teardown/report.js";
import { secretsOf, withToken, type Access, type Attempt } from "./with-token.js";
import { timeoutOf, wishesOf } from "./wishes.js";

/**
 * One delete of the dynamic provider: runs the teardown with the first token that is accepted, tells the
 * engine what happens, and is the one place where a report becomes an error.
 * @throws StackError whose message is the whole report and what to do next
 */
export async function destroyDroplet(
    state: TeardownState,
    access: Access,
    surroundings: Surroundings,
): Promise<void> {
    const { resourceUrn } = state.inputs;
    const secrets = secretsOf(access);
    const narrator = narrateTo(surroundings.engine, resourceUrn, secrets);
    const redact = (text: string): string => redactTokens(text, secrets);
    const request = requestOf(state, surroundings);
    const subject = { dropletId: request.dropletId, accountId: state.accountId };
    const { clock, engine } = surroundings;
    const work = async (client: Client, signal: AbortSignal): Promise<Attempt<Outcome>> => {
        const watched = client.watching(request.dropletId);
        const effects = { ...watched, clock, narrator, ensureWanted: engine.ensureAlive };
        const value = await tearDown(request, effects, signal).finally(() => watched.watch.close());
        return { value, rejected: value.cause instanceof AuthenticationError ? value.cause : null };
    };
    const { value, rejected } = await withDeadline(clock, request.timeoutMs, undefined, (signal) =>
        withToken(access, subject, signal, (client) => work(client, signal)),
    );
    const report = rejected === null ? value.report : { ...value.report, error: rejected.message };
    const place = { endpoint: access.endpoint, account: state.accountId, redact };
    for (const trouble of await keepRecord(report, place, surroundings)) {
        await narrator.announce(trouble);
    }
    if (!isSuccess(report)) {
        const text = [describeReport(report), ...adviceFor(report, resourceUrn, value.cause)].join("\n");
        throw new StackError(redact(text), { cause: value.cause });
    }
    await narrator.announce(describeReport(report));
}

interface Outcome {
    readonly report: Report;
    readonly cause: unknown;
}

function requestOf(state: TeardownState, { env }: Surroundings): TeardownRequest {
    const { inputs, accountId, inventory } = state;
    return {
        ...wishesOf(inputs, env),
        dropletId: inputs.dropletId,
        account: { kind: "recorded", id: accountId },
        approved: null,
        recorded: inventory,
        requireTag: inputs.requireTag ?? null,
        mayCleanUp: inputs.requireTag === undefined,
        gracefulShutdown: inputs.gracefulShutdown,
        retries: inputs.retries,
        timeoutMs: timeoutOf(inputs, env),
    };
}
