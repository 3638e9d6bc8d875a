import type { Step } from "./step.js";
import type { Violation } from "./walk.js";

interface Walked {
    readonly steps: readonly Step[];
    /** Null where the walk went well when it was repeated. */
    readonly violation: Violation | null;
}

/** Drops steps, one at a time from the end, as long as something is still wrong. */
export async function shrink(
    steps: readonly Step[],
    walk: (steps: readonly Step[]) => Promise<Violation | null>,
): Promise<Walked> {
    let least: Walked = { steps, violation: await walk(steps) };
    if (least.violation === null) {
        return least;
    }
    for (let index = steps.length - 1; index >= 0; index -= 1) {
        const fewer = least.steps.filter((_, its) => its !== index);
        const violation = await walk(fewer);
        if (violation !== null) {
            least = { steps: fewer, violation };
        }
    }
    return least;
}
