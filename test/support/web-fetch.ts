import type { Fetch, FetchInit } from "../../simulator/index.js";

/** The simulator's `fetch`, for code that wants the platform's. */
export function asWebFetch(send: Fetch): typeof fetch {
    return async (url, init) => {
        const answer = await send(url as string, init as FetchInit);
        const retryAfter = answer.headers.get("retry-after");
        return new Response((await answer.text()) || null, {
            status: answer.status,
            headers: retryAfter === null ? {} : { "retry-after": retryAfter },
        });
    };
}
