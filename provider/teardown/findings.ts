import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    type Inventory,
    isWithin,
    type KeptResource,
    namedIn,
    provesEnd,
    RESOURCE_KINDS,
    type ResourceKind,
    sameResource,
    undestroyedIn,
    type UnknownKind,
} from "./model.js";
import type { Access, Account, DropletAction, DropletSnapshot, ListedResource, Placement } from "./ports.js";

/** When an answer was read: its place among all of this run, and between which waits. */
export interface Reading {
    /** Number of the answer in this run: higher is newer. */
    readonly nth: number;
    /** How often this run had waited by then: between two readings of one epoch, nothing has waited. */
    readonly epoch: number;
    /** When it was asked for, in monotonic time. */
    readonly atMs: number;
}

/** What can be asked about a Droplet, and the type of each answer. */
interface Values {
    readonly droplet: Droplet;
    /** The status of its destroy. */
    readonly destroy: DestroyStatus;
    /** What is associated with it. */
    readonly list: Inventory;
    /** The team of the token. */
    readonly team: Account;
    /** All snapshots that were taken of it, whether or not it exists. */
    readonly snapshots: readonly ListedResource[];
    readonly actions: readonly DropletAction[];
    /** Its own list of snapshots, while it exists. */
    readonly "own snapshots": readonly DropletSnapshot[];
    readonly action: DropletAction;
    /** Whether the token can list resources of a kind. */
    readonly kind: Access;
    /** A resource at its own endpoint. */
    readonly resource: Placement;
    readonly "volume's snapshots": readonly string[];
    /** The volume that a snapshot was taken of. */
    readonly source: string;
    /** Whether something in the account has an entry of a keep list as its id, its address or (`byName`) its name. */
    readonly "keep entry": boolean;
}

export type Question =
    | {
          readonly about: "droplet" | "destroy" | "list" | "team" | "snapshots" | "actions" | "own snapshots";
      }
    | { readonly about: "action"; readonly actionId: number }
    | { readonly about: "kind"; readonly kind: ResourceKind }
    | { readonly about: "resource"; readonly resource: AssociatedResource }
    | { readonly about: "volume's snapshots"; readonly volumeId: string }
    | { readonly about: "source"; readonly snapshotId: string }
    | { readonly about: "keep entry"; readonly entry: string; readonly byName: boolean };

export type ValueOf<Q extends Question> = Values[Q["about"]];

export const DROPLET = { about: "droplet" } as const;
export const DESTROY = { about: "destroy" } as const;
export const LIST = { about: "list" } as const;
export const TEAM = { about: "team" } as const;
export const SNAPSHOTS = { about: "snapshots" } as const;
export const ACTIONS = { about: "actions" } as const;
export const OWN_SNAPSHOTS = { about: "own snapshots" } as const;

/** Where a resource is, by its own endpoint. */
export function aboutResource(resource: AssociatedResource): {
    readonly about: "resource";
    readonly resource: AssociatedResource;
} {
    return { about: "resource", resource };
}

/** What DigitalOcean says to a question: something, a 404, or nothing that can be used. */
export type Said<T = unknown> =
    | { readonly is: "read"; readonly value: T }
    | { readonly is: "absent" }
    /** Never to be taken for "none" or "empty". */
    | { readonly is: "unreadable"; readonly error: Error };

/** What says nothing at all: another read may help. */
export interface NoNews {
    readonly is: "no news";
    readonly error: Error;
}

/** The last answer to a question. */
export type Answer<T = unknown> = (
    | { readonly is: "read"; readonly value: T }
    /** `times`: 404s in a row. */
    | { readonly is: "absent"; readonly times: number }
    | { readonly is: "unreadable"; readonly error: Error }
) & { readonly at: Reading };

/** A single 404 proves nothing. Only for the Droplet, one and a status that shows its end do (`findEnd`). */
export function isProvenAbsent(answer: Answer | null): boolean {
    return answer?.is === "absent" && answer.times >= 2;
}

/** Everything that is known of one resource, by source. Nothing is ever removed; `whereIs` says what it means. */
export interface Evidence extends AssociatedResource {
    /** The Droplet's associated list: what it is attached to, or null if the list does not show it. */
    readonly listed: { readonly shown: Placement | null; readonly at: Reading } | null;
    readonly everListed: boolean;
    /** A status of a destroy of the Droplet, whoever requested it, has named it. */
    readonly named: boolean;
    /** A status shows it as destroyed; `at`: the first one that gave this date. */
    readonly ended: { readonly destroyedAt: string; readonly at: Reading } | null;
    /** A list of the Droplet's snapshots shows it. */
    readonly taken: Reading | null;
    /** Its own endpoint. */
    readonly own: Answer<Placement> | null;
    /** What its own endpoint last had, whatever it says since. */
    readonly found: { readonly dropletIds: readonly number[]; readonly at: Reading } | null;
    /** Our delete of it was accepted. */
    readonly deleted: boolean;
    /** Our destroy of the Droplet named it, and was accepted. */
    readonly asked: boolean;
    /** Why the last attempt to destroy it failed. */
    readonly failure: string | null;
    /** Why the last plan keeps it. */
    readonly keep: string | null;
}

