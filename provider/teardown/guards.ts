import { ApiError, MissingScopeError, MissingTagError, OtherTeamError, RefusedError } from "./errors.js";
import { type AssociatedResource, type Droplet, type ResourceKind } from "./model.js";
import type { DropletApi } from "./ports.js";
import { type Plan, unmatchedRules } from "./plan.js";
import { printable, resourcePhrase } from "./format.js";
import { READ_SCOPES } from "./refusals.js";
import { hasTag } from "./tags.js";
import { type Approval, type ExpectedAccount, isApproved, type RequiredTags } from "./terms.js";

export type { ExpectedAccount } from "./terms.js";
export { READ_SCOPES } from "./refusals.js";
import { isGlob, type KeepRule, POLICY_PROPERTY, type ResolvedPolicy } from "./policy.js";

/**
 * The interlock: a Droplet that no longer carries the tag may belong to somebody else.
 * @param begun whether something has already been destroyed
 * @throws MissingTagError if one of them is missing
 */
export function refuseWithoutTag(droplet: Droplet, required: RequiredTags, begun = false): void {
    const tags = typeof required === "string" ? [required] : (required ?? []);
    const missing = tags.find((tag) => !hasTag(droplet, tag));
    if (missing !== undefined) {
        throw new MissingTagError(missing, begun);
    }
}

/**
 * Verifies that a Droplet that cannot be found is gone and not another team's: a token of another team gets 404
 * for everything.
 * @throws RefusedError if that cannot be verified
 */
export async function confirmSameAccount(
    expected: ExpectedAccount,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    if (expected.kind === "any") {
        return;
    }
    const account = await api.account(signal);
    if (account === null) {
        throw new MissingScopeError(
            "DigitalOcean answers 404, and the token cannot tell its team (scope account:read), " +
                "so it may be the token of another team",
        );
    }
    if (expected.id === null) {
        throw new RefusedError(
            "DigitalOcean answers 404, and no account was recorded to compare with, " +
                "so this may be the token of another team",
        );
    }
    if (account.id !== expected.id) {
        throw new OtherTeamError(
            `the token belongs to another team (${account.id}) than the one that the droplet was recorded in (${expected.id})`,
        );
    }
}

/**
 * @param begun whether something was destroyed before
 * @throws RefusedError if a plan destroys something that was not approved
 */
export function refuseUnapproved({ destroy }: Plan, approved: Approval, begun = false): void {
    const grown = destroy.filter((resource) => !isApproved(resource, approved));
    if (grown.length > 0) {
        const more = grown.map(resourcePhrase).join("; ");
        throw new RefusedError(
            `nothing ${begun ? "more " : ""}was destroyed, because there is more now than was agreed to: ${more}`,
        );
    }
}

/**
 * A kind that cannot be read is not an empty kind.
 * @throws MissingScopeError if resources of the kind would change the plan
 */
export function refuseHidden(
    hidden: readonly ResourceKind[],
    inventory: readonly AssociatedResource[],
    policy: ResolvedPolicy,
): void {
    const needed = hidden.filter((kind) => matters(kind, inventory, policy));
    if (needed.length > 0) {
        const properties = needed.map((kind) => POLICY_PROPERTY[kind]).join(", ");
        const scopes = [...new Set(needed.flatMap((kind) => READ_SCOPES[kind]))].join(", ");
        throw new MissingScopeError(
            `the token cannot read ${properties}, and the policy depends on them. ` +
                `Add the scope ${scopes}, or set the policy to "keep" for them and for what depends on them`,
        );
    }
}

/** Whether resources of the kind would change the plan. */
function matters(
    kind: ResourceKind,
    inventory: readonly AssociatedResource[],
    policy: ResolvedPolicy,
): boolean {
    if (policy[POLICY_PROPERTY[kind]] !== "keep") {
        return true;
    }
    // An invisible volume would be kept, and with it its visible snapshots.
    return kind === "volume" && followVolumes(policy) && has(inventory, "volume_snapshot");
}

export function has(inventory: readonly AssociatedResource[], kind: ResourceKind): boolean {
    return inventory.some((resource) => resource.kind === kind);
}

export function followVolumes(policy: ResolvedPolicy): boolean {
    return policy.volumeSnapshotsOfKeptVolumes !== policy.volumeSnapshots;
}

/** The account resource that an entry may be the id or address of, outside a Droplet's associated list. */
const ADDRESSED: readonly (readonly [ResourceKind, RegExp])[] = [
    ["snapshot", /^\d+$/],
    ["volume", /^[0-9a-f]{8}-[0-9a-f-]{27}$/i],
    ["volume_snapshot", /^[0-9a-f]{8}-[0-9a-f-]{27}$/i],
    ["reserved_ip", /^\d+\.\d+\.\d+\.\d+$/],
];

/**
 * Refuses if an entry of the environment matches nothing of a Droplet: it should protect something, and does not.
 * An entry that is the id, address or name of something else in the account protects another Droplet's resource. A
 * name says nothing while one of this Droplet's own is not known.
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
    const missing = await existNowhere(
        loose.map(({ entry }) => entry),
        known,
        api,
        signal,
    );
    if (missing.length > 0) {
        const entries = missing.map(printable).join(", ");
        const why = areNamed(known)
            ? "nothing in the account has that id, address or name: correct the entry, or leave it out"
            : "DigitalOcean did not name all of the droplet's resources: give the id, or try again";
        throw new RefusedError(`DROPLET_TEARDOWN_KEEP lists ${entries}, but ${why}`);
    }
}

/**
 * The entries that are the id, address or name of nothing in the account. A name says nothing while one of the
 * Droplets' own is not known.
 * @param known of the Droplets
 */
export async function existNowhere(
    entries: readonly string[],
    known: readonly AssociatedResource[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<string[]> {
    const exist = await Promise.all(
        entries.map(
            async (entry) =>
                (await isAddressOf(entry, api, signal)) ||
                (areNamed(known) && (await api.hasNamed(entry, signal))),
        ),
    );
    return entries.filter((_, index) => exist[index] === false);
}

function areNamed(known: readonly AssociatedResource[]): boolean {
    return known.every(({ name }) => name !== "");
}

/** Whether an entry is the id or address of something in the account. */
async function isAddressOf(entry: string, api: DropletApi, signal: AbortSignal): Promise<boolean> {
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
