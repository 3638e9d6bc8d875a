import type { Delivery } from "../http/delivery.js";
import type { WireRequest } from "../http/message.js";
import { type JsonObject, parseBody } from "../http/fields.js";

/** An endpoint under `/_admin`: no token, no limits, JSON in and out. */
export interface AdminRoute {
    readonly endpoint: string;
    /** What it returns is sent; nothing is 204. What it throws is a 400. */
    readonly answer: (body: JsonObject) => unknown;
}

export function answerAdmin(routes: readonly AdminRoute[], request: WireRequest): Delivery {
    const endpoint = `${request.method} ${request.url.pathname}`;
    const route = routes.find((candidate) => candidate.endpoint === endpoint);
    if (route === undefined) {
        return deliver(404, { error: `no ${endpoint}` });
    }
    try {
        const body = route.answer(parseBody(request.body));
        return deliver(isBody(body) ? 200 : 204, isBody(body) ? body : null);
    } catch (error) {
        return deliver(400, { error: error instanceof Error ? error.message : String(error) });
    }
}

function isBody(value: unknown): value is object {
    return typeof value === "object" && value !== null;
}

function deliver(status: number, body: object | null): Delivery {
    return {
        kind: "answer",
        status,
        headers: { "content-type": "application/json" },
        body: body === null ? { kind: "none" } : { kind: "text", text: JSON.stringify(body) },
        delayMs: 0,
    };
}
