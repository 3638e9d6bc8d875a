import assert from "node:assert/strict";

import { adviceFor } from "../../../provider/lifecycle/conclude.js";
import { DeadlineError, MissingTagError } from "../../../provider/teardown/errors.js";
import {
    announcement,
    describeReport,
    inventoryText,
    progressLine,
    remainsText,
    totalLines,
} from "../../../provider/teardown/describe.js";
import { MANAGED_REASON } from "../../../provider/teardown/policy.js";
import {
    GONE_BEFORE_REASON,
    type ReportedResource,
    type ResourceOutcome,
    STILL_THERE_REASON,
    sumCost,
    underWay,
} from "../../../provider/teardown/report.js";
import { refusalError } from "../../../provider/teardown/inquiry.js";
import { addMoney, printable } from "../../../provider/teardown/format.js";
import { NO_GAPS, plan, report, resource, running, shown, whole } from "../../support/resources.js";
import { stateAfter, status as told } from "../../support/told.js";

type Known = Parameters<typeof resource>;

function reported(outcome: ResourceOutcome, reason: string | null, ...known: Known): ReportedResource {
    return { ...resource(...known), outcome, reason };
}

const ADDRESS: Known = ["reserved_ip", "6186917", "45.55.96.47", "5.00"];
const NIGHTLY: Known = ["snapshot", "61486916", "nightly", "0.05"];
const DATA: Known = ["volume", "4d4d", "pg-data", "10.00"];
const BEFORE: Known = ["volume_snapshot", "b1", "before", "0.30"];
const AFTER: Known = ["volume_snapshot", "a1", "after", "0.30"];

function text(...parts: Parameters<typeof report>): string[] {
    return describeReport(report(...parts)).split("\n");
}

