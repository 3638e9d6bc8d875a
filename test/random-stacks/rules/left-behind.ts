import { Violation } from "../../random-worlds/violation.js";
import { RECORD } from "./chronicle.js";
import type { RunEvent } from "./event.js";

/** What an `up` says of a replaced Droplet: what else it has is not deleted with it. */
const LEFT_BEHIND = /^droplet (\d+) is replaced, and what else it has is not deleted with it: (.*)$/gm;

/** What a replacement left behind is told by the destroy that deletes the record of it. */
export function checkLeftBehind(event: RunEvent): void {
    const { run, ran, before, after, chronicle, simulator } = event;
    // What a killed `up` said is in no state, if it did not come to its end; whoever read it knows.
    const isStored = run.run === "up" && ran.ended !== "killed";
    for (const [, dropletId, what = ""] of isStored ? ran.text.matchAll(LEFT_BEHIND) : []) {
        chronicle.leftBehind.set(what, Number(dropletId));
    }
    const known = simulator.state().volumes;
    for (const what of run.run === "destroy" ? chronicle.leftBehind.keys() : []) {
        if (known.every(({ id }) => !what.includes(id) || ran.text.includes(id))) {
            chronicle.leftBehind.delete(what);
        }
    }
    // A record that leaves the program, or is replaced, says what nobody knows after it.
    const isKnown = (state: RunEvent["before"], id: string): boolean =>
        state.some(({ outputs }) => JSON.stringify(outputs.leftBehind ?? []).includes(id));
    const told = /^left by droplets that were replaced:[^]*/m.exec(ran.text)?.[0] ?? "";
    for (const what of chronicle.leftBehind.keys()) {
        const ids = known.flatMap(({ id }) => (what.includes(id) ? [id] : []));
        if (ids.every((id) => isKnown(before, id) && !isKnown(after, id) && told.includes(id))) {
            chronicle.leftBehind.delete(what);
        }
    }
    const records = (state: RunEvent["before"]): number => state.filter(({ type }) => type === RECORD).length;
    if (records(after) > 0 || records(before) === 0) {
        return;
    }
    const isKilled = run.mishaps?.some(({ mishap }) => mishap === "plugins killed") === true;
    // Of a record that its program retains, nobody asks for the delete.
    const isAsked = ran.ended !== "killed" && !isKilled && chronicle.retained.size === 0;
    if (run.run === "destroy" && isAsked) {
        const isInState = (id: string): boolean => before.some((one) => one.id === id);
        const untold = known.filter(
            ({ id, dropletId }) => dropletId === null && !ran.text.includes(id) && !isInState(id),
        );
        for (const [what, dropletId] of chronicle.leftBehind) {
            const volume = untold.find(({ id }) => what.includes(id));
            if (volume !== undefined) {
                const text = `volume ${volume.name} of replaced droplet ${dropletId}: ${ran.text}`;
                throw new Violation("what a replacement left behind is told by the destroy", text);
            }
        }
    }
    // A run that was killed may have deleted the record that knew it, and said nothing; the `up` has named it.
    chronicle.leftBehind.clear();
}