/** Everything that one run has read about a Droplet. Immutable. */
export interface Findings {
    readonly dropletId: number;
    readonly answers: ReadonlyMap<string, Answer>;
    readonly evidence: readonly Evidence[];
    /** The Droplet as last seen; null: never seen. */
    readonly lastSeen: Droplet | null;
    /** Whether this token has seen the Droplet or a destroy of it: then a 404 is not due to another team. */
    readonly known: boolean;
    /** Since when the Droplet is proven to be gone: by two 404s, or by one and a status that shows its end. */
    readonly endedAt: Reading | null;
    /** Whether the last status is of this run's destroy. Nobody else's is evidence that everything is done. */
    readonly isOurs: boolean;
    /** Since when every status shows that a destroy is running. */
    readonly runningSince: Reading | null;
    /** Whether a list was read while no destroy was running, which takes things out of it one by one. */
    readonly listedWhole: boolean;
    /** Whether a list was read at all. */
    readonly wasListed: boolean;
    /** Of kinds that this version does not know, as the last list has it. */
    readonly unknownKinds: readonly UnknownKind[];
    /** How many answers there were. */
    readonly reads: number;
}

/**
 * Before anything is read.
 * @param recorded what is known from before: a source of names and costs, and proof of nothing
 */
export function beginFindings(
    dropletId: number,
    recorded: readonly AssociatedResource[],
    lastSeen: Droplet | null = null,
): Findings {
    return {
        dropletId,
        answers: new Map(),
        evidence: note([], recorded, () => ({})),
        lastSeen,
        known: lastSeen !== null,
        endedAt: null,
        isOurs: false,
        runningSince: null,
        listedWhole: false,
        wasListed: false,
        unknownKinds: [],
        reads: 0,
    };
}

/** The last answer to a question; null: it has not been asked. */
export function answerTo<Q extends Question>(findings: Findings, question: Q): Answer<ValueOf<Q>> | null {
    const answer =
        question.about === "resource"
            ? findEvidence(findings, question.resource)?.own
            : findings.answers.get(questionKey(question));
    return (answer ?? null) as Answer<ValueOf<Q>> | null;
}

/** The last status that could be read. */
export function destroyStatus(findings: Findings): DestroyStatus {
    const answer = answerTo(findings, DESTROY);
    return answer?.is === "read" ? answer.value : { state: "none" };
}

export function findEvidence(findings: Findings, resource: AssociatedResource): Evidence | undefined {
    return findings.evidence.find((one) => sameResource(one, resource));
}

/** The kinds of which the last list says nothing, or does not say that there are none. */
export function findUnread(findings: Findings): readonly ResourceKind[] {
    const list = answerTo(findings, LIST);
    if (list?.is !== "read") {
        return RESOURCE_KINDS;
    }
    const { resources, unread } = list.value;
    const isRead = (kind: ResourceKind): boolean => {
        const probe = answerTo(findings, { about: "kind", kind });
        return (
            resources.some((one) => one.kind === kind) ||
            (probe?.is === "read" && probe.value.denied === null)
        );
    };
    return RESOURCE_KINDS.filter((kind) => unread.includes(kind) || !isRead(kind));
}

/** Adds an answer. */
export function afterAnswer(
    findings: Findings,
    question: Question,
    said: Said,
    when: Omit<Reading, "nth">,
): Findings {
    const at = { ...when, nth: findings.reads + 1 };
    const answer = toAnswer(said, answerTo(findings, question), at);
    const read = { ...findings, reads: at.nth };
    if (question.about === "list" && said.is === "absent" && answerTo(findings, DROPLET)?.is === "absent") {
        // There is no list where there is no Droplet: that says nothing of what it had.
        return read;
    }
    if (question.about === "resource") {
        const own = answer as Answer<Placement>;
        const news = own.is === "read" ? { own, found: { ...own.value, at } } : { own };
        const name = (own.is === "read" ? own.value.name : null) ?? question.resource.name;
        return { ...read, evidence: note(findings.evidence, [{ ...question.resource, name }], () => news) };
    }
    const answers = new Map(findings.answers).set(questionKey(question), answer);
    return understood({ ...read, answers }, question, at);
}

function toAnswer(said: Said, before: Answer | null, at: Reading): Answer {
    return said.is === "absent"
        ? { ...said, at, times: before?.is === "absent" ? before.times + 1 : 1 }
        : { ...said, at };
}

