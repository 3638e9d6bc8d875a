import type { Task } from "../access/plugin.js";
import type { Runtime } from "../access/runtime.js";
import { forgetIfUnused } from "../ownership/registry.js";
import type { OwnershipApi } from "../ownership/verdict.js";
import type { Props } from "../stored/inputs.js";
import type { TeardownState } from "../stored/state.js";
import { findDroplet } from "../teardown/assess.js";
import { unlessForbidden } from "../teardown/errors.js";
import { parseAge } from "../teardown/format.js";
import { expiryTag, readExpiry } from "../teardown/model.js";

/** Asks for a renewal of every expiry, whatever else an `up` changes. */
const RENEW_VARIABLE = "DROPLET_TEARDOWN_RENEW";
/** An `up` that finds less than this left renews: it may be making the Droplet. More than clocks are wrong by. */
const IN_HAND_MS = 3_600_000;

/** Whether an `up` that changes nothing else renews an expiry. */
export function isRenewalDue(
    olds: Props,
    news: Props,
    { env, clock }: Pick<Runtime, "env" | "clock">,
): boolean {
    if (typeof news.ttl !== "string" || news.enabled === false) {
        return false;
    }
    const asked = (env(RENEW_VARIABLE) ?? "").trim().toLowerCase();
    const tags = typeof olds.expiryTag === "string" ? [olds.expiryTag] : [];
    const expiry = readExpiry({ tags });
    const hasTimeLeft = expiry.is === "known" && expiry.atMs - clock.now() >= IN_HAND_MS;
    return !["", "0", "false"].includes(asked) || !hasTimeLeft;
}

/**
 * The expiry tag as of now, by DigitalOcean's clock. The program puts that of a `Droplet` on it; a Droplet from
 * elsewhere gets it here. Null: it does not expire.
 * @param former the tag that it had
 */
export async function renewExpiry(
    former: string | null,
    { state: { inputs }, plugin, client, signal }: Task<TeardownState>,
): Promise<string | null> {
    const isOff = inputs.by === "tag" && !inputs.enabled;
    const ttlMs = inputs.ttl === undefined || isOff ? null : parseAge(inputs.ttl);
    const now = client.serverNow() ?? plugin.runtime.clock.now();
    const tag = ttlMs === null ? null : expiryTag(now + ttlMs);
    if (inputs.by === "tag" || tag === former) {
        return tag;
    }
    const { dropletId } = inputs;
    if (tag !== null) {
        if ((await findDroplet(dropletId, client.api, signal)) === null) {
            return former;
        }
        await client.ownership.tagDroplet(tag, dropletId, signal);
    }
    if (former !== null) {
        await takeExpiryOff(former, dropletId, client.ownership, signal);
    }
    return tag;
}

/** Takes an expiry tag off a Droplet, and out of the account unless another one carries it. */
export async function takeExpiryOff(
    tag: string,
    dropletId: number,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<void> {
    await api.untag(tag, dropletId, signal);
    await unlessForbidden(forgetIfUnused(tag, api, signal));
}
