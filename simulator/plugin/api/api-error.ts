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
