import * as fc from "fast-check";

import { type FaultAction, POSITIONS } from "../../simulator/index.js";
import {
    ANSWERS,
    CALM,
    CALM_HOUR,
    CLUTTER,
    DATES,
    EDITS,
    ENDPOINTS,
    KINDS,
    NAMES,
    SELECTORS,
    TOKEN_KINDS,
    WORDS,
    type Doing,
    type Endpoint,
    type Habits,
    type Keep,
    type PlainSettings,
    type Policy,
    type Ref,
    type Run,
    type TokenKind,
    type Trouble,
    type Word,
    type World,
} from "./world.js";

const small = fc.nat({ max: 3 });
const kind = fc.constantFrom(...KINDS);
const ref: fc.Arbitrary<Ref> = fc.record({ kind, nth: small });
/** As another stack's teardown named it. */
const FOREIGN_FINAL = "old-final-00000000000000bb";

const name = fc.constantFrom("nightly", "nightly", "pg-backup", "golden", "final", FOREIGN_FINAL);

const word: fc.Arbitrary<Word> = fc.constantFrom(...WORDS, "destroy", "destroy", "keep");
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 4) => fc.option(arbitrary, { nil: undefined, freq });

const policy: fc.Arbitrary<Policy> = fc
    .record({
        default: fc.constantFrom<Word>("destroy", "destroy", "destroy", "keep"),
        reservedIps: maybe(word, 2),
        snapshots: maybe(word, 2),
        volumes: maybe(word, 2),
        volumeSnapshots: maybe(word, 2),
    })
    .map(defined);

