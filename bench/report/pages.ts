import type { Figure } from "../figures.js";
import type { FleetRow } from "../fleet/rows.js";
import type { LoneRow } from "../lone-rows.js";
import { barChart, type Bar } from "./svg.js";

/** Everything that was measured in one run. */
export interface Measured {
    readonly lone: readonly LoneRow[];
    readonly fleets: readonly FleetRow[];
    readonly figures: readonly Figure[];
    readonly seed: number;
}

/** The pages of the benchmarks, by their paths in `docs`. */
export function pages(measured: Measured): ReadonlyMap<string, string> {
    return new Map([
        ["benchmarks.md", page(measured)],
        ["benchmarks/lone-p95.svg", lonePlot(measured.lone)],
        ["benchmarks/fifty-p95.svg", fiftyPlot(measured.fleets)],
        ["benchmarks/thousand-refused.svg", refusedPlot(measured.fleets)],
    ]);
}

function page({ lone, fleets, figures, seed }: Measured): string {
    return [
        "# Benchmarks",
        "",
        `Written by \`npm run bench -- --write\` (seed ${seed}). Nothing here is a stopwatch: everything runs in`,
        "virtual time, with the package's own operation and schedule, so that the same seed gives the same figures.",
        "",
        "The clock starts when a destroy is accepted. *Noticed* is the time from its completion to the answer that",
        "tells of it. Round trips take 100 to 250 ms, and the server looks at half of them. It allows 250 requests in",
        "any minute and 5,000 in any hour; a request beyond is refused (429). Workloads: W1 destroys with a median of",
        "20 s and a tail of minutes, W2 fast ones, W3 slow ones, W4 two peaks (`bench/workload.ts`). The other ways",
        "are written from their published constants (`bench/published.ts`), with the same four requests around them",
        "and the retries of godo underneath.",
        "",
        "## One Droplet",
        "",
        "![p95 of the noticing time against requests](benchmarks/lone-p95.svg)",
        "",
        ...markdown(
            ["way to wait", "work", "status requests", "p50", "p95", "p99", "gave up"],
            lone.map(({ waiter, workload, result }) => [
                waiter,
                workload,
                result.requestsOnAverage.toFixed(1),
                seconds(result.p50Ms),
                seconds(result.p95Ms),
                seconds(result.p99Ms),
                percent(result.gaveUp),
            ]),
        ),
        "",
        "## Many Droplets on one token",
        "",
        "Alone on the token with all of its budget, unless the row says otherwise. The bound is what no way can beat:",
        "four requests for each Droplet, and request *i* not before its minute and hour. A time counts only where the",
        "end was seen; *failed* says how often it was not.",
        "",
        "![p95 of the noticing time for 50 Droplets](benchmarks/fifty-p95.svg)",
        "",
        "![refused requests for 1,000 Droplets](benchmarks/thousand-refused.svg)",
        "",
        ...markdown(
            [
                "Droplets",
                "way",
                "requests each",
                "p50",
                "p95",
                "p99",
                "makespan",
                "of bound",
                "429s",
                "failed",
            ],
            fleets.map(({ name, size, boundMs, result }) => [
                String(size),
                name,
                result.requestsEach.toFixed(2),
                seconds(result.p50Ms),
                seconds(result.p95Ms),
                seconds(result.p99Ms),
                seconds(result.makespanMs),
                boundMs > 0 ? (result.makespanMs / boundMs).toFixed(3) : "",
                percent(result.refusedPart),
                percent(result.failedPart),
            ]),
        ),
        "",
        "## What must hold",
        "",
        ...markdown(
            ["figure", "value", "must be", ""],
            figures
                .filter(({ bar }) => bar !== null)
                .map(({ name, value, unit, bar, ok }) => [
                    name,
                    `${value} ${unit}`.trim(),
                    bar ?? "",
                    ok ? "holds" : "**missed**",
                ]),
        ),
        "",
    ].join("\n");
}

function lonePlot(lone: readonly LoneRow[]): string {
    const rows = lone.filter(({ workload }) => workload === "W1");
    return barChart(
        "One Droplet, W1: noticed after, p95 (and status requests)",
        rows.map(({ waiter, result }) => ({
            label: waiter,
            value: result.p95Ms,
            text: `${seconds(result.p95Ms)} (${result.requestsOnAverage.toFixed(1)})`,
            ours: waiter.startsWith("ours"),
        })),
    );
}

function fiftyPlot(fleets: readonly FleetRow[]): string {
    return barChart(
        "50 Droplets: noticed after, p95",
        fleets
            .filter(({ size }) => size === 50)
            .map((row) => bar(row, row.result.p95Ms, seconds(row.result.p95Ms))),
    );
}

function refusedPlot(fleets: readonly FleetRow[]): string {
    const rows = fleets.filter(({ size }) => size === 1_000);
    return barChart(
        "1,000 Droplets: refused requests (and teardowns that failed)",
        rows.map((row) => {
            const { refusedPart, failedPart } = row.result;
            return bar(row, refusedPart, `${percent(refusedPart)} (${percent(failedPart)})`);
        }),
    );
}

function bar({ name }: FleetRow, value: number, text: string): Bar {
    return { label: name, value, text, ours: name.startsWith("ours") };
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
