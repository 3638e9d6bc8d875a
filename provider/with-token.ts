import type { Client, ClientFor } from "./clients.js";
import type { Credential } from "./credentials.js";
import type { Endpoint } from "./digitalocean/endpoint.js";
import { AuthenticationError, RefusedError, TeardownError } from "./teardown/errors.js";

/** The connection for one piece of work. */
export interface Access {
    readonly credentials: readonly Credential[];
    readonly endpoint: Endpoint;
    readonly clientFor: ClientFor;
}

/** Secrets that must not be shown. */
export function secretsOf({ credentials }: Access): string[] {
    return credentials.map(({ token }) => token);
}

/** What the work concerns, to validate a replacement token. */
export interface Subject {
    /** The recorded team; null: unknown. */
    readonly accountId: string | null;
    /** Whether the token sees it, since a team sees only its own. Called if the team is unknown. */
    readonly isVisible: (client: Client, signal: AbortSignal) => Promise<boolean>;
}

/** Result of one attempt; `rejected` is the 401 that ended it. */
export interface Attempt<T> {
    readonly value: T;
    readonly rejected: AuthenticationError | null;
}

/**
 * Runs the work with the first token that DigitalOcean accepts. At destroy, the engine passes the configuration of
 * the last `up`, so a token rotated since then is the normal case. A later token must belong to the same team.
 * @returns the attempt that was not rejected; else the last one, its message naming every token tried
 */
export async function withToken<T>(
    access: Access,
    subject: Subject,
    signal: AbortSignal,
    work: (client: Client) => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
    const tried: string[] = [];
    let last: Attempt<T> | null = null;
    for (const { token, source } of access.credentials) {
        const client = access.clientFor(token, access.endpoint);
        const objection = last === null ? null : await objectionTo(client, subject, signal);
        if (objection !== null) {
            tried.push(`${source} (${objection})`);
            continue;
        }
        last = await work(client);
        if (last.rejected === null) {
            return last;
        }
        tried.push(source);
    }
    if (last?.rejected == null) {
        throw new RefusedError("no token to work with");
    }
    return { ...last, rejected: rejection(tried, last.rejected) };
}

/** Why a later token must not be used; null if it may, or if it is rejected as well. */
async function objectionTo(client: Client, subject: Subject, signal: AbortSignal): Promise<string | null> {
    try {
        const account = subject.accountId === null ? null : await client.api.account(signal);
        if (account !== null) {
            return account.id === subject.accountId ? null : "of another team";
        }
        return (await subject.isVisible(client, signal)) ? null : "cannot see the droplet";
    } catch (error) {
        if (error instanceof AuthenticationError) {
            return null;
        }
        if (error instanceof TeardownError) {
            return `could not be checked: ${error.message}`;
        }
        throw error;
    }
}

function rejection(tried: readonly string[], last: AuthenticationError): AuthenticationError {
    const message =
        `DigitalOcean accepts none of the tokens there are: ${tried.join(", ")}. ` +
        "A destroy runs with the stack configuration of the last `pulumi up`: set DIGITALOCEAN_TOKEN to a valid " +
        "token of the same team and run it again, or `pulumi config set --secret digitalocean:token` and `pulumi up`";
    return new AuthenticationError(message, last.status, last.requestId, { cause: last });
}
