import * as fc from "fast-check";

import type { PlainSettings } from "../random-worlds/world.js";
import {
    type Aim,
    type Edit,
    type Life,
    type Mishap,
    type Moment,
    PANEL_ACTIONS,
    type PanelAction,
    ROLES,
    type Run,
    type StateEdit,
    type Step,
    type Sweep,
    type Trouble,
} from "./life.js";
import type { Bare, Declared, Kind } from "./program.js";

const HOUR_MS = 3_600_000;

const at = fc.nat({ max: 2 });
const oneIn = <T>(many: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.oneof({ weight: many - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const often = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
    fc.constantFrom(usual, usual, usual, usual, ...others);

const policy: fc.Arbitrary<Declared["policy"]> = fc.constantFrom<Declared["policy"]>(
    ...(["destroy", "destroy", "destroy", "keep", "prevent"] as const),
    { default: "destroy", snapshots: "keep" },
    { default: "keep", volumes: "destroy" },
    { default: "destroy", volumeSnapshots: "destroy", volumes: "keep" },
);
const keep = fc.constantFrom<readonly string[]>(
    ["keep-*"],
    ["keep-*"],
    [],
    ["keep-*", "nightly-*"],
    ["uploads-*"],
);
/** The usual one first. */
export const KINDS = ["ours", "covered", "disabled", "handed back", "official"] as const;
const kind = often<Kind>(...KINDS);

const PLAIN: Partial<Declared> = {
    ...({ volume: "none", option: "none" } as const),
    ...{ hasAddress: false, hasSibling: false, inVpc: false, isNamed: false },
};
/** What belongs to a Droplet: a few of many, since the SDK runs once for each. */
export const EXTRAS: readonly Partial<Declared>[] = (
    [
        ...[{}, { hasSibling: true }, { inVpc: true }, { isNamed: true }, { hasAddress: true }],
        ...([{ volume: "listed" }, { volume: "attached" }] as const),
        ...([{ option: "protected" }, { option: "retained" }] as const),
    ] satisfies Partial<Declared>[]
).map((some) => ({ ...PLAIN, ...some }));
const extras = fc.constantFrom(PLAIN, PLAIN, ...EXTRAS);

const declared: fc.Arbitrary<Partial<Declared>> = fc
    .record({ kind: often<Kind>("ours", "covered", "official"), policy, keep, extras })
    .map(({ extras: some, ...rest }) => ({ ...some, ...rest }));

const change: fc.Arbitrary<Partial<Declared>> = fc.oneof(
    fc.record({ policy }),
    fc.record({ keep }),
    fc.record({ policy, keep }),
    fc.record({ kind }),
    extras,
);

const bare: fc.Arbitrary<Partial<Bare>> = fc.record({
    policy,
    keep,
    requireTag: often<string | null>(null, "pets"),
    hasSibling: often(false, true),
});

const edit: fc.Arbitrary<Edit> = fc.oneof(
    { weight: 2, arbitrary: fc.record({ edit: fc.constant("add" as const), declared }) },
    { weight: 1, arbitrary: fc.record({ edit: fc.constant("remove" as const), at }) },
    { weight: 5, arbitrary: fc.record({ edit: fc.constant("change" as const), at, to: change }) },
    { weight: 3, arbitrary: fc.record({ edit: fc.constant("replace" as const), at }) },
    { weight: 1, arbitrary: fc.record({ edit: fc.constant("rename" as const), at, alias: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ edit: fc.constant("import" as const), of: at, declared }) },
    { weight: 1, arbitrary: fc.record({ edit: fc.constant("imported" as const), at }) },
    { weight: 1, arbitrary: fc.record({ edit: fc.constant("add bare" as const), of: at, bare }) },
    { weight: 1, arbitrary: fc.record({ edit: fc.constant("change bare" as const), at, to: bare }) },
    { weight: 1, arbitrary: fc.record({ edit: fc.constant("remove bare" as const), at }) },
);

const panel: fc.Arbitrary<PanelAction> = fc.record({ panel: fc.constantFrom(...PANEL_ACTIONS), at });

const role = fc.constantFrom(...ROLES);
const aim: fc.Arbitrary<Aim> = fc.record({ role, at });

const stateEdit: fc.Arbitrary<StateEdit> = fc.oneof(
    fc.record({ state: fc.constant("taint" as const), role, at }),
    fc.record({ state: fc.constant("unprotect" as const), role, at }),
    fc.record({ state: fc.constant("delete" as const), role, at, dependents: fc.boolean() }),
    fc.record({
        state: fc.constant("move" as const),
        at,
        roles: fc.subarray([...ROLES], { minLength: 1 }),
    }),
    fc.record({ state: fc.constant("rename stack" as const) }),
);

/** After which requests something happens: any, or one that changes something. */
const moment: fc.Arbitrary<Moment> = fc.oneof(
    fc.record({ request: fc.constant(""), nth: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ request: fc.constant("(?!GET)"), nth: fc.integer({ min: 1, max: 8 }) }),
);

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
    fc.record({
        mishap: fc.constantFrom(...(["killed", "all killed", "interrupted", "plugins killed"] as const)),
        at: moment,
    }),
    fc.record({ mishap: fc.constant("panel" as const), at: moment, action: panel }),
);

/** Requests of the official provider and ours that may be refused, or answered strangely. */
const REQUESTS = [
    ...["POST /v2/droplets$", "DELETE /v2/droplets/\\d+$", "POST /v2/volumes$", "DELETE /v2/volumes/"],
    ...[
        "GET /v2/droplets/\\d+$",
        "GET /v2/droplets$",
        "GET /v2/account",
        "POST /v2/tags",
        "DELETE /v2/tags/",
    ],
    ...["GET /v2/tags", "GET /v2/droplets/\\d+/destroy", "DELETE /v2/droplets/\\d+/destroy"],
    ...["POST /v2/reserved_ips/", "GET /v2/snapshots", "GET /v2/volumes/"],
];

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
    fc.record({
        request: fc.constantFrom(...REQUESTS),
        after: fc.nat({ max: 3 }),
        times: fc.constantFrom(1, 2, 1_000),
        do: fc.record({
            kind: fc.constant("answer" as const),
            status: fc.constantFrom(500, 503, 422, 403, 409, 429),
        }),
    }),
    // Twice in a row, a 404 cannot be told from the truth.
    fc.record({
        request: fc.constantFrom(...REQUESTS.filter((request) => request.startsWith("GET"))),
        after: fc.nat({ max: 3 }),
        times: fc.constant(1),
        do: fc.constant({ kind: "answer" as const, status: 404 }),
    }),
    fc.record({
        request: fc.constantFrom(...REQUESTS),
        after: fc.nat({ max: 3 }),
        times: fc.constant(1),
        do: fc.constantFrom({ kind: "dropBefore" as const }, { kind: "dropAfter" as const }),
    }),
);

const run: fc.Arbitrary<Run> = fc
    .record({
        run: fc.constantFrom<Run["run"]>(
            ...(["up", "up", "up", "up", "up", "up", "destroy", "destroy", "refresh", "preview"] as const),
        ),
        targets: oneIn(10, fc.array(aim, { minLength: 1, maxLength: 2 })),
        targetDependents: oneIn(2, fc.constant(true)),
        excludes: oneIn(10, fc.array(aim, { minLength: 1, maxLength: 2 })),
        replace: oneIn(6, fc.array(aim, { minLength: 1, maxLength: 1 })),
        refresh: oneIn(6, fc.constant(true)),
        runProgram: oneIn(6, fc.constant(true)),
        continueOnError: oneIn(6, fc.constant(true)),
        mishaps: oneIn(3, fc.array(mishap, { minLength: 1, maxLength: 2 })),
        troubles: oneIn(3, fc.array(trouble, { minLength: 1, maxLength: 2 })),
        otherTeam: oneIn(12, fc.constant(true)),
        pauseMs: fc.constantFrom(0, 2_000, 120_000),
    })
    .map((drawn) => fitting(defined(drawn)));

/** Without what the operation does not have. */
function fitting(run: Run): Run {
    const { replace, excludes, runProgram, continueOnError, refresh, targetDependents, ...rest } = run;
    const isUp = rest.run === "up";
    const isDestroy = rest.run === "destroy";
    return defined({
        ...rest,
        replace: isUp ? replace : undefined,
        runProgram: isDestroy ? runProgram : undefined,
        continueOnError: isUp || isDestroy ? continueOnError : undefined,
        excludes: rest.targets === undefined ? excludes : undefined,
        refresh: isUp || isDestroy ? refresh : undefined,
        targetDependents: rest.targets === undefined ? undefined : targetDependents,
    });
}

function defined<T extends object>(value: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
    return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
        [Name in keyof T]: Exclude<T[Name], undefined>;
    };
}

