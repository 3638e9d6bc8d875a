/** An input that is wrong: nothing was run. */
export class WrongInputError extends Error {}

/** What a step was given, by the names in `action.yml`. A runner passes each as a variable of the environment. */
export interface Inputs {
    /** "" if it is not given. */
    text(name: string): string;
    /** Words of it, without the white space around them. */
    words(name: string): string[];
    /** Lines of it that are not empty. */
    lines(name: string): string[];
    /** @throws WrongInputError if it is neither "true" nor "false" nor empty. */
    flag(name: string): boolean;
}

const PREFIX = "INPUT_";

/**
 * Reads inputs from `INPUT_<NAME>`. GitHub keeps the hyphens of a name; a shell and GitLab cannot, so that an
 * underscore stands for one.
 */
export function readInputs(env: NodeJS.ProcessEnv): Inputs {
    const text = (name: string): string => {
        const variable = PREFIX + name.toUpperCase();
        return (env[variable] ?? env[variable.replaceAll("-", "_")] ?? "").trim();
    };
    const split = (name: string, by: RegExp): string[] =>
        text(name)
            .split(by)
            .map((part) => part.trim())
            .filter((part) => part !== "");
    return {
        text,
        words: (name) => split(name, /\s+/),
        lines: (name) => split(name, /\r?\n|\r/),
        flag: (name) => {
            const value = text(name);
            if (!["true", "false", ""].includes(value)) {
                throw new WrongInputError(
                    `input ${name}: ${JSON.stringify(value)} is neither true nor false`,
                );
            }
            return value === "true";
        },
    };
}

/** The environment of what a step runs: without inputs, which may be secrets of another use. */
export function withoutInputs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(PREFIX)));
}
