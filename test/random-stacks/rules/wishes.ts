import { KINDS, type Kind, type Word } from "../../random-worlds/world.js";
import type { InState } from "../stack.js";
import { type Chronicle, RECORD, type Thing, type Wish } from "./chronicle.js";

const PROPERTY = {
    reserved_ip: "reservedIps",
    snapshot: "snapshots",
    volume: "volumes",
    volume_snapshot: "volumeSnapshots",
} as const satisfies Record<Kind, string>;

export const isKind = (kind: string): kind is Kind => KINDS.some((one) => one === kind);

const FINAL = /-final-(?:[0-9a-f]{16}|\d+)$/;

/** Whether a destroy has taken it before it destroyed anything. */
export function isFinal({ kind, name }: Thing): boolean {
    return kind === "snapshot" && FINAL.test(name);
}

/** Whether every program that may be in force wants a snapshot of a Droplet before that is destroyed. */
export function mustSave(dropletId: number, chronicle: Chronicle): boolean {
    const wishes = wishesFor(dropletId, chronicle);
    return wishes.length > 0 && wishes.every(({ finalSnapshot }) => finalSnapshot);
}

/** What programs that may be in force wish for a Droplet. */
function wishesFor(dropletId: number, chronicle: Chronicle): Wish[] {
    return [...chronicle.executorsFor(dropletId)].flatMap((name) => chronicle.wishes.get(name) ?? []);
}

/** Whether a stack has it as a resource of its own. */
export function isManaged({ id, name }: Thing, { managed, listed }: Chronicle): boolean {
    return managed.has(id) || managed.has(name) || listed.has(id);
}

/**
 * What is wished for a thing, by one program.
 * @param isUntold whether a teardown cannot know that the stack manages it
 */
function wordFor(
    thing: Thing,
    wish: Wish,
    chronicle: Chronicle,
    isUntold: (managed: Thing) => boolean = () => false,
): Word {
    if (isFinal(thing) || (isManaged(thing, chronicle) && !isUntold(thing))) {
        return "keep";
    }
    if (wish.keep.some((entry) => matches(entry, thing))) {
        return "keep";
    }
    const policy = typeof wish.policy === "string" ? { default: wish.policy } : wish.policy;
    const owner = thing.volumeId === null ? undefined : chronicle.things.get(thing.volumeId);
    if (owner !== undefined && policy.volumeSnapshots === undefined) {
        const ownersWord = wordFor(owner, wish, chronicle, isUntold);
        if (ownersWord === "keep") {
            return "keep";
        }
    }
    return policy[PROPERTY[thing.kind]] ?? policy.default;
}

/** Whether any program that may be in force wants it destroyed. */
export function mayGo(thing: Thing, chronicle: Chronicle, isUntold: (managed: Thing) => boolean): boolean {
    const wishes = [...thing.on].flatMap((dropletId) => wishesFor(dropletId, chronicle));
    return wishes.some((wish) => wordFor(thing, wish, chronicle, isUntold) === "destroy");
}

/** Whether every program that may be in force wants it destroyed. */
export function mustGo(thing: Thing, chronicle: Chronicle, dropletId: number): boolean {
    const wishes = wishesFor(dropletId, chronicle);
    const isOwned = [thing.id, thing.name].some((one) => chronicle.owned.has(one));
    const isWished =
        wishes.length > 0 && wishes.every((wish) => wordFor(thing, wish, chronicle) === "destroy");
    return isWished && !isOwned;
}

/** Patterns of keep-lists in lives have a star at their end, or none. */
function matches(entry: string, { id, name }: Thing): boolean {
    return entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : entry === name || entry === id;
}

/** As a record has it in its outputs. */
interface Predecessor {
    readonly dropletId: number;
    readonly replacedAt: string;
}

/** A date has whole seconds, and what is there is seen with the next request. */
const MARGIN_MS = 2_000;

/** Whether somebody has saved a replaced Droplet that was still there. */
export function isArchive(
    { kind, on, sinceMs }: Thing,
    state: readonly InState[],
    how: "surely" | "perhaps",
): boolean {
    const predecessors = state.flatMap(({ type, outputs }) =>
        type === RECORD ? ((outputs.predecessors ?? []) as Predecessor[]) : [],
    );
    const marginMs = how === "surely" ? MARGIN_MS : -MARGIN_MS;
    return predecessors.some(
        ({ dropletId, replacedAt }) =>
            kind === "snapshot" && on.has(dropletId) && sinceMs > Date.parse(replacedAt) + marginMs,
    );
}
