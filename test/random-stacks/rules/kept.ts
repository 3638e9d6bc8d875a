import type { HistoryEntry } from "../../../simulator/index.js";
import { isOfAll } from "../life.js";
import { Violation } from "../../random-worlds/violation.js";
import type { InState } from "../stack.js";
import { parseName } from "../urn.js";
import { ungrouped } from "../../../provider/stored/inputs.js";
import { type Chronicle, DROPLET, EXECUTOR, RECORD, type Thing } from "./chronicle.js";
import type { RunEvent } from "./event.js";
import { isArchive, isKind, mayGo } from "./wishes.js";

/** Nothing is destroyed by us that is to stay. */
export function checkKept(event: RunEvent): void {
    for (const entry of event.destroyed) {
        const reason =
            entry.kind === "droplet" ? objectionToDroplet(entry, event) : objectionToThing(entry, event);
        if (reason !== null) {
            throw new Violation("only what may go is destroyed", `${entry.kind} ${entry.name}: ${reason}`);
        }
    }
}

function objectionToDroplet(
    { id }: HistoryEntry,
    { run, program, before, after, going, chronicle }: RunEvent,
): string | null {
    const dropletId = Number(id);
    const executors = chronicle.executorsFor(dropletId);
    if (executors.size === 0) {
        return "it was never ours";
    }
    const isCopy = chronicle.names.get(dropletId)?.startsWith("copy-") === true;
    if (isCopy && before.some((one) => isRecordOfAnother(one, dropletId, chronicle))) {
        return "it is a copy of what a record has";
    }
    const isTakenOut = chronicle.takenOut.has(dropletId) && chronicle.recorded.has(dropletId);
    if (isTakenOut && !chronicle.marked.has(dropletId) && !going.has(dropletId)) {
        return "somebody has taken it out of the state";
    }
    if (run.run !== "up" || going.has(dropletId)) {
        return null;
    }
    // A limit (docs/guide.md, and decision 19): the engine deletes the teardown of one that has left its care, and the
    // Droplet, which would lose the tag, is left out or its update has failed; so it is destroyed.
    const isCovered = program.droplets.some(({ name, kind }) => executors.has(name) && kind !== "official");
    if (!isCovered && (!isOfAll(run) || chronicle.unsure.has(dropletId))) {
        return null;
    }
    const bare = program.bare.find((one) => one.dropletId === dropletId);
    if (bare !== undefined) {
        return `the program still has its teardown ${bare.name}`;
    }
    // A `DropletTeardown` takes its Droplet when it leaves the program (docs/guide.md), also one that the same stack has
    // imported as an official resource: nothing tells a provider of that.
    const isById = before.some(({ type, inputs }) => type === EXECUTOR && inputs.dropletId === dropletId);
    if (isById && !isCovered) {
        return null;
    }
    // One that leaves the program, its teardown first: the official provider then fails, or is not asked any more.
    const isLeaving = (urn: string): boolean =>
        isOfAll(run) &&
        !program.droplets.some(({ name, formerly }) => [name, formerly].includes(parseName(urn)));
    const named = after.find(
        (one) => one.type === DROPLET && !one.delete && one.id === id && !isLeaving(one.urn),
    );
    return named === undefined ? null : `the state still has it as ${named.urn}`;
}

/** Whether it is the record of another Droplet that has, or had, the same teardown. */
function isRecordOfAnother({ type, inputs }: InState, dropletId: number, { tags }: Chronicle): boolean {
    return (
        type === RECORD &&
        inputs.dropletId !== dropletId &&
        tags.get(dropletId)?.has(String(inputs.tag)) === true
    );
}

function objectionToThing({ kind, id }: HistoryEntry, event: RunEvent): string | null {
    const { run, chronicle } = event;
    const thing = chronicle.things.get(id);
    if (!isKind(kind) || thing === undefined) {
        return "nobody knows it";
    }
    if (!mayGo(thing, chronicle, (one) => isUntold(one, event))) {
        return "it is to be kept";
    }
    if (isArchive(thing, event.before, "surely")) {
        return "it was taken after its droplet was replaced";
    }
    const isGoing = [...thing.on].some((dropletId) => event.going.has(dropletId));
    return run.run === "up" && !isGoing && !mayLeave(thing, event)
        ? "what it belongs to is only replaced"
        : null;
}

/** Limits (docs/guide.md): what the stack manages, and the teardown that takes it was not told of. */
function isUntold({ id, on }: Thing, { before, elsewhere, chronicle }: RunEvent): boolean {
    // One by id knows what its `keep` says.
    const isById = before.some(({ type, inputs }) => type === EXECUTOR && on.has(Number(inputs.dropletId)));
    // What an `up` with targets attaches, neither teardown nor record need know.
    const isPartly = !chronicle.managed.has(id) && [...on].some((one) => chronicle.partly.has(one));
    // One that has moved to another stack takes along what it knew.
    const isMoved = elsewhere.some(({ inputs }) => {
        const { managed } = ungrouped(inputs);
        return Array.isArray(managed) && managed.includes(id);
    });
    return isById || isPartly || isMoved;
}

/** Whether the teardown of something that it belongs to leaves the program, or has left it before. */
function mayLeave(thing: Thing, { program, before, chronicle }: RunEvent): boolean {
    const withTeardown = program.droplets.filter(({ kind }) => kind !== "official");
    const staying = new Set([...withTeardown, ...program.bare].map(({ name }) => name));
    // One by id may have got its present name by a `state rename`.
    const byId = before.filter(
        ({ type, inputs }) => type === EXECUTOR && thing.on.has(Number(inputs.dropletId)),
    );
    const known = [...thing.on].flatMap((dropletId) => [...chronicle.executorsFor(dropletId)]);
    const executors = [...known, ...byId.map(({ urn }) => parseName(urn))];
    const inState = new Set(before.map(({ urn }) => parseName(urn)));
    return executors.some((name) => !staying.has(name) && inState.has(name));
}
