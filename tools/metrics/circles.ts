import type { Source } from "./source.js";

/** Groups of files that import each other, directly or through others, each from its first file on. */
export function circlesIn(sources: readonly Pick<Source, "path" | "imports">[]): string[][] {
    const importsOf = new Map(sources.map(({ path, imports }) => [path, imports]));
    const reached = new Map(sources.map(({ path }) => [path, reachedFrom(path, importsOf)]));
    const seen = new Set<string>();
    return [...importsOf.keys()].sort().flatMap((path) => {
        const mine = reached.get(path) ?? new Set();
        if (seen.has(path) || !mine.has(path)) {
            return [];
        }
        const circle = [...mine].filter((other) => reached.get(other)?.has(path) === true).sort();
        circle.forEach((member) => seen.add(member));
        return [circle];
    });
}

/** Every file that one leads to; itself only where it is on a circle. */
function reachedFrom(start: string, importsOf: ReadonlyMap<string, readonly string[]>): Set<string> {
    const reached = new Set<string>();
    const open = [...(importsOf.get(start) ?? [])];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
        if (!reached.has(path)) {
            reached.add(path);
            open.push(...(importsOf.get(path) ?? []));
        }
    }
    return reached;
}
