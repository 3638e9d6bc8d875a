import { RefusedError } from "../provider/teardown/errors.js";
import { printable } from "../provider/teardown/format.js";
import type { Survey } from "./survey.js";

/** Whether an entry has no wildcards, and so must match something. */
export function namesOne(entry: string): boolean {
    return !/[*?]/.test(entry);
}

/**
 * An entry without wildcards names one thing. If that does not exist, the entry is a typo, and what it should keep
 * would be destroyed. Once a destroy has begun, what it names may no longer be visible.
 * @throws RefusedError if such an entry matches nothing
 */
export function refuseUnmatchedKeep(surveys: readonly Survey[]): void {
    if (surveys.some(({ standing }) => standing !== "ready" && standing !== "refused")) {
        return;
    }
    const [first, ...others] = surveys.map(({ plan }) => plan.unmatched);
    const nowhere = (first ?? []).filter((entry) => others.every((unmatched) => unmatched.includes(entry)));
    const exact = nowhere.filter(namesOne);
    if (exact.length > 0) {
        throw new RefusedError(
            `nothing was destroyed: --keep matches nothing that belongs to the droplets: ${exact.map(printable).join(", ")}`,
        );
    }
}
