import type { WriteStream } from "node:tty";
import { stripVTControlCharacters, styleText } from "node:util";

/** What people see. */
export interface Screen {
    /** Whether there may be colours. */
    readonly colours: boolean;
    heading(text: string): void;
    /** A line of our own. */
    line(text: string): void;
    /** A line of the Pulumi command line, as it is. */
    passOn(text: string): void;
}

/** Colours only on a terminal, and there unless NO_COLOR is set. */
export function consoleScreen(stream: WriteStream, env: NodeJS.ProcessEnv): Screen {
    const colours = stream.isTTY && (env.NO_COLOR ?? "") === "";
    const write = (text: string): void => void stream.write(`${text}\n`);
    return {
        colours,
        heading: (text) => write(`\n${colours ? styleText("bold", `— ${text}`) : `— ${text}`}`),
        line: (text) => write(`  ${text}`),
        passOn: (text) => write(`  ${text.trimEnd()}`.trimEnd()),
    };
}

const NOISE = [
    /^$/,
    // Signs of life, and its own headings.
    /^@ \w+\.*$/,
    /^(Updating|Refreshing|Destroying) \(\w+\):$/,
    // Advice about a stack that is gone a moment later.
    /^The resources in the stack have been deleted, but /,
    /^If you want to remove the stack completely, /,
];

/** Lines of the command line that are not passed on. */
export function isNoise(line: string): boolean {
    const text = stripVTControlCharacters(line).trim();
    return NOISE.some((pattern) => pattern.test(text));
}
