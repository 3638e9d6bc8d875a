import { RefusedError } from "../teardown/errors.js";

/** One segment of a path. Nothing and dots would address something else, in every escaped form; half a character has no form. */
export function segment(id: string): string {
    if (/^\.{0,2}$|\p{Cs}/u.test(id)) {
        throw new RefusedError(`${JSON.stringify(id)} is not an id`);
    }
    return encodeURIComponent(id);
}
