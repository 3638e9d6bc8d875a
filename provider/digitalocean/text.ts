/** C0 and C1 controls, line and paragraph separators, and the marks that reorder text on a terminal. */
const CONTROL_CHARACTERS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** One line that is safe to print: control characters become spaces, and the ends are trimmed. */
export function printable(text: string): string {
    return text.replace(CONTROL_CHARACTERS, " ").trim();
}

/** The first `length` characters of a text as one line with single spaces. */
export function excerpt(text: string, length: number): string {
    const line = printable(text).replace(/\s+/g, " ");
    return line.length <= length ? line : `${line.slice(0, length)}…`;
}
