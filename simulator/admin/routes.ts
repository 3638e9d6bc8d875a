import { flag, type JsonObject, optionalText, parseBody, text, texts } from "../http/fields.js";
import { DEFAULT_TEAM } from "../http/tokens.js";
import type { Delivery, WireRequest } from "../http/wire.js";
import { changeSettings } from "./change-settings.js";
import type { Controls } from "./controls.js";
import { addFault, doOnPanel } from "./requests.js";

/** The simulator's own endpoints, for tests and demonstrations in another process. */
export function adminRoutes(controls: Controls): AdminRoute[] {
    return [
        { endpoint: "GET /_admin/health", answer: () => ({ status: "ok" }) },
        {
            endpoint: "POST /_admin/reset",
            answer: () => {
                controls.reset();
            },
        },
        {
            endpoint: "POST /_admin/seed",
            answer: (body) => {
                controls.seed(body);
            },
        },
        { endpoint: "GET /_admin/state", answer: () => controls.state() },
        { endpoint: "GET /_admin/history", answer: () => ({ history: controls.history() }) },
        { endpoint: "GET /_admin/requests", answer: () => ({ requests: controls.requests() }) },
        {
            endpoint: "DELETE /_admin/requests",
            answer: () => {
                controls.clearRequests();
            },
        },
        { endpoint: "GET /_admin/settings", answer: () => controls.settings },
        {
            endpoint: "POST /_admin/settings",
            answer: (body) => changeSettings(controls.settings, body),
        },
        {
            endpoint: "POST /_admin/panel",
            answer: (body) => doOnPanel(controls.panelFor(optionalText(body, "team") ?? DEFAULT_TEAM), body),
        },
        {
            endpoint: "POST /_admin/faults",
            answer: (body) => {
                addFault(controls.faults, body);
            },
        },
        {
            endpoint: "DELETE /_admin/faults",
            answer: () => {
                controls.faults.clear();
            },
        },
        {
            endpoint: "POST /_admin/tokens",
            answer: (body) => {
                setToken(controls, body);
            },
        },
    ];
}

function setToken(controls: Controls, body: JsonObject): void {
    controls.setToken(text(body, "token"), {
        team: optionalText(body, "team") ?? DEFAULT_TEAM,
        revoked: flag(body, "revoked"),
        ...(body.scopes === undefined ? {} : { scopes: texts(body, "scopes") }),
    });
}

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
