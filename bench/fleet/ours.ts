import { Pool } from "../../provider/fleet/pool.js";
import { teardownAll } from "../../provider/fleet/teardown-all.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import { isSuccess } from "../../provider/teardown/report.js";
import type { VirtualClock } from "../../simulator/virtual-clock.js";
import type { FleetModel } from "./model.js";
import { remoteOf } from "./remote.js";
import type { Wire } from "./wire.js";

/** Tears the model's Droplets down with the package's own parts, as they are; returns how many failed. */
export async function runOurs(
    model: FleetModel,
    wire: Wire,
    clock: VirtualClock,
    share: number,
    signal?: AbortSignal,
): Promise<number> {
    let failed = 0;
    const pool = new Pool({
        clock,
        share,
        remote: remoteOf(model, wire, clock),
        listingOf: () => null,
        aim: "last",
    });
    await teardownAll(
        {
            droplets: { tag: "preview" },
            policy: resolvePolicy("destroy"),
            keep: [],
            account: { kind: "any" },
            approved: null,
            requireTag: null,
            mayCleanUp: true,
            gracefulShutdown: false,
            retries: 3,
            timeoutMs: 24 * 3_600_000,
        },
        {
            pool,
            clock,
            ensureWanted: () => Promise.resolve(),
            narratorFor: () => ({ announce: () => Promise.resolve(), progress: () => undefined }),
            progress: () => undefined,
            report: (report) => (failed += isSuccess(report) ? 0 : 1),
        },
        signal,
    );
    return failed;
}
