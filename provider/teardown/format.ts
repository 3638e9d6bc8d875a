import {
    type AssociatedResource,
    type Droplet,
    type Gaps,
    type Outside,
    readExpiry,
    type ResourceKind,
    type ResourceRef,
    type UnknownKind,
} from "./model.js";

/** Of what a sentence names. */
export const MAX_NAMED = 5;

const PART = /(\d+)\s*(h|m|s)/g;
const WHOLE = /^(?:\d+\s*h)?\s*(?:\d+\s*m)?\s*(?:\d+\s*s)?$/;
const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** Milliseconds of "90s", "15m" or "1h30m"; null if the text is not a duration above zero. */
export function parseDuration(text: string): number | null {
    const trimmed = text.trim();
    if (!WHOLE.test(trimmed)) {
        return null;
    }
    let totalMs = 0;
    for (const [, amount, unit] of trimmed.matchAll(PART)) {
        totalMs += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
    }
    return totalMs > 0 && Number.isSafeInteger(totalMs) ? totalMs : null;
}

const AGE = /^(\d{1,6})\s*(m|h|d|w)$/;
const AGE_UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Milliseconds of "90m", "12h", "7d" or "4w"; null if the text is not an age. */
export function parseAge(text: string): number | null {
    const [, amount, unit] = AGE.exec(text.trim()) ?? [];
    return unit === undefined ? null : Number(amount) * AGE_UNIT_MS[unit as keyof typeof AGE_UNIT_MS];
}

/** The same age as text, in the largest unit that divides it: "7d" is "1w". */
export function formatAge(ageMs: number): string {
    const units = Object.entries(AGE_UNIT_MS).reverse();
    const [name, unitMs] = units.find(([, ms]) => ageMs % ms === 0) ?? ["m", AGE_UNIT_MS.m];
    return `${Math.ceil(ageMs / unitMs)}${name}`;
}

/** "2m 14s", "45s", "1h 5m": at most two units, for people. */
export function formatDuration(durationMs: number): string {
    const seconds = Math.max(0, Math.round(durationMs / 1_000));
    const parts: readonly (readonly [number, string])[] = [
        [Math.floor(seconds / 3_600), "h"],
        [Math.floor(seconds / 60) % 60, "m"],
        [seconds % 60, "s"],
    ];
    const first = parts.findIndex(([amount]) => amount > 0);
    if (first === -1) {
        return "0s";
    }
    return parts
        .slice(first, first + 2)
        .filter(([amount]) => amount > 0)
        .map(([amount, unit]) => `${amount}${unit}`)
        .join(" ");
}

/** Decimal places that a sum keeps; the API's prices have at most five. */
const SCALE = 8;
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** An exact sum of decimal amounts, with at least two decimal places. Unknown amounts count as zero. */
export function addMoney(amounts: Iterable<string | null>): string {
    let total = 0n;
    for (const amount of amounts) {
        total += toUnits(amount);
    }
    return fromUnits(total);
}

/** "$6.75/month"; "at least $6.00/month" if one of the costs is unknown. */
export function monthlySum(amounts: readonly (string | null)[], isWhole = true): string {
    const least = isWhole && !amounts.includes(null) ? "" : "at least ";
    return `${least}$${addMoney(amounts)}/month`;
}

/** "$10.00/month", or "cost unknown". */
export function monthly(amount: string | null): string {
    return amount === null ? "cost unknown" : `$${addMoney([amount])}/month`;
}

/** The monthly costs of resources. */
export function costs(
    resources: readonly Pick<AssociatedResource, "monthlyCost">[],
): readonly (string | null)[] {
    return resources.map(({ monthlyCost }) => monthlyCost);
}

/** "3 resources, at least $6.75/month"; `isWhole` false: there may be more. */
export function countedCost(
    noun: string,
    resources: readonly Pick<AssociatedResource, "monthlyCost">[],
    isWhole = true,
): string {
    const many = `${isWhole ? "" : "at least "}${count(resources.length, noun)}`;
    return `${many}, ${monthlySum(costs(resources), isWhole)}`;
}

function toUnits(amount: string | null): bigint {
    const [, whole, fraction = ""] = DECIMAL.exec(amount ?? "0") ?? [];
    return whole === undefined ? 0n : BigInt(whole + fraction.slice(0, SCALE).padEnd(SCALE, "0"));
}

function fromUnits(units: bigint): string {
    const digits = units.toString().padStart(SCALE + 1, "0");
    const fraction = digits.slice(-SCALE).replace(/0+$/, "").padEnd(2, "0");
    return `${digits.slice(0, -SCALE)}.${fraction}`;
}

const KIND_LABEL: Record<ResourceKind, string> = {
    reserved_ip: "reserved ip",
    snapshot: "snapshot",
    volume: "volume",
    volume_snapshot: "volume snapshot",
};

export function kindLabel(kind: ResourceKind): string {
    return KIND_LABEL[kind];
}

/** "droplet web-1 (3164494)", or "droplet 3164494" while its name is unknown. */
export function dropletLabel(dropletId: number, name: string | null): string {
    return name === null ? `droplet ${dropletId}` : `droplet ${printable(name)} (${dropletId})`;
}

