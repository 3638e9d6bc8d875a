import { Violation } from "../../random-worlds/violation.js";
import type { RunEvent } from "./event.js";

/** What no person should ever read. */
const NONSENSE =
    /\bundefined\b|\bNaN\b|\[object |TypeError|ReferenceError|RangeError|SyntaxError|\bat .*\.js:\d/;
const TOKEN = /dop_v1_[0-9a-f]/;

/** What is said makes sense, and has no token in it. */
export function checkSaid({ ran: { text } }: RunEvent): void {
    const [nonsense] = NONSENSE.exec(text) ?? [];
    if (nonsense !== undefined) {
        throw new Violation("what is said makes sense", `${nonsense} in ${text}`);
    }
    if (TOKEN.test(text)) {
        throw new Violation("the token is in no output", text);
    }
}
