import assert from "node:assert/strict";

import type { ResourceProgress } from "../../../provider/teardown/model.js";
import type { Event, State } from "../../../provider/teardown/progress.js";
import { isGone, mayDeleteAlone, remainingEvidence, whereIs } from "../../../provider/teardown/findings.js";
import { completed, resource, shown } from "../../support/resources.js";
import {
    ADDRESS,
    changed,
    DROPLET_ID,
    found,
    listed,
    NIGHTLY,
    stateAfter,
    stateAfterEvents,
    status,
    taken,
    VOLUME,
    WEEKLY,
} from "../../support/told.js";

const LISTED = listed([VOLUME]);
const LEFT = listed([]);
const DESTROYED = status(completed([shown("volume", "v1", "gone")]));
const FAILED = status(completed([shown("volume", "v1", { failed: "busy" })]));
const LATER: ResourceProgress = { ...shown("volume", "v1", "gone"), destroyedAt: "2027" };
const DELETED = changed({ do: "delete resource", resource: VOLUME }, { kind: "accepted" });

/** What was read of a volume, oldest first, and where it is then. */
const ROWS: readonly (readonly [
    when: string,
    events: readonly (Event | readonly Event[])[],
    then: string,
])[] = [
    ["a list shows it", [LISTED], `there on ${DROPLET_ID}`],
    ["a list does not show it any more", [LISTED, LEFT], "unseen"],
    ["a status names it", [FAILED], "unseen"],
    ["a list shows it, and a status names it", [LISTED, FAILED], `there on ${DROPLET_ID}`],
    ["a status shows it destroyed", [DESTROYED], "gone"],
    ["a list showed it, then a status shows it destroyed", [LISTED, DESTROYED], "gone"],
    ["a status shows it destroyed, then a list shows it", [DESTROYED, LISTED], "disputed"],
    ["the same status is read again after the list", [DESTROYED, LISTED, DESTROYED], "disputed"],
    [
        "a later status shows it destroyed at another time",
        [DESTROYED, LISTED, status(completed([LATER]))],
        "gone",
    ],
    ["a status shows it destroyed, then a list does not show it", [DESTROYED, LEFT], "gone"],
    ["disputed, and its own endpoint has it", [DESTROYED, LISTED, found(VOLUME, [8])], "there on 8"],
    ["disputed, and its own endpoint answers 404 once", [DESTROYED, LISTED, found(VOLUME, null)], "disputed"],
    ["its own endpoint answers 404 once", [LISTED, found(VOLUME, null)], "disputed"],
    ["its own endpoint answers 404 twice", [LISTED, found(VOLUME, null), found(VOLUME, null)], "gone"],
    [
        "its own endpoint answers 404 twice, then a lagging list shows it",
        [found(VOLUME, null), found(VOLUME, null), LISTED],
        "gone",
    ],
    [
        "its own endpoint answers 404, then has it, then answers 404",
        [found(VOLUME, null), found(VOLUME, []), found(VOLUME, null)],
        "disputed",
    ],
    ["its own endpoint has it, attached to nothing", [LISTED, found(VOLUME, [])], "there on "],
    ["a list is newer than its own endpoint", [found(VOLUME, [8]), LISTED], `there on ${DROPLET_ID}`],
    ["a newer list does not show it", [found(VOLUME, [8]), LEFT], "unseen"],
    ["its own endpoint has it, then a status shows it destroyed", [found(VOLUME, []), DESTROYED], "gone"],
    ["its own endpoint cannot be read", [LISTED, found(VOLUME, new Error("403"))], "hidden: 403"],
    ["our delete was accepted", [LISTED, DELETED], "gone"],
];

describe("a resource is", () => {
    for (const [when, events, then] of ROWS) {
        it(`${then} when ${when}`, () => {
            const [evidence] = stateAfter(...events).findings.evidence;
            assert.ok(evidence !== undefined);
            const where = whereIs(evidence);
            const detail = where.is === "there" ? ` on ${where.dropletIds.join(" ")}` : "";
            const why = where.is === "hidden" ? `: ${where.why}` : "";
            assert.equal(`${where.is}${detail}${why}`, then);
        });
    }

    it("unseen while it is only recorded", () => {
        const [evidence] = stateAfterEvents([VOLUME]).findings.evidence;
        assert.deepEqual(evidence && whereIs(evidence), { is: "unseen" });
    });

    it("disputed where it is an address that was gone and is listed again: it may have been handed out again", () => {
        const { evidence } = stateAfter(
            found(ADDRESS, null),
            found(ADDRESS, null),
            listed([ADDRESS]),
        ).findings;
        assert.deepEqual(evidence.map(whereIs), [{ is: "disputed" }]);
    });

    it("there, attached to nothing, where a list of the Droplet's snapshots shows it", () => {
        const { evidence } = stateAfter(taken([NIGHTLY])).findings;
        assert.deepEqual(evidence.map(whereIs), [{ is: "there", dropletIds: [] }]);
    });

    it("open until it is proven to be gone", () => {
        const { findings } = stateAfter(listed([VOLUME, WEEKLY]), DESTROYED);
        assert.deepEqual(
            remainingEvidence(findings).map(({ id }) => id),
            ["s1"],
        );
        assert.deepEqual(findings.evidence.map(isGone), [true, false]);
    });
});

describe("a resource may be deleted by its own endpoint", () => {
    const isAlone = (...events: readonly (Event | readonly Event[])[]): boolean[] =>
        aloneIn(stateAfter(...events));
    const aloneIn = ({ findings }: State): boolean[] =>
        findings.evidence.map((one) => mayDeleteAlone(one, findings));

    it("where a destroy of the Droplet named it", () => assert.deepEqual(isAlone(FAILED), [true]));

    it("where our accepted destroy named it", () => {
        const destroy = { do: "destroy", resources: [VOLUME] } as const;
        assert.deepEqual(isAlone(LISTED, changed(destroy, { kind: "accepted" })), [true]);
        assert.deepEqual(isAlone(LISTED, changed(destroy, { kind: "lost", message: "502" })), [false]);
    });

    it("where it is an address only while the last status shows that it was not destroyed", () => {
        const destroy = { do: "destroy", resources: [ADDRESS] } as const;
        const failed = status(completed([shown("reserved_ip", ADDRESS.id, { failed: "busy" })]));
        assert.deepEqual(isAlone(listed([ADDRESS]), changed(destroy, { kind: "accepted" })), [false]);
        assert.deepEqual(isAlone(listed([ADDRESS]), failed), [true]);
        assert.deepEqual(isAlone(listed([ADDRESS]), failed, status({ state: "none" })), [false]);
    });

    it("where it is a snapshot of the Droplet", () => {
        assert.deepEqual(isAlone(listed([NIGHTLY])), [true]);
        assert.deepEqual(isAlone(taken([NIGHTLY])), [true]);
    });

    it("not where it was only listed or recorded: it may have moved on", () => {
        assert.deepEqual(isAlone(listed([VOLUME, WEEKLY, ADDRESS])), [false, false, false]);
        assert.deepEqual(aloneIn(stateAfterEvents([resource("snapshot", "1")])), [false]);
    });
});
