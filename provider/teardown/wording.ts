import { monthly } from "./money.js";
import type { AssociatedResource, ResourceKind, ResourceRef } from "./resource.js";

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

/** "nightly (61486916)"; the address alone for a reserved IP, whose id says nothing to people. */
export function resourceLabel({ kind, id, name }: ResourceRef & { readonly name: string }): string {
    return kind === "reserved_ip" || name === ""
        ? printable(name || id)
        : `${printable(name)} (${printable(id)})`;
}

/** "volume pg-data (4d4d…), $10.00/month" */
export function resourcePhrase(resource: AssociatedResource): string {
    return `${kindLabel(resource.kind)} ${resourceLabel(resource)}, ${monthly(resource.monthlyCost)}`;
}

/** Names come from the API: nothing in them may move a cursor or end a line. */
export function printable(text: string): string {
    return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}

/** A table row of what could not be read; none if everything was read. */
export function unreadLine(unread: readonly ResourceKind[]): string[] {
    const kinds = unread.map((kind) => `${kindLabel(kind)}s`).join(", ");
    return unread.length === 0 ? [] : [`  not read: ${kinds}; they may cost something too`];
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