describe("the text of a report", () => {
    it("of a partial failure names each resource, reason, cost and attempt", () => {
        const parts = {
            outcome: "partial",
            error: "no attempts are left",
            rounds: 3,
            finishedAtMs: 134_000,
            resources: [
                reported("destroyed", null, ...ADDRESS),
                reported("failed", "resource is busy", ...NIGHTLY),
                reported("kept", "policy volumes: keep", ...DATA),
                reported("destroyed", null, ...BEFORE),
                reported("destroyed", null, ...AFTER),
            ],
        } as const;
        assert.deepEqual(text(parts), [
            "droplet web-1 (3164494): 1 of 4 associated resources could not be destroyed",
            "  failed     snapshot  nightly (61486916)  resource is busy      $0.05/month",
            "  kept       volume    pg-data (4d4d)      policy volumes: keep  $10.00/month",
            "  destroyed  droplet, reserved ip 45.55.96.47, 2 volume snapshots",
            "3 attempts in 2m 14s. Still accruing $10.05/month.",
        ]);
        const { destroyed, remaining, unpriced } = sumCost([report(parts)]);
        assert.deepEqual([addMoney(destroyed), addMoney(remaining), unpriced], ["11.60", "10.05", []]);
    });

    it("of a success says what it saved and what stays", () => {
        assert.deepEqual(
            text({
                resources: [
                    reported("kept", "policy volumes: keep", ...DATA),
                    reported("destroyed", null, ...NIGHTLY),
                ],
            }),
            [
                "droplet web-1 (3164494): destroyed",
                "  kept       volume  pg-data (4d4d)  policy volumes: keep  $10.00/month",
                "  destroyed  droplet, snapshot nightly",
                "1 attempt in 8s. Saved $6.05/month. Still accruing $10.00/month.",
            ],
        );
    });

    it("counts what another resource of the stack manages as the stack's, and not as accruing", () => {
        const parts = {
            resources: [
                reported("kept", MANAGED_REASON, ...DATA),
                reported("kept", "left in place: no longer attached to anything", ...ADDRESS),
            ],
        };
        assert.deepEqual(text(parts).slice(1), [
            "  kept       volume       pg-data (4d4d)  managed by its own resource                    $10.00/month",
            "  kept       reserved ip  45.55.96.47     left in place: no longer attached to anything  $5.00/month",
            "  destroyed  droplet",
            "1 attempt in 8s. Saved $6.00/month. Still accruing $5.00/month. Other resources of the stack: $10.00/month.",
        ]);
        const { remaining, managed, unpriced } = sumCost([report(parts)]);
        assert.deepEqual([addMoney(remaining), addMoney(managed), unpriced], ["5.00", "10.00", []]);
        const alone = text({ resources: [reported("kept", MANAGED_REASON, ...DATA)] });
        assert.match(
            alone.at(-1) ?? "",
            /No remaining cost found\. Other resources of the stack: \$10\.00\/month\.$/,
        );
    });

    it("does not save what was gone before", () => {
        const parts = { resources: [reported("destroyed", GONE_BEFORE_REASON, ...DATA)] };
        assert.deepEqual(text(parts).slice(1), [
            "  gone       volume  pg-data (4d4d)  was already gone  $10.00/month",
            "  destroyed  droplet",
            "1 attempt in 8s. Saved $6.00/month. No remaining cost found.",
        ]);
    });

    it("calls nothing pending of which nothing was requested", () => {
        const parts = {
            outcome: "failed",
            dropletGone: false,
            rounds: 0,
            error: "not finished after 5s",
            resources: [reported("failed", STILL_THERE_REASON, ...NIGHTLY)],
        } as const;
        assert.deepEqual(text(parts), [
            "droplet web-1 (3164494): not finished after 5s",
            "  remains    droplet   web-1 (3164494)       $6.00/month",
            "  remains    snapshot  nightly (61486916)    $0.05/month",
            "Still accruing $6.05/month.",
        ]);
    });

    it("of several Droplets ends with one total, and says once what is not looked at", () => {
        const other = { dropletId: 8, dropletName: "db", outcome: "partial", dropletGone: false } as const;
        const kept = report({ resources: [reported("kept", "policy", ...DATA)] });
        assert.deepEqual(totalLines([kept, report(other)]), [
            "1 of 2 droplets is gone, 1 failed, 1 resource kept. Saved $6.00/month. Still accruing $16.00/month.",
            "Not looked at: backups (they go with the droplet), reserved IPv6 addresses, DNS records.",
        ]);
        assert.deepEqual(totalLines([report(other)]), []);
        const [refused, begun] = (["refused", "in-progress"] as const).map((outcome) =>
            report({ ...other, outcome }),
        );
        assert.ok(refused !== undefined && begun !== undefined);
        assert.match(
            totalLines([refused, begun, begun, report(other), report({})])[0] ?? "",
            /^1 of 5 droplets is gone, 1 failed, 1 refused, 2 in progress\. /,
        );
    });

    it("of a success with nothing left says so", () => {
        assert.deepEqual(text().slice(1), [
            "  destroyed  droplet",
            "1 attempt in 8s. Saved $6.00/month. No remaining cost found.",
        ]);
    });

    it("says that a cost is not known rather than leaving it out", () => {
        const [, row, , last] = text({
            resources: [
                reported("kept", "keep: v1", "volume", "v1", "data", null),
                reported("kept", "keep: v1", ...NIGHTLY),
            ],
        });
        assert.equal(row, "  kept       volume    data (v1)           keep: v1  cost unknown");
        assert.match(String(last), /destroyed {2}droplet/);
        const unknown = text({ resources: [reported("kept", "keep: v1", "volume", "v1", "data", null)] });
        assert.match(unknown.at(-1) ?? "", /Still accruing the unknown cost of volume data \(v1\)\.$/);
    });

    it("of a Droplet that was gone claims no saving for it", () => {
        assert.deepEqual(
            text({ outcome: "not-found", dropletName: null, rounds: 0, dropletMonthlyPrice: null }),
            ["droplet 3164494: already gone", "No remaining cost found."],
        );
    });

    it("of a refusal shows the plan without a row for the Droplet", () => {
        const lines = text({
            outcome: "refused",
            dropletGone: false,
            rounds: 0,
            error: "nothing was destroyed, because …",
            resources: [reported("pending", null, ...NIGHTLY)],
        });
        assert.deepEqual(lines, [
            "droplet web-1 (3164494): nothing was destroyed, because …",
            "  pending    snapshot  nightly (61486916)    $0.05/month",
            "Still accruing $6.05/month.",
        ]);
    });

    it("of one resource alone speaks in the singular", () => {
        const [first] = text({ outcome: "partial", resources: [reported("failed", "busy", ...NIGHTLY)] });
        assert.equal(first, "droplet web-1 (3164494): 1 of 1 associated resource could not be destroyed");
    });

    it("of what could not be looked up counts it", () => {
        const unknown = reported("unknown", null, ...NIGHTLY);
        const first = (...resources: ReportedResource[]) => text({ outcome: "partial", resources })[0];
        assert.equal(
            first(unknown, reported("destroyed", null, ...DATA)),
            "droplet web-1 (3164494): could not determine whether 1 of 2 associated resources is gone",
        );
        assert.equal(
            first(unknown, reported("unknown", null, ...DATA)),
            "droplet web-1 (3164494): could not determine whether 2 of 2 associated resources are gone",
        );
    });

    it("of a failure without a failed resource says why", () => {
        assert.equal(
            text({ outcome: "partial", error: "no attempts are left" })[0],
            "droplet web-1 (3164494): no attempts are left",
        );
        assert.equal(text({ outcome: "partial" })[0], "droplet web-1 (3164494): not destroyed");
        assert.equal(text({ outcome: "failed" })[0], "droplet web-1 (3164494): failed");
        assert.equal(text({ outcome: "in-progress" })[0], "droplet web-1 (3164494): interrupted");
    });

    it("tells which keep entries match nothing", () => {
        assert.ok(text({ unmatchedKeep: ["pg-*", "x"] }).includes("  keep: nothing matches pg-*, x"));
    });

    it("cannot be broken by the names in it", () => {
        const wicked = "a\u001b[2J\nb\u202ec\u2028d";
        const all = describeReport(
            report({
                dropletName: wicked,
                resources: [
                    reported("failed", wicked, "volume", "v", wicked),
                    reported("destroyed", null, "snapshot", "s", wicked),
                ],
                unmatchedKeep: [wicked],
            }),
        );
        for (const character of ["\u001b", "\u202e", "\u2028"]) {
            assert.ok(!all.includes(character));
        }
        assert.equal(printable(wicked), "a?[2J?b?c?d");
        assert.equal(all.split("\n").length, 5);
    });
});

