/** Prices are far below this; above it, a double loses cents. */
const LARGEST_AMOUNT = 1e9;

/** More digits than any price has, and fewer than those affected by binary rounding. */
const SIGNIFICANT_DIGITS = 12;
const FRACTION_DIGITS = 12;

/** A JSON number as the intended decimal string; null if it cannot be a price. */
export function decimalOf(amount: number): string | null {
    if (!(amount >= 0 && amount < LARGEST_AMOUNT)) {
        return null;
    }
    const rounded = Number(amount.toPrecision(SIGNIFICANT_DIGITS));
    const shortest = String(rounded);
    return shortest.includes("e") ? trimZeros(rounded.toFixed(FRACTION_DIGITS)) : shortest;
}

/** A plain decimal such as `10.00`, unchanged; null for anything else. */
export function parseDecimal(text: string | null): string | null {
    return text !== null && /^\d{1,9}(?:\.\d{1,18})?$/.test(text) ? text : null;
}

function trimZeros(digits: string): string {
    return digits.replace(/\.?0+$/, "");
}
