import assert from "node:assert/strict";

import { ForbiddenError } from "../../../provider/teardown/errors.js";
import type { Question } from "../../../provider/teardown/findings.js";
import { finalSnapshot, type Terms } from "../../../provider/teardown/plan.js";
import { judge, type Judgement, judgeRetry, presence } from "../../../provider/teardown/judge.js";
import type { AssociatedResource, DestroyStatus } from "../../../provider/teardown/model.js";
import { resolvePolicy } from "../../../provider/teardown/policy.js";
import type { Event } from "../../../provider/teardown/progress.js";
import { refusalError } from "../../../provider/teardown/inquiry.js";
import { completed, resource, running, shown } from "../../support/resources.js";
import {
    ABSENT,
    accepted,
    ADDRESS,
    answered,
    BUSY,
    DONE,
    DROPLET_ID,
    FAILED,
    found,
    listed,
    NIGHTLY,
    NONE,
    probed,
    request,
    seen,
    stateAfter,
    stateAfterEvents,
    status,
    taken,
    team,
    unreadable,
    VOLUME,
    WEB,
    WEEKLY,
} from "../../support/told.js";

type Events = readonly (Event | readonly Event[])[];
const KEEP_VOLUMES = { policy: resolvePolicy({ default: "destroy", volumes: "keep" }) };
const KEEP = { policy: resolvePolicy("keep") };
const OTHERS = resource("volume", "v2");
const GONE: Events = [seen(null), status(NONE), seen(null)];
const SWEPT_AT_MS = Date.UTC(2026, 0, 1);
/** It means every Droplet that no stack has. */
const SWEEP = { expiredBy: null, createdBefore: null, includeStacks: false };
const FORBIDDEN = new ForbiddenError("403", 403, null);

function judged(events: Events, terms: Partial<Terms> = {}, epoch = 0): Judgement {
    return judge(stateAfter(...events).findings, request(terms), epoch);
}

const snapshotsRead = (volumeId: string, ids: readonly string[]): Event =>
    answered({ about: "volume's snapshots", volumeId }, { is: "read", value: ids });
const sourceRead = (snapshotId: string, volumeId: string): Event =>
    answered({ about: "source", snapshotId }, { is: "read", value: volumeId });
const ids = (resources: readonly { readonly id: string }[]): string[] => resources.map(({ id }) => id);

/** "ask list", "ready: v1 goes, s1 stays", "refused: tag-missing" */
function inWords(judgement: Judgement): string {
    switch (judgement.is) {
        case "open":
            return `ask ${judgement.ask.map(named).join(", ")}${judgement.again ? " again" : ""}`;
        case "refused":
            return `refused: ${judgement.refusal.code}`;
        case "running":
        case "ready": {
            const { plan } = judgement;
            const goes = plan === null ? [] : plan.destroy.map(({ id }) => `${id} goes`);
            const stays = plan === null ? [] : plan.keep.map(({ id, reason }) => `${id} stays (${reason})`);
            return [judgement.is, ...goes, ...stays].join(", ");
        }
        case "gone":
            return ["gone", ...judgement.plan.keep.map(({ id, reason }) => `${id} stays (${reason})`)].join(
                ", ",
            );
        case "detaching":
            return `detaching ${ids(judgement.attached).join(", ")}`;
        case "leftovers":
            return `leftovers ${ids(judgement.remaining).join(", ")}`;
    }
}

function named(question: Question): string {
    return question.about === "resource" ? question.resource.id : question.about;
}

describe("a Droplet", () => {
    const ROWS: readonly (readonly [when: string, events: Events, epoch: number, then: string])[] = [
        ["nothing is known", [], 0, "open: droplet"],
        ["its status is not known", [seen()], 0, "open: destroy"],
        ["it was read, and nothing is running", [seen(), status(NONE)], 0, "there"],
        ["it was read before a wait", [seen(), status(NONE)], 1, "open: droplet"],
        ["its status was read before a wait", [seen(WEB, 1), status(NONE)], 1, "open: destroy"],
        ["it answers 404 once", [seen(null), status(NONE)], 0, "open: droplet"],
        ["it answers 404 twice", GONE, 0, "gone"],
        ["it answered 404 twice before a wait", GONE, 1, "gone"],
        ["it answers 404 once and a status shows its end", [seen(null), status(DONE)], 0, "gone"],
        ["it was seen after its destroy", [seen(null), status(completed()), seen()], 0, "there"],
        ["a destroy runs", [seen(), status(running())], 0, "running"],
        ["a destroy ran before a wait", [seen(), status(running())], 1, "running"],
        ["a destroy runs and it answers 404", [seen(null), status(running())], 0, "running"],
        ["it cannot be read", [answered({ about: "droplet" }, unreadable())], 0, "refused"],
        ["its status cannot be read", [seen(), answered({ about: "destroy" }, unreadable())], 0, "refused"],
    ];
    for (const [when, events, epoch, then] of ROWS) {
        it(`is ${then} when ${when}`, () => {
            const found = presence(stateAfter(...events).findings, epoch);
            const about = found.is === "open" ? `: ${found.ask.map(named).join(", ")}` : "";
            assert.equal(found.is + about, then);
        });
    }
});

