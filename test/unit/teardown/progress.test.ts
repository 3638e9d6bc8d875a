import assert from "node:assert/strict";

import { ApiError } from "../../../provider/teardown/errors.js";
import {
    after,
    type Event,
    hasBegun,
    type Outcome,
    type Progress,
} from "../../../provider/teardown/progress.js";
import { findUnread } from "../../../provider/teardown/findings.js";
import type { DropletAction } from "../../../provider/teardown/ports.js";
import { completed, plan, running, shown } from "../../support/resources.js";
import {
    accepted,
    answered,
    BUSY,
    changed,
    DONE,
    FAILED,
    found,
    listed,
    lost,
    NONE,
    noNews,
    NOW,
    refused,
    seen,
    stateAfter,
    status,
    VOLUME,
    waited,
    WEB,
    WEEKLY,
} from "../../support/told.js";

type Events = readonly (Event | readonly Event[])[];
const progressAfter = (...events: Events): Progress => stateAfter(...events).progress;
const isOurs = (...events: Events): boolean => stateAfter(...events).findings.isOurs;

describe("a status", () => {
    const strangers = completed([shown("volume", "v1", "gone"), shown("snapshot", "s1", BUSY)]);
    const more = completed([shown("volume", "v1", "gone"), shown("snapshot", "s", "there")]);

    it("is ours after a 202, until it speaks of something that was not sent", () => {
        assert.equal(isOurs(accepted(), status(DONE)), true);
        assert.equal(isOurs(accepted(), status(more)), true);
        assert.equal(isOurs(accepted(), status(strangers)), false);
        assert.equal(isOurs(accepted(), status(DONE), status(strangers)), false);
    });

    it("is ours after a lost answer if it names exactly what was sent", () => {
        assert.equal(isOurs(lost(), status(DONE)), true);
        assert.equal(isOurs(lost(), status(strangers)), false);
        assert.equal(isOurs(lost(), status(running())), false);
    });

    it("is not ours while it shows what it showed before", () => {
        assert.equal(isOurs(status(FAILED), accepted(), status(FAILED)), false);
    });

    it("is not ours while it shows the same in another order", () => {
        const [failed, gone] = [shown("volume", "v1", BUSY), shown("snapshot", "s1", "gone")];
        const before = status(completed([failed, gone]));
        assert.equal(isOurs(before, accepted(), status(completed([gone, failed]))), false);
        assert.equal(
            isOurs(before, accepted(), status(completed([gone, shown("volume", "v1", "gone")]))),
            true,
        );
    });

    it("is not ours after a refusal, and where nothing was sent", () => {
        assert.equal(isOurs(accepted(), status(DONE), refused()), false);
        assert.equal(isOurs(accepted(), refused(), status(DONE)), false);
        assert.equal(isOurs(status(DONE)), false);
    });

    it("may still name what an earlier destroy has taken", () => {
        const before = completed([shown("snapshot", "s1", "gone"), shown("volume", "v1", BUSY)]);
        const now = completed([shown("snapshot", "s1", "gone"), shown("volume", "v1", "gone")]);
        assert.equal(isOurs(status(before), accepted(), status(now)), true);
    });
});

