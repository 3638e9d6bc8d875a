import type { Client } from "../provider/clients.js";
import type { Clock } from "../provider/polling/clock.js";
import { nextLookAtMs } from "../provider/polling/interval.js";
import type { Narrator } from "../provider/teardown/effects.js";
import { tearDown, type TeardownRequest } from "../provider/teardown/operation.js";
import { mapBounded } from "./bounded.js";
import type { Entry } from "./exit-code.js";

const AT_ONCE = 20;

export interface FleetEffects {
    readonly clock: Clock;
    readonly client: () => Client;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** Hears of every teardown that has ended. */
    readonly ended: (entry: Entry) => void;
}

/** Tears down many Droplets, some at a time. Never throws: what happened to each is in its report. */
export function runAll(
    requests: readonly TeardownRequest[],
    { clock, client, narratorFor, ended }: FleetEffects,
    signal: AbortSignal,
): Promise<Entry[]> {
    return mapBounded(requests, AT_ONCE, async (request) => {
        const { api, ledger } = client();
        const narrator = narratorFor(request.dropletId);
        const ensureWanted = (): Promise<void> => Promise.resolve();
        const entry = await tearDown(
            request,
            { api, ledger, clock, nextLookAtMs, narrator, ensureWanted },
            signal,
        );
        ended(entry);
        return entry;
    });
}
