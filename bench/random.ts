/** Numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** The mulberry32 generator: small, quick, and the same on every machine. */
export function seededRandom(seed: number): Random {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** Standard normal, after Box and Muller. */
export function normal(random: Random): number {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
}

export function uniform(random: Random, low: number, high: number): number {
    return low + (high - low) * random();
}
