import type { World } from "../world.js";
import { requireScopes, type Route } from "./call.js";
import { parseBody } from "./fields.js";
import { notFound, type Reply, WireError } from "./reply.js";
import { Router } from "./router.js";
import type { Tokens } from "./tokens.js";
import type { WireRequest } from "./wire.js";

/** An answer with everything that every answer carries. */
export interface Answer extends Reply {
    readonly headers: Readonly<Record<string, string>>;
}

/** Turns requests into answers: rate limit, authentication, routing, scopes, operation, errors. */
export class Api {
    readonly #world: World;
    readonly #tokens: Tokens;
    readonly #router: Router;
    #requests = 0;

    constructor(world: World, tokens: Tokens, routes: readonly Route[]) {
        this.#world = world;
        this.#tokens = tokens;
        this.#router = new Router(routes);
    }

    /** With `instead` the request is counted and refused with that error. */
    answer(request: WireRequest, instead: WireError | null = null): Answer {
        const requestId = this.#nextRequestId();
        const headers: Record<string, string> = {
            date: new Date(this.#world.agenda.now()).toUTCString(),
            "x-request-id": requestId,
        };
        try {
            Object.assign(headers, this.#limit(request));
            if (instead !== null) {
                throw instead;
            }
            const reply = this.#operate(request);
            return { ...reply, headers: { ...headers, ...reply.headers } };
        } catch (error) {
            if (!(error instanceof WireError)) {
                throw error;
            }
            const usual = { id: error.id, message: error.message, request_id: requestId };
            const body = error.body ?? usual;
            return { status: error.status, body, headers: { ...headers, ...error.headers } };
        }
    }

    #limit(request: WireRequest): Record<string, string> {
        const authorization = request.headers.get("authorization") ?? "";
        const { limits, agenda, settings } = this.#world;
        return limits.take(authorization, agenda.now(), settings);
    }

    #operate(request: WireRequest): Reply {
        const caller = this.#tokens.authenticate(request.headers.get("authorization"));
        const method = request.method === "HEAD" ? "GET" : request.method;
        const match = this.#router.find(method, request.url.pathname);
        if (match === null) {
            throw notFound();
        }
        requireScopes(caller, match.route.scopes);
        return match.route.answer({
            world: this.#world,
            caller,
            params: match.params,
            url: request.url,
            headers: request.headers,
            body: parseBody(request.body),
        });
    }

    #nextRequestId(): string {
        const hex = (++this.#requests).toString(16).padStart(12, "0");
        return `6d0c6e1f-52a7-4c39-8b1e-${hex}`;
    }
}
