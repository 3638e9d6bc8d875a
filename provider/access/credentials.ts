import { type Endpoint, parseEndpoint, PUBLIC_ENDPOINT } from "../digitalocean/connection.js";
import type { Client, ClientFor } from "./clients.js";
import type { TeardownInputs, RecordInputs } from "../stored/inputs.js";
import type { TokenAdvice } from "./runtime.js";
import { findDroplet } from "../teardown/assess.js";
import { AuthenticationError, RefusedError, TeardownError } from "../teardown/errors.js";

/** A token, and where it comes from in a user's words. */
export interface Credential {
    readonly token: string;
    readonly source: string;
}

/** Sources of tokens and endpoints, besides the resource's own argument. */
export interface TokenSources {
    /** Stack configuration by full key, such as `digitalocean:token`. */
    readonly config: (key: string) => string | undefined;
    /** What comes before the colon of these keys; "digitalocean" unless said. */
    readonly configuration?: string;
    /** Environment variables. */
    readonly env: (name: string) => string | undefined;
}

export const TOKEN_ARGUMENT = "the argument token";

/** All available tokens, in the order in which they are tried, without duplicates. */
export function credentials(argument: string | undefined, sources: TokenSources): Credential[] {
    const { config, env } = sources;
    const key = configurationKey("token", sources);
    const places: readonly (readonly [string, string | undefined])[] = [
        [TOKEN_ARGUMENT, argument],
        [`the stack configuration ${key}`, config(key)],
        ["DIGITALOCEAN_TOKEN", env("DIGITALOCEAN_TOKEN")],
        ["DIGITALOCEAN_ACCESS_TOKEN", env("DIGITALOCEAN_ACCESS_TOKEN")],
    ];
    const found: Credential[] = [];
    for (const [source, value] of places) {
        const token = value?.trim() ?? "";
        if (token !== "" && !found.some((other) => other.token === token)) {
            found.push({ token, source });
        }
    }
    return found;
}

/**
 * @param argument the endpoint of an explicit provider
 * @throws RefusedError for an endpoint that must not receive a token
 */
export function endpoint(argument: string | undefined, sources: TokenSources): Endpoint {
    const configured = sources.config(configurationKey("apiEndpoint", sources));
    const given = [argument, configured, sources.env("DIGITALOCEAN_API_URL")];
    return parseEndpoint(
        given.find((value) => value !== undefined && value.trim() !== "") ?? PUBLIC_ENDPOINT,
    );
}

/** The full key of a setting in the stack configuration. */
export function configurationKey(
    setting: "token" | "apiEndpoint",
    { configuration = "digitalocean" }: TokenSources,
): string {
    return `${configuration}:${setting}`;
}

/** The connection for one piece of work. */
export interface Access {
    readonly credentials: readonly Credential[];
    readonly endpoint: Endpoint;
    readonly clientFor: ClientFor;
    readonly advice: TokenAdvice;
}

/** Secrets that must not be shown. */
export function secretsOf({ credentials }: Access): string[] {
    return credentials.map(({ token }) => token);
}

/** What the work concerns, to validate a replacement token. */
export interface TokenSubject {
    /** The recorded team; null: unknown. */
    readonly accountId: string | null;
    /** Whether the token sees it, since a team sees only its own. Called if the team is unknown. */
    readonly isVisible: (client: Client, signal: AbortSignal) => Promise<boolean>;
}

/** A resource's Droplet, or its tag where that is all there is. */
export function subjectOf(inputs: TeardownInputs | RecordInputs, accountId: string | null): TokenSubject {
    return {
        accountId,
        isVisible: async ({ api, ownership }, signal) =>
            "dropletId" in inputs
                ? (await findDroplet(inputs.dropletId, api, signal)) !== null
                : (await ownership.tagCounts(inputs.tag, signal)) !== null,
    };
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
    subject: TokenSubject,
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
        throw new RefusedError("no usable DigitalOcean token", { code: "no-token" });
    }
    return { ...last, rejected: rejection(tried, last.rejected, access.advice) };
}

/** Why a later token must not be used; null if it may, or if it is rejected as well. */
async function objectionTo(
    client: Client,
    subject: TokenSubject,
    signal: AbortSignal,
): Promise<string | null> {
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

function rejection(
    tried: readonly string[],
    last: AuthenticationError,
    { rejected }: TokenAdvice,
): AuthenticationError {
    const message = `DigitalOcean rejected every available token: ${tried.join(", ")}. ${rejected}`;
    return new AuthenticationError(message, last.status, last.requestId, { cause: last });
}
