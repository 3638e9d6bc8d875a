import type { Task } from "../access/plugin.js";
import type { Runtime } from "../access/runtime.js";
import type { Props } from "../stored/inputs.js";
import type { RecordState, TeardownState } from "../stored/state.js";
import { knownOr, TeardownError } from "../teardown/errors.js";
import { parseAge, utc } from "../teardown/format.js";
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
export async function renewExpiry(former: string | null, task: Task<TeardownState>): Promise<string | null> {
    const { state, plugin } = task;
    const { inputs } = state;
    const isOff = inputs.by === "tag" && !inputs.enabled;
    const ttlMs = inputs.ttl === undefined || isOff ? null : parseAge(inputs.ttl);
    const tag = ttlMs === null ? null : expiryTag(task.serverNow() + ttlMs);
    if (tag !== null) {
        plugin.expiryTags.add(tag);
    }
    if (inputs.by === "tag" && former !== null) {
        plugin.formerExpiryTags.set(inputs.tag, former);
    }
    if (inputs.by === "tag" || tag === former) {
        return tag;
    }
    const { dropletId } = inputs;
    const droplet = tag === null ? null : await task.findDroplet(dropletId);
    // Of a Droplet that is gone, the state has the date alone: no `up` before that has anything to renew.
    if (tag !== null && droplet !== null) {
        await putOn(tag, dropletId, task);
    }
    // An `up` that was killed may have put one on that no state knows. A later one is somebody's, and counts.
    const earlier = (droplet?.tags ?? []).filter((one) => isEarlier(one, tag));
    for (const old of new Set([...(former === null ? [] : [former]), ...earlier])) {
        await takeExpiryOff(old, dropletId, task);
    }
    return tag;
}

/** On a Droplet that goes meanwhile comes no tag, and none stays in the account. */
async function putOn(tag: string, dropletId: number, task: Task<TeardownState>): Promise<void> {
    const unlessGone = async (error: TeardownError): Promise<void> => {
        if ((await task.findDroplet(dropletId)) !== null) {
            throw error;
        }
        await task.forgetIfUnused(tag);
    };
    await task.client.ownership
        .tagDroplet(tag, dropletId, task.signal)
        .catch((thrown: unknown) => knownOr(thrown, TeardownError, unlessGone));
}

function isEarlier(tag: string, than: string | null): boolean {
    const [one, other] = [tag, than ?? ""].map((name) => readExpiry({ tags: [name] }));
    return one?.is === "known" && other?.is === "known" && one.atMs < other.atMs;
}

/**
 * Says when a Droplet expires that was made while nothing changed for its teardown (`--replace`, `taint`, or it was
 * deleted by hand): the engine asks the teardown first, and does not tell it.
 * @param before the Droplet that was recorded; null: none was
 */
export async function announceOldExpiry(before: number | null, task: Task<RecordState>): Promise<void> {
    const { dropletId, dropletExpiryTag: tag } = task.state.inputs;
    if (tag === undefined || dropletId === before || task.plugin.expiryTags.has(tag)) {
        return;
    }
    const expiry = readExpiry({ tags: [tag] });
    if (expiry.is === "known") {
        await task.announce(
            `droplet ${dropletId} is new and expires at ${utc(expiry.atMs)}, as its teardown said before it: ` +
                `\`${RENEW_VARIABLE}=1 pulumi up\` renews that`,
        );
    }
}

/** After a renewal the Droplet carries another expiry tag. */
export async function forgetOldExpiry(former: string | undefined, task: Task<RecordState>): Promise<void> {
    if (former !== undefined && former !== task.state.inputs.dropletExpiryTag) {
        await task.forgetIfUnused(former);
    }
}

/**
 * An `up` before this one has renewed it, and its record was refused, as this one may be: the next knows nothing of it.
 * @param recorded what the record knows, and forgets once it is made
 */
export async function forgetUnrecordedExpiry(
    recorded: string | undefined,
    task: Task<RecordState>,
): Promise<void> {
    const former = task.plugin.formerExpiryTags.get(task.state.inputs.tag);
    await (former === recorded ? undefined : forgetOldExpiry(former, task));
}

/** Takes an expiry tag off a Droplet, and out of the account unless another one carries it. */
export async function takeExpiryOff(
    tag: string,
    dropletId: number,
    task: Task<TeardownState>,
): Promise<void> {
    await task.client.ownership.untag(tag, dropletId, task.signal);
    await task.forgetIfUnused(tag);
}