describe("a Droplet that is there", () => {
    const THERE: Events = [seen(), status(NONE)];
    const rows: Readonly<Record<string, readonly [Events, string, Partial<Terms>?]>> = {
        "is judged by its list": [THERE, "ask list"],
        "is judged by its list again after one 404": [
            [...THERE, answered({ about: "list" }, ABSENT)],
            "ask list again",
        ],
        "has a list of which nothing is known after two 404s": [
            [...THERE, answered({ about: "list" }, ABSENT), answered({ about: "list" }, ABSENT)],
            "refused: kind-hidden",
        ],
        "may go where nothing is known of what is to stay anyway": [
            [...THERE, answered({ about: "list" }, ABSENT), answered({ about: "list" }, ABSENT)],
            "ready",
            KEEP,
        ],
        "is refused where its list cannot be read": [
            [...THERE, answered({ about: "list" }, unreadable())],
            "refused: unreadable",
        ],
        "may have kinds that the token cannot see": [
            [...THERE, listed([VOLUME, WEEKLY]).slice(0, 1)],
            "ask kind, kind",
        ],
        "is refused where a kind is hidden that is to go": [
            [...THERE, listed([VOLUME]), probed("snapshot", false)],
            "refused: kind-hidden",
        ],
        "is refused where hidden volumes may be those of snapshots": [
            [...THERE, listed([WEEKLY]), probed("volume", false)],
            "refused: kind-hidden",
            KEEP_VOLUMES,
        ],
        "may go with what its list shows": [[...THERE, listed([VOLUME, NIGHTLY])], "ready, v1 goes, 11 goes"],
        "keeps what the policy keeps": [
            [...THERE, listed([VOLUME, NIGHTLY])],
            "ready, 11 goes, v1 stays (policy volumes: keep)",
            KEEP_VOLUMES,
        ],
        "is refused where the policy prevents it": [
            [...THERE, listed([VOLUME])],
            "refused: prevented",
            { policy: resolvePolicy({ default: "destroy", volumes: "prevent" }) },
        ],
        "is refused where more is to go than was approved": [
            [...THERE, listed([VOLUME, NIGHTLY])],
            "refused: not-approved",
            { approved: [VOLUME] },
        ],
        "is refused without its tag": [
            [...THERE, listed([])],
            "refused: tag-missing",
            { requireTag: ["mine", "other"] },
        ],
        "is refused where a sweep does not mean it": [
            [...THERE, listed([])],
            "refused: outside-sweep",
            { sweep: { ...SWEEP, expiredBy: SWEPT_AT_MS } },
        ],
        "is refused where a sweep means it and a stack has it": [
            [seen({ ...WEB, tags: ["teardown:app:dev"] }), status(NONE), listed([])],
            "refused: stack-lives",
            { sweep: SWEEP },
        ],
        "may go with a sweep that takes those of stacks": [
            [seen({ ...WEB, tags: ["teardown:app:dev"] }), status(NONE), listed([])],
            "ready",
            { sweep: { ...SWEEP, includeStacks: true } },
        ],
        "may go with a sweep that means it": [[...THERE, listed([])], "ready", { sweep: SWEEP }],
        "has its tag in any case": [
            [seen({ ...WEB, tags: ["MINE"] }), status(NONE), listed([])],
            "ready",
            { requireTag: ["mine"] },
        ],
        "keeps the snapshots of a volume that stays, which that is asked for": [
            [...THERE, listed([VOLUME, WEEKLY])],
            "ask volume's snapshots",
            KEEP_VOLUMES,
        ],
        "keeps the snapshots of a volume that stays": [
            [...THERE, listed([VOLUME, WEEKLY]), snapshotsRead("v1", ["s1"])],
            "ready, v1 stays (policy volumes: keep), s1 stays (its volume is kept)",
            KEEP_VOLUMES,
        ],
        "is refused where these cannot be read": [
            [
                ...THERE,
                listed([VOLUME, WEEKLY]),
                answered({ about: "volume's snapshots", volumeId: "v1" }, unreadable()),
            ],
            "refused: snapshots-of-volume-unreadable",
            KEEP_VOLUMES,
        ],
        "asks its environment's entries whether they keep something else": [
            [...THERE, listed([VOLUME])],
            "ask keep entry",
            { keep: [{ entry: "typo", source: "environment" }] },
        ],
        "is refused where such an entry keeps nothing at all": [
            [
                ...THERE,
                listed([VOLUME]),
                answered({ about: "keep entry", entry: "typo", byName: true }, { is: "read", value: false }),
            ],
            "refused: keep-unmatched",
            { keep: [{ entry: "typo", source: "environment" }] },
        ],
        "is refused where nobody can say whether such an entry keeps anything": [
            [
                ...THERE,
                listed([VOLUME]),
                answered({ about: "keep entry", entry: "typo", byName: true }, unreadable()),
            ],
            "refused: unreadable",
            { keep: [{ entry: "typo", source: "environment" }] },
        ],
        "may go where such an entry keeps another one's": [
            [
                ...THERE,
                listed([VOLUME]),
                answered({ about: "keep entry", entry: "typo", byName: true }, { is: "read", value: true }),
            ],
            "ready, v1 goes",
            { keep: [{ entry: "typo", source: "environment" }] },
        ],
        "asks for what an older status shows as destroyed": [
            [seen(), status(completed([shown("volume", "v1", "gone")])), listed([VOLUME])],
            "ask v1",
        ],
        "takes what an older status shows as destroyed and is there": [
            [
                ...[seen(), status(completed([shown("volume", "v1", "gone")])), listed([VOLUME])],
                found(VOLUME, [DROPLET_ID]),
            ],
            "ready, v1 goes",
        ],
        "leaves out what its own endpoint answers 404 to twice": [
            [
                ...[seen(), status(completed([shown("volume", "v1", "gone")])), listed([VOLUME])],
                ...[found(VOLUME, null), found(VOLUME, null)],
            ],
            "ready",
        ],
        "keeps what hangs elsewhere by the word of its own endpoint": [
            [
                ...[seen(), status(completed([shown("volume", "v1", "gone")])), listed([VOLUME])],
                found(VOLUME, [8]),
            ],
            "ready, v1 stays (in use by droplet 8)",
        ],
    };
    for (const [behavior, [events, then, terms]] of Object.entries(rows)) {
        it(behavior, () => assert.equal(inWords(judged(events, terms)), then));
    }

    it("is read again after a wait", () => {
        const events: Events = [...THERE, listed([VOLUME])];
        assert.equal(inWords(judged(events)), "ready, v1 goes");
        assert.equal(inWords(judged(events, {}, 5)), "ask droplet");
    });

    it("keeps the snapshots of volumes that were to stay, and are gone", () => {
        const recorded = stateAfterEvents([OTHERS], seen(), status(NONE), ...listed([WEEKLY]));
        assert.equal(inWords(judge(recorded.findings, request(KEEP_VOLUMES), 0)), "ask source");
        const taken = (owner: string) =>
            inWords(
                judge(
                    stateAfterEvents(
                        [OTHERS],
                        seen(),
                        status(NONE),
                        ...listed([WEEKLY]),
                        sourceRead("s1", owner),
                    ).findings,
                    request(KEEP_VOLUMES),
                    0,
                ),
            );
        assert.equal(taken("v2"), "ready, s1 stays (its volume should have been kept and is gone)");
        assert.equal(taken("v9"), "ready, s1 goes");
    });
});

