import { Api } from "../../simulator/plugin/api/api.js";

/** An answer by "METHOD /path"; a list is given out one at a time, its last one again and again. */
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;

export interface Answer {
    readonly status: number;
    readonly body?: unknown;
}

export const NOT_FOUND: Answer = {
    status: 404,
    body: { id: "not_found", message: "The resource you were accessing could not be found." },
};

export function ok(body: unknown): Answer {
    return { status: 200, body };
}

/** The stand-in plugin's API over canned answers, with a record of what was asked. Waits take no time. */
export function cannedApi(answers: Answers): { readonly api: Api; readonly requests: string[] } {
    const requests: string[] = [];
    const given = new Map<string, number>();
    const send: typeof fetch = (url, init) => {
        const path = new URL(typeof url === "string" ? url : "").pathname;
        const key = `${init?.method ?? "GET"} ${path}`;
        const sent = typeof init?.body === "string" ? ` ${init.body}` : "";
        requests.push(key + sent);
        const entry = answers[key] ?? NOT_FOUND;
        const list = Array.isArray(entry) ? (entry as readonly Answer[]) : [entry as Answer];
        const index = given.get(key) ?? 0;
        given.set(key, index + 1);
        const { status, body } = list[Math.min(index, list.length - 1)] ?? NOT_FOUND;
        const text = body === undefined ? null : JSON.stringify(body);
        return Promise.resolve(new Response(text, { status }));
    };
    const api = new Api({
        endpoint: "http://127.0.0.1:9",
        token: "stand-in-token",
        fetch: send,
        sleep: () => Promise.resolve(),
        pollMs: 1_000,
        deleteTimeoutMs: 60_000,
    });
    return { api, requests };
}
