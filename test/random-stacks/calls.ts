import type { Props } from "../../simulator/plugin/core/props.js";

export const METHODS = ["check", "diff", "create", "read", "update", "delete"] as const;
export type Method = (typeof METHODS)[number];

/** One call of the engine to a resource plugin. */
export interface Call {
    readonly method: Method;
    readonly urn: string;
    /** "" where there is none. */
    readonly id: string;
    /** What the program wants, or for what wants nothing, what the state has. */
    readonly props: Props;
    /** What came back: the inputs of a check, "changes" of a diff, outputs; null for an error, or nothing. */
    readonly answer: Props | null;
}
