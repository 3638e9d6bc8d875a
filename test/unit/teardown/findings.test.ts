import assert from "node:assert/strict";

import { answerTo, DROPLET, type Evidence, findUnread, LIST } from "../../../provider/teardown/findings.js";
import type { Event } from "../../../provider/teardown/progress.js";
import { completed, resource, running, shown } from "../../support/resources.js";
import {
    ABSENT,
    ADDRESS,
    answered,
    DONE,
    listed,
    NONE,
    probed,
    seen,
    stateAfter,
    stateAfterEvents,
    status,
    unreadable,
    VOLUME,
    WEB,
} from "../../support/told.js";

const findingsAfter = (...events: readonly (Event | readonly Event[])[]) => stateAfter(...events).findings;

function only(evidence: readonly Evidence[]): Evidence {
    const [one] = evidence;
    assert.ok(one !== undefined && evidence.length === 1);
    return one;
}

describe("an answer", () => {
    it("is absent as often as 404s came in a row", () => {
        const once = answerTo(findingsAfter(seen(null)), DROPLET);
        assert.equal(once?.is === "absent" && once.times, 1);
        const twice = answerTo(findingsAfter(seen(null), seen(null)), DROPLET);
        assert.equal(twice?.is === "absent" && twice.times, 2);
        const again = answerTo(findingsAfter(seen(null), seen(), seen(null)), DROPLET);
        assert.equal(again?.is === "absent" && again.times, 1);
    });

    it("knows its place among the others, and between which waits it was read", () => {
        const { answers, reads } = findingsAfter(seen(WEB, 3), status(NONE, 4));
        assert.deepEqual(
            [...answers.values()].map(({ at: { nth, epoch } }) => [nth, epoch]),
            [
                [1, 3],
                [2, 4],
            ],
        );
        assert.equal(reads, 2);
    });

    it("that cannot be read is not the absence of anything", () => {
        const { endedAt } = findingsAfter(
            status(DONE),
            answered(DROPLET, unreadable()),
            answered(DROPLET, unreadable()),
        );
        assert.equal(endedAt, null);
    });
});

describe("a Droplet has ended", () => {
    const hasEnded = (...events: readonly Event[]): boolean => findingsAfter(...events).endedAt !== null;

    it("after two 404s, and not after one", () => {
        assert.equal(hasEnded(seen(null), status(NONE)), false);
        assert.equal(hasEnded(seen(null), status(NONE), seen(null)), true);
    });

    it("after one 404 where a status shows its end, whichever comes first", () => {
        assert.equal(hasEnded(seen(null), status(DONE)), true);
        assert.equal(hasEnded(status(DONE), seen(null)), true);
        assert.equal(hasEnded(status(completed()), seen(null)), false);
    });

    it("until it is seen again", () => {
        assert.equal(hasEnded(seen(null), seen(null), seen()), false);
    });

    it("from the first proof on, whatever else is read", () => {
        const first = findingsAfter(seen(null), seen(null)).endedAt;
        assert.deepEqual(findingsAfter(seen(null), seen(null), status(NONE), seen(null)).endedAt, first);
    });
});

describe("findings", () => {
    it("know the Droplet of this token once it or a destroy of it was seen", () => {
        assert.equal(findingsAfter(seen(null), status(NONE)).known, false);
        assert.equal(findingsAfter(seen()).known, true);
        assert.equal(findingsAfter(status(running())).known, true);
    });

    it("keep the Droplet as it was last seen", () => {
        assert.deepEqual(findingsAfter(seen(), seen(null), seen(null)).lastSeen, WEB);
    });

    it("date a running destroy from the first status of those that show it", () => {
        assert.equal(findingsAfter(seen(), status(running()), status(running())).runningSince?.nth, 2);
        assert.equal(findingsAfter(status(running()), status(DONE)).runningSince, null);
    });

    it("have a whole list only of a time when no destroy was running", () => {
        assert.equal(findingsAfter(seen(), status(NONE), listed([])).listedWhole, true);
        assert.equal(findingsAfter(seen(), status(running()), listed([])).listedWhole, false);
        assert.equal(findingsAfter(answered(LIST, ABSENT), answered(LIST, ABSENT)).listedWhole, false);
    });

    it("take a kind for read only where the list shows one, or does not and the token could", () => {
        const list = listed([VOLUME]).slice(0, 1);
        const others = ["reserved_ip", "snapshot", "volume_snapshot"] as const;
        assert.deepEqual(findUnread(findingsAfter()), [
            "reserved_ip",
            "snapshot",
            "volume",
            "volume_snapshot",
        ]);
        assert.deepEqual(findUnread(findingsAfter(list)), others);
        assert.deepEqual(findUnread(findingsAfter(listed([VOLUME]))), []);
        assert.deepEqual(findUnread(findingsAfter(listed([VOLUME]), probed("snapshot", false))), [
            "snapshot",
        ]);
        assert.deepEqual(findUnread(findingsAfter(list, answered(LIST, unreadable()))).length, 4);
    });
});

describe("the evidence of a resource", () => {
    it("begins with what was recorded, a source of names and costs", () => {
        const { evidence } = stateAfterEvents([VOLUME]).findings;
        assert.equal(only(evidence).monthlyCost, "1.00");
    });

    it("keeps a cost that a status lacks, and takes the latest name", () => {
        const named = (name: string): Event => status(running([{ ...shown("volume", "v1", "there"), name }]));
        const renamed = stateAfterEvents([VOLUME], named("renamed"));
        assert.deepEqual(
            renamed.findings.evidence.map(({ name, monthlyCost }) => [name, monthlyCost]),
            [["renamed", "1.00"]],
        );
        const unnamed = stateAfterEvents([VOLUME], named("renamed"), named(""));
        assert.equal(only(unnamed.findings.evidence).name, "renamed");
    });

    it("is that of one address where a status gives it another id, and leaves it its name", () => {
        const other = { ...shown("reserved_ip", ADDRESS.name, { failed: "busy" }), name: ADDRESS.name };
        const { findings } = stateAfterEvents([ADDRESS], status(completed([other])));
        assert.deepEqual(
            [only(findings.evidence).name, only(findings.evidence).failure],
            [ADDRESS.name, "busy"],
        );
    });

    it("has the last reason why a status could not destroy it", () => {
        const failed = status(completed([shown("volume", "v1", { failed: "busy" })]));
        assert.equal(only(findingsAfter(failed).evidence).failure, "busy");
        const next = status(running([shown("volume", "v1", "there")]));
        assert.equal(only(findingsAfter(failed, next).evidence).failure, null);
    });

    it("is never removed", () => {
        const recorded = resource("snapshot", "1");
        const { evidence } = stateAfterEvents(
            [recorded],
            ...listed([VOLUME]),
            ...listed([]),
            seen(null),
        ).findings;
        assert.deepEqual(
            evidence.map(({ id }) => id),
            ["1", "v1"],
        );
    });
});
