import type { Clock } from "../polling/clock.js";
import type { DropletApi } from "../teardown/ports.js";
import type { Droplet } from "../teardown/resource.js";
import { hasTag } from "../teardown/tag-guard.js";
import type { Heard } from "./heard.js";
import type { OwnershipApi } from "./ports.js";
import { readMemory, type Memory } from "./tag-names.js";
import { carriesAnother, hasProgramName, type Candidate, type ProgramNames } from "./verdict.js";

/** How late a new Droplet, or its new tag, may appear in a list. */
const LIST_LAG_MS = 5_000;

export type FindingApi = OwnershipApi & Pick<DropletApi, "droplet">;

/** Droplets that may be an executor's. */
export interface Found {
    readonly candidates: readonly Candidate[];
    /** Whether one request read everything; then each Droplet is current. */
    readonly atOnce: boolean;
}

/**
 * Finds every Droplet that may be an executor's: those that carry its tag, those reported in this process, and
 * those that the account's tags remember. The last are read only if the first two may be incomplete.
 * @param heard what the record reported in this process; null: nothing
 */
export async function findCandidates(
    executorTag: string,
    heard: Heard | null,
    api: FindingApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<Found> {
    let tagged = await api.tagged(executorTag, signal);
    const isWhole = tagged.length > 0 && heard !== null;
    let memory: Memory = { remembered: new Set(), marked: new Set() };
    if (!isWhole) {
        memory = readMemory(executorTag, await api.tags(signal));
        const withGpu = (await api.gpuDroplets(signal)).filter((droplet) => hasTag(droplet, executorTag));
        tagged = distinct([...tagged, ...withGpu]);
    }
    if (tagged.length === 0 && memory.remembered.size === 0 && (heard?.droplets.size ?? 0) === 0) {
        await clock.sleep(LIST_LAG_MS, signal);
        tagged = await api.tagged(executorTag, signal);
    }
    const ids = new Set([
        ...tagged.map(({ id }) => id),
        ...(heard?.droplets.keys() ?? []),
        ...memory.remembered,
    ]);
    const candidates = await Promise.all(
        [...ids].map(async (id) => {
            const marked = memory.marked.has(id) || heard?.droplets.get(id)?.marked === true;
            const seen = tagged.find((one) => one.id === id) ?? (await api.droplet(id, signal));
            return {
                id,
                // One that nobody has let go is only taken for gone, and so for nobody's, after two answers.
                droplet: seen ?? (marked ? null : await api.droplet(id, signal)),
                remembered: memory.remembered.has(id) || heard?.droplets.has(id) === true,
                marked,
            };
        }),
    );
    return { candidates, atOnce: isWhole && tagged.length === ids.size };
}

/** Existing Droplets with a program's name and without any executor's tag. */
export async function findUntagged(
    executorTag: string,
    names: ProgramNames,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<Droplet[]> {
    const found =
        names.dropletName === null ? await api.droplets(signal) : await api.named(names.dropletName, signal);
    return found.filter(
        (droplet) => hasProgramName(droplet.name, names) && !carriesAnother(droplet, executorTag),
    );
}

function distinct(droplets: readonly Droplet[]): Droplet[] {
    return [...new Map(droplets.map((droplet) => [droplet.id, droplet])).values()];
}