/** What the last answer says about more than its question. */
function understood(findings: Findings, { about }: Question, at: Reading): Findings {
    switch (about) {
        case "droplet":
            return afterDroplet(findings, at);
        case "destroy":
            return afterStatus(findings, at);
        case "list":
            return afterList(findings, at);
        case "snapshots":
        case "own snapshots": {
            const answer = answerTo(findings, { about });
            const snapshots = answer?.is === "read" ? answer.value : [];
            return { ...findings, evidence: note(findings.evidence, snapshots, () => ({ taken: at })) };
        }
        default:
            return findings;
    }
}

function afterDroplet(findings: Findings, at: Reading): Findings {
    const droplet = answerTo(findings, DROPLET);
    return droplet?.is === "read"
        ? { ...findings, lastSeen: droplet.value, known: true, endedAt: null }
        : { ...findings, endedAt: findEnd(findings, at) };
}

function findEnd(findings: Findings, at: Reading): Reading | null {
    const droplet = answerTo(findings, DROPLET);
    const isGone =
        isProvenAbsent(droplet) || (droplet?.is === "absent" && provesEnd(destroyStatus(findings)));
    return findings.endedAt ?? (isGone ? at : null);
}

function afterStatus(findings: Findings, at: Reading): Findings {
    const status = destroyStatus(findings);
    const named = namedIn(status).map((one) => unpriced(one, findings));
    const evidence = note(findings.evidence, named, (resource, known) => {
        const { destroyedAt = null, error = null } =
            namedIn(status).find((one) => sameResource(one, resource)) ?? {};
        const before = known?.ended ?? null;
        const isNews = destroyedAt !== null && before?.destroyedAt !== destroyedAt;
        const ended = isNews ? { destroyedAt, at } : before;
        return { named: true, failure: error, ended };
    });
    const noted = {
        ...findings,
        evidence,
        known: findings.known || status.state !== "none",
        runningSince: status.state === "running" ? (findings.runningSince ?? at) : null,
    };
    return { ...noted, endedAt: findEnd(noted, at) };
}

/** A status keeps the names of its time, and somebody may have given a snapshot another since, to have it kept. */
function unpriced(
    resource: Omit<AssociatedResource, "monthlyCost">,
    { evidence }: Pick<Findings, "evidence">,
): AssociatedResource {
    const { kind, id, name } = resource;
    const known = evidence.find((one) => sameResource(one, resource));
    const isShown = known !== undefined && (known.everListed || known.taken !== null || known.found !== null);
    return { kind, id, name: isShown ? known.name || name : name, monthlyCost: null };
}

/** A list that answers 404 twice shows nothing of what there may be. */
function afterList(findings: Findings, at: Reading): Findings {
    const { dropletId, runningSince, listedWhole, wasListed } = findings;
    const list = answerTo(findings, LIST);
    if (list?.is !== "read" && !isProvenAbsent(list)) {
        return findings;
    }
    const resources = list?.is === "read" ? list.value.resources : [];
    const left = findings.evidence.filter((one) => !resources.some((other) => sameResource(one, other)));
    const unlisted = note(findings.evidence, left, () => ({ listed: { shown: null, at } }));
    const evidence = note(unlisted, resources, ({ kind }) => {
        const hangs = kind === "volume" || kind === "reserved_ip";
        return { listed: { shown: { dropletIds: hangs ? [dropletId] : [] }, at }, everListed: true };
    });
    return {
        ...findings,
        evidence,
        listedWhole: listedWhole || (list?.is === "read" && runningSince === null),
        wasListed: wasListed || list?.is === "read",
        unknownKinds: list?.is === "read" ? list.value.unknownKinds : findings.unknownKinds,
    };
}

const UNSEEN: Omit<Evidence, keyof AssociatedResource> = {
    listed: null,
    everListed: false,
    named: false,
    ended: null,
    taken: null,
    own: null,
    found: null,
    deleted: false,
    asked: false,
    failure: null,
    keep: null,
};

/** Adds what is new about some resources; those that are not known yet are added. */
export function note(
    evidence: readonly Evidence[],
    resources: readonly AssociatedResource[],
    update: (resource: AssociatedResource, known: Evidence | undefined) => Partial<Evidence>,
): readonly Evidence[] {
    const noted = [...evidence];
    for (const resource of resources) {
        const index = noted.findIndex((one) => sameResource(one, resource));
        const known = noted[index];
        const { kind, id, name, monthlyCost } = resource;
        noted[known === undefined ? noted.length : index] = {
            ...(known ?? UNSEEN),
            ...update(resource, known),
            kind,
            id,
            name: chooseName(kind, name, known?.name ?? ""),
            monthlyCost: monthlyCost ?? known?.monthlyCost ?? null,
        };
    }
    return noted;
}

