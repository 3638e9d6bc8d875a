import type { Grant } from "../../simulator/index.js";
import { personalToken, TOKEN } from "../support/teardown-world.js";
import type { Kind, TokenKind, World } from "./world.js";

export const CLI_TOKEN = personalToken("c11");
/** Of somebody else in the team. */
export const SOMEBODY = personalToken("5e");
/** Of a team that has nothing of ours. */
const STRANGER = personalToken("57");
const REVOKED = personalToken("dead");
/** Everything that must be in no output. */
export const SECRETS = [TOKEN, CLI_TOKEN, STRANGER, REVOKED];

export const OTHER_TEAM = "another team";

/** The tokens of a process, in the order in which it tries them. */
export function listTokens(kind: TokenKind, own: string): readonly string[] {
    switch (kind) {
        case "own":
            return [own];
        case "own after a revoked one":
            return [REVOKED, own];
        case "stranger":
            return [STRANGER];
        case "stranger after a revoked one":
            return [REVOKED, STRANGER];
    }
}

/** Whether it sees nothing of ours. */
export function isStranger(kind: TokenKind = "own"): boolean {
    return kind === "stranger" || kind === "stranger after a revoked one";
}

const READ_SCOPES: Readonly<Record<Kind, string>> = {
    reserved_ip: "reserved_ip:read",
    snapshot: "image:read",
    volume: "block_storage:read",
    volume_snapshot: "block_storage_snapshot:read",
};

const SCOPES = [
    ...["droplet:read", "droplet:delete", "droplet:update", "tag:read", "tag:create", "tag:delete"],
    ...["account:read", "block_storage:delete", "block_storage_snapshot:delete"],
    ...["image:delete", "image:update", "reserved_ip:delete", "actions:read"],
];

/** What each token opens. */
export function grants({ hiddenKinds }: World, own: string): Record<string, Grant> {
    const reading = Object.entries(READ_SCOPES)
        .filter(([kind]) => !hiddenKinds.includes(kind as Kind))
        .map(([, scope]) => scope);
    return {
        [own]: hiddenKinds.length === 0 ? {} : { scopes: [...SCOPES, ...reading] },
        [SOMEBODY]: {},
        [STRANGER]: { team: OTHER_TEAM },
        [REVOKED]: { revoked: true },
    };
}