function defined<T extends object>(value: T): T {
    return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

const keep: fc.Arbitrary<Keep> = fc.oneof(
    fc.constantFrom("pg-*", "nightly", "*-0", "198.*", "no-such-thing"),
    fc.record({ kind, nth: small, by: fc.constantFrom("id" as const, "name" as const) }),
);

const often = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
    fc.constantFrom(usual, usual, usual, usual, usual, ...others);

/** Smaller is as by default. */
const either = (usual: boolean): fc.Arbitrary<boolean> => fc.constantFrom(usual, !usual);

const settings: fc.Arbitrary<PlainSettings> = fc
    .record({
        roundTripMs: fc.constantFrom(150, 10, 1_500),
        destroyDurationMs: often(4_000, 700, 20_000, 90_000),
        statusRetentionMs: often(3_600_000, 60_000, 5_000),
        minuteLimit: often(250, 100),
        hourlyLimit: often(CALM_HOUR, 60, 150),
        clockSkewMs: often(0, 900_000, -900_000),
        runningCompletedAt: fc.constantFrom(...POSITIONS.runningCompletedAt),
        noErrorMessage: fc.constantFrom(...POSITIONS.noErrorMessage),
        statusDelayMs: often(0, 3_000, 15_000),
        staleAfterRetryMs: often(0, 5_000, 15_000),
        staleAfterRetry: fc.constantFrom(...POSITIONS.staleAfterRetry),
        failuresCountDroplet: either(false),
        failuresCountDuplicates: either(false),
        dropletSurvivesFailure: either(true),
        secondDestroy: fc.constantFrom(...POSITIONS.secondDestroy),
        retryWithoutFailures: fc.constantFrom(...POSITIONS.retryWithoutFailures),
        unknownIds: fc.constantFrom(...POSITIONS.unknownIds),
        selectiveAfterFailures: fc.constantFrom(...POSITIONS.selectiveAfterFailures),
        nextStatus: fc.constantFrom(...POSITIONS.nextStatus),
        retryTakesAttachedElsewhere: either(true),
        statusBeforeDestroy: fc.constantFrom(...POSITIONS.statusBeforeDestroy),
        unexplainedFailures: often(0, 1),
        destroyDuringEvent: fc.constantFrom(...POSITIONS.destroyDuringEvent),
        tagListDelayMs: often(0, 3_000),
        maxPageSize: fc.constantFrom(200, 200, 2, 3),
        tagListHasGpus: either(false),
        backupsListed: either(false),
        snapshotMs: often<number | null>(null, 10_000, 40_000),
        snapshotResult: often(...POSITIONS.snapshotResult),
        snapshotListDelayMs: often(0, 3_000, 15_000),
        actionMs: often(500, 8_000),
        pendingEvents: either(true),
        deleteDelayMs: often(1_000, 15_000),
        detachDelayMs: often(0, 4_000, 20_000),
        failedDestroyedAt: often(...POSITIONS.failedDestroyedAt),
        listedCost: often(...POSITIONS.listedCost),
        tagCase: fc.constantFrom(...POSITIONS.tagCase),
        emptySelective: often(...POSITIONS.emptySelective),
        deleteDuringEvent: fc.constantFrom(...POSITIONS.deleteDuringEvent),
        deleteOfNew: often(...POSITIONS.deleteOfNew),
        deleteDuringDestroy: fc.constantFrom(...POSITIONS.deleteDuringDestroy),
        actionDuringDestroy: fc.constantFrom(...POSITIONS.actionDuringDestroy),
        assignDuringEvent: fc.constantFrom(...POSITIONS.assignDuringEvent),
        deleteAfterUnassignMs: often(0, 10_000, 60_000),
        secondAttach: fc.constantFrom(...POSITIONS.secondAttach),
        unconfirmedDangerous: fc.constantFrom(...POSITIONS.unconfirmedDangerous),
        malformedSelective: fc.constantFrom(...POSITIONS.malformedSelective),
        volumeWrittenGigabytes: often(1_000, 0, 3),
        associatedList: fc.constantFrom(
            ...Array.from({ length: 20 }, () => "normal" as const),
            ...POSITIONS.associatedList,
        ),
    })
    .map((chosen) => chosen as PlainSettings);

const at = fc.nat({ max: 30 });
const droplet = fc.nat({ max: 2 });
const what: fc.Arbitrary<Doing["what"]> = fc.oneof(
    fc.record({ do: fc.constant("attach" as const), nth: small, to: droplet }),
    fc.record({ do: fc.constant("detach" as const), nth: small }),
    fc.record({ do: fc.constant("assign" as const), nth: small, to: droplet }),
    fc.record({ do: fc.constant("unassign" as const), nth: small }),
    fc.record({ do: fc.constant("hand out" as const), nth: small, to: fc.option(droplet, { freq: 2 }) }),
    fc.record({ do: fc.constant("snapshot" as const), of: droplet, name }),
    fc.record({ do: fc.constant("begin snapshot" as const), of: droplet, name: fc.constant("nightly") }),
    fc.record({ do: fc.constant("snapshot volume" as const), nth: small, name }),
    fc.record({ do: fc.constant("delete" as const), kind, nth: small }),
    fc.record({ do: fc.constant("delete droplet" as const), of: droplet }),
    fc.record({ do: fc.constant("destroy" as const), of: droplet, but: fc.subarray([...KINDS]) }),
    fc.record({ do: fc.constant("retry" as const), of: droplet }),
    fc.record({ do: fc.constant("untag" as const), of: droplet }),
    fc.record({ do: fc.constant("rescue" as const), of: droplet }),
    fc.record({
        do: fc.constant("tag" as const),
        of: droplet,
        tag: fc.constantFrom("pets", "ephemeral", "preview"),
    }),
    fc.record({
        do: fc.constant("delete tags" as const),
        of: droplet,
        which: fc.constantFrom("executor" as const, "memory" as const, "mark" as const, "stack" as const),
    }),
    fc.record({ do: fc.constant("take over" as const), of: droplet }),
    fc.record({ do: fc.constant("copy" as const), of: droplet, isNamesake: fc.boolean() }),
    ...CLUTTER.map((one) => fc.record({ do: fc.constant("shift" as const), what: fc.constant(one) })),
    fc.record({ do: fc.constant("jump clock" as const), ms: fc.constantFrom(900_000, -900_000) }),
);

/** Others at work for a while: at each of some requests, what is nobody's moves in the lists. */
const churn: fc.Arbitrary<readonly Doing[]> = fc
    .tuple(at, fc.constantFrom(...CLUTTER), often(0, 3, 6))
    .map(([first, of, times]) =>
        Array.from({ length: times }, (_, nth) => ({
            at: first + nth,
            what: { do: "shift" as const, what: of },
        })),
    );

const fault: fc.Arbitrary<FaultAction> = fc.oneof(
    fc.record({
        kind: fc.constant("answer" as const),
        status: fc.constantFrom(500, 502, 503, 504, 408, 404, 409, 422, 429, 501, 400),
        afterEffect: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("tooManyRequests" as const), retryAfterS: fc.constantFrom(1, 7, 60) }),
    fc.constant({ kind: "tooManyRequests" as const }),
    fc.record({
        kind: fc.constant("text" as const),
        text: fc.constantFrom("<html>", "", "null", "[]", '"', "{}"),
        status: fc.constantFrom(200, 502, 202),
    }),
    fc.constant({ kind: "truncated" as const }),
    fc.constant({ kind: "dropBefore" as const }),
    fc.constant({ kind: "dropAfter" as const }),
    fc.record({ kind: fc.constant("slow" as const), ms: fc.constantFrom(1_000, 12_000, 31_000, 90_000) }),
    fc.record({ kind: fc.constant("echoToken" as const), status: fc.constantFrom(500, 422, 409) }),
);

/** Twice in a row, a 404 cannot be told from the truth. */
function seldom(trouble: Trouble): Trouble {
    if (!isNotFound(trouble)) {
        return trouble;
    }
    const changes = ["destroy", "retry", "remove", "tag", "untag"].includes(trouble.to);
    return changes ? { ...trouble, times: 1 } : { ...trouble, do: { kind: "absence" } };
}

function isNotFound({ do: fault }: Trouble): boolean {
    return fault.kind === "answer" && fault.status === 404;
}

const trouble: fc.Arbitrary<Trouble> = fc.record({
    to: fc.constantFrom(...(Object.keys(ENDPOINTS) as Endpoint[])),
    after: small,
    times: fc.constantFrom(1, 1, 2, 6),
    do: fc.oneof(
        { weight: 3, arbitrary: fault },
        {
            weight: 1,
            arbitrary: fc.record({ kind: fc.constant("edit" as const), edit: fc.constantFrom(...EDITS) }),
        },
        { weight: 1, arbitrary: fc.constant({ kind: "absence" as const }) },
    ),
});

const run: fc.Arbitrary<Run> = fc.record({
    does: often<Run["does"]>("destroy", "destroy", "refresh", "status", "wait", "orphans"),
    dies: fc.option(
        fc.record({
            at: fc.integer({ min: 1, max: 25 }),
            moment: fc.constantFrom("before" as const, "after" as const),
        }),
        { nil: null, freq: 2 },
    ),
    pauseMs: fc.constantFrom(0, 2_000, 60_000),
    token: often<TokenKind>("own", ...TOKEN_KINDS),
});

/** On a terminal, somebody answers. */
const answer = fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom("as asked" as const, "as asked" as const, ...ANSWERS) },
);

