import type { FaultAction, Settings } from "../../simulator/index.js";

export const KINDS = ["reserved_ip", "snapshot", "volume", "volume_snapshot"] as const;
export type Kind = (typeof KINDS)[number];

export const WORDS = ["destroy", "keep", "prevent"] as const;
export type Word = (typeof WORDS)[number];

/** The n-th thing of a kind, counted round and round, so that a smaller world is a world as well. */
export interface Ref {
    readonly kind: Kind;
    readonly nth: number;
}

/** An entry of a keep-list: one thing by its id, its address or its name, or a pattern. */
export type Keep = string | (Ref & { readonly by: "id" | "name" });

export interface Policy {
    readonly default: Word;
    readonly reservedIps?: Word;
    readonly snapshots?: Word;
    readonly volumes?: Word;
    readonly volumeSnapshots?: Word;
}

/** What somebody else does, right before our n-th request. */
export interface Doing {
    readonly at: number;
    readonly what:
        | { readonly do: "attach"; readonly nth: number; readonly to: number }
        | { readonly do: "detach"; readonly nth: number }
        | { readonly do: "assign"; readonly nth: number; readonly to: number }
        | { readonly do: "unassign"; readonly nth: number }
        /** Deletes an address, if it is still there; DigitalOcean hands it out again, perhaps to a Droplet. */
        | { readonly do: "hand out"; readonly nth: number; readonly to: number | null }
        | { readonly do: "snapshot"; readonly of: number; readonly name: string }
        /** Takes a while, as any action. */
        | { readonly do: "begin snapshot"; readonly of: number; readonly name: string }
        | { readonly do: "snapshot volume"; readonly nth: number; readonly name: string }
        | ({ readonly do: "delete" } & Ref)
        /** Of a snapshot, whether of a Droplet or of a volume. */
        | ({ readonly do: "rename"; readonly name: string } & Ref)
        | { readonly do: "delete droplet"; readonly of: number }
        | { readonly do: "destroy"; readonly of: number; readonly but: readonly Kind[] }
        | { readonly do: "retry"; readonly of: number }
        | { readonly do: "untag"; readonly of: number }
        /** Takes off the tag alone without which it is not destroyed. */
        | { readonly do: "rescue"; readonly of: number }
        | { readonly do: "tag"; readonly of: number; readonly tag: string }
        | { readonly do: "delete tags"; readonly of: number; readonly which: TagKind }
        | { readonly do: "take over"; readonly of: number }
        /** Makes a Droplet with all the tags of one, and perhaps with its name. */
        | { readonly do: "copy"; readonly of: number; readonly isNamesake?: boolean }
        /** Deletes the oldest of what is nobody's and makes another: everything behind it moves to the page before. */
        | { readonly do: "shift"; readonly what: Clutter }
        | { readonly do: "jump clock"; readonly ms: number };
}

export const CLUTTER = ["tag", "droplet", "snapshot"] as const;
export type Clutter = (typeof CLUTTER)[number];

export type TagKind = "executor" | "memory" | "mark" | "stack";

