/** Whether nothing is left out: in continuous integration, or with `CI=true npm test`. */
export const TELLS_ALL = (process.env.CI ?? "") !== "";

/** All of them where nothing is left out; elsewhere the first of each so many. */
export function someOf<T>(all: readonly T[], ofEach: number): readonly T[] {
    return TELLS_ALL ? all : all.filter((_, index) => index % ofEach === 0);
}

/** Droplets of a large fleet: more than a minute's requests are for. */
export const MANY = TELLS_ALL ? 300 : 100;
