import type { WireRequest } from "../http/wire.js";
import type { AssociatedKind } from "../state/records.js";

/** Which requests a fault applies to; an absent field matches everything. */
export interface FaultMatch {
    readonly method?: string;
    /** A path with wildcard `*`, or a pattern; the query is ignored. */
    readonly path?: string | RegExp;
    readonly dropletId?: number;
}

export type FaultAction =
    /** An error answer, or any other. With `afterEffect`, the request still takes effect. */
    | {
          readonly kind: "answer";
          readonly status: number;
          readonly id?: string;
          readonly message?: string;
          readonly headers?: Readonly<Record<string, string>>;
          /** Sent as JSON instead of the usual error. */
          readonly body?: object;
          readonly afterEffect?: boolean;
      }
    /** 429; with retry-after only if given. */
    | { readonly kind: "tooManyRequests"; readonly retryAfterS?: number }
    /** The request takes effect; its answer is this text, which need not be JSON. */
    | {
          readonly kind: "text";
          readonly text: string;
          readonly status?: number;
          readonly contentType?: string;
      }
    | { readonly kind: "huge"; readonly bytes: number }
    /** The answer is cut off half way. */
    | { readonly kind: "truncated" }
    /** The connection breaks before or after the request takes effect. */
    | { readonly kind: "dropBefore" }
    | { readonly kind: "dropAfter" }
    /** The request takes effect at once, and its answer comes late. */
    | { readonly kind: "slow"; readonly ms: number }
    | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
    /** A careless server: its error contains the caller's token, in text and header. */
    | { readonly kind: "echoToken"; readonly status?: number }
    /** The associated list omits these kinds. */
    | { readonly kind: "hideKinds"; readonly kinds: readonly AssociatedKind[] };

export interface Fault {
    readonly match?: FaultMatch;
    /** Number of matching requests; default 1, `Infinity` for all. */
    readonly times?: number;
    /** Number of matching requests to skip first. */
    readonly after?: number;
    readonly do: FaultAction;
}

/** Pending faults. The first match applies. */
export class FaultScript {
    #script: { readonly fault: Fault; skip: number; left: number }[] = [];

    add(fault: Fault): void {
        this.#script.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
    }

    clear(): void {
        this.#script = [];
    }

    take(request: WireRequest): FaultAction | null {
        for (const entry of this.#script) {
            if (entry.left <= 0 || !matches(entry.fault.match ?? {}, request)) {
                continue;
            }
            if (entry.skip > 0) {
                entry.skip--;
                continue;
            }
            entry.left--;
            return entry.fault.do;
        }
        return null;
    }
}

function matches({ method, path, dropletId }: FaultMatch, request: WireRequest): boolean {
    const { pathname } = request.url;
    return (
        (method === undefined || method.toUpperCase() === request.method) &&
        (path === undefined || pattern(path).test(pathname)) &&
        (dropletId === undefined || `${pathname}/`.startsWith(`/v2/droplets/${dropletId}/`))
    );
}

function pattern(path: string | RegExp): RegExp {
    if (path instanceof RegExp) {
        return path;
    }
    const escaped = path.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${escaped.join(".*")}$`);
}

export interface DestroyFailure {
    /** Number of attempts that fail; default 1. */
    readonly times?: number;
    readonly message?: string;
}

/** Which resources fail to be destroyed, how often, and with which message. */
export class FailureScript {
    readonly #script = new Map<string, { left: number; readonly message: string }>();

    /** `resourceId` is the id in the associated list. */
    failItem(resourceId: string, failure: DestroyFailure = {}): void {
        this.#script.set(resourceId, {
            left: failure.times ?? 1,
            message: failure.message ?? "resource is busy",
        });
    }

    failDroplet(dropletId: number, failure: DestroyFailure = {}): void {
        this.failItem(dropletKey(dropletId), failure);
    }

    /** Uses up one attempt; returns the reason if it fails, else null. */
    attemptItem(resourceId: string): string | null {
        const entry = this.#script.get(resourceId);
        if (entry === undefined || entry.left <= 0) {
            return null;
        }
        entry.left--;
        return entry.message;
    }

    attemptDroplet(dropletId: number): string | null {
        return this.attemptItem(dropletKey(dropletId));
    }

    clear(): void {
        this.#script.clear();
    }
}

function dropletKey(dropletId: number): string {
    return `droplet ${dropletId}`;
}
