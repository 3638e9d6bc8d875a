import type { World } from "../world.js";
import type { Caller } from "./tokens.js";
import type { JsonObject } from "./fields.js";

/** A request as it arrived, before it is known whose it is. */
export interface WireRequest {
    readonly method: string;
    readonly url: URL;
    /** Names in lower case. */
    readonly headers: ReadonlyMap<string, string>;
    readonly body: string;
}

/** A request in the hands of the operation that answers it. */
export interface Call {
    readonly world: World;
    readonly caller: Caller;
    readonly params: Readonly<Record<string, string>>;
    readonly url: URL;
    readonly headers: ReadonlyMap<string, string>;
    readonly body: JsonObject;
}

/** What an operation returns: a status, and a body that will be sent as JSON. */
export interface Reply {
    readonly status: number;
    readonly body: object | null;
}

export function ok(body: object): Reply {
    return { status: 200, body };
}

export function created(body: object): Reply {
    return { status: 201, body };
}

export function accepted(body: object | null = null): Reply {
    return { status: 202, body };
}

export function noContent(): Reply {
    return { status: 204, body: null };
}
