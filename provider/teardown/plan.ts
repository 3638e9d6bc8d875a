import { type Decisions, isProvenAbsent, SNAPSHOTS } from "./findings.js";
import { askAgain, type Inquiry, refuse } from "./inquiry.js";
import {
    type AssociatedResource,
    isWithin,
    type KeptResource,
    type ResourceKind,
    type ResourceRef,
    sameResource,
    type Sweep,
} from "./model.js";
import {
    isExact,
    keepReason,
    type KeepRule,
    keptBy,
    POLICY_PROPERTY,
    type PolicyAction,
    type ResolvedPolicy,
} from "./policy.js";

/** What a teardown would do to each associated resource. */
export interface Plan extends Decisions {
    /** Keep entries that match nothing, reported because they may be typos. */
    readonly unmatched: readonly string[];
    /** Kinds that could not be read; whether any exist is unknown. */
    readonly unread: readonly ResourceKind[];
}

/** Why a resource is kept although the policy would destroy it; null if there is no reason. */
export type Objection = (resource: AssociatedResource) => string | null;

/** What is to happen to a Droplet's resources. */
export interface DesiredOutcome {
    readonly policy: ResolvedPolicy;
    readonly keep: readonly KeepRule[];
    readonly finalSnapshot: FinalSnapshot;
    /** ISO date: another Droplet took its place then, and snapshots that were taken later stay. Null: none did. */
    readonly replacedAt: string | null;
}

export interface PlanInput extends Omit<DesiredOutcome, "replacedAt"> {
    readonly inventory: readonly AssociatedResource[];
    /** Why snapshots follow their volume, by their ids: it is kept, or was to be. */
    readonly snapshotsOfKeptVolumes: ReadonlyMap<string, string>;
    readonly objection: Objection;
}

/** Decides what goes and what stays, from its arguments alone. */
export function makePlan(input: PlanInput): Decisions {
    const destroy: AssociatedResource[] = [];
    const keep: KeptResource[] = [];
    const prevented: KeptResource[] = [];
    for (const resource of input.inventory) {
        const { action, reason } = judge(resource, input);
        switch (action) {
            case "destroy":
                destroy.push(resource);
                break;
            case "keep":
                keep.push({ ...resource, reason });
                break;
            case "prevent":
                prevented.push({ ...resource, reason });
                break;
        }
    }
    return { destroy, keep, prevented };
}

/** Why snapshots stay whose volume is gone, though it was to be kept, or may have been that volume. */
const ORPHAN = "its volume should have been kept and is gone";
const MAYBE_ORPHAN = "its volume may be one that should have been kept and is gone";

/** Somebody has saved a replaced Droplet that was still there. */
const ARCHIVE = "taken after the droplet was replaced";

/** What a plan depends on besides the inventory. */
interface PlanFacts {
    readonly objection: Objection;
    /** What is known of the Droplet and not in the inventory: a kept volume among it may be gone, its snapshots not. */
    readonly absent: readonly AssociatedResource[];
}

/** Plans for resources; the snapshots of a volume that is kept, or was to be, are kept as well. */
export function planFor(
    inventory: readonly AssociatedResource[],
    desired: DesiredOutcome,
    facts: PlanFacts,
    inquiry: Inquiry,
): Plan {
    const decisions = planInventory(inventory, desired, facts, inquiry);
    // An entry that matches what was just detached is no typo.
    const unmatched = unmatchedRules(desired.keep, [...inventory, ...facts.absent]);
    return { ...decisions, unmatched: unmatched.map(({ entry }) => entry), unread: [] };
}

function planInventory(
    inventory: readonly AssociatedResource[],
    desired: DesiredOutcome,
    { objection, absent }: PlanFacts,
    inquiry: Inquiry,
): Decisions {
    const { policy, keep, finalSnapshot } = desired;
    const isArchive = archives(desired, inventory, inquiry);
    const input = {
        ...{ inventory, policy, keep, finalSnapshot },
        objection: (resource: AssociatedResource) => (isArchive(resource) ? ARCHIVE : objection(resource)),
    };
    const first = makePlan({ ...input, snapshotsOfKeptVolumes: new Map() });
    const snapshots = [...first.destroy, ...first.prevented].filter(isVolumeSnapshot);
    const stays = first.keep.some((one) => isVolumeSnapshot(one) && objection(one) !== null);
    if (!followVolumes(policy) || (snapshots.length === 0 && !stays)) {
        return first;
    }
    const volumes = first.keep.filter(({ kind }) => kind === "volume");
    // Those that stay anyway have a better reason where it can be read.
    const wanted = volumes.filter((volume) => volume.reason !== objection(volume));
    const owned =
        snapshots.length > 0 ? requiredSnapshots(volumes, inquiry) : readableSnapshots(wanted, inquiry);
    const others = snapshots.filter(({ id }) => !owned.includes(id));
    const snapshotsOfKeptVolumes = new Map([
        ...snapshotsTakenFrom(volumesKept(absent, desired), others, inquiry),
        ...owned.map((id) => [id, "its volume is kept"] as const),
    ]);
    return makePlan({ ...input, snapshotsOfKeptVolumes });
}

