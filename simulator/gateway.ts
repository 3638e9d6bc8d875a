import type { Controls } from "./admin/controls.js";
import { adminRoutes, answerAdmin } from "./admin/routes.js";
import { answerWith } from "./faults/apply.js";
import { Api } from "./http/api.js";
import type { Tokens } from "./http/tokens.js";
import type { FaultAction } from "./faults/script.js";
import type { Delivery, Drop, WireRequest } from "./http/wire.js";
import { apiRoutes } from "./operations/index.js";
import type { World } from "./world.js";

/** A request to the API and what became of it. */
export interface Exchange {
    readonly request: WireRequest;
    readonly answer: Delivery | Drop;
    /** What was made wrong with the answer. */
    readonly fault: FaultAction | null;
}

/** Answers requests: those under `/_admin`, and those to the API, which are logged and may meet a fault. */
export function createGateway(
    world: World,
    tokens: Tokens,
    controls: Controls,
    onExchange?: (exchange: Exchange) => void,
): (request: WireRequest) => Delivery | Drop {
    const api = new Api(world, tokens, apiRoutes);
    const admin = adminRoutes(controls);
    return (request) => {
        const { agenda, faults, requests } = world;
        agenda.catchUp();
        if (request.url.pathname.startsWith("/_admin/")) {
            return answerAdmin(admin, request);
        }
        const userAgent = request.headers.get("user-agent") ?? "";
        const fault = faults.take(request);
        const full = agenda.onBehalfOf(userAgent, () => answerWith(api, request, fault));
        const isHead = request.method === "HEAD" && full.kind === "answer";
        const answer: Delivery | Drop = isHead ? { ...full, body: { kind: "none" } } : full;
        requests.add({
            method: request.method,
            path: request.url.pathname + request.url.search,
            status: answer.kind === "drop" ? 0 : answer.status,
            userAgent,
            atMs: agenda.now(),
            body: request.body,
        });
        onExchange?.({ request, answer, fault });
        return answer;
    };
}
