import { redactTokens } from "../../provider/digitalocean/connection.js";
import type { Output } from "../runtime.js";

export type Colour = "red" | "green" | "yellow" | "bold";

/** Colors a text, or leaves it unchanged. */
export type Paint = (colour: Colour, text: string) => string;

const CODES: Record<Colour, readonly [on: number, off: number]> = {
    red: [31, 39],
    green: [32, 39],
    yellow: [33, 39],
    bold: [1, 22],
};

/** Uses colors only on a terminal that supports them, if NO_COLOR is not set. */
export function paintFor(output: Output, env: (name: string) => string | undefined): Paint {
    const plain = !output.isTerminal || (env("NO_COLOR") ?? "") !== "";
    return (colour, text) => {
        const [on, off] = CODES[colour];
        return plain || text === "" ? text : `\u001b[${on}m${text}\u001b[${off}m`;
    };
}

const ROW = /^ {2}\S.*\S {2,}\S/;
const CELL = /\S+(?: \S+)*(?: {2,}|$)/g;
const BELOW = "    ";
/** Narrow columns stay aligned: a wide one's space is what a row is too long by. */
const NARROW = "volume snapshot  ".length;

/**
 * Rows of tables, as a terminal has room for them: cells that would be broken anywhere stand below their row. Other
 * lines stay whole, so that a command can be copied, and in a log all of them do.
 */
export function fitRows(text: string, { isTerminal, columns }: Output): string {
    const fit = (line: string): string[] =>
        isTerminal && line.length > columns && ROW.test(line) ? foldRow(line, columns) : [line];
    return text.split("\n").flatMap(fit).join("\n");
}

function foldRow(row: string, columns: number): string[] {
    const lines = ["  "];
    const add = (piece: string): void => {
        const longer = `${lines.at(-1)}${piece}`;
        if (longer.trimEnd().length <= columns) {
            lines[lines.length - 1] = longer;
        } else {
            lines.push(BELOW + piece);
        }
    };
    for (const [padded] of row.matchAll(CELL)) {
        const cell = padded.length > NARROW ? `${padded.trimEnd()}  ` : padded;
        // A name and its id may be more than a line.
        const isLong = BELOW.length + cell.trimEnd().length > columns;
        (isLong ? (cell.match(/\S+ */g) ?? []) : [cell]).forEach(add);
    }
    return lines.map((line) => line.trimEnd());
}

/** Lines at the bottom of a terminal, rewritten in place. */
export class LiveLines {
    readonly #output: Output;
    #lines: readonly string[] = [];
    #shown = 0;

    constructor(output: Output) {
        this.#output = output;
    }

    /** Replaces all lines. */
    show(lines: readonly string[]): void {
        if (lines.join("\n") !== this.#lines.join("\n")) {
            this.#lines = lines;
            this.#repaint("");
        }
    }

    /** Permanent text above the lines. */
    say(text: string): void {
        this.#repaint(`${fitRows(text, this.#output)}\n`);
    }

    #repaint(staying: string): void {
        const erase = this.#shown === 0 ? "" : `\u001b[${this.#shown}A\r\u001b[J`;
        const lines = this.#lines.map((line) => `${this.#fitting(line)}\n`);
        this.#shown = lines.length;
        this.#output.write(erase + staying + lines.join(""));
    }

    /** A wrapped line is two lines and could not be removed. A secret cut in two would not be recognized. */
    #fitting(whole: string): string {
        const line = redactTokens(whole);
        const most = Math.max(this.#output.columns - 1, 10);
        const segments = splitSegments(line);
        if (measureWidth(segments) <= most) {
            return line;
        }
        while (measureWidth(segments) >= most) {
            segments.pop();
        }
        return `${segments.join("")}…`;
    }
}

const SEGMENTER = new Intl.Segmenter();

/** Latin letters and what we print ourselves: none of these combines with its neighbors. */
const PLAIN = /^[ -~\u00a0-\u02ff…]*$/;

/** What a person sees as one character each. */
function splitSegments(line: string): string[] {
    return PLAIN.test(line) ? line.split("") : [...SEGMENTER.segment(line)].map(({ segment }) => segment);
}

/** Text cut to a number of terminal columns: non-Latin characters may take two. */
function measureWidth(segments: readonly string[]): number {
    return segments.reduce((sum, segment) => sum + ((segment.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2), 0);
}
