import { Violation } from "../../random-worlds/violation.js";
import { DROPLET, EXECUTOR, OURS, RECORD } from "./chronicle.js";
import type { RunEvent } from "./event.js";

/** An `up` of the same program has nothing to do for us; the official provider may mend what somebody has changed. */
export function checkQuiet({ ran, requests, before, chronicle, simulator }: RunEvent): void {
    // A limit (docs/guide.md): one that has left our care by an update that failed is destroyed, and the state has it.
    const alive = new Set(simulator.state().droplets.map(({ id }) => id));
    const isDestroyed = (id: number): boolean => chronicle.unsure.has(id) && !alive.has(id);
    if (before.some(({ type, id }) => type === DROPLET && isDestroyed(Number(id)))) {
        return;
    }
    // What a killed `up` still asks for may put a tag on before the next one reads it, which forgets that tag: the
    // official provider then fails to take it off, and knows it from a refresh on.
    if (chronicle.isCutShort && ran.text.includes("Error updating tags: DELETE : 404")) {
        return;
    }
    const changes = requests.filter(
        ({ method, userAgent }) => method !== "GET" && userAgent.startsWith(OURS),
    );
    const sent = changes.map(({ method, path }) => `${method} ${path}`).join(", ");
    if (ran.ended !== "well" || changes.length > 0) {
        throw new Violation("an up without a change changes nothing", `${ran.ended} ${sent} ${ran.text}`);
    }
    const made = ran.calls.find(
        ({ method, urn }) =>
            ["create", "update", "delete"].includes(method) &&
            (urn.includes(`${EXECUTOR}::`) || urn.includes(`${RECORD}::`)),
    );
    if (made !== undefined) {
        throw new Violation("an up without a change changes nothing", `${made.method} of ${made.urn}`);
    }
}
