import type { FetchResponse, Simulator } from "../../simulator/index.js";
import { CALM, ENDPOINTS, type Edit, type Habits, type Trouble } from "./world.js";

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
    const isTrue = edit !== "missing fields" && edit !== "{}" && edit !== "404";
    const status = edit === "404" ? 404 : response.status;
    return { response: withText({ ...response, status }, written), text: written, isTrue };
}

function withText(response: FetchResponse, text: string): FetchResponse {
    const body = (async function* () {
        yield Buffer.from(text);
    })();
    return { ...response, body, text: async () => text };
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

/** Writes every answer as DigitalOcean does in this world: it says the same. */
export class Scribe {
    readonly #habits: Habits;
    readonly #isUsual: boolean;
    #statuses = 0;

    constructor(habits: Habits) {
        this.#habits = habits;
        this.#isUsual = JSON.stringify(habits) === JSON.stringify(CALM.habits);
    }

    write(method: string, pathname: string, heard: Heard): Heard {
        return this.#isUsual ? heard : this.#written(method, pathname, heard);
    }

    #written(method: string, pathname: string, { response, text, isTrue }: Heard): Heard {
        const isRemoval = method === "DELETE" && REMOVAL.test(pathname) && response.status === 204;
        const headers = { get: (name: string) => this.#header(name, response.headers.get(name)) };
        const status = isRemoval ? this.#habits.removal : response.status;
        const plain = { ...response, status, headers };
        if (text === null || text === "") {
            return { response: plain, text, isTrue };
        }
        const written = this.#body(text, pathname.endsWith("/status"));
        return { response: withText(plain, written), text: written, isTrue };
    }

    #header(name: string, value: string | null): string | null {
        const { rateHeaders, dates } = this.#habits;
        if (!rateHeaders && RATE_HEADER.test(name)) {
            return null;
        }
        return name.toLowerCase() === "date" && value !== null ? writtenHeader(value, dates) : value;
    }

    #body(text: string, isStatus: boolean): string {
        const { dates, order } = this.#habits;
        const dated = dates === "usual" ? text : text.replaceAll(DATE, (date) => writtenDate(date, dates));
        if (!isStatus || order === "kept" || !isJson(dated)) {
            return dated;
        }
        this.#statuses += 1;
        return JSON.stringify(JSON.parse(dated), (_key, value: unknown) =>
            Array.isArray(value) ? turned(value, this.#statuses) : value,
        );
    }
}

/** The first ones come last. */
function turned<T>(list: readonly T[], times: number): readonly T[] {
    const from = times % Math.max(list.length, 1);
    return [...list.slice(from), ...list.slice(0, from)];
}

/** Of one resource, or of a Droplet alone. */
const REMOVAL = /^\/v2\/(?:volumes|snapshots|reserved_ips|droplets)\/[^/]+$/;
const RATE_HEADER = /^(?:ratelimit-.*|retry-after)$/i;
const DATE = /(?<=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=")/g;
const INDIA_MS = 19_800_000;

function isJson(text: string): boolean {
    try {
        return JSON.parse(text) !== undefined;
    } catch {
        return false;
    }
}

/** The same moment. */
function writtenDate(date: string, form: Exclude<Habits["dates"], "usual">): string {
    const plain = date.replace("Z", "");
    switch (form) {
        case "offset":
            return new Date(Date.parse(date) + INDIA_MS).toISOString().replace(".000Z", "+05:30");
        case "fraction":
            return `${plain}.000000Z`;
        case "no zone":
            return plain;
        case "space":
            return plain.replace("T", " ");
    }
}

/** A header's date in one of the older forms of RFC 9110, of which the oldest names no zone. */
function writtenHeader(date: string, form: Habits["dates"]): string {
    const [, day = "", month = "", year = "", time = ""] =
        /^\w+, (\d+) (\w+) (\d+) (\S+) GMT$/.exec(date) ?? [];
    const weekday = date.slice(0, 3);
    switch (form) {
        case "usual":
        case "fraction":
            return date;
        case "offset":
            return `${WEEKDAYS[weekday] ?? ""}, ${day}-${month}-${year.slice(-2)} ${time} GMT`;
        case "no zone":
        case "space":
            return `${weekday} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
    }
}

const WEEKDAYS: Readonly<Record<string, string>> = {
    Sun: "Sunday",
    Mon: "Monday",
    Tue: "Tuesday",
    Wed: "Wednesday",
    Thu: "Thursday",
    Fri: "Friday",
    Sat: "Saturday",
};
