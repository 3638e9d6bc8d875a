import type { Figure } from "../figures.js";
import type { Chain } from "../product/chain.js";
import { boundMs } from "../product/bound.js";
import type { ProductRow } from "../product/rows.js";
import type { PublishedFleet } from "../published/fleets.js";
import type { LoneRow } from "../published/lone.js";
import { barChart } from "./svg.js";

/** Everything that was measured in one run. */
export interface Measured {
    readonly chains: readonly Chain[];
    readonly rows: readonly ProductRow[];
    readonly figures: readonly Figure[];
    readonly lone: readonly LoneRow[];
    readonly fleets: readonly PublishedFleet[];
    readonly seed: number;
}

/** The pages of the benchmarks, by their paths in `docs`. */
export function pages(measured: Measured): ReadonlyMap<string, string> {
    return new Map([
        ["benchmarks.md", page(measured)],
        ["benchmarks/lone-p95.svg", lonePlot(measured)],
        ["benchmarks/fifty-p95.svg", fiftyPlot(measured)],
        ["benchmarks/thousand-refused.svg", refusedPlot(measured)],
    ]);
}

function page({ chains, rows, figures, lone, fleets, seed }: Measured): string {
    return [
        "# Benchmarks",
        "",
        `\`npm run bench\` measures and prints the figures under "What must hold" (seed ${seed}); \`npm run bench -- --write\``,
        "wrote this page. Nothing here is a stopwatch: the product runs as users run it, over the simulator's HTTP API and",
        "in virtual time, so that the same seed gives the same figures. *pulumi destroy* is the plugin process with the",
        "deletes of records and teardowns as the engine calls them; *droplet-teardown destroy* is the whole command, from",
        "its first request to its exit code. Each Droplet has a snapshot. Requests are counted in the simulator's log.",
        "",
        "*Noticed* is the time from the completion of a destroy to the answer that tells of it. Round trips take 100 to 250",
        "ms, and the server looks at half of them. It allows 250 requests in any minute and 5,000 in any hour; a request",
        "beyond is refused (429). Ours takes 80 % of that unless a row says otherwise (`DROPLET_TEARDOWN_SHARE=1` is the",
        "whole budget). Workloads: W1 destroys with a median of 20 s and a tail of minutes, W2 fast ones, W3 slow ones, W4",
        "two peaks (`bench/workload.ts`).",
        "",
        "What an install of the package and a first start take is a stopwatch's figure of `npm run bench:engine`:",
        "[decision 24](decisions/0024-a-bundled-package.md).",
        "",
        "## What we take",
        "",
        ...markdown(
            [
                "Droplets",
                "command",
                "work",
                "requests each",
                "of them polls",
                "p50",
                "p95",
                "first DELETE",
                "makespan",
                "of bound",
                "429s",
            ],
            rows.map(({ droplets, way, workload, perMinute, result }) => [
                String(droplets),
                way,
                workload,
                result.requestsEach.toFixed(2),
                result.pollsEach.toFixed(2),
                seconds(result.p50Ms),
                seconds(result.p95Ms),
                seconds(result.worstFirstDestroyMs),
                seconds(result.makespanMs),
                boundMs(droplets, perMinute) > 600_000
                    ? (result.makespanMs / boundMs(droplets, perMinute)).toFixed(3)
                    : "",
                percent(result.refusedPart),
            ]),
        ),
        "",
        "The bound is what no way can beat: four requests for each Droplet, and request *i* not before its minute and hour.",
        "A thousand Droplets are all asked to go before their ends are looked for, so that the last one ends early; where",
        "the engine waits for each of them, a part of the minute is kept for that. Of more than 1,250, whose requests take",
        "longer than an hour, at most 800 destroys run at once, so that each status is read while DigitalOcean has it.",
        "",
        "## What waits for what",
        "",
        "One Droplet with a snapshot, and 200 ms for each round trip: requests, and the time of those that wait for each",
        "other.",
        "",
        ...markdown(
            ["what", "requests", "time"],
            chains.map(({ what, requests, ms }) => [what, String(requests), seconds(ms)]),
        ),
        "",
        "What would shorten them further costs more than it is worth. The seconds of chains are the round trips that would",
        "fall away, by reading the code; tried were only the tags in two waves and the constant text.",
        "",
        ...markdown(["what", "saves", "why it is left"], LEFT),
        "",
        "## How others wait for one destroy",
        "",
        "Written from their published constants (`bench/published/ways.ts`): arithmetic over the same workloads.",
        "",
        "![p95 of the noticing time against requests](benchmarks/lone-p95.svg)",
        "",
        ...markdown(
            ["way to wait", "work", "status requests", "p50", "p95", "p99", "gave up"],
            lone.map((row) => [
                row.waiter,
                row.workload,
                row.requestsOnAverage.toFixed(1),
                seconds(row.p50Ms),
                seconds(row.p95Ms),
                seconds(row.p99Ms),
                percent(row.gaveUp),
            ]),
        ),
        "",
        "## How others destroy many",
        "",
        "On the same simulator, with the whole budget, a list, a status and a destroy for each Droplet, and the retries of",
        "godo underneath; without tags, records and proofs. A time counts only where the end was seen; *failed* says how",
        "often it was not.",
        "",
        "![p95 of the noticing time for 50 Droplets](benchmarks/fifty-p95.svg)",
        "",
        "![refused requests for 1,000 Droplets](benchmarks/thousand-refused.svg)",
        "",
        ...markdown(
            ["Droplets", "way", "requests each", "p50", "p95", "makespan", "429s", "failed"],
            fleets.map(({ droplets, way, result }) => [
                String(droplets),
                way,
                result.requestsEach.toFixed(2),
                seconds(result.p50Ms),
                seconds(result.p95Ms),
                seconds(result.makespanMs),
                percent(result.refusedPart),
                percent(result.failedPart),
            ]),
        ),
        "",
        "## What must hold",
        "",
        ...whatHolds("value", figures),
        "",
    ].join("\n");
}

