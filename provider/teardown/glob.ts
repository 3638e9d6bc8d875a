/**
 * Whether a pattern with `*` and `?` matches a whole text. Walks both with two pointers and backtracks only to
 * the last `*`, so the worst case is the product of their lengths.
 */
export function matchesGlob(pattern: string, text: string): boolean {
    const [wanted, given] = [Array.from(pattern), Array.from(text)];
    let [at, star, resumeAt] = [0, -1, 0];
    let index = 0;
    while (index < given.length) {
        if (wanted[at] === "*") {
            [star, resumeAt] = [at, index];
            at += 1;
        } else if (wanted[at] === "?" || wanted[at] === given[index]) {
            at += 1;
            index += 1;
        } else if (star >= 0) {
            resumeAt += 1;
            [at, index] = [star + 1, resumeAt];
        } else {
            return false;
        }
    }
    return wanted.slice(at).every((character) => character === "*");
}