describe("a destroy that is running", () => {
    it("is what it is, whatever hangs on the Droplet, and refuses nothing", () => {
        const events: Events = [seen(), status(running())];
        assert.equal(inWords(judged(events)), "ask list");
        assert.equal(
            inWords(judged([...events, listed([VOLUME])], { requireTag: ["mine"] })),
            "running, v1 goes",
        );
        assert.equal(inWords(judged([...events, answered({ about: "list" }, unreadable())])), "running");
    });

    it("does not know the snapshots of a volume that it has taken, and of nothing else", () => {
        const unread = (resource: AssociatedResource, ...list: readonly AssociatedResource[]) => {
            const { kind, id } = resource;
            const judgement = judged([seen(), status(running([shown(kind, id, "there")])), listed(list)]);
            return judgement.is === "running" && judgement.plan?.unread;
        };
        assert.deepEqual(unread(VOLUME, ADDRESS), ["volume_snapshot"]);
        assert.deepEqual(unread(VOLUME, VOLUME), []);
        assert.deepEqual(unread(ADDRESS, VOLUME), []);
    });

    it("is not judged by a list of before it, and needs none where the Droplet was seen before a wait", () => {
        assert.equal(inWords(judged([listed([VOLUME]), seen(), status(running())])), "ask list");
        assert.equal(inWords(judged([seen(), status(running())], {}, 1)), "running");
    });

    it("is asked once more which snapshots a volume has that is to stay", () => {
        const volumes = answered({ about: "volume's snapshots", volumeId: "v1" }, ABSENT);
        const events: Events = [seen(), status(running()), listed([VOLUME, WEEKLY]), volumes];
        assert.equal(inWords(judged(events, KEEP_VOLUMES)), "ask volume's snapshots again");
        assert.equal(inWords(judged([...events, volumes], KEEP_VOLUMES)), "running");
    });

    it("is followed without a list where the Droplet is gone", () => {
        const status1 = status(running([shown("volume", "v1", "there")]));
        assert.equal(inWords(judged([seen(null), status1])), "running, v1 goes");
    });
});