describe("a run", () => {
    it("counts what was accepted, and what was lost once its effect shows", () => {
        assert.equal(progressAfter(accepted()).rounds, 1);
        assert.equal(progressAfter(lost()).rounds, 0);
        assert.equal(progressAfter(lost(), status(NONE)).rounds, 0);
        assert.equal(progressAfter(lost(), status(DONE)).rounds, 1);
        assert.equal(progressAfter(lost(), status(DONE), status(DONE)).rounds, 1);
        assert.equal(progressAfter(lost(), status(DONE)).lastRefusal, null);
    });

    it("does not count somebody else's destroy", () => {
        assert.equal(progressAfter(refused(), status(running())).rounds, 0);
        assert.equal(progressAfter(lost(), status(running())).rounds, 0);
    });

    it("has begun where something is, or may have been, destroyed", () => {
        assert.equal(hasBegun(progressAfter(seen(), refused())), false);
        for (const event of [accepted(), lost(), status(running())]) {
            assert.equal(hasBegun(progressAfter(event)), true);
        }
    });

    it("dates the first sight of the end", () => {
        const ended = [accepted(), status(DONE, 1, NOW + 5)];
        assert.equal(progressAfter(...ended, status(DONE, 2, NOW + 50)).endSeenAtMs, NOW + 5);
        assert.equal(progressAfter(...ended, status(running(), 2, NOW + 50)).endSeenAtMs, null);
        assert.equal(progressAfter(status(DONE)).endSeenAtMs, null);
    });

    it("polls a destroy by its age, and by when it was last asked for", () => {
        const { history } = progressAfter(accepted(1_000), status(running(), 1, NOW + 5_000));
        assert.deepEqual(history, { acceptedAtMs: NOW - 1_000, lastSentAtMs: NOW + 5_000 });
    });

    it("remembers since when it is refused, and not after something was accepted", () => {
        assert.equal(progressAfter(refused(9_000), refused(5_000)).refusedAtMs, NOW - 9_000);
        const { refusals, refusedAtMs, lastRefusal } = progressAfter(refused(), accepted());
        assert.deepEqual(
            { refusals, refusedAtMs, lastRefusal },
            { refusals: 0, refusedAtMs: null, lastRefusal: null },
        );
        assert.equal(progressAfter(lost()).refusedAtMs, null);
        assert.equal(progressAfter(lost()).refusals, 1);
    });

    it("has rested until the next attempt or refusal", () => {
        const rest = waited({ rests: true });
        assert.equal(progressAfter(rest).rested, true);
        assert.equal(progressAfter(rest, waited()).rested, true);
        assert.equal(progressAfter(rest, accepted()).rested, false);
        assert.equal(progressAfter(rest, refused()).rested, false);
    });

    it("notes nothing of a request that was not sent", () => {
        const stale = changed({ do: "destroy", resources: [VOLUME] }, { kind: "stale" });
        assert.deepEqual(progressAfter(seen(), stale), progressAfter(seen()));
        const remove = changed({ do: "delete resource", resource: VOLUME }, { kind: "stale" });
        assert.deepEqual(progressAfter(seen(), remove), progressAfter(seen()));
    });

    it("waits for the Droplet after asking for it alone, whatever the answer was", () => {
        const gone = (outcome: Outcome): Progress =>
            progressAfter(refused(), changed({ do: "delete droplet" }, outcome, 500));
        const { deletedAtMs, rounds, lastRefusal } = gone({ kind: "accepted" });
        assert.deepEqual([deletedAtMs, rounds, lastRefusal], [NOW - 500, 1, null]);
        assert.equal(gone({ kind: "lost", message: "502" }).lastRefusal, "502");
        assert.equal(gone({ kind: "busy", message: "422" }).deletedAtMs, null);
        assert.equal(gone({ kind: "busy", message: "422" }).refusals, 2);
    });

    it("endures an answer that could not be used until it has waited, and keeps its words", () => {
        const none = noNews({ about: "destroy" }, new Error("no answer"));
        assert.equal(progressAfter(none).trouble?.message, "no answer");
        const { trouble, noNews: last } = progressAfter(none, waited());
        assert.deepEqual([trouble, last], [null, "no answer"]);
    });

    it("does not go by an older list where the last one could not be used", () => {
        const { findings } = stateAfter(listed([VOLUME]), noNews({ about: "list" }, new Error("html")));
        assert.equal(findUnread(findings).length, 4);
    });
});

describe("a resource", () => {
    const evidenceAfter = (...events: Events) => stateAfter(listed([VOLUME]), ...events).findings.evidence[0];

    it("was asked for, and has not failed, where our destroy of it was accepted", () => {
        const failed = status(FAILED);
        assert.equal(evidenceAfter(failed)?.failure, "resource is busy");
        const { asked, failure } = evidenceAfter(failed, accepted()) ?? {};
        assert.deepEqual({ asked, failure }, { asked: true, failure: null });
        assert.equal(evidenceAfter(lost())?.asked, false);
    });

    it("has the reason why the last plan keeps it, and none where that destroys it", () => {
        const keeps: Event = {
            is: "noted",
            notes: { plan: plan({ keep: [{ ...VOLUME, reason: "policy" }] }) },
        };
        const prevents: Event = {
            is: "noted",
            notes: { plan: plan({ prevented: [{ ...VOLUME, reason: "prevented" }] }) },
        };
        const destroys: Event = { is: "noted", notes: { plan: plan({ destroy: [VOLUME] }) } };
        assert.equal(evidenceAfter(keeps)?.keep, "policy");
        assert.equal(evidenceAfter(prevents)?.keep, "prevented");
        assert.equal(evidenceAfter(keeps, destroys)?.keep, null);
        assert.equal(
            evidenceAfter(keeps, { is: "noted", notes: { plan: plan({ destroy: [WEEKLY] }) } })?.keep,
            "policy",
        );
    });

    it("of a Droplet that is gone is tried once in each pass, and has the reason of its failure", () => {
        const remove = { do: "delete resource", resource: VOLUME } as const;
        const error = new ApiError("403 Forbidden", 403, null);
        const state = stateAfter(listed([VOLUME]), changed(remove, { kind: "failed", error }));
        assert.equal(state.findings.evidence[0]?.failure, "403 Forbidden");
        assert.equal(state.progress.tried.length, 1);
        const { tried, attempts, rested } = after(state, waited({ rests: true, endsPass: true })).progress;
        assert.deepEqual([tried, attempts, rested], [[], 1, true]);
    });

    it("that is still there after a 404 to its delete has failed", () => {
        const remove = { do: "delete resource", resource: VOLUME } as const;
        const gone = changed(remove, { kind: "gone", message: "404" });
        assert.match(evidenceAfter(gone, found(VOLUME, []))?.failure ?? "", /answered 404 to its delete/);
    });
});

