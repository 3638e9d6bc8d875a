import { createHash } from "node:crypto";

/** The identifier of a team: always the same for the same name. */
export function teamUuid(team: string): string {
    return createHash("sha1").update(`team ${team}`).digest("hex");
}

export function userUuid(team: string): string {
    return createHash("sha1").update(`user ${team}`).digest("hex");
}