/** Which requests an answer is for. */
export const ENDPOINTS = {
    any: {},
    droplet: { method: "GET", path: /^\/v2\/droplets\/\d+$/ },
    droplets: { method: "GET", path: "/v2/droplets" },
    list: { method: "GET", path: "*/destroy_with_associated_resources" },
    status: { method: "GET", path: "*/destroy_with_associated_resources/status" },
    destroy: { method: "DELETE", path: "*/destroy_with_associated_resources/selective" },
    retry: { method: "POST", path: "*/destroy_with_associated_resources/retry" },
    resource: { method: "GET", path: /^\/v2\/(volumes|snapshots|reserved_ips)\/[^/]+$/ },
    remove: { method: "DELETE", path: /^\/v2\/(volumes|snapshots|reserved_ips)\/[^/]+$/ },
    snapshots: { method: "GET", path: /^\/v2\/(snapshots|volumes\/[^/]+\/snapshots)$/ },
    tags: { path: /^\/v2\/tags/ },
    tag: { method: "POST", path: /^\/v2\/tags$/ },
    untag: { method: "DELETE", path: /^\/v2\/tags\// },
    account: { method: "GET", path: "/v2/account" },
    actions: { path: /^\/v2\/droplets\/\d+\/(actions|snapshots)/ },
} as const;
export type Endpoint = keyof typeof ENDPOINTS;

/** How an answer is rewritten on its way. */
export const EDITS = [
    "extra fields",
    "missing fields",
    "blank messages",
    "zero times",
    "nulls",
    "{}",
] as const;
export type Edit = (typeof EDITS)[number];

/** An answer out of the ordinary, after so many ordinary ones, so many times. */
export interface Trouble {
    readonly to: Endpoint;
    readonly after: number;
    readonly times: number;
    readonly do:
        | FaultAction
        | { readonly kind: "edit"; readonly edit: Edit }
        /** Something is read as absent, but never twice in a row: that cannot be told from the truth. */
        | { readonly kind: "absence" };
}

/** How dates are written: as documented, or in another form of the same moment. */
export const DATES = ["usual", "offset", "fraction", "no zone", "space"] as const;

/** How DigitalOcean, or what stands before it, answers all along. */
export interface Habits {
    /** Whether the lists of a status come in the same order, or in another one each time. */
    readonly order: "kept" | "turning";
    /** The answer to a delete of one resource that takes effect. */
    readonly removal: 200 | 202 | 204;
    readonly dates: (typeof DATES)[number];
    /** Whether answers say how many requests are left, and a 429 how long to wait. */
    readonly rateHeaders: boolean;
}

/** Which token a process has, and which it tries first. */
export const TOKEN_KINDS = [
    "own",
    "own after a revoked one",
    "stranger",
    "stranger after a revoked one",
] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/**
 * What a process does: a destroy, or a refresh of what state knows. The command line has `plan` for the latter, and
 * `status`, `status --wait` and `orphans`; a stack refreshes instead of these.
 */
export const DOES = ["destroy", "refresh", "status", "wait", "orphans"] as const;
export type Does = (typeof DOES)[number];

/** How the command line finds its Droplets; with a saved plan, by their ids. */
export const SELECTORS = ["id", "name", "tag", "plan"] as const;
export type Selector = (typeof SELECTORS)[number];

/**
 * How the command line's Droplets are called: somebody else's has the name of our first, in the same letters or in
 * capitals; ours have capitals, and are asked for without; the name of our first is the id of somebody else's.
 */
export const NAMES = ["usual", "twin", "twin in capitals", "capitals", "an id"] as const;

/** What a person types where the command line asks: what it asks for, something else, nothing, or the end of input. */
export const ANSWERS = ["as asked", "yes", "nothing", "end"] as const;

/** One process. */
export interface Run {
    readonly does: Does;
    /** The process dies at this request of its own, before it is sent or after it took effect; null: it lives. */
    readonly dies: { readonly at: number; readonly moment: "before" | "after" } | null;
    readonly pauseMs: number;
    /** "own" unless said. */
    readonly token?: TokenKind;
    /** In place of the world's. */
    readonly timeout?: string;
    /** To the question of a destroy of the command line; without it, nobody is asked. */
    readonly answer?: (typeof ANSWERS)[number];
}

export type Surface = "program" | "by id" | "command line";

/** Settings of the simulator that are plain data. */
export type PlainSettings = {
    readonly [Name in keyof Settings]?: Exclude<Settings[Name], (...args: never) => unknown>;
};

/** As many requests as nobody sends in an hour. */
export const CALM_HOUR = 5_000;

/** Everything that happens in one search: plain data, so that it can be shrunk, printed and kept as a test. */
export interface World {
    readonly surface: Surface;
    readonly select: Selector;
    readonly settings: PlainSettings;
    /** What the token may read; null: everything. */
    readonly hiddenKinds: readonly Kind[];
    /** Droplets that are torn down, each by a teardown of its own; one more is somebody else's. */
    readonly ours: number;
    /** How many tags, Droplets and snapshots that are nobody's stand before ours in every list. */
    readonly clutter: number;
    /** The first of them has a GPU. */
    readonly gpu: boolean;
    /** The first of them was created just now, and boots. */
    readonly young: boolean;
    /** How many backups each of them has. */
    readonly backups: number;
    readonly volumes: readonly { readonly on: number | null; readonly snapshots: number }[];
    readonly addresses: readonly { readonly on: number | null }[];
    readonly snapshots: readonly { readonly of: number; readonly name: string }[];
    readonly policy: Policy;
    readonly keep: readonly Keep[];
    /** In DROPLET_TEARDOWN_KEEP; the command line has none. */
    readonly keepInEnvironment: readonly Keep[];
    /** What the stack manages by itself. */
    readonly managed: readonly Ref[];
    readonly requireTag: boolean;
    /** The command line takes only what has expired, if it selects by a tag; ours have, at first. */
    readonly expired: boolean;
    /** It takes only what is older than a month, if it selects by a tag; what was there at first is. */
    readonly old: boolean;
    readonly names: (typeof NAMES)[number];
    /** The command line has the policies in a file: the world's for the first Droplet, and this one for the others. */
    readonly file: { readonly policy: Policy; readonly keep: readonly Keep[] } | null;
    /** Whether state has the team; whether the command line names it. */
    readonly knowsTeam: boolean;
    readonly finalSnapshot: boolean;
    /** The command line has none. */
    readonly gracefulShutdown: boolean;
    readonly retries: number;
    readonly timeout: string;
    /** How the state of the first Droplet came about, of a program. */
    readonly state: "whole" | "cut short" | "edited";
    /** What DigitalOcean fails to destroy, and how often. */
    readonly stubborn: readonly (({ readonly kind: "droplet"; readonly nth: number } | Ref) & {
        readonly times: number;
    })[];
    readonly people: readonly Doing[];
    readonly troubles: readonly Trouble[];
    readonly runs: readonly Run[];
    readonly habits: Habits;
    /**
     * Where a command line ended with commands that resume it, these come next, in place of the usual one; and where it
     * would have died, it is asked to end.
     */
    readonly obeys: boolean;
    /** Whoever does as it says leaves what failed, where that says how. */
    readonly leaves: boolean;
}

/** A world in which nothing out of the ordinary happens. */
export const CALM: World = {
    surface: "by id",
    select: "id",
    settings: { roundTripMs: 150 },
    hiddenKinds: [],
    ours: 1,
    clutter: 0,
    gpu: false,
    young: false,
    backups: 0,
    volumes: [{ on: 0, snapshots: 1 }],
    addresses: [{ on: 0 }],
    snapshots: [{ of: 0, name: "nightly" }],
    policy: { default: "destroy" },
    keep: [],
    keepInEnvironment: [],
    managed: [],
    requireTag: false,
    expired: false,
    old: false,
    names: "usual",
    file: null,
    knowsTeam: true,
    finalSnapshot: false,
    gracefulShutdown: false,
    retries: 3,
    timeout: "15m",
    state: "whole",
    stubborn: [],
    people: [],
    troubles: [],
    runs: [{ does: "destroy", dies: null, pauseMs: 0 }],
    habits: { order: "kept", removal: 204, dates: "usual", rateHeaders: true },
    obeys: false,
    leaves: false,
};

/** Whether the command line selects what has expired. */
export function isSweep({ surface, select, expired }: World): boolean {
    return surface === "command line" && select === "tag" && expired;
}

/** Whether it selects what is old. */
export function isByAge({ surface, select, old }: World): boolean {
    return surface === "command line" && select === "tag" && old;
}

export function stateFor({ state }: World, nth: number): World["state"] {
    return nth === 0 ? state : "whole";
}