describe("a shutdown", () => {
    const begun: Event = { is: "noted", notes: { shutdown: { sinceMs: NOW } } };
    const off = seen({ ...WEB, status: "off" });

    it("is over when the Droplet is off, gone, or has been waited for long enough", () => {
        assert.equal(progressAfter(begun, seen()).shutdown.isOver, false);
        assert.equal(progressAfter(begun, off).shutdown.isOver, true);
        assert.equal(progressAfter(begun, seen(null)).shutdown.isOver, true);
        const said: Event = { is: "said", topic: "shutdown", text: "as it is" };
        assert.equal(progressAfter(begun, said).shutdown.isOver, true);
    });

    it("has not begun because a Droplet happens to be off", () => {
        assert.equal(progressAfter(off).shutdown.isOver, false);
    });
});

describe("a final snapshot", () => {
    const take = { do: "take snapshot", name: "web-final", before: ["1"] } as const;
    const action = (state: DropletAction["state"]): DropletAction => ({
        id: 9,
        type: "snapshot",
        state,
        startedAtMs: null,
    });
    const taken = (outcome: Outcome, ...before: Events) =>
        progressAfter(...before, changed(take, outcome, 0)).snapshot;
    const polled = (state: DropletAction["state"] | null): Event =>
        answered(
            { about: "action", actionId: 9 },
            state === null ? { is: "absent" } : { is: "read", value: action(state) },
            1,
            NOW + 60_000,
        );
    const accept = changed(take, { kind: "accepted", action: action("in-progress") }, 0);

    it("is followed by its action once it is accepted", () => {
        const { wait, begun } = taken({ kind: "accepted", action: action("in-progress") });
        assert.deepEqual(wait, { for: "action", actionId: 9, sinceMs: NOW });
        assert.deepEqual(begun, { by: "us", atMs: NOW, before: ["1"] });
        assert.deepEqual(progressAfter(accept, polled("in-progress")).snapshot.wait, wait);
    });

    it("is looked for when its action has ended, and given up where that ended with an error", () => {
        const { wait, begun, failure } = progressAfter(accept, polled("completed")).snapshot;
        assert.deepEqual([wait, begun?.atMs, failure], [null, NOW + 60_000, null]);
        assert.equal(progressAfter(accept, polled(null)).snapshot.wait, null);
        assert.match(
            progressAfter(accept, polled("errored")).snapshot.failure?.why ?? "",
            /ended with an error/,
        );
    });

    it("is looked for after a lost answer", () => {
        const { wait, begun, lost: times } = taken({ kind: "lost", message: "502" });
        assert.deepEqual([wait?.for, begun?.by, times], ["time", "lost request", 1]);
        assert.equal(
            progressAfter(changed(take, { kind: "lost", message: "502" }), waited()).snapshot.wait,
            null,
        );
    });

    it("is asked for again, later each time, where the Droplet is busy", () => {
        const busy: Outcome = { kind: "busy", message: "422 the droplet has a pending event" };
        const { wait, refusals } = taken(busy, changed(take, busy, 0));
        assert.deepEqual([wait?.for === "time" && wait.pauseMs, refusals], [6_000, 2]);
    });

    it("is given up for any other reason", () => {
        assert.equal(taken({ kind: "busy", message: "422 no such image" }).failure?.why, "422 no such image");
        const error = new ApiError("403", 403, null);
        assert.equal(taken({ kind: "failed", error }).failure?.error, error);
        const running = answered({ about: "actions" }, { is: "read", value: [action("in-progress")] });
        assert.equal(taken({ kind: "busy", message: "422 no" }, running).failure, null);
    });

    it("is unchanged by a request that was not sent", () => {
        assert.equal(taken({ kind: "limited", message: "429" }).wait, null);
        assert.equal(taken({ kind: "limited", message: "429" }).refusals, 0);
    });
});
