import { RefusedError, TeardownError } from "../provider/teardown/errors.js";
import type { Droplet } from "../provider/teardown/model.js";
import { columns, printable } from "../provider/teardown/format.js";

/** The command line is invalid. */
export class UsageError extends TeardownError {}

/** No token is set. */
export class NoTokenError extends TeardownError {}

/** A name that several Droplets have. */
export class AmbiguousNameError extends RefusedError {
    constructor(name: string, matches: readonly Droplet[]) {
        const rows = matches.map((droplet) => [
            String(droplet.id),
            printable(droplet.name),
            droplet.tags.map(printable).join(", "),
        ]);
        const head = `${matches.length} droplets are named ${printable(name)}; give the id of the one you mean`;
        super([head, ...columns(rows)].join("\n"));
    }
}
