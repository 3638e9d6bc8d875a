import type { Client, ClientFor } from "./clients.js";
import type { Credential } from "./credentials.js";
import type { Endpoint } from "./digitalocean/endpoint.js";
import { AuthenticationError, RefusedError, TeardownError } from "./teardown/errors.js";

/** Where a piece of work may be done. */
export interface Access {
    readonly credentials: readonly Credential[];
    readonly endpoint: Endpoint;
    readonly clientFor: ClientFor;
}

/** What must not be shown. */
export function secretsOf({ credentials }: Access): string[] {
    return credentials.map(({ token }) => token);
}

/** The Droplet that the work is about, by which a replacement token is judged. */
export interface Subject {
    readonly dropletId: number;
    /** The account that it was recorded in; null: not known. */
    readonly accountId: string | null;
}

/** What one attempt came to; `rejected` is the 401 that ended it. */
export interface Attempt<T> {
    readonly value: T;
    readonly rejected: AuthenticationError | null;
}

/**
 * Does the work with the first token that DigitalOcean accepts. At destroy the engine hands over the
 * configuration of the last `up`, so a token that was rotated since is the normal case. A token after the
 * first must belong to the same team.
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

/** Why a token that is not the first must not be used; null where it may, or where it is rejected as well. */
async function objectionTo({ api }: Client, subject: Subject, signal: AbortSignal): Promise<string | null> {
    try {
        const account = subject.accountId === null ? null : await api.account(signal);
        if (account !== null) {
            return account.id === subject.accountId ? null : "of another team";
        }
        // A team sees only its own Droplets.
        return (await api.droplet(subject.dropletId, signal)) === null ? "cannot see the droplet" : null;
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
