import { ungrouped } from "../../../provider/stored/inputs.js";
import { Violation } from "../../random-worlds/violation.js";
import { type Chronicle, EXECUTOR, RECORD, type Thing } from "./chronicle.js";
import { isWhole, type RunEvent } from "./event.js";
import { unusedExpiryTags } from "./expiry.js";
import { isArchive, isManaged, mustGo } from "./wishes.js";

const OWN_TEAM = "default";

function isNamedAfter(name: string, tags: ReadonlySet<string>): boolean {
    return [...tags].some((tag) => name.startsWith(tag));
}

/** A copy carries the tag for people as long as it lives, whatever becomes of the stack. */
function isCopied({ names }: Chronicle): boolean {
    return [...names.values()].some((name) => name.startsWith("copy-"));
}

/** A destroy of the whole stack that succeeds leaves nothing that is to go, and names what it leaves. */
export class Leftovers {
    /** Droplets that were ours when it began, with what they had. */
    readonly #ours: ReadonlyMap<number, readonly Thing[]>;

    /** @param event as far as it is known when the run begins */
    constructor({ chronicle, simulator }: Pick<RunEvent, "chronicle" | "simulator">) {
        const { droplets, tags } = simulator.state();
        const isThere = new Set(tags.map(({ name }) => name));
        const ours = droplets.filter(({ id, tags: own, name }) => {
            const known = chronicle.tags.get(id) ?? new Set();
            // One that another team's token has made is out of reach, and nobody could tell (docs/guide.md).
            if (chronicle.outOfReach.has(id)) {
                return false;
            }
            // One whose teardown somebody has taken out of the state is nobody's; its report names it.
            const isIts = (tag: string): boolean =>
                known.has(tag) && isThere.has(tag) && !chronicle.abandoned.has(tag);
            return own.some(isIts) && !name.startsWith("copy-");
        });
        this.#ours = new Map(
            ours.map(({ id, associated }) => [
                id,
                associated.flatMap((one) => chronicle.things.get(one) ?? []),
            ]),
        );
    }

    check(event: RunEvent): void {
        this.#checkTold(event);
        const { run, ran, after, chronicle } = event;
        if (run.run !== "destroy" || ran.ended !== "well" || !isWhole(event)) {
            return;
        }
        const left = [...this.#ours.keys()].filter((id) => !isRetained(id, chronicle));
        const [first] = [
            ...left.flatMap((id) => this.#findLeft(id, event)),
            ...(chronicle.retained.size > 0 ? [] : [...leftTags(event), ...unusedExpiryTags(event)]),
            ...after.map(({ urn }) => `in state: ${urn}`),
        ];
        if (first !== undefined) {
            throw new Violation("a destroy that succeeds leaves nothing that is to go", first);
        }
    }

    /** What is left of a Droplet that we have destroyed is in the report, whatever its policy says. */
    #checkTold(event: RunEvent): void {
        const { run, ran, before, chronicle, simulator } = event;
        // Killed plugins say nothing, and what somebody takes away meanwhile may never have been seen.
        const isCutShort = run.mishaps?.some(
            ({ mishap }) => mishap === "plugins killed" || mishap === "panel",
        );
        if (isCutShort === true || (ran.ended !== "well" && ran.ended !== "badly")) {
            return;
        }
        // What the stack has, or attaches, as a resource may be detached before we look; the state names it.
        const isOurs = (thing: Thing): boolean =>
            !isManaged(thing, chronicle) &&
            !before.some(({ id, inputs }) =>
                [id, inputs.volumeId, inputs.ipAddress].some((one) => one === thing.id || one === thing.name),
            );
        const alive = livingThings(simulator);
        for (const [id, things] of this.#ours) {
            const untold = things.find(
                (thing) => alive.has(thing.id) && !isTold(thing, ran.text) && isOurs(thing),
            );
            // Of a destroy that an earlier run has begun, and that goes on by itself, this run need not know.
            if (isByUs(id, event) && !event.going.has(id) && untold !== undefined) {
                const what = `${untold.kind} ${untold.name} of droplet ${id}`;
                throw new Violation("what is left of a droplet is in its report", `${what}: ${ran.text}`);
            }
        }
    }

    #findLeft(id: number, event: RunEvent): string[] {
        const { run, ran, before, chronicle, simulator } = event;
        const { droplets, volumes, reservedIps } = simulator.state();
        // One that an `up` with another team's token has made is out of reach, and that `up` names it.
        const isOurs = ({ team }: { readonly team: string }): boolean =>
            !chronicle.told.includes(`droplet ${id} is not recorded: the token belongs to another team`) &&
            (team === (run.otherTeam === true ? "other" : OWN_TEAM) || !chronicle.told.includes(String(id)));
        const lives = droplets.some((droplet) => droplet.id === id && isOurs(droplet))
            ? [`droplet ${id}`]
            : [];
        if (!isByUs(id, event)) {
            // What a Droplet leaves that somebody else deleted is reported, and left alone.
            return lives;
        }
        const alive = livingThings(simulator);
        // The stack has detached it itself, by an attachment that is a resource: then it is named and left in place.
        const detached = [
            ...volumes.filter(({ dropletId }) => dropletId === null).map((volume) => volume.id),
            ...reservedIps.filter(({ dropletId }) => dropletId === null).map((ip) => ip.associatedId),
        ];
        const isByPerson = run.mishaps?.some(
            (one) => one.mishap === "panel" && one.action.panel === "detach",
        );
        const isDetached = (thing: Thing): boolean =>
            detached.includes(thing.volumeId ?? thing.id) && (isTold(thing, ran.text) || isByPerson === true);
        // What somebody has given to a Droplet that was going already, no list has shown; the report says which kinds.
        const isUnread = event.going.has(id) && ran.text.includes("could not be read: ");
        // What a replaced one has stays and is named, where no record says that its snapshots follow the policy.
        const isAlone = chronicle.alone.has(id) && !before.some(({ type }) => type === RECORD);
        const remaining = (this.#ours.get(id) ?? []).filter(
            (thing) =>
                alive.has(thing.id) &&
                mustGo(thing, chronicle, id) &&
                !isDetached(thing) &&
                !(isUnread && thing.kind !== "snapshot") &&
                !(isAlone && isTold(thing, ran.text)) &&
                !isArchive(thing, before, "perhaps"),
        );
        return [...lives, ...remaining.map(({ kind, name }) => `${kind} ${name}`)];
    }
}

