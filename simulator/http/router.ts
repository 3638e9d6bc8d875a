import type { Route } from "./call.js";

export interface Match {
    readonly route: Route;
    readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
    readonly route: Route;
    readonly method: string;
    readonly segments: readonly string[];
}

/** Finds the route of a request. Literal segments go before parameters, whatever the order. */
export class Router {
    readonly #routes: ReadonlyMap<string, readonly Compiled[]>;

    constructor(routes: readonly Route[]) {
        this.#routes = compiled.get(routes) ?? compile(routes);
        compiled.set(routes, this.#routes);
    }

    find(method: string, path: string): Match | null {
        const segments = path.replace(/\/$/, "").split("/").slice(1).map(decode);
        for (const { route, segments: pattern } of this.#routes.get(`${method} ${segments.length}`) ?? []) {
            const params = match(pattern, segments);
            if (params !== null) {
                return { route, params };
            }
        }
        return null;
    }
}

/** Simulators come and go by the thousand; their routes are always the same. */
const compiled = new WeakMap<readonly Route[], ReadonlyMap<string, readonly Compiled[]>>();

/** By method and number of segments. */
function compile(routes: readonly Route[]): ReadonlyMap<string, readonly Compiled[]> {
    const byKey = new Map<string, Compiled[]>();
    for (const route of routes) {
        const [method = "", path = ""] = route.endpoint.split(" ");
        const segments = path.split("/").slice(1);
        const key = `${method} ${segments.length}`;
        const list = [...(byKey.get(key) ?? []), { route, method, segments }];
        byKey.set(
            key,
            list.sort((left, right) => parameters(left) - parameters(right)),
        );
    }
    return byKey;
}

function decode(segment: string): string {
    try {
        return decodeURIComponent(segment);
    } catch {
        return segment;
    }
}

function parameters(route: Compiled): number {
    return route.segments.filter((segment) => segment.startsWith(":")).length;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
    const params: Record<string, string> = {};
    for (const [index, expected] of pattern.entries()) {
        const actual = segments[index] ?? "";
        if (expected.startsWith(":")) {
            params[expected.slice(1)] = actual;
        } else if (expected !== actual) {
            return null;
        }
    }
    return params;
}
