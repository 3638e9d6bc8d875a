import { ungrouped } from "../../../provider/stored/inputs.js";
import { Violation } from "../../random-worlds/violation.js";
import type { InState } from "../stack.js";
import { DROPLET, EXECUTOR_TAG } from "./chronicle.js";
import type { RunEvent } from "./event.js";

/** No Droplet of ours lives that no state names, unless somebody was told of it. */
export function checkForgotten({ after, elsewhere, chronicle, simulator }: RunEvent): void {
    const named = namedBy([...after, ...elsewhere]);
    for (const { id, name, tags } of simulator.state().droplets) {
        const executors = chronicle.executorsFor(id);
        const isOurs = (chronicle.tags.get(id)?.size ?? 0) > 0 && !name.startsWith("copy-");
        const isRetained = [...executors].some((one) => chronicle.retained.has(one));
        const isNamed = named.ids.has(id) || tags.some((tag) => named.tags.has(tag));
        // One that is handed back is the official provider's: a refresh with another team's token drops it as any other.
        const isHandedBack = [...executors].some((one) => chronicle.handedBack.has(one));
        const isOfficial = chronicle.takenOut.has(id) || !tags.some((tag) => EXECUTOR_TAG.test(tag));
        const isFreed = chronicle.freed.has(id) || (isHandedBack && isOfficial);
        // A limit (docs/guide.md): an `up` that has left out teardown and record compares no teams.
        const isKnown = isFreed || chronicle.outOfReach.has(id) || chronicle.told.includes(String(id));
        if (isOurs && !isRetained && !isNamed && !isKnown) {
            throw new Violation("no droplet is forgotten", `${name} (${id}) lives, and no state names it`);
        }
    }
}

interface Named {
    readonly ids: ReadonlySet<number>;
    readonly tags: ReadonlySet<string>;
}

/** Droplets and executors' tags that states name. */
function namedBy(state: readonly InState[]): Named {
    const ids = state.flatMap(({ type, id, outputs: { dropletId, predecessors } }) => [
        ...(type === DROPLET ? [id] : []),
        dropletId,
        ...((predecessors ?? []) as { readonly dropletId: number }[]).map((one) => one.dropletId),
    ]);
    // By its own tag an executor finds a Droplet; one that has lost it is named by that for people when the last one goes.
    const tags = state.flatMap(({ outputs }) => {
        const { tag, stackTag } = ungrouped(outputs);
        return [tag, stackTag].filter((one) => typeof one === "string");
    });
    return { ids: new Set(ids.map(Number)), tags: new Set(tags) };
}
