import type { Fetch } from "../../simulator/index.js";

/**
 * Something happens right after the first page of a list was answered, before the next one is asked for.
 * @param path how the list's path begins, such as "/v2/tags?"
 * @param times so many reads of the list meet it
 */
export function betweenPages(fetch: Fetch, path: string, happen: () => void, times = 1): Fetch {
    let left = times;
    return async (url, init) => {
        const answer = await fetch(url, init);
        const { pathname, search, searchParams } = new URL(url);
        const isFirst = (pathname + search).startsWith(path) && searchParams.get("page") === "1";
        if (isFirst && left > 0) {
            left -= 1;
            happen();
        }
        return answer;
    };
}
