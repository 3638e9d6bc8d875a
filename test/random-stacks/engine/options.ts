import type { StackName } from "../urn.js";
import type { Provider } from "./provider.js";

/**
 * Engines behave in two ways. Today's, since 3.260, also replace what is deleted with something that they replace, and
 * do not delete a second time what an interrupted replacement has deleted.
 */
export type EngineVersion = "3.259" | "today";

export type Operation = "up" | "preview" | "refresh" | "destroy";

/** How the engine is called. Targets are URNs, or patterns with `**` and `*`. */
export interface Options {
    readonly operation: Operation;
    readonly targets?: readonly string[];
    readonly targetDependents?: boolean;
    /** Everything but these. */
    readonly excludes?: readonly string[];
    readonly replace?: readonly string[];
    readonly continueOnError?: boolean;
    /** Before anything else. */
    readonly refresh?: boolean;
    /** `destroy --run-program`. */
    readonly runProgram?: boolean;
    /** How many steps run at a time. */
    readonly parallel?: number;
}

/** How one operation on a stack is run. */
export interface DeploymentOptions extends Options {
    readonly stack: StackName;
    readonly engine: EngineVersion;
    readonly providerFor: (type: string) => Provider;
}

export class Targets {
    readonly isConstrained: boolean;
    /** URNs that are no targets, although all others are. */
    readonly excluded: ReadonlySet<string>;
    readonly #patterns: readonly RegExp[];
    readonly #more = new Set<string>();

    constructor(patterns: readonly string[] | undefined, excludes: readonly string[] = []) {
        this.isConstrained = patterns !== undefined;
        this.excluded = new Set(excludes);
        this.#patterns = (patterns ?? []).map(
            (pattern) => new RegExp(`^${pattern.split("**").map(withStars).join(".*")}$`),
        );
    }

    /** What is not constrained has everything but what is excluded. */
    has(urn: string): boolean {
        return this.isConstrained
            ? this.#more.has(urn) || this.#patterns.some((pattern) => pattern.test(urn))
            : !this.excluded.has(urn);
    }

    add(urn: string): void {
        this.#more.add(urn);
    }
}

function withStars(text: string): string {
    return text
        .split("*")
        .map((part) => part.replaceAll(/[$()+.?[\\\]^{|}]/g, "\\$&"))
        .join("[^:]*");
}
