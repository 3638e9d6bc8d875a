import { type JsonObject, flag, optionalText, text, texts } from "../http/fields.js";
import { DEFAULT_TEAM } from "../http/tokens.js";
import type { AdminRoute } from "./answer.js";
import type { Controls } from "./controls.js";
import { addFault } from "./fault-requests.js";
import { doOnPanel } from "./panel-requests.js";
import { changeSettings } from "./settings-requests.js";

/** The simulator's own endpoints, for tests and demonstrations in another process. */
export function adminRoutes(controls: Controls): AdminRoute[] {
    return [
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
            answer: (body) => doOnPanel(controls.panelOf(optionalText(body, "team") ?? DEFAULT_TEAM), body),
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
