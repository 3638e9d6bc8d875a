import type { ResolvedPolicy } from "../provider/teardown/policy.js";

/** Where the report goes besides the terminal. */
export interface ReportOptions {
    /** JSON on standard output instead of text. */
    readonly json: boolean;
    readonly report: string | null;
    /** A file that Markdown is appended to. */
    readonly summary: string | null;
}

/** Which Droplets: by ids and names (`name:12345` for a name of digits), or by a tag. */
export interface Targets {
    readonly named: readonly string[];
    readonly tagName: string | null;
}

/** What is wished for each of them. */
export interface Terms {
    readonly policy: ResolvedPolicy;
    readonly keep: readonly string[];
    /** A Droplet must carry all of them. */
    readonly requireTags: readonly string[];
    /** What the name of a final snapshot begins with; null: none is taken. */
    readonly finalSnapshot: string | null;
}

/** What has to be true before anything is done. */
export interface Guards {
    /** Id of the team that the token must belong to. */
    readonly account: string | null;
    /** Whether it is an error where nothing matches. */
    readonly requireMatch: boolean;
}

/** How long and how often. */
export interface Limits {
    readonly timeoutMs: number;
    readonly retries: number;
}

export interface PlanInvocation {
    readonly command: "plan";
    readonly targets: Targets;
    readonly terms: Terms;
    readonly limits: Limits;
    readonly guards: Guards;
    /** The file that takes the plan. */
    readonly out: string | null;
    readonly reporting: ReportOptions;
}

export interface DestroyInvocation {
    readonly command: "destroy";
    /** What is to be destroyed, or the file of a saved plan that says so. */
    readonly what: { readonly targets: Targets; readonly terms: Terms } | { readonly planFile: string };
    readonly limits: Limits;
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
    readonly limits: Limits;
    readonly guards: Guards;
    readonly reporting: ReportOptions;
}

export interface OrphansInvocation {
    readonly command: "orphans";
    /** Only what is older; null: everything. */
    readonly olderThanMs: number | null;
    readonly keep: readonly string[];
    /** Whether an orphan that is listed is an error. */
    readonly failIfAny: boolean;
    readonly limits: Limits;
    readonly guards: Guards;
    readonly reporting: ReportOptions;
}

export type Invocation = PlanInvocation | DestroyInvocation | StatusInvocation | OrphansInvocation;