const on = fc.constantFrom(0, 0, 1, null);

const habits: fc.Arbitrary<Habits> = fc.record({
    order: often<Habits["order"]>("kept", "turning", "turning"),
    removal: often<Habits["removal"]>(204, 200, 202),
    dates: often<Habits["dates"]>(...DATES),
    rateHeaders: often(true, false),
});

/** Somebody gives a snapshot another name. */
const rename: fc.Arbitrary<Doing> = fc.record({
    at,
    what: fc.record({
        do: fc.constant("rename" as const),
        kind: fc.constantFrom("snapshot" as const, "snapshot" as const, "volume_snapshot" as const),
        nth: small,
        name: fc.oneof(name, fc.constantFrom("pg-kept", "other")),
    }),
});

/** A success that is none of the API's, such as a gateway's page: whether anything happened, it does not say. */
const falseSuccess: fc.Arbitrary<Trouble> = fc.record({
    to: fc.constantFrom("remove" as const, "remove" as const, "destroy" as const, "retry" as const),
    after: small,
    times: fc.constantFrom(1, 2),
    do: fc.record({
        kind: fc.constant("answer" as const),
        status: fc.constantFrom(200, 201, 206),
        afterEffect: fc.boolean(),
    }),
});

/** An answer to a request that makes or deletes a tag. */
const tagTrouble: fc.Arbitrary<Trouble> = fc.record({
    to: fc.constantFrom("untag" as const, "untag" as const, "tag" as const),
    after: small,
    times: fc.constantFrom(1, 1, 2, 6),
    do: fc.oneof(
        fc.record({
            kind: fc.constant("answer" as const),
            status: fc.constantFrom(404, 422, 403, 409, 500, 503),
            afterEffect: fc.boolean(),
        }),
        fc.constant({ kind: "dropBefore" as const }),
        fc.constant({ kind: "dropAfter" as const }),
    ),
});

