import { KEEP_VARIABLE } from "../../provider/stored/state.js";
import { answerValue, readAll } from "../../provider/teardown/assess.js";
import { answerTo, beginFindings } from "../../provider/teardown/findings.js";
import { RefusedError } from "../../provider/teardown/errors.js";
import { printable } from "../../provider/teardown/format.js";
import type { AssociatedResource } from "../../provider/teardown/model.js";
import { keptBy } from "../../provider/teardown/policy.js";
import { type Context, inTime } from "../context.js";
import { type Invocation, UsageError, type Wanted } from "../arguments/invocation.js";
import type { CliRuntime } from "../runtime.js";
import type { Survey, SurveyState } from "./survey.js";

/**
 * Whoever sets the provider's variable wants something to stay.
 * @throws UsageError rather than ignore it
 */
export function refuseKeepVariable({ command }: Invocation, { env }: Pick<CliRuntime, "env">): void {
    if (command !== "status" && (env(KEEP_VARIABLE) ?? "").trim() !== "") {
        throw new UsageError(
            `${KEEP_VARIABLE} is set, and only the provider reads it: unset it, and give its entries with --keep`,
        );
    }
}

/** States in which a teardown may destroy something. */
const DESTROYING: readonly SurveyState[] = ["ready", "running", "unfinished"];

/** Whether an entry has no wildcards, and so must match something. */
export function namesOne(entry: string): boolean {
    return !/[*?]/.test(entry);
}

/**
 * An entry without wildcards names one thing. If that does not exist, the entry is a typo, and what it should keep
 * would be destroyed. It may be the id, address or name of what an earlier destroy kept of a Droplet that is gone by
 * now.
 * @throws RefusedError if such an entry matches nothing, and a Droplet would be destroyed
 */
export async function refuseUnmatchedKeep(
    { terms: { keep } }: Wanted,
    surveys: readonly Survey[],
    context: Context,
): Promise<void> {
    if (!surveys.some(({ state }) => DESTROYING.includes(state))) {
        return;
    }
    const known = surveys.flatMap(({ findings }) => findings.evidence);
    const unmatched = keep
        .filter(namesOne)
        .filter((entry) => !known.some((one) => keptBy(one, [{ entry, source: "argument" }])));
    const nowhere = surveys.some(isDestroyed) ? await missing(unmatched, known, context) : unmatched;
    if (nowhere.length > 0) {
        const entries = nowhere.map(printable).join(", ");
        throw new RefusedError(
            `nothing was destroyed: --keep matches nothing that belongs to the droplets: ${entries}${advice(surveys)}`,
            "keep-unmatched",
        );
    }
}

/** Whether a status or a leftover shows its destroy: what that kept is not visible any more as the Droplet's. */
function isDestroyed({ state, status }: Survey): boolean {
    return state === "unfinished" || (state !== "ready" && state !== "refused" && status.state !== "none");
}

function missing(
    entries: readonly string[],
    known: readonly AssociatedResource[],
    context: Context,
): Promise<readonly string[]> {
    const { api } = context.session.client();
    const byName = known.every(({ name }) => name !== "");
    const questions = entries.map((entry) => ({ about: "keep entry", entry, byName }) as const);
    return inTime(context, async (signal) => {
        const findings = await readAll(questions, beginFindings(0, []), api, signal);
        return questions
            .filter((question) => answerValue(answerTo(findings, question)) === false)
            .map(({ entry }) => entry);
    });
}

function advice(surveys: readonly Survey[]): string {
    if (surveys.every(({ state }) => state === "ready")) {
        return "";
    }
    return surveys.some(isDestroyed)
        ? "; give the id or address of what a droplet that is gone has left, or leave out the droplets that are gone"
        : "; correct it, or leave out the droplets that are gone or not visible";
}
