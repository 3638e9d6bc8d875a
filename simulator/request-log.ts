/** A request that was seen, in the order in which the server acted on them. */
export interface LoggedRequest {
    readonly method: string;
    /** With its query. */
    readonly path: string;
    /** What was answered; 0 where the connection broke. */
    readonly status: number;
    readonly userAgent: string;
    /** Milliseconds since the Unix epoch. */
    readonly atMs: number;
    /** As it was sent; "" for none. */
    readonly body: string;
}

/** A long-running simulator forgets what is older than this many requests. */
const KEPT = 100_000;

export class RequestLog {
    #entries: LoggedRequest[] = [];

    add(entry: LoggedRequest): void {
        this.#entries.push(entry);
        if (this.#entries.length > 2 * KEPT) {
            this.#entries = this.#entries.slice(-KEPT);
        }
    }

    list(): readonly LoggedRequest[] {
        return this.#entries;
    }

    clear(): void {
        this.#entries = [];
    }
}
