import { Violation } from "../../random-worlds/violation.js";
import { EXECUTOR, RECORD } from "./chronicle.js";
import type { RunEvent } from "./event.js";
import { isFinal, mustSave } from "./wishes.js";

/** Where the program says so, a Droplet that leaves it is destroyed once a final snapshot of it exists. */
export function checkFinal(event: RunEvent): void {
    const { destroyed, going, chronicle } = event;
    for (const { kind, id, name } of destroyed) {
        const dropletId = Number(id);
        const isDue = kind === "droplet" && !going.has(dropletId) && mustSave(dropletId, chronicle);
        const isSaved = [...chronicle.things.values()].some(
            (thing) => isFinal(thing) && thing.on.has(dropletId),
        );
        if (isDue && !isSaved && !isReplaced(dropletId, event)) {
            throw new Violation("a final snapshot is taken before a droplet is destroyed", name);
        }
    }
}

/** One that is replaced goes without: in this run, or in one that was cut short. */
function isReplaced(dropletId: number, { run, program, before, requests, chronicle }: RunEvent): boolean {
    const executors = chronicle.executorsFor(dropletId);
    const tags = chronicle.tags.get(dropletId);
    const isPredecessor = before.some(
        ({ type, outputs }) =>
            type === RECORD &&
            (outputs.predecessors as readonly { readonly dropletId: number }[] | undefined)?.some(
                (one) => one.dropletId === dropletId,
            ),
    );
    const isPending = before.some(
        (one) => one.type === EXECUTOR && one.delete && tags?.has(String(one.inputs.tag)),
    );
    const names = [...program.droplets, ...program.bare].map(({ name }) => name);
    const former = program.droplets.map(({ formerly }) => formerly ?? "");
    const isInProgram = [...names, ...former].some((name) => executors.has(name));
    const isMarked = requests.some(
        ({ path, body }) => path === "/v2/tags" && body.includes(`:${dropletId}:alone"`),
    );
    return (
        isMarked ||
        chronicle.alone.has(dropletId) ||
        isPredecessor ||
        isPending ||
        (run.run === "up" && isInProgram)
    );
}
