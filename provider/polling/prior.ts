/** A lognormal component of a mixture. */
interface Peak {
    readonly share: number;
    readonly medianMs: number;
    readonly sigma: number;
}

/**
 * How long destroys take, before this process has seen one: published figures are 10 to 32 s, with a few that
 * take minutes. The tail is wide, so that a slow day does not look like a stuck destroy.
 */
const PRIOR: readonly Peak[] = [
    { share: 0.08, medianMs: 6_500, sigma: 0.45 },
    { share: 0.88, medianMs: 19_800, sigma: 0.56 },
    { share: 0.04, medianMs: 90_000, sigma: 0.75 },
];

/** Share of destroys finished by an age, according to the prior. */
export function priorFinishedBy(ageMs: number): number {
    return PRIOR.reduce(
        (sum, { share, medianMs, sigma }) =>
            sum + share * normalBelow(Math.log(Math.max(ageMs, 1) / medianMs) / sigma),
        0,
    );
}

/** The standard normal distribution function, to 1e-7: Abramowitz and Stegun, 26.2.17. */
function normalBelow(z: number): number {
    const t = 1 / (1 + 0.2316419 * Math.abs(z));
    const series =
        t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
    return z >= 0 ? 1 - above : above;
}
