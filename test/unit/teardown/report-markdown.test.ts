import assert from "node:assert/strict";

import { reportMarkdown } from "../../../provider/teardown/report-markdown.js";
import type { DropletReport, ReportedResource, ResourceOutcome } from "../../../provider/teardown/report.js";
import type { ResourceKind } from "../../../provider/teardown/model.js";
import { NOT_COVERED } from "../../../provider/teardown/format.js";
import { report, resource } from "../../support/resources.js";

function reported(
    outcome: ResourceOutcome,
    reason: string | null,
    kind: ResourceKind,
    id: string,
): ReportedResource {
    return { ...resource(kind, id), outcome, reason };
}

function lines(droplets: readonly DropletReport[], error: string | null = null): string[] {
    const text = reportMarkdown(droplets, error);
    assert.ok(text.endsWith("\n\n"));
    return text.split("\n").filter((line) => line !== "" && line !== "|---|---|---|---|---|---|---|");
}

const HEAD = "| | droplet | kind | name | id | why | a month |";
const KEPT = reported("kept", "policy", "snapshot", "11");
const PENDING = reported("pending", null, "volume", "v1");

describe("a report in Markdown", () => {
    it("says where there was nothing to report", () => {
        assert.deepEqual(lines([]), ["### Droplet teardown", "No droplet matched: nothing was destroyed."]);
        assert.deepEqual(lines([], " bad\nthing "), [
            "### Droplet teardown",
            "**Nothing was done:** `bad?thing`",
        ]);
        const left = reportMarkdown([], null, "Nothing is left.");
        assert.equal(left, "### Droplet teardown\n\nNothing is left.\n\n");
    });

    it("has what went, what stays and why, and what both cost", () => {
        const resources = [reported("destroyed", null, "volume", "v1"), KEPT];
        assert.deepEqual(lines([report({ resources })]), [
            "### Droplet teardown",
            "**Droplet `web-1` (3164494): destroyed**",
            "Saved $7.00/month. Still accruing $1.00/month.",
            HEAD,
            "| kept | `web-1` | snapshot | `11` | `11` | `policy` | $1.00 |",
            "| destroyed | `web-1` | droplet | `web-1` | `3164494` |  | $6.00 |",
            "| destroyed | `web-1` | volume | `v1` | `v1` |  | $1.00 |",
            NOT_COVERED,
        ]);
    });

    it("names what could not be read, and gives no sum as if it were whole", () => {
        const failed = { ...reported("failed", "busy", "volume", "v1"), monthlyCost: null };
        const living = { dropletGone: false, dropletReason: "locked", error: "not all" } as const;
        const unread: ResourceKind[] = ["volume", "snapshot"];
        const first = report({ outcome: "partial", ...living, unread, resources: [failed] });
        assert.deepEqual(lines([first, report({ dropletId: 8, dropletName: "db" })], "time is up"), [
            "### Droplet teardown",
            "**Ended early:** `time is up`",
            "**2 droplets: 1 not all destroyed, 1 destroyed**",
            "Saved $6.00/month. Still accruing at least $6.00/month, and the unknown cost of `volume v1 (v1)`.",
            "- Droplet `web-1` (3164494), not all destroyed: `not all`",
            HEAD,
            "| remains | `web-1` | droplet | `web-1` | `3164494` | `locked` | $6.00 |",
            "| failed | `web-1` | volume | `v1` | `v1` | `busy` | unknown |",
            "| destroyed | `db` | droplet | `db` | `8` |  | $6.00 |",
            "Could not be read, and not in the sums: snapshots, volumes.",
            NOT_COVERED,
        ]);
    });

    it("has a plan's words and sums, which include what stays of a Droplet that is refused", () => {
        const living = { dropletGone: false, dropletMonthlyPrice: "6.00" } as const;
        const plan: DropletReport = { ...report(living), outcome: "planned", resources: [PENDING, KEPT] };
        const refused = report({ ...living, outcome: "refused", error: "no", resources: [PENDING] });
        assert.deepEqual(lines([plan, refused]), [
            "### Droplet teardown",
            "**2 droplets: 1 refused, 1 would be destroyed**",
            "Nothing was destroyed. Would save $7.00/month; $8.00/month would stay.",
            "- Droplet `web-1` (3164494), refused: `no`",
            HEAD,
            "| would be destroyed | `web-1` | droplet | `web-1` | `3164494` |  | $6.00 |",
            "| would be destroyed | `web-1` | volume | `v1` | `v1` |  | $1.00 |",
            "| pending | `web-1` | volume | `v1` | `v1` |  | $1.00 |",
            "| kept | `web-1` | snapshot | `11` | `11` | `policy` | $1.00 |",
            "| remains | `web-1` | droplet | `web-1` | `3164494` |  | $6.00 |",
        ]);
    });

    const titles: readonly (readonly [
        string,
        Partial<Omit<DropletReport, "outcome">>,
        DropletReport["outcome"],
    ])[] = [
        ["gone; some of its resources would be destroyed", {}, "planned"],
        [
            "not visible to this token; some of its resources would be destroyed",
            { dropletName: null },
            "planned",
        ],
        ["already gone", {}, "not-found"],
        ["not visible to this token", { dropletGone: false }, "not-found"],
        ["not finished", { dropletGone: false }, "in-progress"],
        ["failed", { dropletGone: false }, "failed"],
    ];
    for (const [title, parts, outcome] of titles) {
        it(`calls a Droplet ${title}`, () => {
            const [, line = ""] = lines([{ ...report(), ...parts, outcome }]);
            assert.ok(line.endsWith(`: ${title}**`), line);
        });
    }

    it("cuts a table that nobody reads to its end, and says how much is missing", () => {
        const resources = Array.from({ length: 200 }, (_, nth) =>
            reported("destroyed", null, "snapshot", String(nth)),
        );
        const cut = lines([report({ resources })]);
        assert.equal(cut.filter((line) => line.startsWith("| destroyed")).length, 200);
        assert.ok(cut.includes("… and 1 more."));
        const whole = lines([report({ resources: resources.slice(1) })]);
        assert.ok(!whole.some((line) => line.includes("more.")));
    });
});
