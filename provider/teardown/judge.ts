import {
    type ExpectedAccount,
    FINAL_REASON,
    followVolumes,
    isApproved,
    isFinal,
    type Objection,
    type Plan,
    planFor,
    type Terms,
    UNAPPROVED_REASON,
    unmatchedRules,
} from "./plan.js";
import {
    aboutResource,
    answerTo,
    DESTROY,
    destroyStatus,
    DROPLET,
    type Evidence,
    findEvidence,
    type Findings,
    findUnread,
    isGone,
    isUnaccounted,
    LIST,
    mayDeleteAlone,
    type Question,
    type Reading,
    remainingEvidence,
    SNAPSHOTS,
    TEAM,
    whereIs,
} from "./findings.js";
import { askAgain, Inquiry, type Open, refuse, type Refused, settle } from "./inquiry.js";
import {
    type AssociatedResource,
    type Droplet,
    endedWell,
    findStack,
    hasTag,
    isWithin,
    RESOURCE_KINDS,
    type ResourceKind,
    sameResource,
    type Sweep,
    undestroyedIn,
    whyOutside,
} from "./model.js";
import { isGlob, POLICY_PROPERTY, type ResolvedPolicy } from "./policy.js";

/** What is there, and what may go. */
export type Judgement =
    | Open
    | (Refused & { readonly plan: Plan | null })
    /** A destroy is running, whoever requested it. */
    | { readonly is: "running"; readonly plan: Plan | null }
    /** The Droplet may be destroyed with exactly what the plan destroys. */
    | { readonly is: "ready"; readonly droplet: Droplet; readonly plan: Plan }
    | Gone;

/** The Droplet is gone, and everything that it had has been looked up. */
export type Gone = {
    readonly plan: Plan;
    /** Whether it went before its final snapshot was taken. */
    readonly lacksFinal: boolean;
} & (
    | { readonly is: "gone" }
    /** These are still attached to it; DigitalOcean detaches them. */
    | { readonly is: "detaching"; readonly attached: readonly Evidence[] }
    /** These are to go, may be deleted by their own endpoints, and are attached to nothing. */
    | { readonly is: "leftovers"; readonly remaining: readonly Evidence[] }
);

/** Whether the Droplet exists and whether its destroy is running, before anything else is asked. */
type Presence =
    | { readonly is: "open"; readonly ask: readonly Question[] }
    | Refused
    | { readonly is: "running" }
    | ({ readonly is: "there" } & Seen)
    | { readonly is: "gone" };

/** A Droplet that exists, and when it was read: a change is requested because of that. */
export interface Seen {
    readonly droplet: Droplet;
    readonly at: Reading;
}

export const DETACHED_REASON = "left in place: no longer attached to anything";
const LAST_COPY_REASON = "the droplet went before its final snapshot was taken";
const NOT_OURS_REASON = "not deleted: the droplet may have changed owner";

/**
 * A running destroy is running and a proven end is an end, however old the answer. That a Droplet exists is true only
 * in the epoch in which it was read.
 */
export function presence(findings: Findings, epoch: number): Presence {
    for (const question of [DROPLET, DESTROY]) {
        const answer = answerTo(findings, question);
        if (answer === null) {
            return { is: "open", ask: [question] };
        }
        if (answer.is === "unreadable" && answer.at.epoch === epoch) {
            return { is: "refused", refusal: { code: "unreadable", error: answer.error } };
        }
    }
    if (findings.runningSince !== null) {
        return { is: "running" };
    }
    if (findings.endedAt !== null) {
        return { is: "gone" };
    }
    const stale = [DROPLET, DESTROY].find((question) => answerTo(findings, question)?.at.epoch !== epoch);
    if (stale !== undefined) {
        return { is: "open", ask: [stale] };
    }
    const droplet = answerTo(findings, DROPLET);
    return droplet?.is === "read"
        ? { is: "there", droplet: droplet.value, at: droplet.at }
        : { is: "open", ask: [DROPLET] };
}

/**
 * Judges what has been read, or says what has to be read first. Pure: the same findings and terms come to the same
 * judgement, whoever asks.
 * @param epoch in which a change would be requested: what it depends on must have been read in it
 */
