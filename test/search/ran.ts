import type { Kind } from "./world.js";

/** One Droplet of a JSON report. */
export interface Reported {
    readonly id: number;
    readonly outcome: string;
    readonly error: string | null;
    readonly unread: readonly string[];
    readonly cost: { readonly destroyed: string; readonly remaining: string };
    readonly resources: readonly {
        readonly kind: Kind;
        readonly id: string;
        readonly name: string;
        readonly outcome: string;
        readonly reason: string | null;
        readonly monthlyCost: string | null;
    }[];
}

/** What one run came to. */
export interface Ran {
    readonly ended: "well" | "badly" | "died";
    /** What a person is left with: the error, or the lines that stay. */
    readonly text: string;
    /** Everything that was printed or written. */
    readonly output: string;
    readonly reports: readonly Reported[];
    readonly markdown: string;
    /** How long each step with a deadline of its own took. */
    readonly tookMs: readonly number[];
}
