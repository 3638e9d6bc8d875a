import { normal, uniform, type Random } from "./random.js";

/** A lognormal part of a mixture. */
interface Peak {
    readonly share: number;
    readonly medianS: number;
    readonly sigma: number;
}

/** How long a destroy takes, from its acceptance to its completion. */
export interface Workload {
    readonly name: string;
    readonly peaks: readonly Peak[];
    /** What falls outside is drawn again. */
    readonly shortestS: number;
    readonly longestS: number;
}

export const W1: Workload = {
    name: "W1",
    peaks: [
        { share: 0.97, medianS: 19.57, sigma: 0.5625 },
        { share: 0.03, medianS: 120, sigma: 0.5 },
    ],
    shortestS: 2,
    longestS: 300,
};

/** Fast destroys. */
export const W2: Workload = {
    name: "W2",
    peaks: [
        { share: 0.97, medianS: 7.8, sigma: 0.45 },
        { share: 0.03, medianS: 45, sigma: 0.5 },
    ],
    shortestS: 1,
    longestS: 300,
};

/** Slow destroys. */
export const W3: Workload = {
    name: "W3",
    peaks: [
        { share: 0.95, medianS: 44, sigma: 0.45 },
        { share: 0.05, medianS: 180, sigma: 0.4 },
    ],
    shortestS: 5,
    longestS: 600,
};

/** Two peaks: Droplets with little and with much to destroy. */
export const W4: Workload = {
    name: "W4",
    peaks: [
        { share: 0.65, medianS: 12, sigma: 0.25 },
        { share: 0.32, medianS: 55, sigma: 0.25 },
        { share: 0.03, medianS: 180, sigma: 0.4 },
    ],
    shortestS: 2,
    longestS: 600,
};

export const LONE_WORKLOADS: readonly Workload[] = [W1, W2, W3, W4];

/** Draws how long one destroy takes, in milliseconds. */
export function drawCompletionMs(workload: Workload, random: Random): number {
    for (;;) {
        const { medianS, sigma } = drawPeak(workload.peaks, random);
        const completionS = medianS * Math.exp(sigma * normal(random));
        if (completionS >= workload.shortestS && completionS <= workload.longestS) {
            return completionS * 1000;
        }
    }
}

/** Draws how long one request takes from its sending to its answer, in milliseconds. */
export function drawRoundTripMs(random: Random): number {
    return uniform(random, 100, 250);
}

function drawPeak(peaks: readonly Peak[], random: Random): Peak {
    let left = random();
    // The shares add up to 1 but for rounding: then it is the last.
    const drawn = peaks.find((peak) => (left -= peak.share) < 0) ?? peaks.at(-1);
    if (drawn === undefined) {
        throw new RangeError("a workload needs a peak");
    }
    return drawn;
}