/** "droplet web-1 (3164494), $6.00/month" */
export function dropletPhrase({ id, name, monthlyPrice }: Droplet): string {
    return `${dropletLabel(id, name)}, ${monthly(monthlyPrice)}`;
}

/** "nightly (61486916)"; the address alone for a reserved IP, whose id says nothing to people. */
export function resourceLabel({ kind, id, name }: ResourceRef & { readonly name: string }): string {
    return kind === "reserved_ip" || name === ""
        ? printable(name || id)
        : `${printable(name)} (${printable(id)})`;
}

/** "2 reserved_ipv6s (2001:db8::1, 2001:db8::2), a kind that this version does not know" */
export function unknownKindLabel({ list, count: amount, names }: UnknownKind): string {
    const named = names.length === 0 ? "" : ` (${names.slice(0, MAX_NAMED).map(printable).join(", ")})`;
    return `${amount} ${printable(list)}${named}, a kind that this version does not know`;
}

/** Cells of a table row: what it is, and what it costs. */
export function resourceCells(resource: AssociatedResource): [kind: string, label: string, cost: string] {
    return [kindLabel(resource.kind), resourceLabel(resource), monthly(resource.monthlyCost)];
}

/** "volume pg-data (4d4d…), $10.00/month" */
export function resourcePhrase(resource: AssociatedResource): string {
    return `${kindLabel(resource.kind)} ${resourceLabel(resource)}, ${monthly(resource.monthlyCost)}`;
}

/** The command that deletes a resource; null if its id, or address, is not one that a shell takes as it is. */
export function deleteCommand({
    kind,
    id,
    name,
}: Pick<AssociatedResource, "kind" | "id" | "name">): string | null {
    const word = kind === "reserved_ip" ? name : id;
    if (!/^[A-Za-z0-9][A-Za-z0-9.:-]*$/.test(word)) {
        return null;
    }
    switch (kind) {
        case "snapshot":
        case "volume_snapshot":
            return `doctl compute snapshot delete ${word}`;
        case "volume":
            return `doctl compute volume delete ${word}`;
        case "reserved_ip":
            return `doctl compute reserved-ip delete ${word}`;
    }
}

/** Names come from the API: nothing in them may move a cursor or end a line. */
export function printable(text: string): string {
    return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}

/** "volumes, reserved ips" */
export function kindLabels(kinds: readonly ResourceKind[]): string {
    return kinds.map((kind) => `${kindLabel(kind)}s`).join(", ");
}

/** A table row of what could not be read; none if everything was read. */
export function unreadLine(unread: readonly ResourceKind[]): string[] {
    return unread.length === 0 ? [] : [`  could not be read: ${kindLabels(unread)} (not in the total)`];
}

/** Table rows of what is in no total: what no destroy of ours takes, and what could not be read. */
export function gapLines({ unread, unknownKinds }: Gaps): string[] {
    return [
        ...unknownKinds.map((kind) => `  not destroyed: ${unknownKindLabel(kind)} (not in the total)`),
        ...unreadLine(unread),
    ];
}

/** A table row of keep entries that may be typos; none if there are none. */
export function unmatchedLine(entries: readonly string[]): string[] {
    return entries.length === 0 ? [] : [`  keep: nothing matches ${entries.map(printable).join(", ")}`];
}

/** DigitalOcean does not list them with a Droplet's resources, so no report can know of them. */
export const NOT_COVERED =
    "Not looked at: backups (they go with the droplet), reserved IPv6 addresses, DNS records.";

/** A line about a Droplet's backups, which nothing can keep; none if it has none. */
export function backupsLine(backups: number): string[] {
    return backups === 0
        ? []
        : [`  its ${count(backups, "backup")} will be deleted too: backups cannot be kept`];
}

/** "1 volume", "2 volume snapshots" */
export function count(amount: number, noun: string): string {
    return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/** Rows as lines; each column is as wide as its widest cell, and at least `atLeast`. */
export function columns(rows: readonly (readonly string[])[], atLeast: readonly number[] = []): string[] {
    const widths = [...atLeast];
    for (const row of rows) {
        row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
    }
    return rows.map((row) =>
        `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd(),
    );
}

/** "2026-12-01T14:00:05Z" */
export function utc(atMs: number): string {
    return new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}

/** ", expiry 2026-12-01T14:00:05Z": what a Droplet's tags say of it; "" if nothing. */
export function expiryPhrase(droplet: Droplet): string {
    const expiry = readExpiry(droplet);
    switch (expiry.is) {
        case "none":
            return "";
        case "unreadable":
            return `, its tag ${printable(expiry.tag)} says no time`;
        case "known":
            return `, expiry ${utc(expiry.atMs)}`;
    }
}

/** Why a sweep leaves a Droplet alone, after "because". */
export function outsideText(why: Outside): string {
    switch (why.is) {
        case "without-expiry":
            return "it has no tag teardown-until-<unix seconds>";
        case "unreadable":
            return `its tag ${printable(why.tag)} says no time (expected: teardown-until- and ten digits, in seconds since 1970)`;
        case "not-expired":
            return `it expires at ${utc(why.atMs)}`;
        case "age-unknown":
            return "DigitalOcean does not say when it was created";
        case "younger":
            return `it was created at ${printable(why.createdAt)}`;
    }
}
