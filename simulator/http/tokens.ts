import { createHash } from "node:crypto";
import type { Caller } from "./call.js";
import { unauthorized } from "./reply.js";

/** What a token opens. */
export interface Grant {
    /** "default" unless said, or one for each token. Teams come into being by being named. */
    readonly team?: string;
    /** Everything unless said; for example `["droplet:read", "droplet:delete"]`. */
    readonly scopes?: readonly string[];
    readonly revoked?: boolean;
}

const PERSONAL_TOKEN = /^dop_v1_[0-9a-f]{64}$/;

export interface TokenOptions {
    /** Accepted tokens; without it, any token shaped like a personal access token. */
    readonly tokens?: Readonly<Record<string, Grant>>;
    /** Each token that no team is named for has a team of its own. */
    readonly teamPerToken?: boolean;
}

/** The tokens that the simulator accepts. */
export class Tokens {
    readonly #options: TokenOptions;
    #grants: Map<string, Grant>;

    constructor(options: TokenOptions) {
        this.#options = options;
        this.#grants = new Map(Object.entries(options.tokens ?? {}));
    }

    /** Those from the start, as they were then. */
    reset(): void {
        this.#grants = new Map(Object.entries(this.#options.tokens ?? {}));
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
        return { token, team: grant.team ?? this.#teamFor(token), scopes: grant.scopes ?? null };
    }

    #anybody(token: string): Grant | null {
        return this.#options.tokens === undefined && PERSONAL_TOKEN.test(token) ? {} : null;
    }

    #teamFor(token: string): string {
        return this.#options.teamPerToken === true
            ? `team-${createHash("sha256").update(token).digest("hex").slice(0, 12)}`
            : DEFAULT_TEAM;
    }
}

export const DEFAULT_TEAM = "default";