/** Something happens, and then the engine is run. */
const turn: fc.Arbitrary<readonly Step[]> = fc
    .tuple(fc.array(edit, { maxLength: 2 }), fc.array(panel, { maxLength: 2 }), oneIn(5, stateEdit), run)
    .map(([edits, actions, state, last]) => [
        ...edits,
        ...actions,
        ...(state === undefined ? [] : [state]),
        last,
    ]);

const settings: fc.Arbitrary<PlainSettings> = fc.record({
    roundTripMs: fc.constantFrom(150, 10),
    destroyDurationMs: often(4_000, 700, 20_000),
    tagListDelayMs: often(0, 3_000),
    statusDelayMs: often(0, 3_000),
    deleteDelayMs: often(1_000, 10_000),
    pendingEvents: often(false, true),
    maxPageSize: often(200, 2),
    minuteLimit: fc.constant(100_000),
    hourlyLimit: fc.constant(100_000),
});

/** A teardown of a Droplet that comes from elsewhere. */
function besideIt(one: Partial<Bare>): Step[] {
    return [
        { panel: "new droplet", at: 0 },
        { edit: "add bare", of: 0, bare: one },
    ];
}

/** What happens around the expiry of Droplets: in some lives, at some steps. */
const expiring: fc.Arbitrary<Step> = fc.oneof(
    {
        weight: 3,
        arbitrary: fc.record({
            edit: fc.constant("change" as const),
            at,
            to: fc.record({ ttl: fc.constantFrom("2h", "7d", null) }),
        }),
    },
    {
        weight: 1,
        arbitrary: fc.record({
            edit: fc.constant("change bare" as const),
            at,
            to: fc.record({ ttl: fc.constantFrom("2h", "7d", null) }),
        }),
    },
    { weight: 3, arbitrary: fc.record({ passMs: fc.constantFrom(3 * HOUR_MS, 8 * 24 * HOUR_MS) }) },
    {
        weight: 3,
        arbitrary: fc.record({
            sweep: fc.constantFrom<Sweep["sweep"]>("stack", "stack", "pets"),
            includeStacks: often(false, true),
        }),
    },
    { weight: 2, arbitrary: fc.record({ panel: fc.constant("rescue" as const), at }) },
    { weight: 1, arbitrary: fc.record({ run: fc.constant("up" as const) }) },
    { weight: 1, arbitrary: fc.record({ panel: fc.constant("tag" as const), at }) },
);

