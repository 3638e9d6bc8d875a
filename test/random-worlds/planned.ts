import type { Facts } from "./oracle.js";
import type { Reported } from "./process.js";
import type { Stage } from "./stage.js";
import { Violation } from "./violation.js";

/**
 * Where nothing changes in between, a destroy takes what the plan before it shows, and refuses what that refuses.
 * @param planned what the plan says of each Droplet
 * @param isDone whether the destroy succeeded at once
 * @param before how things stood then
 */
export function checkPlanned(
    planned: readonly Reported[],
    isDone: boolean,
    before: Facts,
    { oracle }: Stage,
): void {
    if (planned.length === 0) {
        return;
    }
    const now = oracle.facts();
    const goes = new Set(planned.flatMap(({ resources }) => resources.filter(isPending)).map(({ id }) => id));
    const gone = [...before.alive].filter((id) => !now.alive.has(id) && !before.handedOut.has(id));
    const unplanned = gone.find((id) => oracle.thing(id) !== undefined && !goes.has(id));
    if (unplanned !== undefined) {
        throw new Violation("a destroy takes what its plan shows", `${unplanned} is gone`);
    }
    const refused = planned.find(
        ({ id, outcome }) => outcome === "refused" && before.droplets.has(id) && !now.droplets.has(id),
    );
    if (refused !== undefined) {
        throw new Violation("what a plan refuses stays", `droplet ${refused.id}: ${refused.error}`);
    }
    const isWhole = planned.every(({ outcome }) => outcome === "planned");
    const left = [...goes].find((id) => now.alive.has(id));
    if (isDone && isWhole && left !== undefined) {
        throw new Violation("a destroy takes what its plan shows", `${left} is left`);
    }
}

function isPending({ outcome }: Reported["resources"][number]): boolean {
    return outcome === "pending";
}
