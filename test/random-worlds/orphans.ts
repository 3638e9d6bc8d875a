import type { Ran } from "./process.js";
import type { Stage } from "./stage.js";
import { OTHER_TEAM } from "./tokens.js";
import { Violation } from "./violation.js";

/** What is not free: something that a living Droplet uses. */
interface Held {
    readonly kind: string;
    readonly id: string;
}

/** Nothing that a living Droplet uses is called an orphan. */
export function checkOrphans({ orphans }: Ran, stage: Stage): void {
    if (orphans === null || stage.witness.hasChangedInRun()) {
        return;
    }
    const { held } = standing(stage);
    const wrong = orphans.listed.find((one) => held.some((other) => isSame(one, other)));
    if (wrong !== undefined) {
        throw new Violation("what a droplet uses is no orphan", `${wrong.kind} ${wrong.id}`);
    }
}

/** Once nothing disturbs any more, everything that belongs to no Droplet is listed, or its kind is called unread. */
export function checkLeft(ran: Ran, stage: Stage): void {
    checkOrphans(ran, stage);
    const { orphans } = ran;
    if (orphans === null) {
        return;
    }
    const missed = standing(stage).free.find(
        (one) => !orphans.unread.includes(one.kind) && !orphans.listed.some((other) => isSame(one, other)),
    );
    if (missed !== undefined) {
        throw new Violation("what belongs to no droplet is an orphan", `${missed.kind} ${missed.id}`);
    }
}

function isSame(one: Held, other: Held): boolean {
    return one.kind === other.kind && one.id === other.id;
}

/** What is used by a living Droplet, and what is not; neither, while a Droplet that is gone still has it. */
function standing({ simulator }: Stage): { readonly held: readonly Held[]; readonly free: readonly Held[] } {
    const { droplets, volumes, reservedIps, snapshots } = simulator.state();
    const theirs = new Set(
        simulator
            .history()
            .filter(({ team }) => team === OTHER_TEAM)
            .map(({ id }) => id),
    );
    const [held, free]: [Held[], Held[]] = [[], []];
    const isAlive = (dropletId: number | null): boolean => droplets.some(({ id }) => id === dropletId);
    const note = (one: Held, dropletId: number | null): void => {
        if ((dropletId === null || isAlive(dropletId)) && !theirs.has(one.id)) {
            (dropletId === null ? free : held).push(one);
        }
    };
    volumes.forEach(({ id, dropletId }) => note({ kind: "volume", id }, dropletId));
    reservedIps.forEach(({ address, dropletId }) => note({ kind: "reserved_ip", id: address }, dropletId));
    for (const { id, resourceType, resourceId } of snapshots) {
        if (resourceType === "droplet") {
            const dropletId = Number(resourceId);
            note({ kind: "snapshot", id }, isAlive(dropletId) ? dropletId : null);
        } else {
            const volume = volumes.find((one) => one.id === resourceId);
            note({ kind: "volume_snapshot", id }, volume?.dropletId ?? null);
        }
    }
    return { held, free };
}
