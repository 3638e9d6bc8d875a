import { chunks, connectionReset, type Delivery, type Drop, type WireRequest } from "./http/wire.js";

export interface FetchInit {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal?: AbortSignal;
    /** Redirects are returned with "manual", and are an error otherwise. */
    readonly redirect?: "error" | "follow" | "manual";
}

export interface FetchResponse {
    readonly status: number;
    readonly headers: { get(name: string): string | null };
    readonly body: AsyncIterable<Uint8Array> | null;
    text(): Promise<string>;
}

/** `fetch` without a network. */
export type Fetch = (url: string, init?: FetchInit) => Promise<FetchResponse>;

type Exchange = (request: WireRequest, signal?: AbortSignal) => Promise<Delivery | Drop>;

export function fetchThrough(exchange: Exchange): Fetch {
    return async (url, init = {}) => {
        init.signal?.throwIfAborted();
        const delivery = await exchange(toRequest(url, init), init.signal);
        if (delivery.kind === "drop") {
            const cause = connectionReset();
            throw Object.assign(new TypeError("fetch failed", { cause }), { code: "ECONNRESET" });
        }
        if (delivery.status >= 300 && delivery.status < 400 && init.redirect !== "manual") {
            throw new TypeError(`unexpected redirect to ${delivery.headers.location ?? "nowhere"}`);
        }
        return toResponse(delivery);
    };
}

function toRequest(url: string, init: FetchInit): WireRequest {
    const headers = Object.entries(init.headers ?? {});
    return {
        method: (init.method ?? "GET").toUpperCase(),
        url: new URL(url),
        headers: new Map(headers.map(([name, value]) => [name.toLowerCase(), value])),
        body: init.body ?? "",
    };
}

function toResponse(delivery: Delivery): FetchResponse {
    const { body } = delivery;
    return {
        status: delivery.status,
        headers: { get: (name) => delivery.headers[name.toLowerCase()] ?? null },
        body: body.kind === "none" ? null : chunks(body),
        text: async () => (body.kind === "text" ? body.text : readAll(chunks(body))),
    };
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const part of body) {
        parts.push(part);
    }
    return Buffer.concat(parts).toString("utf8");
}
