import type { Controls } from "./admin/controls.js";
import { adminRoutes, answerAdmin } from "./admin/routes.js";
import { answerWith } from "./faults/apply.js";
import { Api } from "./http/api.js";
import type { Tokens } from "./http/tokens.js";
import type { Delivery, Drop, WireRequest } from "./http/wire.js";
import { apiRoutes } from "./operations/index.js";
import type { World } from "./world.js";

/** Answers requests: those under `/_admin`, and those to the API, which are logged and may meet a fault. */
export function createGateway(
    world: World,
    tokens: Tokens,
    controls: Controls,
): (request: WireRequest) => Delivery | Drop {
    const { agenda, faults, requests } = world;
    const api = new Api(world, tokens, apiRoutes);
    const admin = adminRoutes(controls);
    return (request) => {
        agenda.catchUp();
        if (request.url.pathname.startsWith("/_admin/")) {
            return answerAdmin(admin, request);
        }
        const userAgent = request.headers.get("user-agent") ?? "";
        const delivery = agenda.onBehalfOf(userAgent, () => answerWith(api, request, faults.take(request)));
        requests.add({
            method: request.method,
            path: request.url.pathname + request.url.search,
            status: delivery.kind === "drop" ? 0 : delivery.status,
            userAgent,
            atMs: agenda.now(),
            body: request.body,
        });
        return request.method === "HEAD" && delivery.kind === "answer"
            ? { ...delivery, body: { kind: "none" } }
            : delivery;
    };
}
