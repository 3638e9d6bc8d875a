import type { Watcher } from "./history.js";

/** Records of one kind in the order they were made; reads are always on behalf of a team. */
export class Table<Id extends string | number, Row extends { readonly id: Id; readonly team: string }> {
    readonly #rows = new Map<Id, Row>();
    readonly #watcher: Watcher<Row> | undefined;

    constructor(watcher?: Watcher<Row>) {
        this.#watcher = watcher;
    }

    add(row: Row): Row {
        this.#rows.set(row.id, row);
        this.#watcher?.added(row);
        return row;
    }

    remove(id: Id): void {
        const row = this.#rows.get(id);
        if (row !== undefined) {
            this.#rows.delete(id);
            this.#watcher?.removed(row);
        }
    }

    /** Undefined also when it belongs to another team. */
    find(team: string, id: Id): Row | undefined {
        const row = this.#rows.get(id);
        return row?.team === team ? row : undefined;
    }

    list(team: string): Row[] {
        return this.all().filter((row) => row.team === team);
    }

    /** Whoever it belongs to. */
    get(id: Id): Row | undefined {
        return this.#rows.get(id);
    }

    all(): Row[] {
        return [...this.#rows.values()];
    }
}
