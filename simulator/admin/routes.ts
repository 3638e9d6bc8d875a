import { type JsonObject, flag, optionalText, text, texts } from "../http/fields.js";
import { DEFAULT_TEAM } from "../http/tokens.js";
import type { Simulator } from "../simulator.js";
import type { AdminRoute } from "./answer.js";
import { addFault } from "./fault-requests.js";
import { doOnPanel } from "./panel-requests.js";
import { changeSettings } from "./settings-requests.js";

/** The simulator's own endpoints, for tests and demonstrations in another process. */
export function adminRoutes(simulator: Simulator): AdminRoute[] {
    return [
        { endpoint: "GET /_admin/state", answer: () => simulator.state() },
        { endpoint: "GET /_admin/history", answer: () => ({ history: simulator.history() }) },
        { endpoint: "GET /_admin/requests", answer: () => ({ requests: simulator.requests() }) },
        {
            endpoint: "DELETE /_admin/requests",
            answer: () => {
                simulator.clearRequests();
            },
        },
        { endpoint: "GET /_admin/settings", answer: () => simulator.settings },
        {
            endpoint: "POST /_admin/settings",
            answer: (body) => changeSettings(simulator.settings, body),
        },
        {
            endpoint: "POST /_admin/panel",
            answer: (body) => doOnPanel(simulator.panelOf(optionalText(body, "team") ?? DEFAULT_TEAM), body),
        },
        {
            endpoint: "POST /_admin/faults",
            answer: (body) => {
                addFault(simulator.faults, body);
            },
        },
        {
            endpoint: "DELETE /_admin/faults",
            answer: () => {
                simulator.faults.clear();
            },
        },
        {
            endpoint: "POST /_admin/tokens",
            answer: (body) => {
                setToken(simulator, body);
            },
        },
    ];
}

function setToken(simulator: Simulator, body: JsonObject): void {
    simulator.setToken(text(body, "token"), {
        team: optionalText(body, "team") ?? DEFAULT_TEAM,
        revoked: flag(body, "revoked"),
        ...(body.scopes === undefined ? {} : { scopes: texts(body, "scopes") }),
    });
}
