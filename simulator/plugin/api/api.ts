import type { Json } from "../core/props.js";

export interface ApiOptions {
    /** Without "/v2": "https://api.digitalocean.com". */
    readonly endpoint: string;
    readonly token: string;
    readonly fetch: typeof fetch;
    readonly sleep: (ms: number) => Promise<void>;
    /** Between two looks at something that takes time. The official provider takes 10 s, then 3 to 10 s. */
    readonly pollMs: number;
    /** How long a delete waits for each thing that it waits for. */
    readonly deleteTimeoutMs: number;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

const RETRIES = 4;
const MAX_RETRY_AFTER_MS = 60_000;

/** DigitalOcean's API as the resources use it. */
export class Api {
    readonly #options: ApiOptions;

    constructor(options: ApiOptions) {
        this.#options = options;
    }

    get deleteTimeoutMs(): number {
        return this.#options.deleteTimeoutMs;
    }

    get<T>(path: string): Promise<T> {
        return this.#send<T>("GET", path);
    }

    post<T>(path: string, body: Json): Promise<T> {
        return this.#send<T>("POST", path, body);
    }

    put<T>(path: string, body: Json): Promise<T> {
        return this.#send<T>("PUT", path, body);
    }

    async delete(path: string, body?: Json): Promise<void> {
        await this.#send("DELETE", path, body);
    }

    /** What is there, or null where the API says 404. */
    async find<T>(path: string): Promise<T | null> {
        try {
            return await this.get<T>(path);
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) {
                return null;
            }
            throw error;
        }
    }

    /** Looks again and again until `look` returns something, for `timeoutMs` at most. */
    async until<T>(look: () => Promise<T | undefined>, timeoutMs: number): Promise<T> {
        for (let waitedMs = 0; ; waitedMs += this.#options.pollMs) {
            const found = await look();
            if (found !== undefined) {
                return found;
            }
            if (waitedMs >= timeoutMs) {
                throw new Error("timeout while waiting for state to become as expected");
            }
            await this.#options.sleep(this.#options.pollMs);
        }
    }

    async #send<T>(method: Method, path: string, body?: Json): Promise<T> {
        for (let attempt = 0; ; attempt++) {
            const answer = await this.#attempt(method, path, body, attempt === RETRIES);
            if (answer !== null) {
                const content = await answer.text();
                if (answer.ok) {
                    return (content === "" ? undefined : JSON.parse(content)) as T;
                }
                if (!isWorthAnotherTry(answer.status) || attempt === RETRIES) {
                    throw ApiError.from(method, answer, content);
                }
            }
            await this.#options.sleep(this.#pauseMs(answer, attempt));
        }
    }

    /** Null where the connection broke and another try is left. */
    async #attempt(method: Method, path: string, body: Json | undefined, isLast: boolean) {
        try {
            return await this.#options.fetch(`${this.#options.endpoint}${path}`, {
                method,
                headers: this.#headers(body !== undefined),
                ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            });
        } catch (error) {
            if (isLast) {
                throw error;
            }
            return null;
        }
    }

    #headers(hasBody: boolean): Record<string, string> {
        return {
            authorization: `Bearer ${this.#options.token}`,
            "user-agent": "pulumi-resource-digitalocean/stand-in",
            ...(hasBody ? { "content-type": "application/json" } : {}),
        };
    }

    #pauseMs(answer: Response | null, attempt: number): number {
        const seconds = Number(answer?.headers.get("retry-after") ?? Number.NaN);
        return Number.isFinite(seconds)
            ? Math.min(seconds * 1_000, MAX_RETRY_AFTER_MS)
            : this.#options.pollMs * 2 ** attempt;
    }
}

function isWorthAnotherTry(status: number): boolean {
    return status === 429 || (status >= 500 && status !== 501);
}

/** An answer that is no success. Its message has the form that people know from the official provider. */
export class ApiError extends Error {
    override readonly name = "ApiError";

    constructor(
        readonly status: number,
        readonly reason: string,
        message: string,
    ) {
        super(message);
    }

    /** @param content the answer's body: JSON with `message` and perhaps `request_id`, or anything else */
    static from(method: string, answer: Response, content: string): ApiError {
        const body = parse(content);
        const reason = body.message ?? content;
        const requestId = body.request_id ?? answer.headers.get("x-request-id") ?? undefined;
        const request = requestId === undefined ? "" : `(request "${requestId}") `;
        return new ApiError(
            answer.status,
            reason,
            `${method} ${answer.url}: ${answer.status} ${request}${reason}`,
        );
    }
}

function parse(content: string): { readonly message?: string; readonly request_id?: string } {
    try {
        return JSON.parse(content) as { message?: string; request_id?: string };
    } catch {
        return {};
    }
}

/** Runs `work`; `problem` is put before the message of what it throws. */
export async function explained<T>(problem: string, work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        throw new Error(`${problem}: ${(error as Error).message}`, { cause: error });
    }
}
