import { figure, type Figure } from "../figures.js";
import { boundMs } from "./bound.js";
import type { ProductRow } from "./rows.js";

/** A row as figures, with its bars. A bound of no time at all has no ratio. */
export function productFigures({ way, droplets, workload, perMinute, result, bars }: ProductRow): Figure[] {
    const title = `${way}, ${droplets} droplet${droplets === 1 ? `, ${workload}` : "s"}`;
    const bound = boundMs(droplets, perMinute);
    const many = [
        figure(`${title}: requests each`, result.requestsEach, "", bars.requestsEach),
        figure(
            `${title}: first DELETE after, worst`,
            result.worstFirstDestroyMs / 1_000,
            "s",
            bars.firstDestroyS,
        ),
        figure(`${title}: makespan, mean`, result.makespanMs / 1_000, "s"),
        ...(bound < 600_000
            ? []
            : [
                  figure(`${title}: makespan / bound, mean`, result.makespanMs / bound, "", bars.ratio),
                  figure(
                      `${title}: makespan / bound, worst`,
                      result.worstMakespanMs / bound,
                      "",
                      bars.worstRatio,
                  ),
              ]),
    ];
    const lone = [
        figure(
            `${title}: requests besides polls, most`,
            result.worstBesidesPollsEach,
            "",
            bars.besidesPollsEach,
        ),
        figure(`${title}: polls, mean`, result.pollsEach, "", bars.pollsEach),
    ];
    return [
        ...(droplets === 1 ? lone : many),
        figure(`${title}: noticed after, p50`, result.p50Ms / 1_000, "s", bars.p50S),
        figure(`${title}: noticed after, p95`, result.p95Ms / 1_000, "s", bars.p95S),
        figure(`${title}: 429s`, result.refusedPart * 100, "%", bars.refusedPercent),
        figure(`${title}: failed`, result.failed, "droplets", 0),
    ];
}
