/** Decimal places that a sum keeps; the API's prices have at most five. */
const SCALE = 8;
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** An exact sum of decimal amounts, with at least two decimal places. Unknown amounts count as zero. */
export function addMoney(amounts: Iterable<string | null>): string {
    let total = 0n;
    for (const amount of amounts) {
        total += toUnits(amount);
    }
    return fromUnits(total);
}

/** "$10.00/month", or "cost unknown". */
export function monthly(amount: string | null): string {
    return amount === null ? "cost unknown" : `$${addMoney([amount])}/month`;
}

function toUnits(amount: string | null): bigint {
    const [, whole, fraction = ""] = DECIMAL.exec(amount ?? "0") ?? [];
    return whole === undefined ? 0n : BigInt(whole + fraction.slice(0, SCALE).padEnd(SCALE, "0"));
}

function fromUnits(units: bigint): string {
    const digits = units.toString().padStart(SCALE + 1, "0");
    const fraction = digits.slice(-SCALE).replace(/0+$/, "").padEnd(2, "0");
    return `${digits.slice(0, -SCALE)}.${fraction}`;
}
