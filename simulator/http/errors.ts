/** An answer that is an error, in DigitalOcean's form: `{"id", "message", "request_id"}`. */
export class WireError extends Error {
    constructor(
        readonly status: number,
        readonly id: string,
        message: string,
        readonly headers: Readonly<Record<string, string>> = {},
        /** Sent instead of the usual body. */
        readonly body: object | null = null,
    ) {
        super(message);
        this.name = "WireError";
    }
}

export function badRequest(message: string): WireError {
    return new WireError(400, "bad_request", message);
}

export function unauthorized(): WireError {
    return new WireError(401, "unauthorized", "Unable to authenticate you");
}

export function forbidden(): WireError {
    return new WireError(403, "forbidden", "You are not authorized to perform this operation");
}

export function notFound(): WireError {
    return new WireError(404, "not_found", "The resource you were accessing could not be found.");
}

export function conflict(message: string): WireError {
    return new WireError(409, "conflict", message);
}

export function unprocessable(message: string): WireError {
    return new WireError(422, "unprocessable_entity", message);
}

/** `retryAfterS` only where the minute's limit is what was hit. */
export function tooManyRequests(retryAfterS: number | null): WireError {
    const headers: Record<string, string> =
        retryAfterS === null ? {} : { "retry-after": String(retryAfterS) };
    return new WireError(429, "too_many_requests", "API rate limit exceeded.", headers);
}