describe("advice after a destroy", () => {
    it("is none after a success", () => {
        assert.deepEqual(adviceFor(report(), "urn"), []);
        assert.deepEqual(adviceFor(report({ outcome: "not-found" }), "urn"), []);
    });

    it("is to retry what failed, or to leave it by its ids", () => {
        const resources = [
            reported("failed", "busy", ...NIGHTLY),
            reported("failed", "busy", ...DATA),
            reported("kept", "", ...BEFORE),
        ];
        assert.deepEqual(adviceFor(report({ outcome: "partial", resources }), "urn"), [
            "Run `pulumi destroy` again to retry what failed,",
            "or `DROPLET_TEARDOWN_KEEP=61486916,4d4d pulumi destroy` to leave it.",
        ]);
        assert.deepEqual(adviceFor(report({ outcome: "partial" }), "urn"), ["Run `pulumi destroy` again."]);
    });

    it("is to go on waiting for what runs", () => {
        assert.match(
            adviceFor(report({ outcome: "in-progress" }), "urn").join(),
            /again: it attaches to what is running/,
        );
    });

    it("is more time where a run has come to no destroy in its own", () => {
        const late = new DeadlineError(60_000);
        const more =
            "If that ends in the same way, give it more time: `DROPLET_TEARDOWN_TIMEOUT=2m pulumi destroy`.";
        for (const outcome of ["failed", "in-progress"] as const) {
            assert.equal(adviceFor(report({ outcome, rounds: 0 }), "urn", late).at(-1), more);
            assert.notEqual(adviceFor(report({ outcome, rounds: 1 }), "urn", late).at(-1), more);
        }
    });

    it("is to forget it only where nothing could be seen", () => {
        const unseen = report({ outcome: "refused", dropletName: null });
        const lines = adviceFor(unseen, undefined, refusalError({ code: "team-not-recorded" }, false));
        assert.match(lines.join("\n"), /`pulumi state delete '<urn>'` to forget it\.(?:\nCode: [a-z-]+)?$/);
        assert.ok(
            !adviceFor(report({ outcome: "refused" }), "urn")
                .join()
                .includes("state delete"),
        );
    });

    it("is to decide for one who has taken the tag off: forget the teardown, or put the tag back", () => {
        const refused = report({ outcome: "refused", dropletId: 7 });
        assert.deepEqual(adviceFor(refused, "urn", new MissingTagError("teardown:a:b")), [
            "If the droplet is to stay, `pulumi state delete 'urn'` forgets its teardown; then repeat this command.",
            "If it is to go, `doctl compute droplet tag 7 --tag-name teardown:a:b` puts the tag back; then repeat this command.",
        ]);
    });
});

