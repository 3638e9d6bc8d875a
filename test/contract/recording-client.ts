import type { FetchResponse, Simulator, VirtualClock } from "../../simulator/index.js";

export const TOKEN = `dop_v1_${"a".repeat(64)}`;

/** One request of the walk and what came back. */
export interface Step {
    /** With the names of parameters: `GET /v2/droplets/{droplet_id}`. */
    readonly endpoint: string;
    readonly path: string;
    readonly status: number;
    readonly headers: FetchResponse["headers"];
    /** Undefined: there was no body. */
    readonly body: unknown;
}

export type Json = Record<string, unknown>;

/** A client that remembers every answer. */
export abstract class RecordingClient {
    readonly steps: Step[] = [];

    constructor(
        protected readonly simulator: Simulator,
        protected readonly clock: VirtualClock,
    ) {}

    /** Sends `GET /v2/droplets/{droplet_id}` with the parameters in their order. */
    protected async send(endpoint: string, parameters: readonly unknown[], body?: Json): Promise<Json> {
        const [method = "", template = ""] = endpoint.split(" ");
        const values = [...parameters];
        const path = template.replace(/\{\w+\}/g, () => encodeURIComponent(String(values.shift())));
        const query = values.length > 0 ? `?${String(values.shift())}` : "";
        const response = await this.simulator.fetch(`http://api.example${path}${query}`, {
            method,
            headers: { authorization: `Bearer ${TOKEN}`, "x-dangerous": "true" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        const parsed: unknown = text === "" ? undefined : JSON.parse(text);
        this.steps.push({
            endpoint,
            path: path + query,
            status: response.status,
            headers: response.headers,
            body: parsed,
        });
        return (parsed ?? {}) as Json;
    }

    protected get(endpoint: string, ...parameters: unknown[]): Promise<Json> {
        return this.send(`GET ${endpoint}`, parameters);
    }

    protected post(endpoint: string, parameters: readonly unknown[], body?: Json): Promise<Json> {
        return this.send(`POST ${endpoint}`, parameters, body);
    }

    protected delete(endpoint: string, ...parameters: unknown[]): Promise<Json> {
        return this.send(`DELETE ${endpoint}`, parameters);
    }
}