/** The latest name, except that an address keeps its own: a status may name it differently. */
function chooseName(kind: ResourceKind, latest: string, known: string): string {
    const [first, second] = kind === "reserved_ip" ? [known, latest] : [latest, known];
    return first || second;
}

function questionKey(question: Question): string {
    return Object.values(question).join(" ");
}

/** What a plan says of each resource. The lists are disjoint. */
export interface Decisions {
    readonly destroy: readonly AssociatedResource[];
    readonly keep: readonly KeptResource[];
    /** While any of these exists, nothing may be destroyed. */
    readonly prevented: readonly KeptResource[];
}

/** Records what a plan keeps, with its reasons. */
export function planned(
    evidence: readonly Evidence[],
    { destroy, keep, prevented }: Decisions,
): readonly Evidence[] {
    const reasons = [...keep, ...prevented];
    return evidence.map((one) => {
        const kept = reasons.find((other) => sameResource(other, one));
        if (kept !== undefined) {
            return { ...one, keep: kept.reason };
        }
        return isWithin([one], destroy) ? { ...one, keep: null } : one;
    });
}

/** What all evidence of a resource together says; computed, never stored. */
export type Whereabouts =
    /** It exists, and is attached to these Droplets. */
    | { readonly is: "there"; readonly dropletIds: readonly number[] }
    /** Proven: a status shows it destroyed, its own endpoint answers 404 twice, or our delete was accepted. */
    | { readonly is: "gone" }
    /** Its own endpoint does not say. */
    | { readonly is: "hidden"; readonly why: string }
    /** Sources contradict each other, or there is a single 404: its own endpoint has to tell. */
    | { readonly is: "disputed" }
    /** Only recorded or named so far, or its list does not show it any more. */
    | { readonly is: "unseen" };

/** A proof of its absence stands; else the newer source wins, and a list that is newer than a status is disputed. */
export function whereIs(evidence: Evidence): Whereabouts {
    const { own, ended, deleted, kind, listed } = evidence;
    if (deleted) {
        return { is: "gone" };
    }
    if (own?.is === "absent") {
        // An address can be handed out again.
        const isBack = kind === "reserved_ip" && isShown(listed) && isNewer(listed.at, own.at);
        return { is: isProvenAbsent(own) && !isBack ? "gone" : "disputed" };
    }
    const shown = lastShown(evidence);
    if (ended !== null && !(own !== null && isNewer(own.at, ended.at))) {
        return { is: shown !== null && isNewer(shown.at, ended.at) ? "disputed" : "gone" };
    }
    if (own !== null && !(listed !== null && isNewer(listed.at, own.at))) {
        return own.is === "read"
            ? { is: "there", dropletIds: own.value.dropletIds }
            : { is: "hidden", why: own.error.message };
    }
    return shown === null ? { is: "unseen" } : { is: "there", dropletIds: shown.dropletIds };
}

/** Resources that are not proven to be gone. */
export function remainingEvidence({ evidence }: Pick<Findings, "evidence">): readonly Evidence[] {
    return evidence.filter((one) => !isGone(one));
}

export function isGone(evidence: Evidence): boolean {
    return whereIs(evidence).is === "gone";
}

/**
 * Whether it may be deleted by its own endpoint: a destroy of the Droplet named it, or it is a snapshot of the
 * Droplet. An address has no id there, and may have been destroyed and handed out again: only a status tells that it
 * is the same one.
 */
export function mayDeleteAlone(evidence: Evidence, findings: Findings): boolean {
    const { named, asked, taken, kind, everListed } = evidence;
    return kind === "reserved_ip"
        ? isWithin([evidence], undestroyedIn(destroyStatus(findings)))
        : named || asked || taken !== null || (kind === "snapshot" && everListed);
}

/**
 * Whether our destroy was to take an address, and no status shows whether it did: the address that is there may be
 * the same one, or another that was handed out since.
 */
export function isUnaccounted(evidence: Evidence, findings: Findings): boolean {
    const { kind, asked, ended } = evidence;
    return asked && ended === null && kind === "reserved_ip" && !mayDeleteAlone(evidence, findings);
}

/** What the newest of the Droplet's lists shows. */
function lastShown({ listed, taken }: Evidence): { dropletIds: readonly number[]; at: Reading } | null {
    if (taken !== null && (listed === null || isNewer(taken, listed.at))) {
        return { dropletIds: [], at: taken };
    }
    return isShown(listed) ? { dropletIds: listed.shown.dropletIds, at: listed.at } : null;
}

function isShown(
    listed: Evidence["listed"],
): listed is NonNullable<Evidence["listed"]> & { shown: { dropletIds: readonly number[] } } {
    return listed?.shown != null;
}

function isNewer(one: Reading, other: Reading): boolean {
    return one.nth > other.nth;
}
