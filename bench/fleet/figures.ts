import { figure, type Figure } from "../figures.js";
import type { Footprint } from "./footprint.js";
import type { FleetRow } from "./rows.js";

/** A row as figures, with its bars. A bound of no time at all has no ratio. */
export function fleetFigures({ name, size, boundMs, result, bars }: FleetRow): Figure[] {
    const title = `${size} droplets, ${name}`;
    const ratio = (ms: number): number => ms / boundMs;
    const figures = [
        figure(`${title}: requests each`, result.requestsEach, "requests", bars?.requestsEach),
        figure(`${title}: noticed after, p50`, result.p50Ms / 1_000, "s", bars?.p50S),
        figure(`${title}: noticed after, p95`, result.p95Ms / 1_000, "s", bars?.p95S),
        figure(`${title}: noticed after, p99`, result.p99Ms / 1_000, "s"),
        figure(`${title}: makespan, mean`, result.makespanMs / 1_000, "s"),
        figure(`${title}: 429s`, result.refusedPart * 100, "%", bars?.refusedPercent),
        figure(`${title}: failed`, result.failed, "droplets", bars === null ? undefined : 0),
    ];
    if (boundMs > 0) {
        figures.push(figure(`${title}: makespan / bound, mean`, ratio(result.makespanMs), "", bars?.ratio));
        figures.push(
            figure(`${title}: makespan / bound, worst`, ratio(result.worstMakespanMs), "", bars?.worstRatio),
        );
    }
    return figures;
}

export function footprintFigures({ growthMb, timersLeft }: Footprint): Figure[] {
    return [
        figure("1000 in flight: resident memory growth", growthMb, "MB", 50),
        figure("1000 in flight: timers left after abort", timersLeft, "timers", 0),
    ];
}
