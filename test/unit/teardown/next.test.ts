import assert from "node:assert/strict";

import { DESTROY } from "../../../provider/teardown/findings.js";
import { finalSnapshot } from "../../../provider/teardown/plan.js";
import { announcement } from "../../../provider/teardown/describe.js";
import { next } from "../../../provider/teardown/next.js";
import { resolvePolicy } from "../../../provider/teardown/policy.js";
import type { Event, Now, Step } from "../../../provider/teardown/progress.js";
import { UnreachableError } from "../../../provider/teardown/errors.js";
import type { TeardownRequest } from "../../../provider/teardown/request.js";
import { completed, NO_GAPS, plan, running, shown } from "../../support/resources.js";
import {
    ABSENT,
    accepted,
    answered,
    BUSY,
    changed,
    DONE,
    DROPLET_ID,
    FAILED,
    found,
    listed,
    lost,
    NIGHTLY,
    noNews,
    NONE,
    NOW,
    probed,
    refused,
    request,
    seen,
    stateAfter,
    status,
    taken,
    VOLUME,
    waited,
    WEB,
} from "../../support/told.js";

interface Row {
    readonly when: string;
    readonly after: readonly (Event | readonly Event[])[];
    readonly now?: Partial<Now>;
    readonly request?: Partial<TeardownRequest>;
    readonly then: string;
}

const RESTED = waited({ rests: true });
/** Admitted together, and nothing has waited since. */
const WHOLE = { group: "whole" } as const;
const BROKEN = { group: "broken" } as const;
const PLAN = plan({ destroy: [VOLUME] });
const ANNOUNCED: Event = { is: "said", topic: "plan", text: announcement(WEB, PLAN, NO_GAPS) };
const READY = [seen(), status(NONE), listed([VOLUME]), ANNOUNCED];
const NOTHING_ELSE = [seen(), status(NONE), listed([])];
const BARE: Event = { is: "said", topic: "plan", text: announcement(WEB, plan(), NO_GAPS) };
const ANNOUNCED_BOTH: Event = {
    is: "said",
    topic: "plan",
    text: announcement(WEB, plan({ destroy: [VOLUME, NIGHTLY] }), NO_GAPS),
};
const DELETE = { do: "delete droplet" } as const;
const ACCEPTED = { kind: "accepted" } as const;
const GONE = [seen(null), seen(null), status(NONE)];
const SNAPSHOT_WAIT: Event = {
    is: "noted",
    notes: { snapshot: { wait: { for: "action", actionId: 9, sinceMs: NOW } } },
};
const GRACEFUL = { gracefulShutdown: true };
const SHUT_DOWN = { do: "shut down" } as const;
const BUSY_ANSWER = { kind: "busy", message: "422" } as const;
const SHUTTING_DOWN: Event = { is: "noted", notes: { shutdown: { sinceMs: NOW - 10_000 } } };
const IDLE = answered({ about: "actions" }, { is: "read", value: [] });
const NIGHTLY_RUNS = answered(
    { about: "actions" },
    { is: "read", value: [{ id: 9, type: "snapshot", state: "in-progress", startedAtMs: null }] },
);
const TOLD: Event = { is: "noted", notes: { leftovers: [VOLUME, NIGHTLY] } };
const REMOVE = { do: "delete resource", resource: NIGHTLY } as const;
/** A snapshot of a Droplet that is gone. */
const LEFT = [...GONE, taken([NIGHTLY]), found(NIGHTLY, []), TOLD];

