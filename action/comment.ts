/** What a comment needs of GitHub's runner. */
export interface CommentPlace {
    /** "https://api.github.com". */
    readonly api: string;
    /** "owner/name". */
    readonly repository: string;
    readonly pullRequest: number;
    readonly token: string;
    /** Tells the comments of different jobs apart. */
    readonly key: string;
}

interface Comment {
    readonly id: number;
    readonly body?: string;
    readonly user?: { readonly type?: string } | null;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const PAGE = 100;
/** A pull request with more comments than this gets a new one. */
const MAX_PAGES = 20;
/** GitHub takes 65,536 characters. */
const MAX_LENGTH = 60_000;
const PATIENCE_MS = 10_000;

/**
 * Writes the comment of this job on the pull request, in place of its former one.
 * https://docs.github.com/en/rest/issues/comments
 * @throws if GitHub does not take it
 */
export async function comment(place: CommentPlace, markdown: string, fetch: Fetch): Promise<void> {
    const { api, repository, pullRequest } = place;
    const issues = `${api}/repos/${repository}/issues`;
    const marker = `<!-- droplet-teardown: ${encodeURIComponent(place.key)} -->`;
    const text = markdown.length > MAX_LENGTH ? `${markdown.slice(0, MAX_LENGTH)}\n\n(cut off)` : markdown;
    const body = JSON.stringify({ body: `${marker}\n${text}` });
    const own = await find(`${issues}/${pullRequest}/comments`, marker, place.token, fetch);
    if (own === null) {
        await send("POST", `${issues}/${pullRequest}/comments`, place.token, fetch, body);
    } else {
        await send("PATCH", `${issues}/comments/${own}`, place.token, fetch, body);
    }
}

/** The id of the comment; a person's that has the marker is not ours. */
async function find(url: string, marker: string, token: string, fetch: Fetch): Promise<number | null> {
    for (let page = 1; page <= MAX_PAGES; page += 1) {
        const response = await send("GET", `${url}?per_page=${PAGE}&page=${page}`, token, fetch);
        const comments = (await response.json()) as readonly Comment[];
        const own = comments.find(({ body = "", user }) => body.startsWith(marker) && user?.type === "Bot");
        if (own !== undefined || comments.length < PAGE) {
            return own?.id ?? null;
        }
    }
    return null;
}

async function send(
    method: string,
    url: string,
    token: string,
    fetch: Fetch,
    body?: string,
): Promise<Response> {
    const response = await fetch(url, {
        method,
        headers: {
            accept: "application/vnd.github+json",
            authorization: `Bearer ${token}`,
            "x-github-api-version": "2022-11-28",
            ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) {
        throw new Error(`${method} ${new URL(url).pathname}: ${response.status} ${response.statusText}`);
    }
    return response;
}
