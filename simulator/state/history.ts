import type { Agenda } from "./agenda.js";

export type HistoryKind =
    "droplet" | "volume" | "reserved_ip" | "reserved_ipv6" | "snapshot" | "volume_snapshot" | "backup";

/** A resource that exists or existed. */
export interface HistoryEntry {
    readonly kind: HistoryKind;
    /** As in the associated list: for a reserved IP its numeric id, not its address. */
    readonly id: string;
    /** The current or last name; for a reserved IP its address. */
    readonly name: string;
    readonly team: string;
    /** Null while it exists. */
    readonly destroyedAtMs: number | null;
    /** The user agent whose request destroyed it, or "panel"; null while it exists. */
    readonly by: string | null;
}

type Identity = Pick<HistoryEntry, "kind" | "id" | "name" | "team">;
type End = Pick<HistoryEntry, "destroyedAtMs" | "by">;

/** Observes the rows of a table. */
export interface Watcher<Row> {
    added(row: Row): void;
    removed(row: Row): void;
}

const LIVES: End = { destroyedAtMs: null, by: null };

/** Everything that existed and how it ended: the ground truth for reports. It forgets nothing. */
export class History {
    readonly #agenda: Agenda;
    readonly #entries = new Map<object, { readonly identify: () => Identity; end: End }>();

    constructor(agenda: Agenda) {
        this.#agenda = agenda;
    }

    watch<Row extends object>(identify: (row: Row) => Identity): Watcher<Row> {
        return {
            added: (row) => {
                this.#entries.set(row, { identify: () => identify(row), end: LIVES });
            },
            removed: (row) => {
                const end = { destroyedAtMs: this.#agenda.now(), by: this.#agenda.by() };
                this.#entries.set(row, { identify: () => identify(row), end });
            },
        };
    }

    /** In order of creation. */
    list(): HistoryEntry[] {
        return [...this.#entries.values()].map(({ identify, end }) => ({ ...identify(), ...end }));
    }
}

/** A logged request; the log is in the order in which the server handled them. */
export interface LoggedRequest {
    readonly method: string;
    /** With its query. */
    readonly path: string;
    /** Status of the answer; 0 for a broken connection. */
    readonly status: number;
    readonly userAgent: string;
    /** Milliseconds since the Unix epoch. */
    readonly atMs: number;
    /** As sent; "" for none. */
    readonly body: string;
}

/** A long-running simulator keeps only this many requests. */
const KEPT = 100_000;

export class RequestLog {
    #entries: LoggedRequest[] = [];

    add(entry: LoggedRequest): void {
        this.#entries.push(entry);
        if (this.#entries.length > 2 * KEPT) {
            this.#entries = this.#entries.slice(-KEPT);
        }
    }

    list(): readonly LoggedRequest[] {
        return this.#entries;
    }

    clear(): void {
        this.#entries = [];
    }
}
