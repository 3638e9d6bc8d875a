import type { FetchResponse, Simulator } from "../../simulator/index.js";
import { ENDPOINTS, type Edit, type Trouble } from "./world.js";

/** An answer of which the text is known. */
export interface Heard {
    readonly response: FetchResponse;
    /** Null: it broke off. */
    readonly text: string | null;
    /** Whether it still says what is. */
    readonly isTrue: boolean;
}

/** Scripts the troubles that the simulator knows by itself. */
export function script(troubles: readonly Trouble[], simulator: Simulator): void {
    for (const { to, after, times, do: fault } of troubles) {
        if (fault.kind !== "edit" && fault.kind !== "absence") {
            simulator.faults.add({ match: ENDPOINTS[to], after, times, do: fault });
        }
    }
}

type Rewriting = Edit | "404";

const NOT_FOUND = JSON.stringify({ id: "not_found", message: "The resource could not be found." });

function rewriterFor(fault: { readonly kind: "edit"; readonly edit: Edit } | { readonly kind: "absence" }) {
    return fault.kind === "edit" ? fault.edit : "404";
}

/** The rewritings that are still to come. */
export class Edits {
    readonly #script: { readonly trouble: Trouble; readonly edit: Rewriting; skip: number; left: number }[];
    readonly #askers: number;
    /** How often each path that was answered by a 404 must be answered truly before it may be so again. */
    readonly #owed = new Map<string, number>();

    /** @param askers how many teardowns may ask for the same thing at once, none of which may get two in a row */
    constructor(troubles: readonly Trouble[], askers: number) {
        this.#askers = askers;
        this.#script = troubles.flatMap((trouble) =>
            trouble.do.kind === "edit" || trouble.do.kind === "absence"
                ? [{ trouble, edit: rewriterFor(trouble.do), skip: trouble.after, left: trouble.times }]
                : [],
        );
    }

    clear(): void {
        this.#script.length = 0;
    }

    take(method: string, pathname: string): Rewriting | null {
        const taken = this.#next(method, pathname, !this.#owed.has(pathname));
        if (taken === "404" || method !== "GET") {
            this.#owed.set(pathname, this.#askers);
        }
        return taken;
    }

    /** An answer to a question came: one that says what is not there is not owed any more. */
    given(pathname: string, { response, text, isTrue }: Heard): void {
        const owed = this.#owed.get(pathname);
        // Between two answers of 404, one that breaks off, is empty or an error is no other answer.
        if (owed !== undefined && isTrue && (response.status === 404 || isAnswer(response, text))) {
            this.#owed[owed > 1 ? "set" : "delete"](pathname, owed - 1);
        }
    }

    #next(method: string, pathname: string, mayBeAbsent: boolean): Rewriting | null {
        for (const entry of this.#script) {
            const match: { readonly method?: string; readonly path?: string | RegExp } =
                ENDPOINTS[entry.trouble.to];
            const { path = /^/, method: wanted = method } = match;
            const matches =
                typeof path === "string" ? pathname.endsWith(path.replace(/^\*/, "")) : path.test(pathname);
            const isFalse = entry.edit === "404";
            const isRight = !isFalse || (method === "GET" && mayBeAbsent);
            if (entry.left <= 0 || wanted !== method || !matches || !isRight) {
                continue;
            }
            if (entry.skip > 0) {
                entry.skip -= 1;
                continue;
            }
            entry.left -= 1;
            return entry.edit;
        }
        return null;
    }
}

/** Reads an answer, and rewrites it where that is called for. */
export async function hear(response: FetchResponse, edit: Rewriting | null): Promise<Heard> {
    const text = await response.text().catch(() => null);
    if (edit === null || text === null || response.status !== 200) {
        return { response, text, isTrue: true };
    }
    const written = edit === "404" ? NOT_FOUND : rewrite(text, edit);
    const body = (async function* () {
        yield Buffer.from(written);
    })();
    const isTrue = edit !== "missing fields" && edit !== "{}" && edit !== "404";
    const status = edit === "404" ? 404 : response.status;
    return { response: { ...response, status, body, text: async () => written }, text: written, isTrue };
}

function rewrite(text: string, edit: Edit): string {
    if (edit === "{}") {
        return "{}";
    }
    return JSON.stringify(JSON.parse(text), (key, value: unknown) => rewritten(key, value, edit));
}

function isAnswer({ status }: FetchResponse, text: string | null): boolean {
    return status === 200 && text !== null && /^\{\s*"/.test(text);
}

/** What a careless server may leave out of an answer. */
const MISSED = new Set(["name", "cost", "destroyed_at", "droplet_ids", "size", "price_monthly"]);
const SURPLUS = { "x-new": [{ id: null }], constructor: 1, "": "", links: {} };

function rewritten(key: string, value: unknown, edit: Exclude<Edit, "{}">): unknown {
    switch (edit) {
        case "extra fields":
            return isRecord(value) ? { ...SURPLUS, ...value } : value;
        case "missing fields":
            return MISSED.has(key) ? undefined : value;
        case "blank messages":
            return key === "error_message" && !value ? " " : value;
        case "zero times":
            return key === "destroyed_at" && !value ? "0001-01-01T00:00:00Z" : value;
        case "nulls":
            return Array.isArray(value) && value.length === 0 ? null : value;
    }
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
