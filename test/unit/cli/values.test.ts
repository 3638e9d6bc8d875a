import assert from "node:assert/strict";

import { ageText } from "../../../cli/text/orphans.js";
import { mapBounded } from "../../../cli/commands/surveys.js";
import { UsageError } from "../../../cli/arguments/invocation.js";
import { entriesExitCode, errorExitCode, type ResultEntry } from "../../../cli/result.js";
import {
    readAge,
    readCount,
    policyOptions,
    readPolicy,
    readTag,
    readTimeout,
} from "../../../cli/arguments/option-values.js";
import {
    AbandonedError,
    AuthenticationError,
    DeadlineError,
    ForbiddenError,
    RefusedError,
    UnreachableError,
} from "../../../provider/teardown/errors.js";
import type { DropletReport } from "../../../provider/teardown/report.js";

describe("values of the command line", () => {
    it("make a policy, in which what is not named is kept and a later word wins", () => {
        const kept = { reservedIps: "keep", snapshots: "keep", volumes: "keep", volumeSnapshots: "keep" };
        assert.deepEqual(readPolicy([]), { ...kept, volumeSnapshotsOfKeptVolumes: "keep" });
        const { volumes, snapshots } = readPolicy(["volumes=prevent", "destroy", "volumes=keep"]);
        assert.deepEqual([volumes, snapshots], ["keep", "destroy"]);
    });

    it("writes a policy as options that read the same, or what a resumed run destroys is another's", () => {
        const actions = [null, "destroy", "keep", "prevent"] as const;
        const kinds = ["default", "reservedIps", "snapshots", "volumes", "volumeSnapshots"] as const;
        const all = kinds.reduce<readonly string[][]>(
            (some, kind) =>
                some.flatMap((given) =>
                    actions.map((action) => {
                        const text = kind === "default" ? action : `${kind}=${action}`;
                        return action === null || text === null ? given : [...given, text];
                    }),
                ),
            [[]],
        );
        assert.equal(all.length, 4 ** 5);
        for (const given of all) {
            const policy = readPolicy(given);
            const [, ...written] = policyOptions(policy).split(/ ?--policy /);
            assert.deepEqual(readPolicy(written), policy, given.join(" "));
        }
    });

    it("take a kind in any common spelling", () => {
        for (const kind of ["volumeSnapshots", "volume_snapshot", "volume-snapshots", "VolumeSnapshot"]) {
            const policy = readPolicy([`${kind}=destroy`]);
            assert.equal(policy.volumeSnapshots, "destroy", kind);
            assert.equal(policy.volumeSnapshotsOfKeptVolumes, "destroy");
        }
    });

    it("are refused with what they are and what they should be", () => {
        const wrong: readonly (readonly [() => unknown, RegExp])[] = [
            [
                () => readPolicy(["delete"]),
                /--policy "delete": expected <action> or <kind>=<action>; actions: destroy, keep, prevent/,
            ],
            [() => readPolicy(["disks=keep"]), /--policy "disks=keep": the kind must be one of reservedIps,/],
            [() => readPolicy(["volumes="]), /expected <action> or/],
            [() => readTimeout("soon"), /--timeout "soon": expected a duration/],
            [() => readAge("--older-than", "7"), /--older-than "7": expected an age/],
            [() => readAge("--older-than", "-7d"), /expected an age/],
            [
                () => readCount("--retries", "1e3", 0, 100),
                /--retries "1e3": expected a whole number from 0 to 100/,
            ],
            [() => readCount("--max-droplets", "0", 1, 10), /from 1 to 10/],
            [() => readTag("--tag-name", "a b"), /--tag-name "a b": a tag has letters/],
        ];
        for (const [read, message] of wrong) {
            assert.throws(read, (error: Error) => error instanceof UsageError && message.test(error.message));
        }
    });

    it("read ages, and tell them", () => {
        assert.equal(readAge("--older-than", "36h"), 36 * 3_600_000);
        assert.equal(ageText(readAge("--older-than", "36h")), "36 hours");
        assert.equal(ageText(readAge("--older-than", "2w")), "14 days");
        assert.equal(ageText(null), "age unknown");
    });
});

describe("the exit code of several droplets", () => {
    const entry = (outcome: DropletReport["outcome"], cause: unknown = null): ResultEntry => ({
        report: { outcome } as DropletReport,
        cause,
    });
    const forbidden = new ForbiddenError("403", 403, null);

    it("is the first that applies of 1, 6, 5, 4, 3", () => {
        const ordered = [
            [entry("failed", new UnreachableError("no answer")), 1],
            [entry("failed", forbidden), 6],
            [entry("refused", new RefusedError("no")), 5],
            [entry("in-progress"), 4],
            [entry("partial"), 3],
            [entry("destroyed"), 0],
        ] as const;
        ordered.forEach(([, code], index) => {
            const rest = ordered.slice(index).map(([one]) => one);
            assert.equal(entriesExitCode([...rest].reverse()), code);
        });
        assert.equal(entriesExitCode([]), 0);
        assert.equal(entriesExitCode([entry("planned"), entry("not-found")]), 0);
    });

    it("is that of a missing scope also where that refused", () => {
        assert.equal(entriesExitCode([entry("refused", new RefusedError("scope", "scope-missing"))]), 6);
    });

    it("is told by what ended the whole run", () => {
        const codes = [
            new UsageError("x"),
            new AuthenticationError("401", 401, null),
            new RefusedError("x"),
            new DeadlineError(1),
            new AbandonedError("x"),
            new Error("x"),
        ].map(errorExitCode);
        assert.deepEqual(codes, [2, 6, 5, 4, 4, 1]);
    });
});

describe("work on many things", () => {
    it("is done so many at a time, and comes in order", async () => {
        let [now, most] = [0, 0];
        const results = await mapBounded([5, 1, 4, 2, 3], 2, async (item) => {
            now += 1;
            most = Math.max(most, now);
            for (let turn = 0; turn < item; turn += 1) {
                await Promise.resolve();
            }
            now -= 1;
            return item * 10;
        });
        assert.deepEqual(results, [50, 10, 40, 20, 30]);
        assert.equal(most, 2);
    });

    it("ends with the first error", async () => {
        await assert.rejects(
            mapBounded([1], 9, () => Promise.reject(new Error("boom"))),
            /boom/,
        );
        assert.deepEqual(await mapBounded([], 9, () => Promise.resolve(1)), []);
    });
});
