import { isExecutorTag } from "../ownership/tag-names.js";
import type { Predecessor } from "../stored/state.js";
import type { AssociatedResource, Droplet } from "../teardown/model.js";
import { findDroplet, read } from "../teardown/assess.js";
import { unlessForbidden } from "../teardown/errors.js";
import { dropletLabel, monthly } from "../teardown/format.js";
import { SNAPSHOTS } from "../teardown/findings.js";
import type { DropletApi } from "../teardown/ports.js";

/** A predecessor as just read. */
export interface Traced extends Predecessor {
    /** Null: it is gone. */
    readonly droplet: Droplet | null;
    /** Snapshots that it left, and which follow the policy; none if it is not gone, or somebody else's. */
    readonly snapshots: readonly AssociatedResource[];
    /** Snapshots that were taken of it after it was replaced, so that they stay. */
    readonly archives: readonly AssociatedResource[];
    /** The token cannot read snapshots, so nothing is known of them. */
    readonly unread: boolean;
}

/** Reads what has become of predecessors, and judges by its tag whether each is still ours. */
export function trace(
    predecessors: readonly Predecessor[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<Traced[]> {
    return Promise.all(predecessors.map((one) => traceOne(one, api, signal)));
}

/** Whether state has to remember it. One that still exists may be about to disappear. */
export function matters({ droplet, snapshots, unread }: Traced): boolean {
    return droplet !== null || unread || snapshots.length > 0;
}

/** As state holds it. */
export function untraced({ dropletId, replacedAt, released }: Traced): Predecessor {
    return { dropletId, replacedAt, released };
}

/** A Droplet without any executor's tag may be somebody else's. */
export function isTagged({ tags }: Droplet): boolean {
    return tags.some(isExecutorTag);
}

/** Why nothing happens to a predecessor that lives without its tag. */
export function releasedText({ id, name, monthlyPrice }: Droplet): string {
    return `${dropletLabel(id, name)}, ${monthly(monthlyPrice)}, of an earlier \`pulumi up\` no longer carries its tag: it is left alone, with all it has`;
}

async function traceOne(predecessor: Predecessor, api: DropletApi, signal: AbortSignal): Promise<Traced> {
    const nothing = { snapshots: [], archives: [], unread: false };
    const droplet = await findDroplet(predecessor.dropletId, api, signal);
    if (droplet !== null) {
        return { ...predecessor, ...nothing, droplet, released: !isTagged(droplet) };
    }
    if (predecessor.released) {
        return { ...predecessor, ...nothing, droplet };
    }
    const found = await unlessForbidden(read(SNAPSHOTS, predecessor.dropletId, api, signal));
    const [snapshots, archives]: [AssociatedResource[], AssociatedResource[]] = [[], []];
    for (const { createdAt, kind, id, name, monthlyCost } of found ?? []) {
        const isOlder = Date.parse(createdAt ?? "") <= Date.parse(predecessor.replacedAt);
        (isOlder ? snapshots : archives).push({ kind, id, name, monthlyCost });
    }
    return { ...predecessor, droplet, snapshots, archives, unread: found === null };
}
