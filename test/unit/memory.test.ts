import assert from "node:assert/strict";
import { afterRefusal, afterSeeing, isOurs, NOTHING_SENT } from "../../provider/teardown/memory.js";
import { completed, running, shown } from "../support/resources.js";
import { accepted, BUSY, DONE, FAILED, lost, NONE, NOW } from "../support/memories.js";

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
        assert.ok(!isOurs(DONE, afterRefusal(accepted(), "409", NOW).sent));
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
        assert.equal(afterSeeing(afterRefusal(NOTHING_SENT, "409", NOW), running(), NOW).rounds, 0);
        assert.equal(afterSeeing(lost(), running(), NOW).rounds, 0);
    });

    it("dates the first sight of the end", () => {
        const seen = afterSeeing(accepted(), DONE, NOW + 5);
        assert.equal(afterSeeing(seen, DONE, NOW + 50).endSeenAtMs, NOW + 5);
        assert.equal(afterSeeing(seen, running(), NOW + 50).endSeenAtMs, null);
        assert.equal(afterSeeing(NOTHING_SENT, DONE, NOW).endSeenAtMs, null);
    });
});
