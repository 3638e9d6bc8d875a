import assert from "node:assert/strict";

import { decide, type Action, type Observation } from "../../provider/teardown/decide.js";
import { failuresOf, sameFailures } from "../../provider/teardown/failures.js";
import { afterSeeing, afterSending, NOTHING_SENT, type Memory } from "../../provider/teardown/memory.js";
import type { Plan } from "../../provider/teardown/plan.js";
import type { DestroyStatus } from "../../provider/teardown/status.js";
import { completed, plan, resource, running, shown } from "../support/resources.js";

const NOW = 1_000_000;
const GRACE_MS = 20_000;
const NONE: DestroyStatus = { state: "none" };
const BUSY = { failed: "resource is busy" };
const FAILED = completed([shown("volume", "v1", BUSY)]);
const FAILED_DIFFERENTLY = completed([shown("volume", "v1", { failed: "no answer" })], {
    completedAt: "2026-01-01T00:00:30Z",
});
const DONE = completed([shown("volume", "v1", "gone")]);
const LATER = { completedAt: "2026-01-01T00:00:30Z" };
const DESTROYS = plan({ destroy: [resource("volume", "v1")] });
const KEEPS = plan({ keep: [{ ...resource("volume", "v1"), reason: "policy volumes: keep" }] });

/** What a run remembers that sent something a second, or an hour, ago. */
function sent(
    outcome: "accepted" | "conflict" | "lost",
    before: DestroyStatus = NONE,
    more: { agoMs?: number; rounds?: number; completedAgoMs?: number } = {},
): Memory {
    const { agoMs = 1_000, rounds = outcome === "accepted" ? 1 : 0, completedAgoMs } = more;
    const memory = afterSending(NOTHING_SENT, "destroy", outcome, before, NOW - agoMs);
    return {
        ...memory,
        rounds,
        completedSinceMs: completedAgoMs === undefined ? null : NOW - completedAgoMs,
    };
}

const HOUR = { agoMs: 3_600_000 };

interface Row {
    readonly when: string;
    readonly droplet: Observation["droplet"];
    readonly status: DestroyStatus;
    readonly plan?: Plan | null;
    readonly memory?: Memory;
    readonly then: Action["do"] | `give-up: ${string}` | `wait for ${string}`;
}

const NEW_PROCESS: readonly Row[] = [
    { when: "fresh, not planned", droplet: "present", status: NONE, then: "plan" },
    { when: "fresh, planned", droplet: "present", status: NONE, plan: DESTROYS, then: "submit" },
    { when: "running", droplet: "present", status: running(), then: "wait for completion" },
    { when: "running, Droplet unseen", droplet: "unseen", status: running(), then: "wait for completion" },
    {
        when: "running without the Droplet",
        droplet: "absent",
        status: running(),
        then: "wait for completion",
    },
    { when: "failed, not planned", droplet: "present", status: FAILED, then: "plan" },
    { when: "failed in what is to go", droplet: "present", status: FAILED, plan: DESTROYS, then: "retry" },
    { when: "failed in what is to stay", droplet: "present", status: FAILED, plan: KEEPS, then: "submit" },
    { when: "completed, Droplet there, not planned", droplet: "present", status: DONE, then: "plan" },
    { when: "completed, Droplet there", droplet: "present", status: DONE, plan: DESTROYS, then: "submit" },
    { when: "completed, Droplet unseen", droplet: "unseen", status: DONE, then: "look" },
    { when: "completed, not planned", droplet: "absent", status: DONE, then: "plan" },
    { when: "completed", droplet: "absent", status: DONE, plan: DESTROYS, then: "finish" },
    { when: "failed without the Droplet, not planned", droplet: "absent", status: FAILED, then: "plan" },
    { when: "failed without the Droplet", droplet: "absent", status: FAILED, plan: DESTROYS, then: "retry" },
    {
        when: "failed without the Droplet in what stays",
        droplet: "absent",
        status: FAILED,
        plan: KEEPS,
        then: "finish",
    },
    { when: "nothing is known of it", droplet: "absent", status: NONE, then: "confirm-gone" },
    {
        when: "failed without the Droplet in some of both",
        droplet: "absent",
        status: completed([shown("volume", "v1", BUSY), shown("snapshot", "1", BUSY)]),
        plan: plan({ destroy: [resource("snapshot", "1")], keep: KEEPS.keep }),
        then: "give-up: a retry would also destroy what is to be kept",
    },
];

