import { RefusedError } from "../provider/teardown/errors.js";
import { printable } from "../provider/teardown/wording.js";
import type { Survey } from "./survey.js";

/** Whether an entry has no glob characters, and so has to match something. */
export function namesOne(entry: string): boolean {
    return !/[*?]/.test(entry);
}

/**
 * An entry without glob characters names one thing: where that is nowhere, it is a typing error, and what it
 * was to keep would go. Once a destroy has begun, what it names may be out of sight.
 * @throws RefusedError where such an entry matches nothing
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
