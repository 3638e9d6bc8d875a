import type { Output } from "./runtime.js";

export type Colour = "red" | "green" | "yellow" | "bold" | "dim";

/** Colors a text, or leaves it unchanged. */
export type Paint = (colour: Colour, text: string) => string;

const CODES: Record<Colour, readonly [on: number, off: number]> = {
    red: [31, 39],
    green: [32, 39],
    yellow: [33, 39],
    bold: [1, 22],
    dim: [2, 22],
};

/** Uses colors only on a terminal that supports them, if NO_COLOR is not set. */
export function paintFor(output: Output, env: (name: string) => string | undefined): Paint {
    const plain = !output.isTerminal || (env("NO_COLOR") ?? "") !== "";
    return (colour, text) => {
        const [on, off] = CODES[colour];
        return plain || text === "" ? text : `\u001b[${on}m${text}\u001b[${off}m`;
    };
}