/** A snapshot that is not known to be older than the replacement counts as newer; its date never changes. */
function archives(
    { replacedAt }: DesiredOutcome,
    inventory: readonly AssociatedResource[],
    inquiry: Inquiry,
): (resource: AssociatedResource) => boolean {
    const snapshots = inventory.filter(({ kind }) => kind === "snapshot");
    if (replacedAt === null || snapshots.length === 0) {
        return () => false;
    }
    const [answer] = inquiry.once([SNAPSHOTS]);
    if (answer?.is === "absent" && !isProvenAbsent(answer)) {
        askAgain([SNAPSHOTS]);
    }
    const dated = answer?.is === "read" ? answer.value : [];
    const older = dated.filter(({ createdAt }) => isBefore(createdAt, replacedAt));
    return (resource) => isWithin([resource], snapshots) && !isWithin([resource], older);
}

/** @param date ISO; null: not known, which is not before */
export function isBefore(date: string | null, replacedAt: string): boolean {
    return Date.parse(date ?? "") <= Date.parse(replacedAt);
}

export function followVolumes(policy: ResolvedPolicy): boolean {
    return policy.volumeSnapshotsOfKeptVolumes !== policy.volumeSnapshots;
}

function isVolumeSnapshot({ kind }: AssociatedResource): boolean {
    return kind === "volume_snapshot";
}

/** Ids of the snapshots of volumes, as far as they can be read. */
function readableSnapshots(volumes: readonly AssociatedResource[], inquiry: Inquiry): readonly string[] {
    return askSnapshots(volumes, inquiry).flatMap((answer) => (answer.is === "read" ? answer.value : []));
}

function askSnapshots(volumes: readonly AssociatedResource[], inquiry: Inquiry) {
    return inquiry.settled(volumes.map(({ id }) => ({ about: "volume's snapshots", volumeId: id }) as const));
}

/** Ids of the snapshots of volumes; refuses if those of one cannot be read. */
function requiredSnapshots(volumes: readonly AssociatedResource[], inquiry: Inquiry): readonly string[] {
    const answers = askSnapshots(volumes, inquiry);
    return volumes.flatMap((volume, index) => {
        const answer = answers[index];
        return answer?.is === "read"
            ? answer.value
            : refuse({
                  code: "snapshots-of-volume-unreadable",
                  volume,
                  error: answer?.is === "unreadable" ? answer.error : null,
              });
    });
}

/** Ids of the volumes that are to be kept. */
function volumesKept(
    resources: readonly AssociatedResource[],
    { policy, keep, finalSnapshot }: DesiredOutcome,
): readonly string[] {
    const inventory = resources.filter(({ kind }) => kind === "volume");
    const objection: Objection = () => null;
    const input = { inventory, policy, keep, finalSnapshot, objection };
    return makePlan({ ...input, snapshotsOfKeptVolumes: new Map() }).keep.map(({ id }) => id);
}

/** The snapshots that were taken of one of the volumes, or may have been, and why they stay. */
function snapshotsTakenFrom(
    volumeIds: readonly string[],
    snapshots: readonly AssociatedResource[],
    inquiry: Inquiry,
): readonly (readonly [id: string, reason: string])[] {
    if (volumeIds.length === 0) {
        return [];
    }
    const answers = inquiry.all(snapshots.map(({ id }) => ({ about: "source", snapshotId: id }) as const));
    return snapshots.flatMap(({ id }, index): [string, string][] => {
        const answer = answers[index];
        switch (answer?.is) {
            case "read":
                return volumeIds.includes(answer.value) ? [[id, ORPHAN]] : [];
            case "unreadable":
                return refuse({ code: "source-unreadable", error: answer.error });
            default:
                return [[id, MAYBE_ORPHAN]];
        }
    });
}

/** What people wrote that matches no resource; what a stack manages need not be associated. */
export function unmatchedRules(
    rules: readonly KeepRule[],
    resources: readonly AssociatedResource[],
): KeepRule[] {
    return rules
        .filter(({ source }) => source === "argument" || source === "environment")
        .filter((rule) => !resources.some((resource) => keptBy(resource, [rule])));
}

function judge(resource: AssociatedResource, input: PlanInput): { action: PolicyAction; reason: string } {
    const rule = keptBy(resource, input.keep);
    if (isFinal(resource, input.finalSnapshot) && rule?.source !== "managed") {
        return { action: "keep", reason: FINAL_REASON };
    }
    if (rule !== undefined) {
        return { action: "keep", reason: keepReason(rule) };
    }
    if (mayBeKept(resource, input)) {
        return {
            action: "keep",
            reason: "DigitalOcean did not return its name, and a keep entry matches by name",
        };
    }
    const follows = followsItsVolume(resource, input);
    if (follows !== undefined) {
        return { action: "keep", reason: follows };
    }
    const property = POLICY_PROPERTY[resource.kind];
    const action = input.policy[property];
    const objection = action === "keep" ? null : input.objection(resource);
    return objection === null
        ? { action, reason: `policy ${property}: ${action}` }
        : { action: "keep", reason: objection };
}

