import type { Caller } from "./call.js";
import { unauthorized } from "./reply.js";

/** What a token opens. */
export interface Grant {
    /** "default" unless said. Teams come into being by being named. */
    readonly team?: string;
    /** Everything unless said; for example `["droplet:read", "droplet:delete"]`. */
    readonly scopes?: readonly string[];
    readonly revoked?: boolean;
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
