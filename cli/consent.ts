import { RefusedError } from "../provider/teardown/errors.js";
import { count, printable } from "../provider/teardown/format.js";
import type { DestroyInvocation } from "./invocation.js";
import type { Runtime } from "./runtime.js";
import type { Survey } from "./survey.js";

/**
 * Without a person at a terminal, the command line must say completely what to destroy.
 * @throws RefusedError if it does not
 */
export function refuseUnattended({ consent, what }: DestroyInvocation, canAsk: boolean): void {
    if (!consent.yes) {
        if (!canAsk) {
            throw new RefusedError(
                "nothing was destroyed: there is no terminal to ask on. Unattended, give --yes with --policy or --plan",
            );
        }
        return;
    }
    if ("planFile" in what) {
        return;
    }
    if (!consent.policyGiven) {
        throw new RefusedError("nothing was destroyed: --yes needs --policy or --plan with it");
    }
    if (what.targets.tagName !== null && consent.maxDroplets === null) {
        throw new RefusedError("nothing was destroyed: --yes with --tag-name needs --max-droplets with it");
    }
}

/** @throws RefusedError if more Droplets are selected than allowed. */
export function refuseTooMany(selected: number, maxDroplets: number | null): void {
    if (maxDroplets !== null && selected > maxDroplets) {
        throw new RefusedError(
            `nothing was destroyed: ${count(selected, "droplet")} are selected, and --max-droplets allows ${maxDroplets}`,
        );
    }
}

/**
 * Asks for the name of the Droplet, or for the number of Droplets if there are several.
 * @throws RefusedError if the answer differs or is missing
 */
export async function confirm(surveys: readonly Survey[], ask: Runtime["ask"]): Promise<void> {
    const concerned = surveys.filter(({ standing }) => standing !== "gone" && standing !== "refused");
    const [first, ...others] = concerned;
    if (first === undefined) {
        return;
    }
    const expected =
        others.length > 0
            ? count(concerned.length, "droplet")
            : printable(first.droplet?.name ?? "").trim() || String(first.dropletId);
    const what = others.length > 0 ? "these" : "it";
    const answer = await ask?.(`Type "${expected}" to destroy ${what}: `);
    if (answer?.trim() !== expected) {
        throw new RefusedError("nothing was destroyed: it was not confirmed");
    }
}
