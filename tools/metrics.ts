/** `npm run metrics`: import cycles and the lengths of functions, against the limits below; exits 1 if one is exceeded. */
import { join } from "node:path";

import { circlesIn } from "./metrics/circles.js";
import { readSources, type Source } from "./metrics/source.js";

const FOLDERS = ["provider", "sdk", "cli", "simulator", "tools", "bench", "test"];

const MAX_CIRCLES = 0;
const MAX_FUNCTION_P90 = 25;
const SHOWN = 10;

interface Figure {
    readonly name: string;
    readonly value: number;
    readonly limit: string;
    readonly ok: boolean;
    /** The worst first. */
    readonly offenders: readonly string[];
}

function quantile(values: readonly number[], part: number): number {
    const sorted = [...values].sort((one, other) => one - other);
    return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
}

function worst<T>(items: readonly T[], size: (item: T) => number, max: number, name: (item: T) => string) {
    return items
        .filter((item) => size(item) > max)
        .sort((one, other) => size(other) - size(one))
        .map((item) => `${size(item)}  ${name(item)}`);
}

function figuresOf(sources: readonly Source[]): Figure[] {
    const circles = circlesIn(sources);
    const functions = sources.flatMap((source) => source.functions);
    const p90 = quantile(
        functions.map(({ lines }) => lines),
        0.9,
    );
    return [
        {
            name: "circles of imports",
            value: circles.length,
            limit: `<= ${MAX_CIRCLES}`,
            ok: circles.length <= MAX_CIRCLES,
            offenders: circles.map((circle) => circle.join(" -> ")),
        },
        {
            name: "lines of a function, 90th percentile",
            value: p90,
            limit: `<= ${MAX_FUNCTION_P90}`,
            ok: p90 <= MAX_FUNCTION_P90,
            offenders: worst(
                functions,
                ({ lines }) => lines,
                MAX_FUNCTION_P90,
                ({ place }) => place,
            ),
        },
    ];
}

function textOf({ name, value, limit, ok, offenders }: Figure): string {
    const shown = ok ? [] : offenders.slice(0, SHOWN);
    const more = offenders.length - shown.length;
    const rest = ok || more <= 0 ? [] : [`and ${more} more`];
    const head = `${ok ? "ok  " : "MISS"} ${name.padEnd(38)} ${String(value).padStart(4)}  ${limit}`;
    return [head, ...[...shown, ...rest].map((line) => `       ${line}`)].join("\n");
}

const figures = figuresOf(readSources(join(__dirname, ".."), FOLDERS));
process.stdout.write(`${figures.map(textOf).join("\n")}\n`);
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
