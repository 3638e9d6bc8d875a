import assert from "node:assert/strict";

import { decide, type Action, type Observation } from "../../provider/teardown/decide.js";
import {
    afterAccepted,
    afterLost,
    afterRefusal,
    afterSeeing,
    isOurs,
    NOTHING_SENT,
    type Memory,
    type Sent,
} from "../../provider/teardown/memory.js";
import type { DestroyStatus } from "../../provider/teardown/status.js";
import { completed, resource, running, shown } from "../support/resources.js";

const NOW = 1_000_000;
const NONE: DestroyStatus = { state: "none" };
const VOLUME = resource("volume", "v1");
const BUSY = { failed: "resource is busy" };
const FAILED = completed([shown("volume", "v1", BUSY)]);
const DONE = completed([shown("volume", "v1", "gone")]);

function sending(agoMs: number, before: DestroyStatus = NONE): Omit<Sent, "answer"> {
    return { resources: [VOLUME], atMs: NOW - agoMs, before };
}

/** A run whose destroy of one volume was accepted. */
function accepted(agoMs = 1_000, before: DestroyStatus = NONE, more: Partial<Memory> = {}): Memory {
    return { ...afterAccepted(NOTHING_SENT, sending(agoMs, before)), ...more };
}

function lost(agoMs = 1_000): Memory {
    return afterLost(NOTHING_SENT, sending(agoMs), "502 Bad Gateway");
}

function refused(times: number): Memory {
    let memory = NOTHING_SENT;
    for (let time = 0; time < times; time += 1) {
        memory = afterRefusal(memory, "409 in progress");
    }
    return memory;
}

interface Row {
    readonly when: string;
    readonly droplet: Observation["droplet"];
    readonly status: DestroyStatus;
    readonly memory?: Memory;
    readonly then: string;
}

const TAKING: Partial<Memory> = {
    snapshot: { ...NOTHING_SENT.snapshot, wait: { for: "action", actionId: 1, sinceMs: NOW } },
};

const ROWS: readonly Row[] = [
    {
        when: "the final snapshot is under way",
        droplet: "unseen",
        status: NONE,
        memory: { ...NOTHING_SENT, ...TAKING },
        then: "await-snapshot",
    },
    { when: "nothing is known", droplet: "unseen", status: NONE, then: "look" },
    { when: "it is there", droplet: "there", status: NONE, then: "submit" },
    { when: "an older destroy failed", droplet: "there", status: FAILED, then: "submit" },
    { when: "an older destroy ended well", droplet: "there", status: DONE, then: "submit" },
    { when: "somebody's destroy runs", droplet: "there", status: running(), then: "take-inventory" },
    {
        when: "somebody's destroy runs and the list is read",
        droplet: "there",
        status: running(),
        memory: { ...NOTHING_SENT, inventoried: true },
        then: "poll for completion",
    },
    { when: "a destroy runs without it", droplet: "gone", status: running(), then: "poll for completion" },
    {
        when: "our own destroy runs",
        droplet: "unseen",
        status: running(),
        memory: accepted(),
        then: "poll for completion",
    },
    {
        when: "the status is 404 half a minute after the 202",
        droplet: "unseen",
        status: NONE,
        memory: accepted(30_000),
        then: "poll for effect",
    },
    {
        when: "the old end shows half a minute after the 202",
        droplet: "unseen",
        status: FAILED,
        memory: accepted(30_000, FAILED),
        then: "poll for effect",
    },
    {
        when: "the old end shows an hour after the 202",
        droplet: "there",
        status: FAILED,
        memory: accepted(3_600_000, FAILED),
        then: "pause 5 s",
    },
    {
        when: "the answer was lost a moment ago",
        droplet: "unseen",
        status: NONE,
        memory: lost(),
        then: "poll for effect",
    },
    {
        when: "the answer was lost and has no effect",
        droplet: "there",
        status: NONE,
        memory: lost(30_000),
        then: "pause 3 s",
    },
    { when: "it was refused", droplet: "there", status: NONE, memory: refused(1), then: "pause 3 s" },
    { when: "it was refused again", droplet: "there", status: NONE, memory: refused(3), then: "pause 12 s" },
    {
        when: "it was refused for long",
        droplet: "there",
        status: NONE,
        memory: refused(30),
        then: "pause 60 s",
    },
    {
        when: "it was refused twice, and nothing has failed",
        droplet: "there",
        status: NONE,
        memory: { ...refused(2), rested: true },
        then: "submit",
    },
    {
        when: "it was refused twice after a failure",
        droplet: "there",
        status: FAILED,
        memory: { ...refused(2), rested: true },
        then: "submit-or-retry",
    },
    {
        when: "the first round failed",
        droplet: "there",
        status: FAILED,
        memory: accepted(9_000),
        then: "pause 5 s",
    },
    {
        when: "the second round failed",
        droplet: "there",
        status: FAILED,
        memory: accepted(9_000, NONE, { attempts: 2 }),
        then: "pause 15 s",
    },
    {
        when: "the round failed, and there was a pause",
        droplet: "there",
        status: FAILED,
        memory: accepted(9_000, NONE, { rested: true }),
        then: "submit",
    },
    {
        when: "the last round failed",
        droplet: "there",
        status: FAILED,
        memory: accepted(9_000, NONE, { attempts: 4 }),
        then: "finish",
    },
    {
        when: "it ended well a moment ago, and the Droplet is there",
        droplet: "there",
        status: DONE,
        memory: accepted(9_000, NONE, { endSeenAtMs: NOW - 1_000 }),
        then: "poll for droplet",
    },
    {
        when: "it ended well, and the Droplet stays",
        droplet: "there",
        status: DONE,
        memory: accepted(90_000, NONE, { endSeenAtMs: NOW - 60_000 }),
        then: "pause 5 s",
    },
    { when: "it is gone, nobody knows how", droplet: "gone", status: NONE, then: "clean-up by others" },
    { when: "it is gone after an older destroy", droplet: "gone", status: DONE, then: "clean-up by others" },
    {
        when: "it is gone after ours",
        droplet: "gone",
        status: DONE,
        memory: accepted(9_000),
        then: "clean-up by our destroy",
    },
    {
        when: "it is gone, and ours failed in something",
        droplet: "gone",
        status: FAILED,
        memory: accepted(9_000),
        then: "pause 5 s",
    },
    {
        when: "it is gone, ours failed in something, and there was a pause",
        droplet: "gone",
        status: FAILED,
        memory: accepted(9_000, NONE, { rested: true }),
        then: "clean-up by others",
    },
    {
        when: "it is gone, and no attempts are left",
        droplet: "gone",
        status: FAILED,
        memory: accepted(9_000, NONE, { attempts: 4 }),
        then: "clean-up by others, without deleting",
    },
    {
        when: "it is gone, and something would not go",
        droplet: "gone",
        status: NONE,
        memory: { ...NOTHING_SENT, attempts: 1, leftovers: "remain" },
        then: "pause 5 s",
    },
    {
        when: "it is gone, and nothing is left",
        droplet: "gone",
        status: NONE,
        memory: { ...NOTHING_SENT, leftovers: "settled" },
        then: "finish",
    },
];