function isRetained(id: number, chronicle: Chronicle): boolean {
    return [...chronicle.executorsFor(id)].some((name) => chronicle.retained.has(name));
}

function isByUs(id: number, { destroyed }: RunEvent): boolean {
    return destroyed.some((one) => one.kind === "droplet" && one.id === String(id));
}

function isTold({ id, name }: Thing, text: string): boolean {
    return text.includes(id) || text.includes(name);
}

/** Ids of the associated list. */
function livingThings(simulator: RunEvent["simulator"]): Set<string> {
    const { volumes, reservedIps, snapshots } = simulator.state();
    return new Set([
        ...volumes.map(({ id }) => id),
        ...reservedIps.map(({ associatedId }) => associatedId),
        ...snapshots.map(({ id }) => id),
    ]);
}

/** Our tags that nothing carries any more. */
function leftTags({ run, before, chronicle, simulator }: RunEvent): string[] {
    const executors = before.filter(({ type }) => type === EXECUTOR);
    // Without a teardown in the state, there is nobody who would delete them.
    if (executors.length === 0) {
        return [];
    }
    const isPlain = run.troubles === undefined && chronicle.abandoned.size === 0 && !isCopied(chronicle);
    // The name of a stack before it was renamed goes with the next `up`, if that is not cut short.
    const readable = new Set(isPlain ? executors.map(({ inputs }) => ungrouped(inputs).stackTag) : []);
    return (
        simulator
            .state()
            .tags.filter(({ droplets, team }) => team === OWN_TEAM && droplets === 0)
            .map(({ name }) => name)
            // The official provider has made it here too, and its executor looks in the team that made that.
            .filter((name) => !chronicle.otherTeams.has(name))
            .filter((name) =>
                name.startsWith("teardown-")
                    ? isNamedAfter(name, chronicle.stored) &&
                      !isNamedAfter(name, chronicle.abandoned) &&
                      !isToldToStay(name, chronicle) &&
                      !isUnasked(name, chronicle)
                    : readable.has(name) && !isToldToCarry(name, chronicle) && !isToldToStay(name, chronicle),
            )
    );
}

/**
 * An `up` that was cut short has marked the recorded Droplet as replaced, or has remembered another one that is named as
 * nobody's since, and stored nothing. A destroy does not ask for such tags where the record has told it all: it would be
 * a request of every destroy.
 */
function isUnasked(name: string, { told, unasked }: Chronicle): boolean {
    const [, id] = /^teardown-[0-9a-f]{16}:(\d+)$/.exec(name) ?? [];
    return id === undefined
        ? unasked.has(name)
        : new RegExp(String.raw`\(${id}\), [^\n]* carries the tag \S+ and that of no teardown`).test(told);
}

/** Of a stack's tag: somebody was told of a Droplet with it that no teardown destroys, and may have destroyed it since. */
function isToldToCarry(name: string, { told }: Chronicle): boolean {
    return told.includes(`carries the tag ${name} and that of no teardown`);
}

function isToldToStay(name: string, { told }: Chronicle): boolean {
    const [executorTag = ""] = name.split(":");
    return (
        told.includes(`tags that begin with ${executorTag} stay`) ||
        told.includes(`stay in the account, and so may ${name}`)
    );
}
