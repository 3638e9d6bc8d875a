import { RefusedError } from "../teardown/errors.js";

/** One path segment. Empty text and dots address something else, even escaped; a lone surrogate has no encoding. */
export function segment(id: string): string {
    if (/^\.{0,2}$|\p{Cs}/u.test(id)) {
        throw new RefusedError(`${JSON.stringify(id)} is not an id`);
    }
    return encodeURIComponent(id);
}