describe("decide", () => {
    for (const { when, droplet, status, memory = NOTHING_SENT, then } of ROWS) {
        it(`when ${when}: ${then}`, () => {
            assert.equal(inWords(decide({ droplet, status }, memory, { retries: 3 }, NOW)), then);
        });
    }
});

function inWords(action: Action): string {
    switch (action.do) {
        case "poll":
            return `poll for ${action.for}`;
        case "pause":
            return `pause ${action.pauseMs / 1_000} s`;
        case "clean-up":
            return `clean-up by ${action.by}${action.delete ? "" : ", without deleting"}`;
        default:
            return action.do;
    }
}

describe("a status", () => {
    const strangers = completed([shown("volume", "v1", "gone"), shown("snapshot", "s1", BUSY)]);

    it("is ours after a 202, until it speaks of something that was not sent", () => {
        assert.ok(isOurs(DONE, accepted().sent));
        assert.ok(
            isOurs(
                completed([shown("volume", "v1", "gone"), shown("snapshot", "s", "there")]),
                accepted().sent,
            ),
        );
        assert.ok(!isOurs(strangers, accepted().sent));
    });

    it("is ours after a lost answer if it names exactly what was sent", () => {
        assert.ok(isOurs(DONE, lost().sent));
        assert.ok(!isOurs(strangers, lost().sent));
        assert.ok(!isOurs(running(), lost().sent));
    });

    it("is nobody's of ours while it shows what it showed before", () => {
        assert.ok(!isOurs(FAILED, accepted(1_000, FAILED).sent));
    });

    it("is nobody's of ours after a refusal, and where nothing was sent", () => {
        assert.ok(!isOurs(DONE, afterRefusal(accepted(), "409").sent));
        assert.ok(!isOurs(DONE, NOTHING_SENT.sent));
    });
});

describe("the memory of a run", () => {
    it("counts what was accepted, and what was lost once its effect shows", () => {
        assert.equal(accepted().rounds, 1);
        assert.equal(lost().rounds, 0);
        assert.equal(afterSeeing(lost(), NONE, NOW).rounds, 0);
        assert.equal(afterSeeing(lost(), DONE, NOW).rounds, 1);
        assert.equal(afterSeeing(afterSeeing(lost(), DONE, NOW), DONE, NOW).rounds, 1);
        assert.equal(afterSeeing(lost(), DONE, NOW).lastRefusal, null);
    });

    it("does not count somebody else's destroy", () => {
        assert.equal(afterSeeing(afterRefusal(NOTHING_SENT, "409"), running(), NOW).rounds, 0);
        assert.equal(afterSeeing(lost(), running(), NOW).rounds, 0);
    });

    it("dates the first sight of the end", () => {
        const seen = afterSeeing(accepted(), DONE, NOW + 5);
        assert.equal(afterSeeing(seen, DONE, NOW + 50).endSeenAtMs, NOW + 5);
        assert.equal(afterSeeing(seen, running(), NOW + 50).endSeenAtMs, null);
        assert.equal(afterSeeing(NOTHING_SENT, DONE, NOW).endSeenAtMs, null);
    });
});
