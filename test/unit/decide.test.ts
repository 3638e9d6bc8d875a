import assert from "node:assert/strict";
import { decide, type Action, type Observation } from "../../provider/teardown/decide.js";
import { NOTHING_SENT, type Memory } from "../../provider/teardown/memory.js";
import type { DestroyStatus } from "../../provider/teardown/model.js";
import { running } from "../support/resources.js";
import { accepted, DONE, FAILED, lost, NONE, NOW, refused } from "../support/memories.js";

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
    { when: "nothing is known", droplet: "unseen", status: NONE, then: "observe" },
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
        when: "it was refused for long, and nothing has failed",
        droplet: "there",
        status: NONE,
        memory: { ...refused(2, 20_000), rested: true },
        then: "submit-or-delete",
    },
    {
        when: "it was asked a moment ago to delete the Droplet alone",
        droplet: "there",
        status: NONE,
        memory: { ...NOTHING_SENT, rounds: 1, attempts: 4, deletedAtMs: NOW - 59_999 },
        then: "poll for droplet",
    },
    {
        when: "it was asked long ago to delete the Droplet alone",
        droplet: "there",
        status: NONE,
        memory: { ...NOTHING_SENT, rounds: 1, attempts: 1, deletedAtMs: NOW - 60_000 },
        then: "pause 5 s",
    },
    {
        when: "it was asked to delete the Droplet alone",
        droplet: "gone",
        status: FAILED,
        memory: { ...NOTHING_SENT, rounds: 1, attempts: 1, deletedAtMs: NOW - 5_000 },
        then: "clean-up by others",
    },
    {
        when: "it was refused after a failure, and the status may be of before a destroy by somebody else",
        droplet: "there",
        status: FAILED,
        memory: { ...refused(4, 19_999), rested: true },
        then: "submit",
    },
    {
        when: "it was refused for long after a failure",
        droplet: "there",
        status: FAILED,
        memory: { ...refused(2, 20_000), rested: true },
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
