/** A logged request; the log is in the order in which the server handled them. */
export interface LoggedRequest {
    readonly method: string;
    /** With its query. */
    readonly path: string;
    /** Status of the answer; 0 for a broken connection. */
    readonly status: number;
    readonly userAgent: string;
    /** Milliseconds since the Unix epoch. */
    readonly atMs: number;
    /** As sent; "" for none. */
    readonly body: string;
}

/** A long-running simulator keeps only this many requests. */
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
