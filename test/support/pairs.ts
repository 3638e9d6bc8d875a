type Switches = Readonly<Record<string, readonly unknown[]>>;

/**
 * A few combinations in which every position of a switch meets every position of every other one: what goes wrong
 * where two of them meet goes wrong in one of these.
 */
export function combinePairs(switches: Switches): Readonly<Record<string, unknown>>[] {
    const open = new Set(
        Object.keys(switches).flatMap((one, at, all) =>
            all.slice(at + 1).flatMap((other) => listPairs(switches, one, other)),
        ),
    );
    const combinations: Map<string, number>[] = [];
    for (const pair of open) {
        const combination = new Map(pair.split(" ").map(parsePlace));
        for (const [name, positions] of Object.entries(switches)) {
            if (!combination.has(name)) {
                const gains = positions.map((_, index) =>
                    met(combination, [name, index]).filter((one) => open.has(one)),
                );
                const most = Math.max(...gains.map(({ length }) => length));
                combination.set(
                    name,
                    gains.findIndex(({ length }) => length === most),
                );
            }
        }
        for (const place of combination) {
            met(combination, place).forEach((one) => open.delete(one));
        }
        combinations.push(combination);
    }
    return combinations.map((combination) =>
        Object.fromEntries([...combination].map(([name, index]) => [name, switches[name]?.[index]])),
    );
}

type Place = readonly [name: string, index: number];

function listPairs(switches: Switches, one: string, other: string): string[] {
    const indices = (name: string): number[] => [...(switches[name] ?? []).keys()];
    return indices(one).flatMap((index) =>
        indices(other).map((second) => formatPair([one, index], [other, second])),
    );
}

/** What a position meets in a combination. */
function met(combination: ReadonlyMap<string, number>, place: Place): string[] {
    return [...combination].filter(([name]) => name !== place[0]).map((other) => formatPair(place, other));
}

/** "one=0 other=2", in alphabetical order */
function formatPair(...places: readonly Place[]): string {
    return places
        .map(([name, index]) => `${name}=${index}`)
        .sort()
        .join(" ");
}

function parsePlace(text: string): [string, number] {
    const [name = "", index] = text.split("=");
    return [name, Number(index)];
}
