import { parseEndpoint, PUBLIC_ENDPOINT, type Endpoint } from "./digitalocean/endpoint.js";

/** A token, and where it comes from in a user's words. */
export interface Credential {
    readonly token: string;
    readonly source: string;
}

/** Sources of tokens and endpoints, besides the resource's own argument. */
export interface Settings {
    /** Stack configuration by full key, such as `digitalocean:token`. */
    readonly config: (key: string) => string | undefined;
    /** Environment variables. */
    readonly env: (name: string) => string | undefined;
}

export const TOKEN_ARGUMENT = "the argument token";

/** All available tokens, in the order in which they are tried, without duplicates. */
export function credentials(argument: string | undefined, { config, env }: Settings): Credential[] {
    const sources: readonly (readonly [string, string | undefined])[] = [
        [TOKEN_ARGUMENT, argument],
        ["the stack configuration digitalocean:token", config("digitalocean:token")],
        ["DIGITALOCEAN_TOKEN", env("DIGITALOCEAN_TOKEN")],
        ["DIGITALOCEAN_ACCESS_TOKEN", env("DIGITALOCEAN_ACCESS_TOKEN")],
    ];
    const found: Credential[] = [];
    for (const [source, value] of sources) {
        const token = value?.trim() ?? "";
        if (token !== "" && !found.some((other) => other.token === token)) {
            found.push({ token, source });
        }
    }
    return found;
}

export const NO_TOKEN =
    "there is no DigitalOcean token: set it with `pulumi config set --secret digitalocean:token`, " +
    "or in DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN";

/**
 * @param argument the endpoint of an explicit provider
 * @throws RefusedError for an endpoint that must not receive a token
 */
export function endpoint(argument: string | undefined, { config, env }: Settings): Endpoint {
    const given = [argument, config("digitalocean:apiEndpoint"), env("DIGITALOCEAN_API_URL")];
    return parseEndpoint(
        given.find((value) => value !== undefined && value.trim() !== "") ?? PUBLIC_ENDPOINT,
    );
}
