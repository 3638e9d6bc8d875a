import { forbidden, unauthorized } from "./errors.js";

/** What a token opens. */
export interface Grant {
    /** "default" unless said. Teams come into being by being named. */
    readonly team?: string;
    /** Everything unless said; for example `["droplet:read", "droplet:delete"]`. */
    readonly scopes?: readonly string[];
    readonly revoked?: boolean;
}

/** Who is asking. */
export interface Caller {
    readonly token: string;
    readonly team: string;
    readonly scopes: readonly string[] | null;
}

const PERSONAL_TOKEN = /^dop_v1_[0-9a-f]{64}$/;

/** The tokens that the simulator accepts. */
export class Tokens {
    readonly #grants = new Map<string, Grant>();
    readonly #acceptAnyPersonalToken: boolean;

    /** Without a list every token in the form of a personal access token is the default team's. */
    constructor(grants?: Readonly<Record<string, Grant>>) {
        this.#acceptAnyPersonalToken = grants === undefined;
        for (const [token, grant] of Object.entries(grants ?? {})) {
            this.set(token, grant);
        }
    }

    set(token: string, grant: Grant): void {
        this.#grants.set(token, grant);
    }

    authenticate(authorization: string | undefined): Caller {
        const token = /^bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
        const grant = this.#grants.get(token) ?? this.#anybody(token);
        if (grant === null || grant.revoked === true) {
            throw unauthorized();
        }
        return { token, team: grant.team ?? DEFAULT_TEAM, scopes: grant.scopes ?? null };
    }

    #anybody(token: string): Grant | null {
        return this.#acceptAnyPersonalToken && PERSONAL_TOKEN.test(token) ? {} : null;
    }
}

export const DEFAULT_TEAM = "default";

export function hasScope(caller: Caller, scope: string): boolean {
    return caller.scopes === null || caller.scopes.includes(scope);
}

/** Throws 403 unless the caller holds all of them. */
export function requireScopes(caller: Caller, scopes: readonly string[]): void {
    if (!scopes.every((scope) => hasScope(caller, scope))) {
        throw forbidden();
    }
}

/** Throws 403 unless the caller holds one of them. */
export function requireOneOf(caller: Caller, scopes: readonly string[]): void {
    if (!scopes.some((scope) => hasScope(caller, scope))) {
        throw forbidden();
    }
}
