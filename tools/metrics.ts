/**
 * `npm run metrics`: import cycles, the lengths of functions, and how many files and functions typical work enters,
 * against the limits below; exits 1 if one is exceeded.
 */
import { join } from "node:path";

import { circlesIn } from "./metrics/circles.js";
import { type Entered, typicalWork } from "./metrics/entered.js";
import { readSources, type Source } from "./metrics/source.js";

const FOLDERS = ["provider", "sdk", "plugin", "cli", "simulator", "tools", "bench", "test"];

const MAX_CIRCLES = 0;
const MAX_FUNCTION_P90 = 25;
const MAX_ASYNC_IN_TEARDOWN = 20;
/** A front end translates; what it would do besides belongs to the handlers. */
const MAX_LINES_OF_PLUGIN = 1_200;
/** Files that work enters. Limits to lower, not to raise. */
const MAX_ENTERED: Readonly<Record<string, number>> = {
    "a delete by id": 35,
    "a delete of a pair": 45,
    "a delete that fails": 35,
    "a command": 56,
};
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

function toFigures(sources: readonly Source[]): Figure[] {
    const circles = circlesIn(sources);
    const functions = sources.flatMap((source) => source.functions);
    const p90 = quantile(
        functions.map(({ lines }) => lines),
        0.9,
    );
    const asynchronous = asyncIn(sources, "provider/teardown/");
    const ofPlugin = sources.filter(({ path }) => path.startsWith("plugin/"));
    const pluginLines = ofPlugin.reduce((sum, { lines }) => sum + lines, 0);
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
        {
            name: "async functions in provider/teardown",
            value: asynchronous,
            limit: `<= ${MAX_ASYNC_IN_TEARDOWN}`,
            ok: asynchronous <= MAX_ASYNC_IN_TEARDOWN,
            offenders: [],
        },
        {
            name: "lines of plugin",
            value: pluginLines,
            limit: `<= ${MAX_LINES_OF_PLUGIN}`,
            ok: pluginLines <= MAX_LINES_OF_PLUGIN,
            offenders: [],
        },
    ];
}

function asyncIn(sources: readonly Source[], folder: string): number {
    return sources
        .filter(({ path }) => path.startsWith(folder))
        .reduce((sum, { asyncFunctions }) => sum + asyncFunctions, 0);
}

function enteredFigure([name, { files, functions }]: readonly [string, Entered]): Figure {
    const most = MAX_ENTERED[name] ?? 0;
    return {
        name: `files that ${name} enters`,
        value: files.length,
        limit: `<= ${most}, with ${functions} functions`,
        ok: files.length <= most,
        offenders: files,
    };
}

function formatFigure({ name, value, limit, ok, offenders }: Figure): string {
    const shown = ok ? [] : offenders.slice(0, SHOWN);
    const more = offenders.length - shown.length;
    const rest = ok || more <= 0 ? [] : [`and ${more} more`];
    const head = `${ok ? "ok  " : "MISS"} ${name.padEnd(38)} ${String(value).padStart(4)}  ${limit}`;
    return [head, ...[...shown, ...rest].map((line) => `       ${line}`)].join("\n");
}

async function main(): Promise<void> {
    const work = Object.entries(await typicalWork());
    const figures = [...toFigures(readSources(join(__dirname, ".."), FOLDERS)), ...work.map(enteredFigure)];
    process.stdout.write(`${figures.map(formatFigure).join("\n")}\n`);
    process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}

void main();
