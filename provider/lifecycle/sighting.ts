import type { Task } from "../access/plugin.js";
import { hasExecutorTag } from "../ownership/verdict.js";
import { type AnyState, type Predecessor, recordedAt, type Sighting } from "../stored/state.js";
import { listInventory, read, readAll } from "../teardown/assess.js";
import { RefusedError, unlessForbidden } from "../teardown/errors.js";
import {
    aboutResource,
    beginFindings,
    type Evidence,
    remainingEvidence,
    SNAPSHOTS,
    whereIs,
} from "../teardown/findings.js";
import { columns, countedCost, deleteCommand, dropletPhrase, resourceCells } from "../teardown/format.js";
import { isBefore } from "../teardown/plan.js";
import {
    type AssociatedResource,
    type Droplet,
    type Gaps,
    type Inventory,
    isWithin,
    RESOURCE_KINDS,
    sameResource,
} from "../teardown/model.js";
import { keepReason, type KeepRule, keptBy } from "../teardown/policy.js";

/** An existing Droplet and its current inventory. */
export interface Present {
    readonly droplet: Droplet;
    readonly sighting: Sighting;
    /** What the inventory lacks. */
    readonly gaps: Gaps;
}

interface Observed extends Present {
    readonly past: Past;
}

/** What has become of the Droplets that were replaced, and of what they left behind. */
export interface Past {
    readonly traced: readonly Traced[];
    readonly left: readonly Evidence[];
}

export async function lookBack(task: Task<AnyState>): Promise<Past> {
    const { predecessors, leftBehind } = task.state.seen;
    const [traced, left] = await Promise.all([trace(predecessors, task), stillLeft(leftBehind, task)]);
    return { traced, left };
}

/**
 * Reads a Droplet, its inventory, and what its predecessors left; null if it does not exist. An account that cannot be
 * read now keeps its recorded value.
 */
export async function observe(dropletId: number, task: Task<AnyState>): Promise<Observed | null> {
    const { state, client, signal } = task;
    const { api } = client;
    const before = state.seen;
    const droplet = await task.findDroplet(dropletId);
    if (droplet === null) {
        return null;
    }
    const [listed, account, past] = await Promise.all([
        listInventory(dropletId, RESOURCE_KINDS, api, signal),
        api.account(signal),
        lookBack(task),
    ]);
    const { traced } = past;
    const inventory = mergeInventory(listed, before, traced);
    const left = past.left.filter((one) => !isWithin([one], inventory));
    return {
        droplet,
        gaps: listed,
        past: { traced, left },
        sighting: {
            ...before,
            inventory,
            accountId: account?.id ?? before.accountId,
            recordedAt: recordedAt(before, inventory, task.plugin.runtime.clock.now()),
            predecessors: traced.map(untraced),
            leftBehind: left,
        },
    };
}

/**
 * A Droplet's inventory, from its list and the leftovers of its predecessors. What the list does not say stays as
 * before.
 */
export function mergeInventory(
    listed: Inventory,
    before: Pick<Sighting, "inventory">,
    traced: readonly Pick<Traced, "snapshots">[],
): AssociatedResource[] {
    const { resources, unread } = listed;
    const old = before.inventory;
    const inherited = traced.flatMap(({ snapshots }) => snapshots);
    const known = [...resources, ...inherited].map((one) => withFormerNameAndCost(one, old));
    const untold = old
        .filter(({ kind }) => unread.includes(kind))
        .filter((resource) => !known.some((other) => sameResource(resource, other)));
    return [...known, ...untold];
}

/** With the previous name and cost, if they are missing now. */
export function withFormerNameAndCost(
    { kind, id, name, monthlyCost }: AssociatedResource,
    old: readonly AssociatedResource[],
): AssociatedResource {
    const before = old.find((other) => sameResource(other, { kind, id, name }));
    return {
        kind,
        id,
        name: name || (before?.name ?? ""),
        monthlyCost: monthlyCost ?? before?.monthlyCost ?? null,
    };
}