describe("what a Droplet left behind", () => {
    const FAILED_BUSY: DestroyStatus = completed([
        shown("volume", "v1", BUSY),
        shown("reserved_ip", "5", BUSY),
    ]);
    /** Listed, then named by a destroy that failed; then the Droplet was gone. */
    const named = (...resources: readonly AssociatedResource[]): Events => [
        ...[seen(), listed(resources), seen(null)],
        status(completed(resources.map(({ kind, id }) => shown(kind, id, BUSY)))),
        seen(null),
    ];

    it("is only believed in the same team", () => {
        const account = { kind: "recorded", id: "ours" } as const;
        assert.equal(inWords(judged(GONE, { account })), "ask team");
        assert.equal(inWords(judged([...GONE, team("theirs")], { account })), "refused: team-other");
        assert.equal(inWords(judged([...GONE, team("ours")], { account })), "ask snapshots");
        const unread = answered({ about: "team" }, unreadable());
        assert.equal(inWords(judged([...GONE, unread], { account })), "refused: unreadable");
        const absent = answered({ about: "team" }, ABSENT);
        assert.equal(inWords(judged([...GONE, absent], { account })), "refused: team-unreadable");
        const none = { account: { kind: "recorded", id: null } } as const;
        assert.equal(inWords(judged([...GONE, team("ours")], none)), "refused: team-not-recorded");
        assert.equal(inWords(judged([seen(null), status(DONE)], { account })), "ask snapshots");
    });

    it("is looked up after its end, each by itself, where nobody knows how it went", () => {
        const events: Events = [...named(VOLUME, ADDRESS), taken([NIGHTLY])];
        assert.equal(inWords(judged(events)), "ask v1, 5, 11");
        const looked: Events = [...events, found(VOLUME, []), found(ADDRESS, null), found(NIGHTLY, [])];
        assert.equal(inWords(judged(looked)), "ask 5");
        assert.equal(inWords(judged([...looked, found(ADDRESS, null)])), "leftovers v1, 11");
    });

    it("is waited for while it hangs on the Droplet, kept or not", () => {
        const events: Events = [...named(VOLUME), taken([]), found(VOLUME, [DROPLET_ID])];
        assert.equal(inWords(judged(events)), "detaching v1");
        assert.equal(inWords(judged(events, KEEP_VOLUMES)), "detaching v1");
        const both: Events = [...named(VOLUME), taken([]), found(VOLUME, [DROPLET_ID, 8])];
        assert.equal(inWords(judged(both)), "detaching v1");
    });

    it("is waited for while it hung on the Droplet a moment ago and cannot be read", () => {
        const unread = found(VOLUME, new Error("503"));
        assert.equal(
            inWords(judged([...named(VOLUME), taken([]), found(VOLUME, [DROPLET_ID]), unread])),
            "detaching v1",
        );
        assert.equal(inWords(judged([...named(VOLUME), taken([]), found(VOLUME, []), unread])), "gone");
        assert.equal(inWords(judged([...named(VOLUME), taken([]), unread])), "gone");
    });

    const kept: Readonly<Record<string, readonly [Events, Partial<Terms>, string]>> = {
        "on another Droplet": [
            [...named(VOLUME), taken([]), found(VOLUME, [8])],
            {},
            "v1 stays (in use by droplet 8)",
        ],
        "where no destroy named it": [
            [listed([VOLUME]), ...GONE, taken([]), found(VOLUME, [])],
            {},
            "v1 stays (left in place: no longer attached to anything)",
        ],
        "where the Droplet may have been somebody else's": [
            [...named(VOLUME), taken([]), found(VOLUME, [])],
            { mayCleanUp: false },
            "v1 stays (not deleted: the droplet may have changed owner)",
        ],
        "where nobody agreed to it": [
            [...named(VOLUME), taken([]), found(VOLUME, [])],
            { approved: [] },
            "v1 stays (attached after the plan was approved)",
        ],
        "where the Droplet went before its final snapshot": [
            [seen(), ...GONE, taken([NIGHTLY]), found(NIGHTLY, [])],
            { finalSnapshot: finalSnapshot(DROPLET_ID, "{name}") },
            "11 stays (the droplet went before its final snapshot was taken)",
        ],
    };
    for (const [where, [events, terms, then]] of Object.entries(kept)) {
        it(`stays ${where}`, () => assert.equal(inWords(judged(events, terms)), `gone, ${then}`));
    }

    it("is not deleted unseen", () => {
        const events: Events = [...named(VOLUME), taken([]), found(VOLUME, FORBIDDEN)];
        assert.equal(inWords(judged(events)), "gone");
    });

    it("is unknown where snapshots cannot be listed, unless they stay anyway", () => {
        const snapshots = { about: "snapshots" } as const;
        const events: Events = [...GONE, answered(snapshots, unreadable(FORBIDDEN))];
        const refused = judged(events);
        assert.equal(inWords(refused), "refused: snapshots-unreadable");
        assert.match(
            refused.is === "refused" ? refusalError(refused.refusal, false).message : "",
            /Add the scope image:read, or set policy snapshots: "keep"\. DigitalOcean answers: 403$/,
        );
        const unread = judged(events, { policy: resolvePolicy({ default: "destroy", snapshots: "keep" }) });
        assert.deepEqual(unread.is === "gone" && unread.plan.unread, ["snapshot"]);
        assert.equal(inWords(judged(events, { mayCleanUp: false })), "gone");
        assert.equal(inWords(judged([...GONE, answered(snapshots, ABSENT)])), "ask snapshots again");
        const twice: Events = [...GONE, answered(snapshots, ABSENT), answered(snapshots, ABSENT)];
        assert.equal(inWords(judged(twice)), "refused: snapshots-unreadable");
    });

    it("is not judged by what was read before the Droplet's end", () => {
        const before: Events = [...[seen(), listed([VOLUME])], found(VOLUME, []), taken([]), ...GONE];
        assert.equal(inWords(judged(before)), "ask snapshots");
        assert.equal(inWords(judged([...before, taken([])])), "ask v1");
    });

    it("is judged alike however long ago it was looked up after the end", () => {
        const events: Events = [...named(VOLUME), taken([]), found(VOLUME, [])];
        assert.equal(inWords(judged(events, {}, 9)), "leftovers v1");
    });

    it("is what a destroy named and did not destroy", () => {
        const events: Events = [seen(null), status(FAILED_BUSY), seen(null), taken([])];
        assert.equal(inWords(judged(events)), "ask v1, 5");
    });
});

