import { apiRoutes } from "./operations/index.js";

/** An endpoint of the simulated API, such as `GET /v2/droplets/:droplet`, and the scopes that it takes, all of them. */
export interface Endpoint {
    readonly endpoint: string;
    readonly scopes: readonly string[];
}

/** Every endpoint of the simulated API. */
export const ENDPOINTS: readonly Endpoint[] = apiRoutes.map(({ endpoint, scopes }) => ({ endpoint, scopes }));
