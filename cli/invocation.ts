import { type ErrorCode, TeardownError } from "../provider/teardown/errors.js";
import type { Sweep } from "../provider/teardown/model.js";
import type { ResolvedPolicy } from "../provider/teardown/policy.js";

/** The command line is invalid. */
export class UsageError extends TeardownError {
    protected static override readonly code: ErrorCode = "usage";
}

/** Destinations of the report besides the terminal. */
export interface ReportOptions {
    /** JSON on standard output instead of text. */
    readonly json: boolean;
    readonly report: string | null;
    /** A file that Markdown is appended to. */
    readonly summary: string | null;
}

/** Which Droplets: by ids and names (`name:12345` for a name of digits), or by a tag. */
export interface DropletSelector {
    readonly named: readonly string[];
    readonly tagName: string | null;
    /** Of those with the tag, only these; null: all. */
    readonly age: AgeSelector | null;
}

/** Droplets by their age: all that is given must hold. */
export interface AgeSelector {
    /** Whether it must have expired. */
    readonly expired: boolean;
    /** It must be older; null: its age does not matter. */
    readonly olderThanMs: number | null;
    readonly includeStacks: boolean;
    /** DigitalOcean's time at the look by which they were selected, Unix milliseconds; null: not yet selected. */
    readonly asOfMs: number | null;
}

/**
 * What a selected Droplet must be up to the last read before its destroy; null: its age does not matter. It is as of
 * the selection: time that passes meanwhile selects nothing more.
 */
export function sweepOf({ age }: DropletSelector): Sweep | null {
    if (age === null) {
        return null;
    }
    const { expired, olderThanMs, includeStacks, asOfMs } = age;
    // Without a time nothing is old enough.
    const now = asOfMs ?? 0;
    return {
        expiredBy: expired ? now : null,
        createdBefore: olderThanMs === null ? null : now - olderThanMs,
        includeStacks,
    };
}

/** Settings for each Droplet. */
export interface Terms {
    readonly policy: ResolvedPolicy;
    readonly keep: readonly string[];
    /** A Droplet must carry all of them. */
    readonly requireTags: readonly string[];
    /** Prefix of a final snapshot's name; null: none is taken. */
    readonly finalSnapshot: string | null;
}

/** Which Droplets, and the settings for each. */
export interface Wanted {
    readonly targets: DropletSelector;
    readonly terms: Terms;
}

/**
 * The tags that a Droplet must carry while it exists: those required, and the tag that selected it. Taking off that
 * tag takes the Droplet out of the selection, up to the last read before its destroy.
 */
export function tagsToCarry({ targets: { tagName }, terms: { requireTags } }: Wanted): readonly string[] {
    return tagName === null ? requireTags : [...new Set([...requireTags, tagName])];
}

/** Preconditions of the run. */
export interface Guards {
    /** Id of the team that the token must belong to. */
    readonly account: string | null;
    /** Whether it is an error if nothing matches. */
    readonly requireMatch: boolean;
}

export interface TimeLimits {
    readonly timeoutMs: number;
}

/** Limits of each teardown. */
export interface TeardownLimits extends TimeLimits {
    /** Additional rounds for what failed. */
    readonly retries: number;
}

export interface PlanInvocation extends Wanted {
    readonly command: "plan";
    readonly limits: TimeLimits;
    readonly guards: Guards;
    /** The file to save the plan to. */
    readonly out: string | null;
    readonly reporting: ReportOptions;
}

export interface DestroyInvocation {
    readonly command: "destroy";
    /** What to destroy, or the file of a saved plan. */
    readonly what: Wanted | { readonly planFile: string };
    readonly limits: TeardownLimits;
    readonly guards: Guards;
    readonly consent: ConsentOptions;
    readonly reporting: ReportOptions;
}

export interface ConsentOptions {
    readonly yes: boolean;
    readonly policyGiven: boolean;
    readonly maxDroplets: number | null;
}

export interface StatusInvocation {
    readonly command: "status";
    readonly dropletId: number;
    readonly wait: boolean;
    readonly limits: TimeLimits;
    readonly guards: Guards;
    readonly reporting: ReportOptions;
}

export interface OrphansInvocation {
    readonly command: "orphans";
    /** List only what is older; null: everything. */
    readonly olderThanMs: number | null;
    readonly keep: readonly string[];
    /** Whether a listed orphan is an error. */
    readonly failIfAny: boolean;
    readonly limits: TimeLimits;
    readonly guards: Guards;
    readonly reporting: ReportOptions;
}

export type Invocation = PlanInvocation | DestroyInvocation | StatusInvocation | OrphansInvocation;
