import { type ErrorCode, TeardownError } from "../../provider/teardown/errors.js";
import { type Droplet, hasTag, type Sweep } from "../../provider/teardown/model.js";
import { finalSnapshot, type Terms as TeardownTerms } from "../../provider/teardown/plan.js";
import { matchesGlob, type ResolvedPolicy, resolvePolicy } from "../../provider/teardown/policy.js";

/** The command line is invalid. */
export class UsageError extends TeardownError {
    protected static override readonly code: ErrorCode = "usage";
}

/** Shells whose completion can be printed. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof SHELLS)[number];

export const OUTPUT_FORMATS = ["text", "json", "markdown"] as const;

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** A configuration file that is used. */
export interface ConfigUse {
    readonly path: string;
    /** What the command line says instead of the file: `--timeout, not limits.timeout`. */
    readonly overridden: readonly string[];
    readonly hasPolicies: boolean;
    /** Whether the command line has one of its own, which replaces them. */
    readonly policyGiven: boolean;
}

/** Destinations of the report besides the terminal. */
export interface ReportOptions {
    /** What standard output gets. */
    readonly output: OutputFormat;
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
export function toSweep({ age }: DropletSelector): Sweep | null {
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
    /** Those of a configuration file; empty: the policy is the same for all. */
    readonly policies: readonly NamedPolicy[];
}

/** A policy of a configuration file, and the Droplets that it is for. */
export interface NamedPolicy extends Pick<Terms, "policy" | "keep" | "finalSnapshot"> {
    /** Which it is, and what of it the command line has replaced, for people. */
    readonly title: string;
    /** One of these patterns must match the name; empty: any name does. */
    readonly names: readonly string[];
    /** The Droplet must carry all of them. */
    readonly tags: readonly string[];
}

/** What applies to one Droplet. */
interface OwnTerms {
    readonly terms: Omit<TeardownTerms, "account" | "approved">;
    /** Which policy of a file it is, for people; null: none of a file. */
    readonly title: string | null;
}

/** The first that fits a Droplet. */
export function policyFor(
    { name, tags }: Pick<Droplet, "name" | "tags">,
    policies: readonly NamedPolicy[],
): NamedPolicy | null {
    const fits = (policy: NamedPolicy): boolean =>
        (policy.names.length === 0 || policy.names.some((glob) => matchesGlob(glob, name))) &&
        policy.tags.every((tag) => hasTag({ tags }, tag));
    return policies.find(fits) ?? null;
}

/**
 * The terms of a Droplet as it was selected. Tags by which a policy of a file fits are required up to its destroy. Of
 * what is not visible, and so fits no policy, everything stays.
 */
export function ownTerms(
    { targets, terms }: Wanted,
    { id, droplet }: { readonly id: number; readonly droplet: Droplet | null },
): OwnTerms {
    const { policies, requireTags, finalSnapshot: template, keep } = terms;
    const own = droplet === null ? null : policyFor(droplet, policies);
    const required = [...requireTags, ...(own?.tags ?? [])];
    const sweep = toSweep(targets);
    const invisible = policies.length === 0 ? terms.policy : resolvePolicy("keep");
    return {
        title: own?.title ?? null,
        terms: {
            policy: own?.policy ?? invisible,
            keep: [
                ...keep.map((entry) => ({ entry, source: "argument" as const })),
                ...(own?.keep ?? []).map((entry) => ({ entry, source: "file" as const })),
            ],
            finalSnapshot: finalSnapshot(id, template ?? own?.finalSnapshot ?? null),
            replacedAt: null,
            requireTag: tagsToCarry(targets, required),
            mayCleanUp: required.length === 0 && sweep === null,
            sweep,
        },
    };
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
export function tagsToCarry({ tagName }: DropletSelector, required: readonly string[]): readonly string[] {
    return [...new Set([...required, ...(tagName === null ? [] : [tagName])])];
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

/** What every command has. */
interface CommonInvocation {
    readonly limits: TimeLimits;
    readonly guards: Guards;
    readonly reporting: ReportOptions;
    /** Null: none is given, or the command reads none. */
    readonly config: ConfigUse | null;
}

export interface PlanInvocation extends CommonInvocation, Wanted {
    readonly command: "plan";
    /** The file to save the plan to. */
    readonly out: string | null;
}

export interface DestroyInvocation extends CommonInvocation {
    readonly command: "destroy";
    /** What to destroy, or the file of a saved plan. */
    readonly what: Wanted | { readonly planFile: string };
    readonly limits: TeardownLimits;
    readonly consent: ConsentOptions;
}

export interface ConsentOptions {
    readonly yes: boolean;
    readonly policyGiven: boolean;
    readonly maxDroplets: number | null;
}

export interface StatusInvocation extends CommonInvocation {
    readonly command: "status";
    readonly dropletId: number;
    readonly wait: boolean;
}

export interface OrphansInvocation extends CommonInvocation {
    readonly command: "orphans";
    /** List only what is older; null: everything. */
    readonly olderThanMs: number | null;
    readonly keep: readonly string[];
    /** Whether a listed orphan is an error. */
    readonly failIfAny: boolean;
}

export type Invocation = PlanInvocation | DestroyInvocation | StatusInvocation | OrphansInvocation;
