import { isObject, type JsonObject, optionalNumber, optionalText } from "../http/fields.js";
import { unprocessable } from "../http/reply.js";
import { findSize, IMAGES, REGIONS, type SizeEntry } from "../state/catalog.js";
import { WEEKDAYS } from "../state/backup-policy.js";
import type { BackupPolicy, DropletRecord } from "../state/records.js";
import type { World } from "../world.js";

export function requireSize(slug: string): SizeEntry {
    const size = findSize(slug);
    if (size === undefined) {
        throw unprocessable("You specified an invalid size for Droplet creation.");
    }
    return size;
}

export function requireRegion(slug: string): string {
    if (REGIONS[slug] === undefined) {
        throw unprocessable("You specified an invalid region.");
    }
    return slug;
}

/** A region; `nyc` is any of those there, and nothing any of all. */
export function findRegion(wanted: string): string {
    if (wanted === "") {
        return "nyc3";
    }
    const isPlace = /^[a-z]{3}$/.test(wanted);
    const some = isPlace ? Object.keys(REGIONS).find((slug) => slug.startsWith(wanted)) : undefined;
    return some ?? requireRegion(wanted);
}

/** A slug, an image's number, or a snapshot's. */
export function findImage(world: World, team: string, image: unknown): DropletRecord["image"] {
    const known = IMAGES.find(({ id, slug }) => slug === image || String(id) === String(image));
    if (known !== undefined) {
        return known;
    }
    const snapshot = world.state.snapshots.find(team, String(image));
    if (snapshot !== undefined) {
        return { id: Number(snapshot.id), slug: null, name: snapshot.name };
    }
    throw unprocessable("You specified an invalid image for Droplet creation.");
}

export const BACKUP_HOURS = [0, 4, 8, 12, 16, 20];

/** The policy in the body of a request; without one, a daily policy, whose weekday may be blank: godo sends it so. */
export function backupPolicyIn(body: JsonObject): BackupPolicy {
    const policy = isObject(body.backup_policy) ? body.backup_policy : {};
    const plan = oneOf("plan", ["daily", "weekly"] as const, optionalText(policy, "plan") ?? "daily");
    const weekday = optionalText(policy, "weekday");
    const isBlank = weekday === null || (plan === "daily" && weekday === "");
    return {
        plan,
        weekday: oneOf("weekday", WEEKDAYS, isBlank ? "SUN" : weekday),
        hour: oneOf("hour", BACKUP_HOURS, optionalNumber(policy, "hour") ?? 20),
    };
}

function oneOf<Value extends string | number>(
    name: string,
    values: readonly Value[],
    given: string | number,
): Value {
    const value = values.find((one) => one === given);
    if (value === undefined) {
        throw unprocessable(`${name} of a backup policy must be one of ${values.join(", ")}`);
    }
    return value;
}
