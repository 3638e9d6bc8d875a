import type { Route } from "../http/call.js";
import { page } from "../http/reply.js";
import { REGIONS, SIZES } from "../state/catalog.js";
import { regionView, sizeView } from "../views/resources.js";

export const catalogRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/regions",
        scopes: ["regions:read"],
        answer: (call) => page(call, "regions", Object.keys(REGIONS), regionView),
    },
    {
        endpoint: "GET /v2/sizes",
        scopes: ["sizes:read"],
        answer: (call) => page(call, "sizes", SIZES, sizeView),
    },
];
