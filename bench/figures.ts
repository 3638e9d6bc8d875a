/** One measured number, and what is asked of it. */
export interface Figure {
    readonly name: string;
    readonly value: number;
    readonly unit: string;
    /** For example "<= 17"; null: only shown. */
    readonly bar: string | null;
    /** Whether the bar is kept; true where there is none. */
    readonly ok: boolean;
}

/** A figure; with `atMost` it has a bar. */
export function figure(name: string, value: number, unit: string, atMost?: number): Figure {
    return {
        name,
        value: Number(value.toFixed(3)),
        unit,
        bar: atMost === undefined ? null : `<= ${atMost}`,
        // The value as measured: rounding must not carry it over the bar.
        ok: atMost === undefined || value <= atMost,
    };
}

/** Of each figure that several seeds measured, the worst, with its seed. */
export function findWorst(runs: ReadonlyMap<number, readonly Figure[]>): Figure[] {
    const worst = new Map<string, Figure>();
    for (const [seed, figures] of runs) {
        for (const one of figures) {
            const before = worst.get(one.name);
            if (before === undefined || one.value > before.value) {
                worst.set(one.name, { ...one, unit: `${one.unit} (seed ${seed})`.trim() });
            }
        }
    }
    return [...worst.values()];
}

/** The smallest value that at least `share` of all values do not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
    return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1] ?? NaN;
}

/** The figures as an aligned table, for people. */
export function table(figures: readonly Figure[]): string {
    const rows = figures.map(({ name, value, unit, bar, ok }) => [
        name,
        String(value),
        unit,
        bar ?? "",
        bar === null ? "" : ok ? "ok" : "MISSED",
    ]);
    return [["figure", "value", "unit", "bar", ""], ...rows].map(aligned(rows)).join("\n");
}

function aligned(rows: readonly (readonly string[])[]): (row: readonly string[]) => string {
    const width = (column: number): number => Math.max(6, ...rows.map((row) => (row[column] ?? "").length));
    const widths = [0, 1, 2, 3, 4].map(width);
    return (row) =>
        row
            .map((cell, column) =>
                column === 1 ? cell.padStart(widths[1] ?? 0) : cell.padEnd(widths[column] ?? 0),
            )
            .join("  ")
            .trimEnd();
}
