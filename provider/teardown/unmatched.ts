import { ApiError, RefusedError } from "./errors.js";
import { isGlob, type KeepRule } from "./keep.js";
import { unmatchedRules } from "./plan.js";
import type { DropletApi } from "./ports.js";
import type { AssociatedResource, ResourceKind } from "./resource.js";
import { printable } from "./wording.js";

/** The account resource that an entry may be the id or address of, outside a Droplet's associated list. */
const ADDRESSED: readonly (readonly [ResourceKind, RegExp])[] = [
    ["snapshot", /^\d+$/],
    ["volume", /^[0-9a-f]{8}-[0-9a-f-]{27}$/i],
    ["volume_snapshot", /^[0-9a-f]{8}-[0-9a-f-]{27}$/i],
    ["reserved_ip", /^\d+\.\d+\.\d+\.\d+$/],
];

/**
 * Refuses if an entry of the environment matches nothing of a Droplet: it should protect something, and does not.
 * An entry that is the id or address of something else in the account protects another Droplet's resource.
 * @throws RefusedError if there is one that is not a pattern
 */
export async function refuseUnmatched(
    rules: readonly KeepRule[],
    known: readonly AssociatedResource[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    const loose = unmatchedRules(rules, known).filter(
        (rule) => rule.source === "environment" && !isGlob(rule),
    );
    const elsewhere = await Promise.all(loose.map(({ entry }) => existsElsewhere(entry, api, signal)));
    const missing = loose.filter((_, index) => elsewhere[index] === false);
    if (missing.length > 0) {
        const entries = missing.map(({ entry }) => printable(entry)).join(", ");
        throw new RefusedError(
            `DROPLET_TEARDOWN_KEEP names ${entries}, and nothing of the droplet is called so: destroying it may take what was meant`,
        );
    }
}

async function existsElsewhere(entry: string, api: DropletApi, signal: AbortSignal): Promise<boolean> {
    for (const [kind, form] of ADDRESSED) {
        if (form.test(entry) && (await exists(kind, entry, api, signal))) {
            return true;
        }
    }
    return false;
}

async function exists(
    kind: ResourceKind,
    entry: string,
    api: DropletApi,
    signal: AbortSignal,
): Promise<boolean> {
    try {
        return (await api.find({ kind, id: entry, name: entry, monthlyCost: null }, signal)) !== null;
    } catch (error) {
        if (error instanceof ApiError && [400, 403, 422].includes(error.status)) {
            return false;
        }
        throw error;
    }
}