/** Reads a Droplet that must exist. */
export async function observeExisting(dropletId: number, task: Task<AnyState>): Promise<Observed> {
    const present = await observe(dropletId, task);
    if (present === null) {
        throw new RefusedError(
            `dropletId: there is no Droplet ${dropletId} that this token can see (404); ` +
                "check the id, and that the token belongs to the team of the Droplet",
            "droplet-not-found",
        );
    }
    return present;
}

/** Which of what replaced Droplets left behind still exists, and where. */
export async function stillLeft(
    leftBehind: readonly AssociatedResource[],
    { client, signal }: Task<AnyState>,
): Promise<readonly Evidence[]> {
    const begun = beginFindings(0, leftBehind);
    return remainingEvidence(await readAll(leftBehind.map(aboutResource), begun, client.api, signal));
}

/** What replaced Droplets left behind, as a refresh shows it; none if there is nothing. */
export function leftBehindText(
    left: readonly Evidence[],
    rules: readonly KeepRule[],
    by = "droplets that were replaced",
): string[] {
    if (left.length === 0) {
        return [];
    }
    const rows = left.map((entry) => [...resourceCells(entry), whereText(entry, rules)]);
    return [`left by ${by}: ${countedCost("resource", left)}`, ...columns(rows)];
}

function whereText(entry: Evidence, rules: readonly KeepRule[]): string {
    const rule = keptBy(entry, rules);
    if (rule !== undefined) {
        return keepReason(rule);
    }
    const where = whereIs(entry);
    switch (where.is) {
        case "there":
            return where.dropletIds.length > 0
                ? `in use by droplet ${where.dropletIds.join(", ")}`
                : (deleteCommand(entry) ?? "");
        case "hidden":
            return where.why;
        case "disputed":
        case "unseen":
        case "gone":
            return "";
    }
}

/** A predecessor as just read. */
export interface Traced extends Predecessor {
    /** Null: it is gone. */
    readonly droplet: Droplet | null;
    /** Snapshots that it left, and which follow the policy; none if it is not gone, or somebody else's. */
    readonly snapshots: readonly AssociatedResource[];
    /** Snapshots that were taken of it after it was replaced, so that they stay. */
    readonly archives: readonly AssociatedResource[];
    /** The token cannot read snapshots, so nothing is known of them. */
    readonly unread: boolean;
}

/** Reads what has become of predecessors, and judges by its tag whether each is still ours. */
export function trace(predecessors: readonly Predecessor[], task: Task<AnyState>): Promise<Traced[]> {
    return Promise.all(predecessors.map((one) => traceOne(one, task)));
}

/** Whether state has to remember it. One that still exists may be about to disappear. */
export function matters({ droplet, snapshots, unread }: Traced): boolean {
    return droplet !== null || unread || snapshots.length > 0;
}

/** As state holds it. */
export function untraced({ dropletId, replacedAt, released }: Traced): Predecessor {
    return { dropletId, replacedAt, released };
}

/** Why nothing happens to a predecessor that lives without its tag. */
export function releasedText(droplet: Droplet): string {
    return `${dropletPhrase(droplet)}, of an earlier \`pulumi up\` no longer carries its tag: it is left alone, with all it has`;
}

async function traceOne(predecessor: Predecessor, task: Task<AnyState>): Promise<Traced> {
    const nothing = { snapshots: [], archives: [], unread: false };
    const droplet = await task.findDroplet(predecessor.dropletId);
    const released = droplet === null ? predecessor.released : !hasExecutorTag(droplet);
    if (released) {
        return { ...predecessor, ...nothing, droplet, released };
    }
    const { client, signal } = task;
    const found = await unlessForbidden(read(SNAPSHOTS, predecessor.dropletId, client.api, signal));
    const [snapshots, archives]: [AssociatedResource[], AssociatedResource[]] = [[], []];
    for (const { createdAt, kind, id, name, monthlyCost } of found ?? []) {
        const isOlder = isBefore(createdAt, predecessor.replacedAt);
        (isOlder ? snapshots : archives).push({ kind, id, name, monthlyCost });
    }
    const facts = { ...predecessor, droplet, released, archives, unread: found === null };
    // While it is there, they are its own.
    return { ...facts, snapshots: droplet === null ? snapshots : [] };
}