/** Drawn before the others: what is added behind it leaves every world as it was in all that it had. */
const first = {
    surface: fc.constantFrom("program", "by id", "command line"),
    select: fc.constantFrom(...SELECTORS),
    settings,
    hiddenKinds: fc.oneof(
        { weight: 9, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.subarray([...KINDS]) },
    ),
    ours: often(CALM.ours, 2, 3),
    clutter: fc.constantFrom(0, 0, 3, 5),
    gpu: often(false, true),
    young: often(false, true),
    backups: often(0, 1, 2),
    volumes: fc.array(fc.record({ on, snapshots: fc.nat({ max: 2 }) }), { maxLength: 2 }),
    addresses: fc.array(fc.record({ on }), { maxLength: 2 }),
    snapshots: fc.array(fc.record({ of: fc.nat({ max: 1 }), name }), { maxLength: 2 }),
    policy,
    keep: fc.array(keep, { maxLength: 2 }),
    keepInEnvironment: fc.oneof(
        { weight: 7, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(keep, { maxLength: 1 }) },
    ),
    managed: fc.array(ref, { maxLength: 1 }),
    requireTag: fc.boolean(),
    expired: fc.boolean(),
    knowsTeam: often(true, false),
    finalSnapshot: often(false, true),
    gracefulShutdown: often(false, true),
    retries: fc.nat({ max: 3 }),
    timeout: fc.constantFrom("15m", "60s", "5m"),
    state: often<World["state"]>("whole", "cut short", "edited"),
    stubborn: fc.array(
        fc.oneof(
            fc.record({ kind, nth: small, times: fc.constantFrom(1, 2, 9) }),
            fc.record({
                kind: fc.constant("droplet" as const),
                nth: fc.constant(0),
                times: fc.constantFrom(1, 2),
            }),
        ),
        { maxLength: 2 },
    ),
    people: fc
        .tuple(fc.array(fc.record({ at, what }), { maxLength: 5 }), churn)
        .map(([some, others]) => [...some, ...others]),
    troubles: fc
        .array(trouble.map(seldom), { maxLength: 4 })
        .map((all) => all.filter((one) => !isNotFound(one) || one === all.find(isNotFound))),
    runs: fc.array(run, { minLength: 1, maxLength: 3 }),
};

/** In half of the worlds. */
const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
    fc.oneof(fc.constant([]), fc.array(one, { minLength: 1, maxLength: 2 }));

/** A world at random. */
export const worlds: fc.Arbitrary<World> = fc
    .record({
        ...first,
        habits,
        renames: some(rename),
        falseSuccesses: some(falseSuccess),
        obeys: fc.boolean(),
        tagTroubles: some(tagTrouble.map(seldom)),
        names: often(...NAMES),
        old: often(false, false, true, true),
        file: fc.option(fc.record({ policy, keep: fc.array(keep, { maxLength: 1 }) }), { freq: 2 }),
        answers: fc.tuple(answer, answer, answer),
        leaves: fc.boolean(),
        waits: fc.boolean(),
    })
    .map(({ waits, renames, falseSuccesses, tagTroubles, people, troubles, answers, runs, ...world }) => ({
        ...world,
        timeout: waits && world.settings.hourlyLimit !== CALM_HOUR ? "150m" : world.timeout,
        people: [...people, ...renames],
        troubles: [...troubles, ...falseSuccesses, ...tagTroubles],
        runs: runs.map((one, nth) => ({ ...one, ...defined({ answer: answers[nth] }) })),
    }));