describe("after our own destroy, which ended well,", () => {
    const done: Events = [accepted(), status(DONE), seen(null)];
    const planned = (keep: readonly AssociatedResource[]): Event => ({
        is: "noted",
        notes: {
            plan: {
                destroy: [],
                keep: keep.map((one) => ({ ...one, reason: "policy" })),
                prevented: [],
                unmatched: [],
                unread: [],
            },
        },
    });
    const kept = (...resources: readonly AssociatedResource[]): Events => [
        ...[seen(), status(NONE), listed([VOLUME, ...resources]), planned(resources)],
        ...done,
    ];

    it("nothing is asked where nothing else was there", () => {
        assert.equal(inWords(judged(kept())), "gone");
    });

    it("snapshots that it did not name are not looked up again, and volumes are", () => {
        assert.equal(inWords(judged(kept(OTHERS, NIGHTLY, WEEKLY), KEEP)), "ask v2");
    });

    it("snapshots are, where they may be backups, which have gone with the Droplet", () => {
        const backups: Events = [seen({ ...WEB, backups: 2 }), ...kept(NIGHTLY, WEEKLY).slice(1)];
        assert.equal(inWords(judged(backups, KEEP)), "ask 11");
    });

    it("everything is, where somebody took what was to stay", () => {
        const events: Events = [...kept(OTHERS, NIGHTLY), found(OTHERS, null), found(OTHERS, null)];
        assert.equal(inWords(judged(events, KEEP)), "ask 11");
    });

    it("a final snapshot is", () => {
        const final = resource("snapshot", "12", `web-final-${DROPLET_ID}`);
        const plan = planned([]);
        const events: Events = [
            ...[seen(), status(NONE), listed([VOLUME, final])],
            {
                ...plan,
                notes: {
                    plan: {
                        destroy: [],
                        keep: [{ ...final, reason: "final snapshot" }],
                        prevented: [],
                        unmatched: [],
                        unread: [],
                    },
                },
            } as Event,
            ...done,
        ];
        assert.equal(inWords(judged(events, KEEP)), "ask 12");
    });
});

