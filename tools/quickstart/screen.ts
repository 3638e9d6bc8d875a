import type { WriteStream } from "node:tty";
import { stripVTControlCharacters, styleText } from "node:util";

/** What people see. */
export interface Screen {
    /** Whether there may be colours. */
    readonly colours: boolean;
    /** Begins a stage, and says how long the one before it took. */
    heading(text: string): void;
    /** A line of our own. */
    line(text: string): void;
    /** A line of the Pulumi command line, as it is. */
    passOn(text: string): void;
}

/** A stage that is over sooner took no time to speak of. */
const MIN_STAGE_MS = 100;

/**
 * Colours only on a terminal, and there unless NO_COLOR is set.
 * @param nowMs measures how long stages take
 */
export function consoleScreen(
    stream: Pick<WriteStream, "write" | "isTTY">,
    env: NodeJS.ProcessEnv,
    nowMs: () => number = () => performance.now(),
): Screen {
    const colours = stream.isTTY && (env.NO_COLOR ?? "") === "";
    const write = (text: string): void => void stream.write(`${text}\n`);
    let beganMs: number | null = null;
    const endStage = (): void => {
        const tookMs = beganMs === null ? 0 : nowMs() - beganMs;
        if (tookMs >= MIN_STAGE_MS) {
            write(`  took ${(tookMs / 1_000).toFixed(1)} s`);
        }
    };
    return {
        colours,
        heading: (text) => {
            endStage();
            beganMs = nowMs();
            write(`\n${colours ? styleText("bold", `— ${text}`) : `— ${text}`}`);
        },
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