const OWN_REQUEST: readonly Row[] = [
    {
        when: "404 shortly after the 202",
        droplet: "unseen",
        status: NONE,
        plan: DESTROYS,
        memory: sent("accepted"),
        then: "wait for effect",
    },
    {
        when: "404 shortly after a lost answer",
        droplet: "unseen",
        status: NONE,
        plan: DESTROYS,
        memory: sent("lost"),
        then: "wait for effect",
    },
    {
        when: "404 shortly after a 409",
        droplet: "unseen",
        status: NONE,
        plan: DESTROYS,
        memory: sent("conflict"),
        then: "wait for effect",
    },
    {
        when: "404 long after the 202, Droplet unseen",
        droplet: "unseen",
        status: NONE,
        plan: DESTROYS,
        memory: sent("accepted", NONE, HOUR),
        then: "look",
    },
    {
        when: "404 long after the 202",
        droplet: "present",
        status: NONE,
        plan: DESTROYS,
        memory: sent("accepted", NONE, HOUR),
        then: "submit",
    },
    {
        when: "404 long after a lost answer",
        droplet: "present",
        status: NONE,
        plan: DESTROYS,
        memory: sent("lost", NONE, HOUR),
        then: "submit",
    },
    {
        when: "404 long after the last 202",
        droplet: "present",
        status: NONE,
        plan: DESTROYS,
        memory: sent("accepted", NONE, { ...HOUR, rounds: 4 }),
        then: "give-up: DigitalOcean accepted the destroy but knows nothing of it",
    },
    {
        when: "the Droplet is gone and the status forgotten",
        droplet: "absent",
        status: NONE,
        plan: DESTROYS,
        memory: sent("accepted", NONE, HOUR),
        then: "give-up: the droplet is gone, but DigitalOcean no longer tells what became of the rest",
    },
    {
        when: "the old failure shows shortly after the retry",
        droplet: "unseen",
        status: FAILED,
        plan: DESTROYS,
        memory: sent("accepted", FAILED),
        then: "wait for effect",
    },
    {
        when: "the old failure shows long after the retry",
        droplet: "present",
        status: FAILED,
        plan: DESTROYS,
        memory: sent("accepted", FAILED, HOUR),
        then: "give-up: the last attempt changed nothing",
    },
    {
        when: "the old failure shows long after a lost retry",
        droplet: "present",
        status: FAILED,
        plan: DESTROYS,
        memory: sent("lost", FAILED, HOUR),
        then: "retry",
    },
    {
        when: "the same failed again",
        droplet: "present",
        status: { ...FAILED, ...LATER },
        plan: DESTROYS,
        memory: sent("accepted", FAILED),
        then: "give-up: the last attempt changed nothing",
    },
    {
        when: "the same failed for another reason",
        droplet: "present",
        status: FAILED_DIFFERENTLY,
        plan: DESTROYS,
        memory: sent("accepted", FAILED, { rounds: 2 }),
        then: "retry",
    },
    {
        when: "it failed, out of attempts",
        droplet: "present",
        status: FAILED,
        plan: DESTROYS,
        memory: sent("accepted", NONE, { rounds: 4 }),
        then: "give-up: no attempts are left",
    },
    {
        when: "what is to stay failed, out of attempts",
        droplet: "present",
        status: FAILED,
        plan: KEEPS,
        memory: sent("conflict", NONE, { rounds: 4 }),
        then: "give-up: no attempts are left",
    },
    {
        when: "completed just now, Droplet there",
        droplet: "present",
        status: DONE,
        plan: DESTROYS,
        memory: sent("accepted", NONE, { completedAgoMs: 1_000 }),
        then: "wait for droplet",
    },
    {
        when: "completed long ago, Droplet there",
        droplet: "present",
        status: DONE,
        plan: DESTROYS,
        memory: sent("accepted", NONE, { completedAgoMs: GRACE_MS }),
        then: "submit",
    },
    {
        when: "completed long ago, Droplet there, out of attempts",
        droplet: "present",
        status: DONE,
        plan: DESTROYS,
        memory: sent("accepted", NONE, { completedAgoMs: GRACE_MS, rounds: 4 }),
        then: "give-up: DigitalOcean reports the destroy as completed, but the droplet is still there",
    },
    {
        when: "nothing to retry, Droplet there",
        droplet: "present",
        status: FAILED,
        plan: DESTROYS,
        memory: { ...NOTHING_SENT, nothingToRetry: true },
        then: "submit",
    },
    {
        when: "nothing to retry, Droplet gone",
        droplet: "absent",
        status: FAILED,
        plan: DESTROYS,
        memory: { ...NOTHING_SENT, nothingToRetry: true },
        then: "give-up: DigitalOcean knows of nothing to retry",
    },
];

describe("decide, in a new process", () => {
    NEW_PROCESS.forEach(check);
});

describe("decide, after a request of its own", () => {
    OWN_REQUEST.forEach(check);
});