/** The page of several seeds, by its path in `docs`. */
export function seedsPage(
    worst: readonly Figure[],
    seeds: number,
    when: string,
): ReadonlyMap<string, string> {
    const text = [
        "# Seeds of the benchmarks",
        "",
        `What \`npm run bench -- --seeds ${seeds} --write\` found: the worst of each [figure](../benchmarks.md) over seeds 1 to`,
        `${seeds} (${when}).`,
        "",
        ...whatHolds("worst", worst),
        "",
    ];
    return new Map([["reports/seeds.md", text.join("\n")]]);
}

function whatHolds(head: string, figures: readonly Figure[]): string[] {
    const rows = figures
        .filter(({ bar }) => bar !== null)
        .map(({ name, value, unit, bar, ok }) => [
            name,
            `${value} ${unit}`.trim(),
            bar ?? "",
            ok ? "holds" : "**missed**",
        ]);
    return markdown(["figure", head, "must be", ""], rows);
}

/** What could be faster. */
const LEFT: readonly (readonly string[])[] = [
    [
        "the team beside the first read",
        "0.2 s, in a stack once",
        "create, read, update and delete compare the team before anything else: to another team's token everything is gone",
    ],
    [
        "a record: the list beside the Droplet",
        "0.2 s",
        "where the list fails, the refusal would not name the Droplet; where the Droplet is gone, two requests more",
    ],
    [
        "a teardown: status and list beside the list by tag",
        "0.2 s",
        "only for the Droplet that its record handed over, and only where the minute has room: a second way to start",
    ],
    [
        "the kinds that the token may not see beside the list",
        "0.2 s, in a process once",
        "three requests, also where the list shows each kind",
    ],
    [
        "one list for the teardowns of a stack that start together, in place of a list by tag for each",
        "one request a Droplet",
        "a second way to find Droplets; and 20 at once, which take 12 to 13 requests each, would still be more than the 200 of a minute",
    ],
    [
        "tags deleted in two waves",
        "0.4 s",
        "whoever is killed in between leaves a tag without the mark that says what may still be cleaned up",
    ],
    [
        "the text of the stored provider as a constant",
        "0.36 s of processor in each preview and `up`",
        "byte for byte, so that no state changes, it is a hundred lines as Pulumi generates them, in place of forty that the compiler checks",
    ],
    [
        "a faster build of the engine, for tests",
        "some of 5.5 to 10.6 minutes, once",
        "several hundred of its 1,735 packages are SDKs of other clouds, but it is the real engine; the build says how long it still takes",
    ],
];

function lonePlot({ rows, lone }: Measured): string {
    const bar = (label: string, p95Ms: number, polls: number, ours: boolean) => ({
        ...{ label, value: p95Ms, ours },
        text: `${seconds(p95Ms)} (${polls.toFixed(1)})`,
    });
    return barChart("One Droplet, W1: noticed after, p95 (and status requests)", [
        ...rows
            .filter(({ droplets, workload }) => droplets === 1 && workload === "W1")
            .map(({ way, result }) => bar(way, result.p95Ms, result.pollsEach, true)),
        ...lone
            .filter(({ workload }) => workload === "W1")
            .map(({ waiter, p95Ms, requestsOnAverage }) => bar(waiter, p95Ms, requestsOnAverage, false)),
    ]);
}

type Result = ProductRow["result"];

function fiftyPlot(measured: Measured): string {
    return manyPlot("50 Droplets: noticed after, p95", 50, measured, ({ p95Ms }) => ({
        value: p95Ms,
        text: seconds(p95Ms),
    }));
}

function refusedPlot(measured: Measured): string {
    const title = "1,000 Droplets: refused requests (and teardowns that failed)";
    return manyPlot(title, 1_000, measured, ({ refusedPart, failedPart }) => ({
        value: refusedPart,
        text: `${percent(refusedPart)} (${percent(failedPart)})`,
    }));
}

function manyPlot(
    title: string,
    size: number,
    { rows, fleets }: Measured,
    show: (result: Result) => { readonly value: number; readonly text: string },
): string {
    const ours = rows.map((row) => ({ ...row, ours: true }));
    const others = fleets.map((row) => ({ ...row, ours: false }));
    return barChart(
        title,
        [...ours, ...others]
            .filter(({ droplets }) => droplets === size)
            .map((row) => ({ label: row.way, ours: row.ours, ...show(row.result) })),
    );
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function seconds(ms: number): string {
    const s = ms / 1_000;
    return `${s >= 100 ? s.toFixed(0) : s.toFixed(2)} s`;
}

function percent(part: number): string {
    return part === 0 ? "0" : `${(part * 100).toFixed(1)} %`;
}