describe("what is told before and while it happens", () => {
    const DROPLET = {
        id: 3164494,
        name: "web-1",
        status: "active",
        tags: [],
        monthlyPrice: "6.00",
        backups: 0,
        createdAt: null,
    };

    it("names everything that will go and stay, with id, name and cost", () => {
        const keep = [{ ...resource(...DATA), reason: "managed" }];
        assert.deepEqual(
            announcement(
                DROPLET,
                plan({ destroy: [resource(...ADDRESS), resource(...NIGHTLY)], keep, unmatched: ["x-*"] }),
                NO_GAPS,
            ).split("\n"),
            [
                "destroying droplet web-1 (3164494), $6.00/month",
                "  destroys  reserved ip  45.55.96.47         $5.00/month",
                "  destroys  snapshot     nightly (61486916)  $0.05/month",
                "  keeps     volume       pg-data (4d4d)      $10.00/month  managed",
                "  keep: nothing matches x-*",
            ],
        );
    });

    it("shows an inventory with its sum", () => {
        assert.deepEqual(
            inventoryText(DROPLET, whole(resource(...NIGHTLY), resource(...DATA)), null).split("\n"),
            [
                "droplet web-1 (3164494), $6.00/month, with 2 associated resources, $10.05/month",
                "  snapshot  nightly (61486916)  $0.05/month",
                "  volume    pg-data (4d4d)      $10.00/month",
            ],
        );
        assert.equal(
            inventoryText(DROPLET, whole(), null),
            "droplet web-1 (3164494), $6.00/month: nothing is associated with it",
        );
    });

    it("shows what a destroy would do to each resource of an inventory, with the sums", () => {
        const [nightly, data] = [resource(...NIGHTLY), resource(...DATA)];
        const keep = [{ ...data, reason: "policy volumes: keep" }];
        assert.deepEqual(
            inventoryText(DROPLET, whole(nightly, data), plan({ destroy: [nightly], keep })).split("\n"),
            [
                "droplet web-1 (3164494), $6.00/month, with 2 associated resources, $10.05/month; a destroy would save $6.05/month and keep $10.00/month",
                "  would destroy  snapshot  nightly (61486916)  $0.05/month",
                "  would keep     volume    pg-data (4d4d)      $10.00/month  policy volumes: keep",
            ],
        );
        const prevented = [{ ...data, reason: "policy volumes: prevent" }];
        assert.match(
            inventoryText(DROPLET, whole(data), plan({ prevented })),
            /; a destroy would refuse\n {2}would prevent {2}volume {2}pg-data/,
        );
    });

    it("shows what of an inventory is not known, and no sum as if it were whole", () => {
        const free = { ...resource(...NIGHTLY), monthlyCost: null };
        assert.deepEqual(inventoryText(DROPLET, whole(free), null).split("\n"), [
            "droplet web-1 (3164494), $6.00/month, with 1 associated resource, at least $0.00/month",
            "  snapshot  nightly (61486916)  cost unknown",
        ]);
        assert.deepEqual(remainsText(3164494, { ...whole(), unread: ["snapshot"] }).split("\n"), [
            "droplet 3164494 is gone; it has left at least 0 resources, at least $0.00/month",
            "  could not be read: snapshots (not in the total)",
        ]);
    });

    it("names everything that prevents it", () => {
        const prevented = [
            { ...resource(...DATA), reason: "policy volumes: prevent" },
            { ...resource(...NIGHTLY), reason: "policy snapshots: prevent" },
        ];
        assert.equal(
            refusalError({ code: "prevented", by: prevented }, false).message,
            "nothing was destroyed, because the policy prevents it while there is volume pg-data (4d4d), $10.00/month " +
                "(policy volumes: prevent); snapshot nightly (61486916), $0.05/month (policy snapshots: prevent)",
        );
    });

    it("counts what is destroyed of what is to go, and names what is next", () => {
        const status = running([
            shown("snapshot", "1", "gone"),
            shown("volume", "v", "there"),
            shown("volume", "other", "there"),
        ]);
        const { findings } = stateAfter(told(status));
        const own = underWay(findings, { destroy: [resource("snapshot", "1"), resource("volume", "v")] });
        assert.equal(progressLine("completion", status, own), "1/3 destroyed · waiting for volume v");
        const all = underWay(findings, null);
        assert.equal(progressLine("completion", status, all), "1/4 destroyed · waiting for volume v");
        assert.equal(progressLine("completion", running(), []), "0/1 destroyed · waiting for the droplet");
        assert.equal(progressLine("effect", status, own), "destroy accepted · waiting for its status");
        assert.equal(
            progressLine("droplet", status, own),
            "destroy completed · waiting for the droplet to disappear",
        );
        assert.equal(
            progressLine("completion", { state: "none" }, own),
            "destroy accepted · waiting for its status",
        );
        assert.equal(
            progressLine("effect", status, own, "503 Service Unavailable"),
            "no answer to the destroy: 503 Service Unavailable · looking for its status",
        );
    });
});
