import { createRemote } from "../provider/access/clients.js";
import { createCatalog } from "../provider/digitalocean/api.js";
import { listingKey, type MeteredApi, Pool } from "../provider/fleet/pool.js";
import { shareFrom } from "../provider/polling/rate-limiter.js";
import { ApiError, AuthenticationError, RefusedError } from "../provider/teardown/errors.js";
import type { Catalog } from "../provider/teardown/ports.js";
import { connect, type WatchedConnection } from "./connection.js";
import type { CliRuntime } from "./runtime.js";

/** The Droplets of a run need not share a tag. */
const ALL_DROPLETS = listingKey({ by: "type", type: "droplets" });

/** One run's access to DigitalOcean, under one rate limiter. */
export interface Session extends Pick<WatchedConnection, "endpoint" | "requests" | "obstacle" | "serverNow"> {
    readonly catalog: Catalog;
    /** The API for one operation, with its own request count. */
    readonly client: () => MeteredApi;
    /** What all teardowns of the run share. */
    readonly pool: Pool;
    /** Id of the token's account; null if it cannot be read. */
    account(signal: AbortSignal): Promise<string | null>;
}

/**
 * @throws RefusedError if there is no token, or for an endpoint that must not receive one
 */
export function openSession(runtime: CliRuntime): Session {
    const connection = connect(runtime);
    const { endpoint, clock, requests, obstacle, serverNow } = connection;
    const remote = createRemote(connection);
    const pool = new Pool({
        clock,
        remote,
        share: shareFrom(runtime.env),
        listingFor: () => ALL_DROPLETS,
        aim: "last",
    });
    const client = (): MeteredApi => remote.client(pool.limiter);
    const own = client();
    return {
        endpoint,
        catalog: createCatalog({ ...connection, limiter: pool.limiter }),
        client,
        pool,
        account: async (signal) => (await unlessUnanswered(own.api.account(signal)))?.id ?? null,
        requests,
        obstacle,
        serverNow,
    };
}

/** The account is only for the report: if the server does not provide it, the run continues. */
function unlessUnanswered<T>(work: Promise<T>): Promise<T | null> {
    return work.catch((error: unknown) => {
        if (error instanceof ApiError && !(error instanceof AuthenticationError)) {
            return null;
        }
        throw error;
    });
}

/**
 * @param wanted the team of the token; null: any
 * @throws RefusedError if the token belongs to another team
 */
export function refuseOtherAccount(wanted: string | null, account: string | null): void {
    if (wanted === null || wanted === account?.toLowerCase()) {
        return;
    }
    if (account === null) {
        throw new RefusedError(
            `nothing was destroyed: the token cannot tell its team, and --account wants ${wanted}. Give it the scope account:read`,
            "scope-missing",
        );
    }
    throw new RefusedError(
        `nothing was destroyed: the token belongs to team ${account}, and --account wants ${wanted}`,
        "wrong-team",
    );
}