function check(row: Row): void {
    it(`${row.when}: ${row.then}`, () => {
        const { droplet, status, plan: own = null, memory = NOTHING_SENT } = row;
        const action = decide({ droplet, status }, own, memory, { retries: 3, graceMs: GRACE_MS }, NOW);
        assert.equal(inWords(action), row.then);
    });
}

function inWords(action: Action): string {
    switch (action.do) {
        case "give-up":
            return `give-up: ${action.why}`;
        case "wait":
            return `wait for ${action.for}`;
        default:
            return action.do;
    }
}

describe("failures of a completed destroy", () => {
    const names = (
        status: Parameters<typeof failuresOf>[0],
        droplet: "present" | "absent",
        own: Plan | null = null,
    ) =>
        failuresOf(status, droplet, own).map(({ kind, id, reason }) =>
            `${kind} ${id} ${reason}`.replace("  ", " "),
        );

    it("are what shows an error and is not destroyed", () => {
        const status = completed([shown("volume", "v1", BUSY), shown("snapshot", "1", "gone")]);
        assert.deepEqual(names(status, "absent"), ["volume v1 resource is busy"]);
    });

    it("are everything that is not destroyed where the count is higher", () => {
        const status = completed([shown("volume", "v1", BUSY), shown("snapshot", "1", "there")], {
            failures: 2,
        });
        assert.deepEqual(names(status, "absent"), [
            "volume v1 resource is busy",
            "snapshot 1 DigitalOcean gives no reason",
        ]);
    });

    it("are in our own destroy nothing but what we asked for", () => {
        const status = completed([shown("volume", "v1", "there"), shown("snapshot", "1", "there")], {
            failures: 1,
        });
        assert.deepEqual(names(status, "present", DESTROYS), ["volume v1 DigitalOcean gives no reason"]);
    });

    it("are the Droplet where it shows an error", () => {
        const status = completed([], { droplet: { name: "web-1", destroyedAt: null, error: "locked" } });
        assert.deepEqual(names(status, "present"), ["droplet locked"]);
        assert.deepEqual(names(status, "absent"), []);
    });

    it("are the Droplet where something is counted and nothing is named", () => {
        assert.deepEqual(names(completed([], { failures: 1 }), "present"), [
            "droplet DigitalOcean gives no reason",
        ]);
    });

    it("are none where all is destroyed", () => {
        assert.deepEqual(names(DONE, "present"), []);
    });

    it("are the same only with the same reasons", () => {
        const [failure] = failuresOf(FAILED, "absent", null);
        assert.ok(failure !== undefined);
        assert.ok(sameFailures([failure], [{ ...failure }]));
        assert.ok(!sameFailures([failure], [{ ...failure, reason: "other" }]));
        assert.ok(!sameFailures([failure], []));
    });
});

describe("the memory of a run", () => {
    it("forgets a request that certainly had no effect", () => {
        for (const outcome of ["gone", "busy"] as const) {
            assert.equal(afterSending(NOTHING_SENT, "destroy", outcome, NONE, NOW).sent, null);
        }
    });

    it("knows that there was nothing to retry", () => {
        assert.equal(afterSending(NOTHING_SENT, "retry", "gone", FAILED, NOW).nothingToRetry, true);
        assert.equal(afterSending(NOTHING_SENT, "destroy", "gone", FAILED, NOW).nothingToRetry, false);
    });

    it("counts what was accepted, and what was lost once its effect shows", () => {
        assert.equal(afterSending(NOTHING_SENT, "destroy", "accepted", NONE, NOW).rounds, 1);
        const lost = afterSending(NOTHING_SENT, "destroy", "lost", NONE, NOW);
        assert.equal(lost.rounds, 0);
        assert.equal(afterSeeing(lost, NONE, NOW).rounds, 0);
        assert.equal(afterSeeing(lost, running(), NOW).rounds, 1);
        assert.equal(afterSeeing(afterSeeing(lost, running(), NOW), DONE, NOW).rounds, 1);
    });

    it("does not count somebody else's destroy", () => {
        const conflict = afterSending(NOTHING_SENT, "destroy", "conflict", NONE, NOW);
        assert.equal(afterSeeing(conflict, running(), NOW).rounds, 0);
    });

    it("dates the first sight of the end", () => {
        const accepted = afterSending(NOTHING_SENT, "destroy", "accepted", NONE, NOW);
        const seen = afterSeeing(accepted, DONE, NOW + 5);
        assert.equal(afterSeeing(seen, DONE, NOW + 50).completedSinceMs, NOW + 5);
        assert.equal(afterSeeing(seen, running(), NOW + 50).completedSinceMs, null);
    });

    it("remembers nothing of a status that shows no effect", () => {
        const retried = afterSending(NOTHING_SENT, "retry", "accepted", FAILED, NOW);
        assert.deepEqual(afterSeeing(retried, FAILED, NOW), retried);
    });
});