interface Expiry {
    /** Of the first Droplet, and of a teardown of one that comes from elsewhere. */
    readonly ttl: string | null;
    readonly clockSkewMs: number;
    /** Each comes after so many of the other steps, counted round and round. */
    readonly steps: readonly (readonly [after: number, step: Step])[];
}

const expiry: fc.Arbitrary<Expiry> = fc.record({
    ttl: fc.constantFrom("2h", "2h", "7d", null),
    clockSkewMs: often(0, 900_000, -900_000),
    steps: fc.array(fc.tuple(fc.nat({ max: 30 }), expiring), { minLength: 1, maxLength: 6 }),
});

/** The same life, in which Droplets expire. */
function withExpiry(life: Life, { ttl, clockSkewMs, steps }: Expiry): Life {
    // Whoever imports a Droplet sets its tags.
    const all = life.steps.map((step) =>
        "edit" in step && step.edit === "import" ? step : withSetting(step, { ttl }),
    );
    const settings = { ...life.settings, clockSkewMs };
    const inserted = all.flatMap((step, index) => [
        step,
        ...steps.flatMap(([after, own]) => (after % all.length === index ? [own] : [])),
    ]);
    return { ...life, settings, steps: inserted };
}

/** Somebody renames a Droplet in the program, and some of its resources in the state: those that matter, or not all. */
const stateRename: fc.Arbitrary<{ readonly before: number; readonly steps: readonly Step[] }> = fc
    .record({
        ...{ before: fc.nat({ max: 4 }), at, isEdited: often(true, false) },
        roles: fc.subarray([...ROLES], { minLength: 1 }),
    })
    .map(({ before, at: which, isEdited, roles }) => ({
        before,
        steps: [
            ...(isEdited ? [{ edit: "rename" as const, at: which, alias: false }] : []),
            { state: "rename" as const, at: which, roles },
        ],
    }));

/** A life at random. What was added later is drawn last, so that the other lives stay as they are. */
export const lives: fc.Arbitrary<Life> = fc
    .record({
        settings,
        engine: fc.constantFrom<Life["engine"]>("today", "today", "3.259"),
        first: declared,
        beside: oneIn(5, bare),
        turns: fc.array(turn, { minLength: 1, maxLength: 5 }),
        choice: fc.constantFrom<Life["choice"]>("keep", "destroy"),
        finalSnapshot: oneIn(4, fc.constant(true)),
        expires: oneIn(4, expiry),
        renamed: oneIn(6, stateRename),
    })
    .map(({ first, beside, turns, finalSnapshot, expires, renamed, ...life }) => {
        const steps: readonly Step[] = [
            { edit: "add", declared: first },
            ...(beside === undefined ? [] : besideIt(beside)),
            { run: "up" },
            ...turns.flatMap((steps, index) =>
                renamed !== undefined && renamed.before % turns.length === index
                    ? [...renamed.steps, ...steps]
                    : steps,
            ),
        ];
        const all = {
            ...life,
            steps:
                finalSnapshot === undefined
                    ? steps
                    : steps.map((step) => withSetting(step, { finalSnapshot })),
        };
        return expires === undefined ? all : withExpiry(all, expires);
    });

/** A step after which the program has another teardown gives it this setting too. */
function withSetting(step: Step, setting: { finalSnapshot: boolean } | { ttl: string | null }): Step {
    if (!("edit" in step)) {
        return step;
    }
    switch (step.edit) {
        case "add":
        case "import":
            return { ...step, declared: { ...step.declared, ...setting } };
        case "add bare":
            return { ...step, bare: { ...step.bare, ...setting } };
        default:
            return step;
    }
}