describe("a retry repeats what failed, so it is used", () => {
    interface Scene {
        readonly status?: DestroyStatus;
        /** What is to go, of what the list shows. */
        readonly resources?: readonly AssociatedResource[];
        readonly listed?: readonly AssociatedResource[];
        /** What each resource's own endpoint says. */
        readonly found: Events;
        readonly terms?: Partial<Terms>;
    }
    const retry = ({ status: last = FAILED, resources = [VOLUME], found: looked, terms, ...more }: Scene) => {
        const events: Events = [seen(), status(last), listed(more.listed ?? resources), ...looked];
        const judgement = judgeRetry(resources, stateAfter(...events).findings, request(terms), 0);
        return judgement.is === "open" ? `ask ${judgement.ask.map(named).join(", ")}` : judgement.is;
    };

    it("where that is exactly what is to go, and attached to this Droplet alone", () => {
        assert.equal(retry({ found: [] }), "ask v1");
        assert.equal(retry({ found: [found(VOLUME, [DROPLET_ID])] }), "safe");
        assert.equal(retry({ found: [found(VOLUME, [])] }), "safe");
    });

    it("not where more is attached than failed", () => {
        assert.equal(retry({ resources: [VOLUME, OTHERS], found: [] }), "unsafe");
    });

    it("also where snapshots of the Droplet are to go, which are found without it", () => {
        const looked = [found(VOLUME, [DROPLET_ID]), found(NIGHTLY, [])];
        assert.equal(retry({ resources: [VOLUME, NIGHTLY], found: looked }), "safe");
    });

    it("not where what failed is attached to another Droplet by now", () => {
        assert.equal(retry({ resources: [], listed: [VOLUME], found: [found(VOLUME, [8])] }), "unsafe");
        assert.equal(retry({ found: [found(VOLUME, [DROPLET_ID, 8])] }), "unsafe");
    });

    it("not where what failed is to stay, or was not agreed to", () => {
        const looked = [found(VOLUME, [DROPLET_ID])];
        assert.equal(
            retry({ resources: [], listed: [VOLUME], found: looked, terms: KEEP_VOLUMES }),
            "unsafe",
        );
        assert.equal(retry({ found: looked, terms: { approved: [] } }), "unsafe");
        assert.equal(retry({ found: looked, terms: { approved: [VOLUME] } }), "safe");
    });

    it("where what failed is gone, and where what a status shows as destroyed was not to go", () => {
        const gone = [found(VOLUME, null), found(VOLUME, null)];
        assert.equal(retry({ resources: [], listed: [VOLUME], found: gone }), "safe");
        const last = completed([shown("volume", "v1", "gone"), shown("volume_snapshot", "s1", BUSY)]);
        const scene = { status: last, resources: [], listed: [WEEKLY], terms: KEEP_VOLUMES };
        assert.equal(retry({ ...scene, found: [found(WEEKLY, []), sourceRead("s1", "v9")] }), "safe");
        assert.equal(retry({ ...scene, found: [found(WEEKLY, []), sourceRead("s1", "v1")] }), "unsafe");
    });
});