export function judge(findings: Findings, terms: Terms, epoch: number): Judgement {
    const found = presence(findings, epoch);
    switch (found.is) {
        case "open":
            return { ...found, again: false };
        case "refused":
            return { ...found, plan: null };
        case "running":
            return judgeRunning(findings, terms, epoch);
        case "there":
            return judgeThere(found.droplet, findings, terms, epoch);
        case "gone":
            return judgeGone(findings, terms);
    }
}

function whileAttached(terms: Terms): Terms {
    return { ...terms, keep: terms.keep.filter(({ source }) => source !== "attached") };
}

/** Reads what is attached to the Droplet while it can be seen. Nothing is destroyed, so nothing is refused. */
function judgeRunning(
    findings: Findings,
    terms: Terms,
    epoch: number,
): Extract<Judgement, { is: "open" | "running" }> {
    const { runningSince } = findings;
    const droplet = answerTo(findings, DROPLET);
    const isThere = droplet?.is === "read" && droplet.at.epoch === epoch;
    const inquiry = new Inquiry(findings, ({ nth }) => nth > (runningSince?.nth ?? 0));
    const judgement = settle(() => {
        if (isThere && inquiry.all([LIST])[0]?.is === "read") {
            inquiry.once(probesFor(findings));
        }
        const open = remainingEvidence(findings);
        const concerned = open.filter((one) => one.listed?.shown != null || mayDeleteAlone(one, findings));
        const facts = { objection: () => null, absent: findings.evidence.filter(isGone) };
        const planned = planFor(concerned, whileAttached(terms), facts, inquiry);
        const plan = { ...planned, unread: unreadWhileRunning(findings) };
        return { is: "running", plan } as const;
    });
    return judgement.is === "refused" ? { is: "running", plan: null } : judgement;
}

/** A volume that the destroy has taken is in no list, and so are its snapshots, which may stay. */
function unreadWhileRunning(findings: Findings): readonly ResourceKind[] {
    const unread = findUnread(findings);
    const isTaken = findings.evidence.some(({ kind, named, listed }) => {
        return kind === "volume" && named && listed?.shown == null;
    });
    return RESOURCE_KINDS.filter((kind) => unread.includes(kind) || (kind === "volume_snapshot" && isTaken));
}

/** Plans for a Droplet that exists, and runs every check that can refuse. */
export function judgeThere(
    droplet: Droplet,
    findings: Findings,
    terms: Terms,
    epoch: number,
): Extract<Judgement, { is: "open" | "refused" | "ready" }> {
    let plan: Plan | null = null;
    const inquiry = new Inquiry(findings, (at) => at.epoch === epoch);
    const judgement = settle(() => {
        const listed = requiredList(inquiry);
        const unread = findUnread(findings);
        refuseHidden(unread, listed, terms.policy, findings);
        refuseUnmatched(terms, inquiry);
        const { evidence } = findings;
        const absent = evidence.filter((one) => !isWithin([one], listed));
        const objection: Objection = (resource) => movedTo(findEvidence(findings, resource), findings);
        plan = { ...planFor(listed, whileAttached(terms), { objection, absent }, inquiry), unread };
        refuseBy(plan, droplet, terms);
        return { is: "ready", droplet, plan } as const;
    });
    return judgement.is === "refused" ? { ...judgement, plan } : judgement;
}

/** What the list shows and what is not proven to be gone, once every doubt about it is looked up. */
function requiredList(inquiry: Inquiry): readonly Evidence[] {
    const { findings } = inquiry;
    const [list] = inquiry.settled([LIST]);
    if (list?.is === "unreadable") {
        refuse({ code: "unreadable", error: list.error });
    }
    if (list?.is === "read") {
        inquiry.once(probesFor(findings));
    }
    const shown = findings.evidence.filter((one) => one.listed?.shown != null);
    const disputed = shown.filter((one) => whereIs(one).is === "disputed");
    lookUp(disputed, inquiry);
    return shown.filter((one) => !isGone(one));
}

/** The kinds that a list does not show: one that the token cannot read looks empty. */
function probesFor(findings: Findings): readonly { readonly about: "kind"; readonly kind: ResourceKind }[] {
    const list = answerTo(findings, LIST);
    if (list?.is !== "read") {
        return [];
    }
    const { resources, unread } = list.value;
    return RESOURCE_KINDS.filter((kind) => !has(resources, kind) && !unread.includes(kind)).map((kind) => ({
        about: "kind",
        kind,
    }));
}

