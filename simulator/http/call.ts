import type { World } from "../world.js";
import { type JsonObject, texts } from "./fields.js";
import { forbidden, type Reply } from "./reply.js";

/** A request in the hands of the operation that answers it. */
export interface Call {
    readonly world: World;
    readonly caller: Caller;
    readonly params: Readonly<Record<string, string>>;
    readonly url: URL;
    readonly headers: ReadonlyMap<string, string>;
    readonly body: JsonObject;
}

/** Who is asking. */
export interface Caller {
    readonly token: string;
    readonly team: string;
    readonly scopes: readonly string[] | null;
}

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

export type Operation = (call: Call) => Reply;

/** An endpoint: `GET /v2/droplets/:id`, the scopes it takes (all of them), and who answers. */
export interface Route {
    readonly endpoint: string;
    readonly scopes: readonly string[];
    readonly answer: Operation;
}

/** Tags in the body of a create take a scope of their own. */
export function requireTagging(call: Call): void {
    if (texts(call.body, "tags").length > 0) {
        requireScopes(call.caller, ["tag:create"]);
    }
}