const ROWS: readonly Row[] = [
    { when: "nothing is known", after: [], then: "ask droplet, destroy, list, 4 together" },
    {
        when: "nothing is known, and snapshots stay, of which one may be being taken",
        after: [],
        request: { policy: resolvePolicy({ default: "destroy", snapshots: "keep" }) },
        then: "ask droplet, destroy, actions, 5 together",
    },
    { when: "nothing is running", after: [seen(), status(NONE)], now: WHOLE, then: "ask list" },
    {
        when: "a kind is not in its list",
        after: [seen(), status(NONE), listed([VOLUME]).slice(0, 1)],
        now: WHOLE,
        then: "ask kind, kind, kind",
    },
    {
        when: "it was read by itself",
        after: [seen(), status(NONE)],
        then: "ask droplet, destroy, list, 4 together",
    },
    {
        when: "something has waited since it was read",
        after: [{ is: "admitted", count: 4 }, ...READY],
        now: { epoch: 1, ...BROKEN },
        then: "ask droplet, destroy, list, 8 together",
    },
    {
        when: "something has waited again and again",
        after: [{ is: "admitted", count: 32 }, ...READY],
        now: { epoch: 1, ...BROKEN },
        then: "ask droplet, destroy, list, 40 together",
    },
    {
        when: "its list answers 404",
        after: [seen(), status(NONE), answered({ about: "list" }, ABSENT)],
        now: WHOLE,
        then: "wait 5 s",
    },
    {
        when: "the plan is made",
        after: [seen(), status(NONE), listed([VOLUME])],
        now: WHOLE,
        then: "say plan",
    },
    { when: "the plan is announced", after: READY, now: WHOLE, then: "destroy v1" },
    {
        when: "an older destroy failed",
        after: [seen(), status(FAILED), listed([VOLUME]), ANNOUNCED],
        now: WHOLE,
        then: "destroy v1",
    },
    {
        when: "an older destroy ended well",
        after: [seen(), status(completed()), listed([VOLUME]), ANNOUNCED],
        now: WHOLE,
        then: "destroy v1",
    },
    {
        when: "an older status shows as destroyed what its list shows",
        after: [seen(), status(completed([shown("volume", "v1", "gone")])), listed([VOLUME]), ANNOUNCED],
        now: WHOLE,
        then: "ask resource v1",
    },
    {
        when: "a kind is hidden that is to go",
        after: [seen(), status(NONE), listed([VOLUME]).slice(0, 1), probed("snapshot", false)],
        now: WHOLE,
        then: "ask kind, kind",
    },
    // A running destroy, whoever requested it.
    {
        when: "somebody's destroy runs",
        after: [seen(), status(running())],
        now: WHOLE,
        then: "ask list",
    },
    {
        when: "somebody's destroy runs and the list is read",
        after: [seen(), status(running()), listed([VOLUME])],
        now: WHOLE,
        then: "poll",
    },
    {
        when: "somebody's destroy runs and its list answers 404",
        after: [seen(), status(running()), answered({ about: "list" }, ABSENT)],
        now: WHOLE,
        then: "poll",
    },
    { when: "a destroy runs without it", after: [seen(null), status(running())], now: WHOLE, then: "poll" },
    {
        when: "our own destroy runs",
        after: [...READY, accepted(), status(running(), 1)],
        now: { epoch: 1 },
        then: "poll",
    },
    {
        when: "the status is 404 half a minute after the 202",
        after: [...READY, accepted(30_000), status(NONE, 1)],
        now: { epoch: 1 },
        then: "poll",
    },
    {
        when: "the old end shows half a minute after the 202",
        after: [seen(), status(FAILED), accepted(30_000), status(FAILED, 1)],
        now: { epoch: 1 },
        then: "poll",
    },
    {
        when: "the old end shows an hour after the 202",
        after: [seen(), status(FAILED), accepted(3_600_000), status(FAILED, 1)],
        now: { epoch: 1 },
        then: "ask droplet",
    },
    {
        when: "the old end shows an hour after the 202, and it is there",
        after: [seen(), status(FAILED), accepted(3_600_000), status(FAILED, 1), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "wait 5 s, rests",
    },
    {
        when: "the answer was lost a moment ago",
        after: [...READY, lost(), status(NONE, 1)],
        now: { epoch: 1 },
        then: "poll",
    },
    {
        when: "the answer was lost just less than 20 s ago",
        after: [...READY, lost(19_999), status(NONE, 1), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "poll",
    },
    {
        when: "the answer was lost 20 s ago",
        after: [...READY, lost(20_000), status(NONE, 1), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "wait 3 s, rests",
    },
    {
        when: "the answer was lost and has no effect",
        after: [...READY, lost(30_000), status(NONE, 1), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "wait 3 s, rests",
    },
    // Refusals.
    { when: "it was refused", after: [...READY, refused()], now: WHOLE, then: "wait 3 s, rests" },
    {
        when: "it was refused again",
        after: [...READY, refused(), refused(), refused()],
        now: WHOLE,
        then: "wait 12 s, rests",
    },
    {
        when: "it was refused for long",
        after: [...READY, refused(20_000), ...Array.from({ length: 29 }, () => refused())],
        now: WHOLE,
        then: "wait 60 s, rests",
    },
    {
        when: "it was refused again, and soon nothing but a retry is likely to be accepted",
        after: [...READY, refused(15_000), refused(), refused()],
        now: WHOLE,
        then: "wait 5 s, rests",
    },
    {
        when: "nothing else is to go, and that was refused for long",
        after: [...NOTHING_ELSE, BARE, refused(20_000), RESTED],
        now: WHOLE,
        then: "ask actions",
    },
    {
        when: "nothing else is to go, that was refused for long, and it is idle by now",
        after: [...NOTHING_ELSE, BARE, refused(20_000), RESTED, IDLE],
        now: WHOLE,
        then: "ask list",
    },
    {
        when: "nothing else is to go, that was refused for long, and it was idle before its list was read",
        after: [...NOTHING_ELSE, BARE, refused(20_000), RESTED, IDLE, listed([])],
        now: WHOLE,
        then: "delete droplet",
    },
    {
        when: "nothing else is to go, that was refused for long, and it is busy",
        after: [...NOTHING_ELSE, BARE, refused(20_000), RESTED, NIGHTLY_RUNS, listed([])],
        now: WHOLE,
        then: "destroy",
    },
    {
        when: "nothing else is to go, and that was refused a moment ago",
        after: [...NOTHING_ELSE, BARE, refused(19_999), RESTED],
        now: WHOLE,
        then: "destroy",
    },
    {
        when: "it was refused after a failure, and the status may be of before a destroy by somebody else",
        after: [seen(), status(FAILED), listed([VOLUME]), ANNOUNCED, refused(19_999), RESTED],
        now: WHOLE,
        then: "destroy v1",
    },
    {
        when: "it was refused for long after a failure",
        after: [seen(), status(FAILED), listed([VOLUME]), ANNOUNCED, refused(20_000), RESTED],
        now: WHOLE,
        then: "ask resource v1",
    },
    {
        when: "it was refused for long after a failure, and what failed hangs on it alone",
        after: [
            ...[seen(), status(FAILED), listed([VOLUME]), ANNOUNCED, refused(20_000), RESTED],
            found(VOLUME, [DROPLET_ID]),
        ],
        now: WHOLE,
        then: "retry v1",
    },
    {
        when: "it was refused for long after a failure, and what failed hangs elsewhere as well",
        after: [
            ...[seen(), status(FAILED), listed([VOLUME]), ANNOUNCED, refused(20_000), RESTED],
            found(VOLUME, [DROPLET_ID, 8]),
        ],
        now: WHOLE,
        then: "destroy v1",
    },
    // A delete of the Droplet alone.
    {
        when: "it was asked a moment ago to delete the Droplet alone",
        after: [seen(), status(NONE), changed(DELETE, ACCEPTED, 59_999)],
        then: "poll",
    },
    {
        when: "it was asked long ago to delete the Droplet alone",
        after: [seen(), status(NONE), changed(DELETE, ACCEPTED, 60_000)],
        then: "wait 5 s, rests",
    },
    {
        when: "it was asked to delete the Droplet alone, and it is gone",
        after: [seen(), status(FAILED), changed(DELETE, ACCEPTED, 5_000), seen(null, 1), seen(null, 1)],
        now: { epoch: 1 },
        then: "ask snapshots",
    },
    // Rounds.
    {
        when: "the first round failed",
        after: [...READY, accepted(9_000), status(FAILED, 1), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "wait 5 s, rests",
    },
    {
        when: "the second round failed",
        after: [...READY, accepted(90_000), accepted(9_000), status(FAILED, 1), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "wait 15 s, rests",
    },
    {
        when: "the round failed, and there was a pause",
        after: [...READY, accepted(9_000), status(FAILED, 1), RESTED, seen(WEB, 1)],
        now: { epoch: 1 },
        then: "ask droplet, destroy, list, 4 together",
    },
    {
        when: "the last round failed",
        after: [
            ...READY,
            ...[accepted(99_000), accepted(90_000), accepted(80_000), accepted(9_000)],
            ...[status(FAILED, 1), seen(WEB, 1)],
        ],
        now: { epoch: 1 },
        then: "end",
    },
    {
        when: "it ended well a moment ago, and the Droplet is there",
        after: [...READY, accepted(9_000), status(DONE, 1, NOW - 1_000), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "poll",
    },
    {
        when: "it ended well just less than 20 s ago, and the Droplet is there",
        after: [...READY, accepted(60_000), status(DONE, 1, NOW - 19_999), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "poll",
    },
    {
        when: "it ended well 20 s ago, and the Droplet is there",
        after: [...READY, accepted(60_000), status(DONE, 1, NOW - 20_000), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "wait 5 s, rests",
    },
    {
        when: "it ended well, and the Droplet stays",
        after: [...READY, accepted(90_000), status(DONE, 1, NOW - 60_000), seen(WEB, 1)],
        now: { epoch: 1 },
        then: "wait 5 s, rests",
    },
    // Gone.
    { when: "it answers 404 once", after: [seen(null), status(NONE)], now: WHOLE, then: "ask droplet" },
    { when: "it is gone, nobody knows how", after: GONE, now: WHOLE, then: "ask snapshots" },
    {
        when: "it is gone after an older destroy",
        after: [seen(null), status(DONE)],
        now: WHOLE,
        then: "ask snapshots",
    },
    {
        when: "it is gone after ours",
        after: [...READY, accepted(9_000), status(DONE, 1), seen(null, 1)],
        now: { epoch: 1 },
        then: "end",
    },
    {
        when: "it is gone, and ours failed in something",
        after: [...READY, accepted(9_000), status(FAILED, 1), seen(null, 1), seen(null, 1)],
        now: { epoch: 1 },
        then: "wait 5 s, rests, then ask destroy",
    },
    {
        when: "it is gone, and the last but one of ours failed in something",
        after: [
            ...[...READY, accepted(99_000), accepted(90_000), accepted(9_000)],
            ...[status(FAILED, 1), seen(null, 1), seen(null, 1)],
        ],
        now: { epoch: 1 },
        then: "wait 45 s, rests, then ask destroy",
    },
    {
        when: "it is gone, and the last of ours failed in something",
        after: [
            ...[...READY, accepted(99_000), accepted(90_000), accepted(80_000), accepted(9_000)],
            ...[status(FAILED, 1), seen(null, 1), seen(null, 1)],
        ],
        now: { epoch: 1 },
        then: "ask snapshots",
    },
    {
        when: "it is gone, ours failed in something, and there was a pause",
        after: [...READY, accepted(9_000), status(FAILED, 1), seen(null, 1), seen(null, 1), RESTED],
        now: { epoch: 1 },
        then: "ask snapshots",
    },
    {
        when: "it is gone, and nothing is left",
        after: [...GONE, taken([])],
        now: WHOLE,
        then: "end",
    },
    {
        when: "something still hangs on it",
        after: [...GONE, status(FAILED), taken([]), found(VOLUME, [DROPLET_ID])],
        now: WHOLE,
        then: "wait 3 s, then ask resource v1",
    },
    {
        when: "something is left that is to go",
        after: LEFT.slice(0, -1),
        now: WHOLE,
        then: "say leftovers",
    },
    { when: "what is left is announced", after: LEFT, now: WHOLE, then: "delete resource 11" },
    {
        when: "what is left was looked up before a wait",
        after: LEFT,
        now: { epoch: 1 },
        then: "ask resource 11, 37 together",
    },
    {
        when: "what is left was looked up long ago",
        after: LEFT,
        now: { ms: NOW + 60_000, ...WHOLE },
        then: "ask resource 11, 37 together",
    },
    {
        when: "its delete answers 404",
        after: [...LEFT, changed(REMOVE, { kind: "gone", message: "404" })],
        now: WHOLE,
        then: "ask resource 11",
    },
    {
        when: "its delete answers 404, and so does its own endpoint",
        after: [...LEFT, changed(REMOVE, { kind: "gone", message: "404" }), found(NIGHTLY, null)],
        now: WHOLE,
        then: "end",
    },
    {
        when: "what is left would not go",
        after: [...LEFT, changed(REMOVE, { kind: "busy", message: "422" })],
        now: WHOLE,
        then: "wait 5 s, rests, ends the pass, then ask destroy",
    },
    {
        when: "what is left would not go, and no attempts are left",
        after: [...LEFT, changed(REMOVE, { kind: "busy", message: "422" })],
        now: WHOLE,
        request: { retries: 0 },
        then: "end",
    },
    {
        when: "no attempts are left, and something is",
        after: LEFT,
        now: WHOLE,
        request: { retries: -1 },
        then: "end",
    },
    {
        when: "what is left is deleted",
        after: [...LEFT, changed(REMOVE, ACCEPTED)],
        now: WHOLE,
        then: "end",
    },
    {
        when: "the list of snapshots answers 404",
        after: [...GONE, answered({ about: "snapshots" }, ABSENT)],
        now: WHOLE,
        then: "wait 5 s",
    },
    // Answers that cannot be used.
    {
        when: "DigitalOcean does not answer before anything was sent",
        after: [noNews(DESTROY, new UnreachableError("no answer"))],
        then: "end: no answer",
    },
    {
        when: "DigitalOcean does not answer after a destroy was sent",
        after: [...READY, accepted(), noNews(DESTROY, new UnreachableError("no answer"))],
        then: "wait 5 s",
    },
    {
        when: "the status cannot be read",
        after: [seen(), answered({ about: "destroy" }, { is: "unreadable", error: new Error("403") })],
        now: WHOLE,
        then: "end: 403",
    },
    // A graceful shutdown.
    { when: "it is to be shut down", after: READY, now: WHOLE, request: GRACEFUL, then: "shut down" },
    {
        when: "it is off",
        after: [seen({ ...WEB, status: "off" }), ...READY.slice(1)],
        now: WHOLE,
        request: GRACEFUL,
        then: "destroy v1",
    },
    {
        when: "it shuts down",
        after: [...READY, SHUTTING_DOWN, changed(SHUT_DOWN, ACCEPTED)],
        now: WHOLE,
        request: GRACEFUL,
        then: "wait 3 s, then ask droplet",
    },
    {
        when: "it would not shut down",
        after: [...READY, SHUTTING_DOWN, changed(SHUT_DOWN, BUSY_ANSWER)],
        now: { epoch: 1 },
        request: GRACEFUL,
        then: "shut down",
    },
    {
        when: "it does not shut down",
        after: [...READY, SHUTTING_DOWN, changed(SHUT_DOWN, ACCEPTED)],
        now: { ms: NOW + 110_000, epoch: 1 },
        request: GRACEFUL,
        then: "say shutdown",
    },
    {
        when: "it is off now",
        after: [...READY, SHUTTING_DOWN, changed(SHUT_DOWN, ACCEPTED), seen({ ...WEB, status: "off" }, 1)],
        now: { epoch: 1 },
        request: GRACEFUL,
        then: "ask droplet, destroy, list, 4 together",
    },
    // A final snapshot.
    {
        when: "a final snapshot is to be taken",
        after: READY,
        now: WHOLE,
        request: { finalSnapshot: finalSnapshot(DROPLET_ID, "{name}") },
        then: "ask actions",
    },
    {
        when: "the final snapshot is under way",
        after: [...READY, SNAPSHOT_WAIT],
        then: "wait 5 s, then ask action",
    },
    {
        when: "somebody's snapshot is under way, and a final one is to be taken",
        after: [...READY, NIGHTLY_RUNS],
        now: WHOLE,
        request: { finalSnapshot: finalSnapshot(DROPLET_ID, "{name}") },
        then: "wait 5 s, then ask action",
    },
    {
        when: "there is no final snapshot",
        after: [...READY, IDLE, answered({ about: "own snapshots" }, { is: "read", value: [] })],
        now: WHOLE,
        request: { finalSnapshot: finalSnapshot(DROPLET_ID, "{name}") },
        then: "say final snapshot",
    },
];

describe("the next step", () => {
    for (const { when, after, now, request: more, then } of ROWS) {
        it(`when ${when}: ${then}`, () => {
            const moment: Now = { ms: NOW, wallMs: NOW, epoch: 0, group: "none", ...now };
            assert.equal(inWords(next(stateAfter(...after), request(more), moment)), then);
        });
    }
});

const LOCKED = completed([], {
    failures: 1,
    droplet: { name: "web-1", destroyedAt: null, error: "it is locked" },
});

/** What people read while it waits. */
const SAID: readonly (Omit<Row, "then"> & { readonly says: string })[] = [
    {
        when: "a destroy was accepted and does not show",
        after: [...READY, accepted(), status(NONE, 1)],
        says: "destroy accepted · waiting for its status",
    },
    {
        when: "the answer to a destroy was lost",
        after: [...READY, lost(), status(NONE, 1)],
        says: "no answer to the destroy: 502 Bad Gateway · looking for its status",
    },
    {
        when: "our own destroy runs",
        after: [...READY, accepted(), status(running([shown("volume", "v1", "there")]), 1)],
        says: "0/2 destroyed · waiting for volume v1",
    },
    {
        when: "it ended well, and the Droplet is there",
        after: [...READY, accepted(9_000), status(DONE, 1, NOW - 1_000), seen(WEB, 1)],
        says: "destroy completed · waiting for the droplet to disappear",
    },
    {
        when: "the first round failed in one resource",
        after: [...READY, accepted(9_000), status(FAILED, 1), seen(WEB, 1)],
        says: "next try in 5s (2 of 4) · volume v1: resource is busy",
    },
    {
        when: "a round failed in two",
        after: [
            ...[seen(), status(NONE), listed([VOLUME, NIGHTLY]), ANNOUNCED_BOTH, accepted(9_000)],
            ...[
                status(completed([shown("volume", "v1", "there"), shown("snapshot", "11", BUSY)]), 1),
                seen(WEB, 1),
            ],
        ],
        says: "next try in 5s (2 of 4) · snapshot 11 and 1 more: resource is busy",
    },
    {
        when: "a round failed in the Droplet alone",
        after: [...NOTHING_ELSE, BARE, accepted(9_000), status(LOCKED, 1), seen(WEB, 1)],
        says: "next try in 5s (2 of 4) · droplet: it is locked",
    },
    {
        when: "it was refused",
        after: [...READY, refused()],
        now: { epoch: 0, ...WHOLE },
        says: "next try in 3s · DigitalOcean does not accept the destroy: 409 in progress",
    },
];

describe("what is said while it waits", () => {
    for (const { when, after, now, says } of SAID) {
        it(`when ${when}`, () => {
            const moment: Now = { ms: NOW, wallMs: NOW, epoch: 1, group: "none", ...now };
            const step = next(stateAfter(...after), request(), moment);
            assert.equal(step.do === "wait" ? step.says : step.do, says);
        });
    }
});

function inWords(step: Step): string {
    switch (step.do) {
        case "ask":
            return [asked(step.questions), ...(step.reserve > 0 ? [`${step.reserve} together`] : [])].join(
                ", ",
            );
        case "wait":
            return [
                step.until === "a poll is due" ? "poll" : `wait ${Math.round(step.until.ms / 1_000)} s`,
                ...(step.rests === true ? ["rests"] : []),
                ...(step.endsPass === true ? ["ends the pass"] : []),
                ...(step.then.length === 0 || step.until === "a poll is due"
                    ? []
                    : [`then ${asked(step.then)}`]),
            ].join(", ");
        case "say":
            return `say ${step.topic}`;
        case "change": {
            const { change } = step;
            const resources =
                "resources" in change ? change.resources : "resource" in change ? [change.resource] : [];
            return [change.do, ...resources.map(({ id }) => id)].join(" ");
        }
        case "end":
            return step.error === null ? "end" : `end: ${step.error.message}`;
    }
}

function asked(questions: Extract<Step, { do: "ask" }>["questions"]): string {
    const phrases = questions.map((one) =>
        one.about === "resource" ? `resource ${one.resource.id}` : one.about,
    );
    return `ask ${phrases.join(", ")}`;
}
