import { Violation } from "../../search/violation.js";
import type { Chronicle, Thing } from "./chronicle.js";
import { isWhole, type RunEvent } from "./event.js";
import { mustGo } from "./wishes.js";

function isOf(name: string, tags: ReadonlySet<string>): boolean {
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
            return own.some((tag) => known.has(tag) && isThere.has(tag)) && !name.startsWith("copy-");
        });
        this.#ours = new Map(
            ours.map(({ id, associated }) => [
                id,
                associated.flatMap((one) => chronicle.things.get(one) ?? []),
            ]),
        );
    }

    check(event: RunEvent): void {
        const { run, ran, after, chronicle, simulator } = event;
        if (run.run !== "destroy" || ran.ended !== "well" || !isWhole(event)) {
            return;
        }
        const { droplets, volumes, reservedIps, snapshots, tags } = simulator.state();
        const alive = new Set([
            ...volumes.map(({ id }) => id),
            ...reservedIps.map(({ associatedId }) => associatedId),
            ...snapshots.map(({ id }) => id),
        ]);
        const isRetained = (id: number): boolean =>
            [...chronicle.executorsOf(id)].some((name) => chronicle.retained.has(name));
        const left = [...this.#ours].flatMap(([id, things]) => {
            if (isRetained(id)) {
                return [];
            }
            const lives = droplets.some((droplet) => droplet.id === id) ? [`droplet ${id}`] : [];
            // What a Droplet leaves that somebody else deleted is reported, and left alone.
            const isByUs = event.destroyed.some((one) => one.kind === "droplet" && one.id === String(id));
            const remaining = things.filter(
                (thing) => isByUs && alive.has(thing.id) && mustGo(thing, chronicle, id),
            );
            return [...lives, ...remaining.map(({ kind, name }) => `${kind} ${name}`)];
        });
        // One for people may be on what is not ours any more.
        const ownTags = tags
            .filter(({ name, droplets: carriers }) => name.startsWith("teardown") && carriers === 0)
            .map(({ name }) => name)
            .filter((name) =>
                name.startsWith("teardown-")
                    ? isOf(name, chronicle.stored) && !isOf(name, chronicle.abandoned)
                    : run.troubles === undefined && chronicle.abandoned.size === 0 && !isCopied(chronicle),
            );
        const inState = after.map(({ urn }) => `in state: ${urn}`);
        const [first] = [...left, ...(this.#hasRetained(chronicle) ? [] : ownTags), ...inState];
        if (first !== undefined) {
            throw new Violation("a destroy that succeeds leaves nothing that is to go", first);
        }
    }

    #hasRetained({ retained }: RunEvent["chronicle"]): boolean {
        return retained.size > 0;
    }
}