/** Asks resources' own endpoints, and again where that leaves a doubt. */
function lookUp(resources: readonly Evidence[], inquiry: Inquiry): void {
    inquiry.all(resources.map(aboutResource));
    const disputed = resources.filter((one) => whereIs(one).is === "disputed");
    if (disputed.length > 0) {
        askAgain(disputed.map(aboutResource));
    }
}

/** A kind that cannot be read is not an empty kind. */
function refuseHidden(
    hidden: readonly ResourceKind[],
    inventory: readonly AssociatedResource[],
    policy: ResolvedPolicy,
    findings: Findings,
): void {
    const kinds = hidden.filter((kind) => matters(kind, inventory, policy));
    if (kinds.length > 0) {
        const probes = kinds.map((kind) => answerTo(findings, { about: "kind", kind }));
        const denied = probes.flatMap((probe) => (probe?.is === "read" ? (probe.value.denied ?? []) : []));
        refuse({ code: "kind-hidden", kinds, said: denied[0] ?? null });
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

function has(inventory: readonly AssociatedResource[], kind: ResourceKind): boolean {
    return inventory.some((resource) => resource.kind === kind);
}

/**
 * An entry of the environment that is not a pattern should protect something. What is the id, address or name of
 * something else in the account protects another Droplet's resource.
 */
function refuseUnmatched({ keep }: Terms, inquiry: Inquiry): void {
    const { evidence } = inquiry.findings;
    const entries = unmatchedRules(keep, evidence)
        .filter((rule) => rule.source === "environment" && !isGlob(rule))
        .map(({ entry }) => entry);
    const allNamed = evidence.every(({ name }) => name !== "");
    const missing = existNowhere(entries, allNamed, inquiry);
    if (missing.length > 0) {
        refuse({ code: "keep-unmatched", entries: missing, allNamed });
    }
}

/**
 * The entries that are the id, address or name of nothing in the account.
 * @param byName false: a name says nothing, because one of the Droplet's own is not known
 */
function existNowhere(entries: readonly string[], byName: boolean, inquiry: Inquiry): readonly string[] {
    const answers = inquiry.once(entries.map((entry) => ({ about: "keep entry", entry, byName }) as const));
    const failed = answers.find((answer) => answer.is === "unreadable");
    if (failed !== undefined) {
        refuse({ code: "unreadable", error: failed.error });
    }
    return entries.filter((_, index) => {
        const answer = answers[index];
        return answer?.is === "read" && !answer.value;
    });
}

/** Its own endpoint knows better than a list that it is attached to another Droplet by now. */
function movedTo(evidence: Evidence | undefined, { dropletId }: Findings): string | null {
    const where = evidence === undefined ? null : whereIs(evidence);
    const isElsewhere =
        where?.is === "there" && where.dropletIds.length > 0 && !where.dropletIds.includes(dropletId);
    return isElsewhere ? inUseBy(where.dropletIds) : null;
}

function inUseBy(dropletIds: readonly number[]): string {
    return `in use by droplet ${dropletIds.join(", ")}`;
}

function refuseBy(
    { prevented, destroy }: Plan,
    droplet: Droplet,
    { approved, requireTag, sweep }: Terms,
): void {
    if (sweep !== null) {
        refuseOutside(sweep, droplet);
    }
    if (prevented.length > 0) {
        refuse({ code: "prevented", by: prevented });
    }
    const grown = destroy.filter((resource) => !isApproved(resource, approved));
    if (grown.length > 0) {
        refuse({ code: "not-approved", grown });
    }
    const tag = requireTag.find((one) => !hasTag(droplet, one));
    if (tag !== undefined) {
        refuse({ code: "tag-missing", tag });
    }
}

/** Whoever takes the expiry tag off, or puts on a later one, rescues a Droplet up to this read. */
function refuseOutside(sweep: Sweep, droplet: Droplet): void {
    const why = whyOutside(sweep, droplet);
    if (why !== null) {
        refuse({ code: "outside-sweep", why });
    }
    const stack = sweep.includeStacks ? null : findStack(droplet);
    if (stack !== null) {
        refuse({ code: "stack-lives", stack });
    }
}

/** Accounts for everything that a Droplet that is gone had, and says what may be deleted of it. */
export function judgeGone(findings: Findings, terms: Terms): Exclude<Judgement, { is: "running" | "ready" }> {
    const { isOurs, endedAt } = findings;
    const inquiry = new Inquiry(findings, ({ nth }) => nth > (endedAt?.nth ?? 0));
    let plan: Plan | null = null;
    const judgement = settle((): Gone => {
        if (!findings.known) {
            refuseOtherTeam(terms.account, inquiry);
        }
        // If our own destroy ended, the Droplet was ours to the end.
        const own = { ...terms, ownedToTheEnd: terms.mayCleanUp || isOurs };
        const isProven = isOurs && endedWell(destroyStatus(findings));
        const unread = isProven ? [] : unreadSnapshots(own, inquiry);
        lookUp(
            remainingEvidence(findings).filter((one) => !isProven || isDoubtful(one, findings)),
            inquiry,
        );
        const open = remainingEvidence(findings);
        const lacksFinal = lacksFinalSnapshot(open, terms);
        const objection: Objection = (resource) =>
            objectionTo(findEvidence(findings, resource), lacksFinal, own, findings);
        const facts = { objection, absent: findings.evidence.filter(isGone) };
        plan = { ...planFor(open, terms, facts, inquiry), unread };
        const shared = { plan, lacksFinal };
        const attached = open.filter((one) => isStillAttached(one, findings));
        if (attached.length > 0) {
            return { is: "detaching", attached, ...shared };
        }
        const goes = plan.destroy;
        const remaining = open.filter(
            (one) => whereIs(one).is === "there" && isWithin([one], goes) && !isUnaccounted(one, findings),
        );
        if (remaining.length === 0) {
            return { is: "gone", ...shared };
        }
        refuseUnmatched(terms, inquiry);
        return { is: "leftovers", remaining, ...shared };
    });
    return judgement.is === "refused" ? { ...judgement, plan } : judgement;
}

/**
 * What becomes of leftovers of an older destroy once a Droplet that exists is gone: its list does not show them. Only
 * for people: a teardown looks them up then.
 */
export function judgeOlder(
    findings: Findings,
    terms: Terms,
    epoch: number,
): Open | Refused | { readonly is: "planned"; readonly plan: Plan } {
    const inquiry = new Inquiry(findings, (at) => at.epoch === epoch);
    const own = { ...terms, ownedToTheEnd: true };
    return settle(() => {
        const older = remainingEvidence(findings).filter(
            (one) => one.listed?.shown == null && mayDeleteAlone(one, findings),
        );
        lookUp(older, inquiry);
        const there = older.filter((one) => whereIs(one).is === "there");
        const objection: Objection = (resource) =>
            objectionTo(findEvidence(findings, resource), false, own, findings);
        const facts = { objection, absent: findings.evidence.filter(isGone) };
        return { is: "planned", plan: planFor(there, terms, facts, inquiry) } as const;
    });
}

/** Whose the token is; one of another team gets 404 for everything. */
export function judgeTeam(
    expected: ExpectedAccount,
    findings: Findings,
): Open | Refused | { readonly is: "ours" } {
    return settle(() => {
        refuseOtherTeam(expected, new Inquiry(findings, () => true));
        return { is: "ours" } as const;
    });
}

function refuseOtherTeam(expected: ExpectedAccount, inquiry: Inquiry): void {
    if (expected.kind === "any") {
        return;
    }
    const [team] = inquiry.once([TEAM]);
    if (team?.is === "unreadable") {
        refuse({ code: "unreadable", error: team.error });
    }
    if (team?.is !== "read") {
        refuse({ code: "team-unreadable" });
    }
    if (expected.id === null) {
        refuse({ code: "team-not-recorded" });
    }
    if (team.value.id !== expected.id) {
        refuse({ code: "team-other", actual: team.value.id, recorded: expected.id });
    }
}

/** The kinds that cannot be read. */
function unreadSnapshots(
    { policy, ownedToTheEnd }: Terms & { readonly ownedToTheEnd: boolean },
    inquiry: Inquiry,
): readonly ResourceKind[] {
    const [snapshots] = inquiry.settled([SNAPSHOTS]);
    if (snapshots?.is === "read") {
        return [];
    }
    if (policy.snapshots !== "keep" && ownedToTheEnd) {
        refuse({
            code: "snapshots-unreadable",
            error: snapshots?.is === "unreadable" ? snapshots.error : null,
        });
    }
    return ["snapshot"];
}

/**
 * Whether our own destroy, which ended well, does not prove where this is. A listed snapshot that it did not name
 * still exists; where something that was to be kept is gone, somebody has interfered, and nothing is certain.
 */
function isDoubtful(evidence: Evidence, findings: Findings): boolean {
    const { kind, keep } = evidence;
    const hadBackups = (findings.lastSeen?.backups ?? 0) > 0;
    const isSnapshot = (kind === "snapshot" && !hadBackups) || kind === "volume_snapshot";
    const isCertain =
        isSnapshot && keep !== null && keep !== FINAL_REASON && whereIs(evidence).is === "there";
    return !isCertain || findings.evidence.some((one) => one.keep !== null && isGone(one));
}

/** Whether the Droplet was gone before its final snapshot was taken: then older ones may be the last copy. */
function lacksFinalSnapshot(open: readonly Evidence[], { finalSnapshot }: Terms): boolean {
    return finalSnapshot.template !== null && !open.some((one) => isFinal(one, finalSnapshot));
}

/** Why something that the policy destroys is kept anyway, now that the Droplet is gone. */
function objectionTo(
    evidence: Evidence | undefined,
    lacksFinal: boolean,
    { approved, ownedToTheEnd }: Terms & { readonly ownedToTheEnd: boolean },
    findings: Findings,
): string | null {
    const where = evidence === undefined ? null : whereIs(evidence);
    if (evidence === undefined || where?.is !== "there") {
        return null;
    }
    const others = where.dropletIds.filter((id) => id !== findings.dropletId);
    if (others.length > 0) {
        return inUseBy(others);
    }
    // It is not deleted, and is no success either.
    if (isUnaccounted(evidence, findings)) {
        return null;
    }
    if (evidence.kind === "volume_snapshot" && evidence.keep !== null) {
        return evidence.keep;
    }
    if (evidence.kind === "snapshot" && lacksFinal) {
        return LAST_COPY_REASON;
    }
    if (!ownedToTheEnd) {
        return NOT_OURS_REASON;
    }
    if (!mayDeleteAlone(evidence, findings)) {
        return DETACHED_REASON;
    }
    return isApproved(evidence, approved) ? null : UNAPPROVED_REASON;
}

/** What was attached after the end, and cannot be read for a moment, is not known to be free. */
function isStillAttached(evidence: Evidence, { dropletId, endedAt }: Findings): boolean {
    const where = whereIs(evidence);
    const { found } = evidence;
    const isHidden = where.is === "hidden" && found !== null && found.at.nth > (endedAt?.nth ?? 0);
    const dropletIds = where.is === "there" ? where.dropletIds : isHidden ? found.dropletIds : [];
    return dropletIds.includes(dropletId);
}

/**
 * Whether the retry endpoint would do exactly what a round should do: it repeats whatever failed, wherever that
 * is attached by now. So everything is looked up. The list omits failed resources that are no longer attached to the
 * Droplet, and volume snapshots of a volume that is gone; snapshots of the Droplet are found without it.
 */
export function judgeRetry(
    resources: readonly AssociatedResource[],
    findings: Findings,
    terms: Terms,
    epoch: number,
): Open | Refused | { readonly is: "safe" | "unsafe" } {
    const failed = undestroyedIn(destroyStatus(findings));
    const hanging = resources.filter(({ kind }) => kind !== "snapshot");
    if (!isWithin(hanging, failed)) {
        return { is: "unsafe" };
    }
    const inquiry = new Inquiry(findings, (at) => at.epoch === epoch);
    return settle(() => {
        // Includes what was only recorded; what is gone is not in the plan.
        lookUp(remainingEvidence(findings), inquiry);
        const open = remainingEvidence(findings);
        const facts = { objection: () => null, absent: findings.evidence.filter(isGone) };
        const { destroy } = planFor(open, terms, facts, inquiry);
        const isSafe = (one: Evidence): boolean => {
            const where = whereIs(one);
            return (
                isWithin([one], destroy) &&
                isApproved(one, terms.approved) &&
                where.is === "there" &&
                where.dropletIds.every((id) => id === findings.dropletId)
            );
        };
        const repeated = open.filter((one) => failed.some((other) => sameResource(one, other)));
        return { is: repeated.every(isSafe) ? "safe" : "unsafe" } as const;
    });
}
