import type { CommonInputs, RecordInputs, TeardownInputs } from "./inputs.js";
import { parseDuration } from "./teardown/duration.js";
import { RefusedError } from "./teardown/errors.js";
import { DEFAULT_TEMPLATE, finalSnapshot, type FinalSnapshot } from "./teardown/final-snapshot.js";
import type { Wishes } from "./teardown/inventory.js";
import type { KeepRule } from "./teardown/keep.js";
import { printable } from "./teardown/wording.js";

/** Adds to what is kept: comma-separated ids, addresses and names. */
const KEEP_VARIABLE = "DROPLET_TEARDOWN_KEEP";
const TIMEOUT_VARIABLE = "DROPLET_TEARDOWN_TIMEOUT";

type Env = (name: string) => string | undefined;

/** What to destroy and what to keep. The environment can only add to what is kept. */
export function wishesOf(inputs: TeardownInputs | RecordInputs, dropletId: number, env: Env): Wishes {
    const rules = (entries: readonly string[], source: KeepRule["source"]): KeepRule[] =>
        entries.map((entry) => ({ entry, source }));
    const added = (env(KEEP_VARIABLE) ?? "").split(",").map((entry) => entry.trim());
    return {
        policy: inputs.policy,
        finalSnapshot: finalSnapshotOf(inputs, dropletId),
        keep: [
            ...rules(inputs.managed, "managed"),
            ...rules(inputs.keep, "argument"),
            ...rules(
                added.filter((entry) => entry !== ""),
                "environment",
            ),
        ],
    };
}

/** A record takes no snapshot, and keeps those of its executor. */
function finalSnapshotOf(inputs: TeardownInputs | RecordInputs, dropletId: number): FinalSnapshot {
    const owner = "tag" in inputs ? inputs.tag.replace(/^teardown-/i, "") : dropletId;
    const wanted = "finalSnapshot" in inputs ? inputs.finalSnapshot : undefined;
    return finalSnapshot(dropletId, wanted === true ? DEFAULT_TEMPLATE : (wanted ?? null), owner);
}

/** @throws RefusedError for a duration that cannot be read. */
export function timeoutOf(inputs: CommonInputs, env: Env): number {
    const given = env(TIMEOUT_VARIABLE)?.trim() ?? "";
    const name = given === "" ? "timeout" : TIMEOUT_VARIABLE;
    const text = given === "" ? inputs.timeout : given;
    const timeoutMs = parseDuration(text);
    if (timeoutMs === null) {
        throw new RefusedError(
            `${name} must be a duration such as "90s" or "15m", not ${printable(JSON.stringify(text))}`,
        );
    }
    return timeoutMs;
}