/** Why a resource stays, whatever becomes of others; null: it is to go. */
export function whyKept(
    resource: AssociatedResource,
    { policy, keep, finalSnapshot }: DesiredOutcome,
): string | null {
    const alone = { inventory: [resource], objection: () => null, snapshotsOfKeptVolumes: new Map() };
    const { action, reason } = judge(resource, { policy, keep, finalSnapshot, ...alone });
    return action === "destroy" ? null : reason;
}

function mayBeKept({ kind, name }: AssociatedResource, { keep, finalSnapshot }: PlanInput): boolean {
    const mayBeFinal = kind === "snapshot" && finalSnapshot.template !== null;
    const byName = keep.some(({ source }) => !isExact(source) || kind === "reserved_ip");
    return name === "" && (mayBeFinal || byName);
}

function followsItsVolume({ kind, id }: AssociatedResource, input: PlanInput): string | undefined {
    const follows = kind === "volume_snapshot" && input.policy.volumeSnapshotsOfKeptVolumes === "keep";
    return follows ? input.snapshotsOfKeptVolumes.get(id) : undefined;
}

/** The last snapshot of a Droplet, taken before it is destroyed. */
export interface FinalSnapshot {
    readonly dropletId: number;
    /** Prefix of its name, such as `{name}-{date}`; null: none is taken, but an existing one is kept. */
    readonly template: string | null;
    /** Suffix of its name in every run, by which a resumed destroy recognizes it. */
    readonly suffix: string;
    /** Ids that this run has seen with such a name. */
    readonly ids: readonly string[];
}

/** Why it is kept, in a report's words. */
export const FINAL_REASON = "final snapshot";

export const DEFAULT_TEMPLATE = "{name}-{date}";
const MAX_TEMPLATE = 100;
const MAX_NAME = 255;

/** Matches any executor: a Droplet of a stack may be destroyed from the command line. */
const EXECUTORS = /-final-[0-9a-f]{16}$/i;

/** @param owner the executor's hex; the Droplet's id if there is no executor */
export function finalSnapshot(
    dropletId: number,
    template: string | null,
    owner: string | number = dropletId,
): FinalSnapshot {
    return { dropletId, template, suffix: `-final-${owner}`, ids: [] };
}

/** Whether a snapshot of the Droplet is a final one, whoever took it: no other snapshot has such a name. */
export function isFinal(
    { kind, id, name }: { readonly kind: ResourceKind; readonly id: string; readonly name: string },
    { dropletId, suffix, ids }: FinalSnapshot,
): boolean {
    const isNamed = EXECUTORS.test(name) || [suffix, `-final-${dropletId}`].some((end) => name.endsWith(end));
    return kind === "snapshot" && (ids.includes(id) || isNamed);
}

/** `web-1-2026-11-25-final-3164494`; the date is in UTC. */
export function finalSnapshotName(
    template: string,
    suffix: string,
    dropletName: string,
    nowMs: number,
): string {
    const [date = ""] = new Date(nowMs).toISOString().split("T");
    const begin = template.replace(/\{(name|date)\}/g, (_, word) => (word === "name" ? dropletName : date));
    return `${Array.from(begin)
        .slice(0, MAX_NAME - suffix.length)
        .join("")}${suffix}`;
}

/** What is wrong with a template; null: it is valid. */
export function templateFailure(template: string): string | null {
    if (template.trim() === "" || template.length > MAX_TEMPLATE || /\p{Cc}/u.test(template)) {
        return `must be a string of at most ${MAX_TEMPLATE} characters on one line`;
    }
    const rest = template.replace(/\{(?:name|date)\}/g, "");
    return /[{}]/.test(rest) ? "supports only the placeholders {name} and {date}" : null;
}

/** The expected owner of a Droplet that cannot be found. */
export type ExpectedAccount =
    /** The account read when the teardown was created; null: it could not be read. */
    | { readonly kind: "recorded"; readonly id: string | null }
    /** Nothing was recorded: the result claims only what this token can see. */
    | { readonly kind: "any" };

/** What somebody approved for destruction after seeing it; null: whatever the policy destroys. */
type Approval = readonly ResourceRef[] | null;

/** What may go of a Droplet, and on which conditions. */
export interface Terms extends DesiredOutcome {
    /** The Droplet's owner, in case the Droplet cannot be found. */
    readonly account: ExpectedAccount;
    /** What was shown and approved; nothing else is destroyed. */
    readonly approved: Approval;
    /** Tags that the Droplet must carry to be destroyed, all of them. */
    readonly requireTag: readonly string[];
    /** What it must be because of its age; null: its age does not matter. */
    readonly sweep: Sweep | null;
    /**
     * Whether leftovers of a Droplet that is gone may be deleted, because it was ours to the end (marked, a
     * recorded predecessor, or no tag was ever required).
     */
    readonly mayCleanUp: boolean;
}

/** Why something that the policy destroys stays anyway. */
export const UNAPPROVED_REASON = "attached after the plan was approved";

export function isApproved(resource: ResourceRef, approved: Approval): boolean {
    return approved === null || approved.some((other) => sameResource(other, resource));
}
