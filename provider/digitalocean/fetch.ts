/** The `fetch` that the client needs; node-fetch and the simulator both satisfy it. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

export interface FetchInit {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
    /** Redirects are never followed: they would carry the token to another host. */
    readonly redirect: "manual";
}

export interface FetchAnswer {
    readonly status: number;
    /** Header names are case-insensitive. */
    readonly headers: FetchHeaders;
    readonly body: AsyncIterable<Uint8Array | string> | null;
}

export interface FetchHeaders {
    get(name: string): string | null;
}
