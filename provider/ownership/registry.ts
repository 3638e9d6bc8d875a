import type { Clock } from "../polling/clock.js";
import { ForbiddenError, knownOr, RefusedError, TeardownError } from "../teardown/errors.js";
import { dropletPhrase } from "../teardown/format.js";
import { type AssociatedResource, type Droplet, hasTag, type ResourceKind } from "../teardown/model.js";
import type { KeepRule } from "../teardown/policy.js";
import {
    aloneTag,
    type Candidate,
    carriesAnother,
    hasProgramName,
    hasExecutorTag,
    markTag,
    memoryTag,
    type OwnershipApi,
    type ProgramNames,
    readMemory,
    rememberedElsewhere,
    resourceNameIn,
    type SharedLists,
    type TagCounts,
} from "./verdict.js";

/** How late a new Droplet, or its new tag, may appear in a list. */
const LIST_LAG_MS = 5_000;
/** So often is a Droplet looked for that the tag counts and no list shows. */
const MAX_LAST_LOOKS = 6;

interface Finder {
    /** Null: it does not exist. */
    readonly findDroplet: (dropletId: number) => Promise<Droplet | null>;
}

type FindingApi = Pick<OwnershipApi, "tagged" | "gpuDroplets" | "tagCounts"> &
    Pick<SharedLists, "tags"> &
    Finder;

/** Where to look for an executor's Droplets. */
export interface Traces {
    readonly executorTag: string;
    /** The name of the executor's resource. */
    readonly resourceName: string;
    /** The Droplets with its tag, as just listed; those with a GPU may be missing. */
    readonly tagged: readonly Droplet[];
    /** What the record reported in this process; null: nothing. */
    readonly handoff: Handoff | null;
    /** Droplets that any record reported in this process. */
    readonly reported: ReadonlySet<number>;
}

/** The candidates, if the record has reported just those that carry the tag; otherwise null. */
export function candidatesAtOnce({ tagged, handoff, resourceName }: Traces): readonly Candidate[] | null {
    if (!isOnlyRecord(handoff, resourceName)) {
        return null;
    }
    const reported = handoff?.droplets ?? new Map<number, HandedOff>();
    const candidates = tagged.flatMap((droplet): Candidate[] => {
        const handedOff = reported.get(droplet.id);
        return handedOff === undefined
            ? []
            : [{ id: droplet.id, droplet, remembered: true, marked: handedOff.marked, alone: false }];
    });
    const areAll = candidates.length === tagged.length && candidates.length === reported.size;
    return candidates.length > 0 && areAll ? candidates : null;
}

/** After a `pulumi state rename` that left a record out, there may have been another one, which is deleted already. */
function isOnlyRecord(handoff: Handoff | null, resourceName: string): boolean {
    const all = [...(handoff?.droplets.values() ?? [])];
    return all.every(({ recordUrn }) => resourceNameIn(recordUrn) === resourceName);
}

/**
 * Finds every Droplet that may be an executor's: those that carry its tag, those reported in this process, and
 * those that the account's tags remember. The last are read only if nothing carries the tag or was reported. They
 * only say which Droplets to ask about: whether one is remembered and marked, its own tags are asked by name.
 */
export async function findCandidates(
    { executorTag, resourceName, tagged: listed, handoff, reported: reportedByAny }: Traces,
    api: FindingApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<readonly Candidate[]> {
    const reported = handoff?.droplets ?? new Map<number, HandedOff>();
    const isWhole =
        listed.length > 0 &&
        listed.every(({ id }) => reported.has(id)) &&
        isOnlyRecord(handoff, resourceName);
    const tags = isWhole ? [] : await api.tags(signal);
    const { remembered } = readMemory(executorTag, tags);
    // Its record, of an earlier tag, was not asked: it may have left the state together with the Droplet.
    const elsewhere = rememberedElsewhere(executorTag, tags);
    const isRecordedElsewhere = (id: number): boolean => elsewhere.has(id) && !reportedByAny.has(id);
    let tagged = listed;
    if (remembered.size + reported.size === 0) {
        // Whether a Droplet is the only one with the tag decides whose it is.
        await (listed.length === 0 ? clock.sleep(LIST_LAG_MS, signal) : undefined);
        tagged = await everyTagged(executorTag, api, signal);
    }
    const ids = new Set([...tagged.map(({ id }) => id), ...reported.keys(), ...remembered]);
    return Promise.all(
        [...ids].map(async (id): Promise<Candidate> => {
            const handedOff = reported.get(id);
            const isKnown = handedOff !== undefined && (isWhole || handedOff.marked);
            const memory = isKnown
                ? { remembered: true, marked: handedOff.marked, alone: false }
                : await lookUpMemory(executorTag, id, api, signal);
            const droplet = tagged.find((one) => one.id === id) ?? (await api.findDroplet(id));
            const isRemembered = handedOff !== undefined || memory.remembered || isRecordedElsewhere(id);
            return { id, droplet, ...memory, remembered: isRemembered };
        }),
    );
}

/** Every Droplet with an executor's tag, those with a GPU too, which a list by tag may leave out. */
async function everyTagged(
    executorTag: string,
    api: Pick<OwnershipApi, "tagged" | "gpuDroplets">,
    signal: AbortSignal,
): Promise<readonly Droplet[]> {
    const [tagged, withGpu] = await Promise.all([api.tagged(executorTag, signal), api.gpuDroplets(signal)]);
    const all = [...tagged, ...withGpu.filter((droplet) => hasTag(droplet, executorTag))];
    return [...new Map(all.map((droplet) => [droplet.id, droplet])).values()];
}

/** What the account's tags say of one Droplet. */
async function lookUpMemory(
    executorTag: string,
    dropletId: number,
    api: Pick<OwnershipApi, "tagCounts">,
    signal: AbortSignal,
): Promise<Pick<Candidate, "remembered" | "marked" | "alone">> {
    const exists = async (tag: string): Promise<boolean> => (await readCounts(tag, api, signal)) !== null;
    const alone = await exists(aloneTag(executorTag, dropletId));
    const marked = alone || (await exists(markTag(executorTag, dropletId)));
    const remembered = marked || (await exists(memoryTag(executorTag, dropletId)));
    return { remembered, marked, alone };
}

/** What a tag itself counts; null: there is no such tag, by two answers in a row. */
async function readCounts(
    tag: string,
    api: Pick<OwnershipApi, "tagCounts">,
    signal: AbortSignal,
): Promise<TagCounts | null> {
    return (await api.tagCounts(tag, signal)) ?? (await api.tagCounts(tag, signal));
}

/**
 * The last look before an executor's tag is deleted: Droplets that carry it and were not found before, because lists
 * lag. Empty: no Droplet carries the tag.
 * @param knownIds Droplets that were found
 * @throws UnlistedError if the tag stays on a Droplet that no list shows
 */
export async function findLate(
    executorTag: string,
    knownIds: readonly number[],
    api: Pick<OwnershipApi, "tagCounts" | "tagged" | "gpuDroplets">,
    clock: Clock,
    signal: AbortSignal,
): Promise<readonly Candidate[]> {
    let left = 0;
    for (let looks = 0; looks < MAX_LAST_LOOKS; looks += 1) {
        left = (await readCounts(executorTag, api, signal))?.droplets ?? 0;
        if (left === 0) {
            return [];
        }
        const tagged = await everyTagged(executorTag, api, signal);
        const late = new Map(tagged.map((droplet) => [droplet.id, droplet]));
        knownIds.forEach((id) => late.delete(id));
        if (late.size > 0) {
            return Promise.all(
                [...late.values()].map(async (droplet) => {
                    const memory = await lookUpMemory(executorTag, droplet.id, api, signal);
                    return { id: droplet.id, droplet, ...memory };
                }),
            );
        }
        await clock.sleep(LIST_LAG_MS, signal);
    }
    throw new RefusedError(
        `the tag ${executorTag} is still in use, and no list shows by which droplet (unlisted: ${left}), so it ` +
            "stays. Run `pulumi destroy` again in a few minutes",
        "unlisted",
    );
}

/** Existing Droplets with a program's name and without any executor's tag. */
export async function findUntagged(
    executorTag: string,
    names: ProgramNames,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<Droplet[]> {
    const { dropletName } = names;
    const found =
        dropletName === null ? await api.droplets(signal) : await api.dropletsNamed(dropletName, signal);
    return found.filter(
        (droplet) => hasProgramName(droplet.name, names) && !carriesAnother(droplet, executorTag),
    );
}

/** Every Droplet with an executor's tag, as read now: one that is only in the shared list is read again. */
export async function findTagged(
    executorTag: string,
    api: Pick<OwnershipApi, "tagged"> & Pick<SharedLists, "gpuDroplets"> & Finder,
    signal: AbortSignal,
): Promise<readonly Droplet[]> {
    const [tagged, withGpu] = await Promise.all([api.tagged(executorTag, signal), api.gpuDroplets(signal)]);
    const unlisted = withGpu.filter(
        (droplet) => hasTag(droplet, executorTag) && !tagged.some(({ id }) => id === droplet.id),
    );
    const current = await Promise.all(unlisted.map(({ id }) => api.findDroplet(id)));
    const stillTagged = current.flatMap((droplet) =>
        droplet !== null && hasTag(droplet, executorTag) ? [droplet] : [],
    );
    return [...tagged, ...stillTagged];
}

/** What an executor's tags in the account remember of its Droplets. */
export class TagMemory {
    constructor(
        private readonly executorTag: string,
        private readonly api: OwnershipApi,
        private readonly signal: AbortSignal,
    ) {}

    /** Records that a Droplet may be the executor's. */
    remember(dropletId: number): Promise<void> {
        return this.api.createTag(memoryTag(this.executorTag, dropletId), this.signal);
    }

    /** Records that the engine was asked to delete a Droplet that is remembered. */
    mark(dropletId: number): Promise<void> {
        return this.api.createTag(markTag(this.executorTag, dropletId), this.signal);
    }

    /** The same of a Droplet that may not be remembered. The mark first: what is remembered alone, the next destroy refuses. */
    async rememberMarked(dropletId: number): Promise<void> {
        await this.mark(dropletId);
        await this.remember(dropletId);
    }

    /** Records that a Droplet was replaced: it goes without what else it has. If that is lost, it is refused. */
    async markAlone(dropletId: number): Promise<void> {
        await this.remember(dropletId);
        await this.api.createTag(aloneTag(this.executorTag, dropletId), this.signal);
    }

    /** Takes back that a Droplet, which is remembered, was replaced: it goes with what else it has. */
    async markWhole(dropletId: number): Promise<void> {
        await this.rememberMarked(dropletId);
        await this.#delete(aloneTag(this.executorTag, dropletId));
    }

    /** Takes back that the engine was asked to delete a Droplet, which stays remembered. */
    async unmark({ id, alone }: Marked): Promise<void> {
        await this.remember(id);
        await (alone ? this.#delete(aloneTag(this.executorTag, id)) : undefined);
        await this.#delete(markTag(this.executorTag, id));
    }

    /** Releases a Droplet that stays: removes the tag, and forgets it. */
    async release(droplet: Marked): Promise<void> {
        await this.api.untag(this.executorTag, droplet.id, this.signal);
        await this.forget(droplet);
    }

    /** Forgets a Droplet. Its marks are deleted last: a Droplet that is gone and marked may be cleaned up again. */
    async forget(droplet: Marked): Promise<void> {
        await this.#delete(memoryTag(this.executorTag, droplet.id));
        for (const tag of markTags(this.executorTag, droplet)) {
            await this.#delete(tag);
        }
    }

    #delete(tag: string): Promise<void> {
        return this.api.deleteTag(tag, this.signal);
    }
}

/** A Droplet, and whether it may be marked as replaced. */
type Marked = Pick<Candidate, "id" | "alone">;

/** The tags that may mark a Droplet. */
function markTags(executorTag: string, { id, alone }: Marked): string[] {
    return [markTag(executorTag, id), ...(alone ? [aloneTag(executorTag, id)] : [])];
}

/**
 * Deletes a tag, unless something carries it.
 * @returns how many Droplets carry it
 */
export async function forgetIfUnused(
    tag: string,
    api: Pick<OwnershipApi, "tagCounts" | "deleteTag">,
    signal: AbortSignal,
): Promise<number> {
    const counts = await readCounts(tag, api, signal);
    if (counts?.resources === 0) {
        await api.deleteTag(tag, signal);
    }
    return counts?.droplets ?? 0;
}

/**
 * Droplets with the readable tag of a stack and the tag of no executor, so that no teardown would find them: somebody
 * took it off or deleted it, or they are copies.
 */
export async function findOwnerless(
    stackTag: string,
    api: Pick<OwnershipApi, "tagged">,
    signal: AbortSignal,
): Promise<readonly Droplet[]> {
    const carriers = await api.tagged(stackTag, signal);
    return carriers.filter((droplet) => !hasExecutorTag(droplet));
}

async function describeOwnerless(
    stackTag: string,
    api: Pick<OwnershipApi, "tagged">,
    signal: AbortSignal,
): Promise<string[]> {
    const found = await findOwnerless(stackTag, api, signal);
    return found.map(
        (droplet) =>
            `${dropletPhrase(droplet)}, carries the tag ${stackTag} and that of no teardown, so ` +
            `nothing of this stack destroys it. If it is to go, \`npx pulumi-droplet-teardown destroy ${droplet.id}\``,
    );
}

/**
 * Deletes every tag of an executor, so that nothing of it stays in the account.
 * @param leave called when nothing but its own tag is left: the readable tags of the stack that no other executor which
 * is running would handle. They are deleted with the last Droplet that carries them
 * @returns what could not be deleted, and Droplets that nothing of the stack destroys, one line each; neither fails a
 * destroy
 */
export async function forgetAll(
    { tag: executorTag, stackTag }: { readonly tag: string; readonly stackTag: string },
    found: readonly Marked[],
    leave: () => readonly string[],
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<string[]> {
    try {
        const remove = (tag: string): Promise<void> => api.deleteTag(tag, signal);
        // As `forget` does: a Droplet that is gone and marked may be cleaned up again, as long as its tag is known.
        await settleAll(found.map(({ id }) => remove(memoryTag(executorTag, id))));
        await settleAll(found.flatMap((one) => markTags(executorTag, one)).map(remove));
        const unused = leave();
        const [carriers] = await settleAll([
            settleAll(unused.map((tag) => forgetIfUnused(tag, api, signal))),
            remove(executorTag).then(() => []),
        ]);
        const carried = unused.filter((_, index) => (carriers?.[index] ?? 0) > 0);
        const ownerless = await Promise.all(carried.map((tag) => describeOwnerless(tag, api, signal)));
        return ownerless.flat();
    } catch (thrown) {
        return knownOr(thrown, ForbiddenError, () => [
            `the token may not delete tags (scope tag:delete), so tags that begin with ${executorTag} stay in the account, and so may ${stackTag}`,
        ]);
    }
}

/** The results of work that is done side by side, or its first error once all of it has ended. */
async function settleAll<T>(work: readonly Promise<T>[]): Promise<T[]> {
    const ended = await Promise.allSettled(work);
    return ended.map((one) => {
        if (one.status === "rejected") {
            throw one.reason;
        }
        return one.value;
    });
}

/** A Droplet that the program creates, or one from elsewhere. */
type DeclaredAs = "record" | "teardown";

/**
 * What the running program declares, which tells why a resource is deleted: `check` is called for every resource of
 * the program before anything is deleted, and by no kind of `pulumi destroy`. So one that is declared is deleted
 * because it is replaced, now or by an earlier `up` that was cut short. Any other leaves the program, or the stack
 * is destroyed.
 */
export class Declarations {
    /** The tag of each resource, by its URN; undefined: it has none. */
    readonly #resources = new Map<string, unknown>();
    readonly #dropletByTag = new Map<unknown, number>();
    readonly #byDroplet = new Map<number, Map<string, DeclaredAs>>();
    readonly #unmade = new Set<string>();

    declare({ resourceUrn, tag, dropletId }: Readonly<Record<string, unknown>>): void {
        if (typeof resourceUrn === "string") {
            this.#resources.set(inAnyStack(resourceUrn), tag);
        }
        if (typeof dropletId === "number" && tag !== undefined) {
            this.#dropletByTag.set(tag, dropletId);
        }
    }

    /** Whether a resource that the program declares finds its Droplet by this tag. */
    hasTag(resourceUrn: string, tag: string): boolean {
        return this.#resources.get(inAnyStack(resourceUrn)) === tag;
    }

    isReplaced(resourceUrn: string | undefined): boolean {
        return resourceUrn !== undefined && this.#resources.has(inAnyStack(resourceUrn));
    }

    /**
     * Declares the Droplet of checked inputs, in one of two ways. A Droplet has one teardown.
     * @returns the other resources of the program that declare it, by the way in which they do
     */
    declareAlone(
        { dropletId, resourceUrn }: Readonly<Record<string, unknown>>,
        as: DeclaredAs,
    ): Readonly<Partial<Record<DeclaredAs, string>>> {
        if (typeof dropletId !== "number" || typeof resourceUrn !== "string") {
            return {};
        }
        const urns = this.#byDroplet.get(dropletId) ?? new Map<string, DeclaredAs>();
        this.#byDroplet.set(dropletId, urns.set(resourceUrn, as));
        const others = (["record", "teardown"] as const).flatMap((how) => {
            const urn = this.another(dropletId, resourceUrn, how);
            return urn === undefined ? [] : [[how, urn] as const];
        });
        return Object.fromEntries(others);
    }

    /** The Droplet of the executor that takes the place of a replaced one; undefined: its record did not say so far. */
    findDroplet(executorUrn: string | undefined): number | undefined {
        return this.#dropletByTag.get(this.#resources.get(inAnyStack(executorUrn ?? "")));
    }

    /** A teardown or a record could not be made, or not be pointed at its Droplet: the state does not have it. */
    noteUnmade(resourceUrn: string | undefined): void {
        this.#unmade.add(resourceUrn ?? "");
    }

    /**
     * An `up` that continues on errors deletes what has left the program, whatever became of what takes its place.
     * @param other what is to tear the Droplet down from now on
     * @throws TeardownError if the state does not have it: no destroy would find the Droplet any more
     */
    refuseUnmade(dropletId: number, other: string): void {
        if (this.#unmade.has(other)) {
            throw new TeardownError(
                `droplet ${dropletId} is left alone, and what tears it down stays in the state: ${other}, which is ` +
                    "to take its place, could not be made. Run `pulumi up` again",
            );
        }
    }

    /** Another resource that declares the Droplet; undefined: there is none. */
    another(dropletId: number, resourceUrn: string | undefined, as?: DeclaredAs): string | undefined {
        const others = [...(this.#byDroplet.get(dropletId) ?? [])];
        const own = inAnyStack(resourceUrn ?? "");
        return others.find(([urn, how]) => inAnyStack(urn) !== own && (as === undefined || how === as))?.[0];
    }
}

/** A URN without stack and project: after a `stack rename`, what is stored has the former ones until the next update. */
function inAnyStack(urn: string): string {
    return urn.split("::").slice(2).join("::");
}

/** What a record hands to its executor about one Droplet. */
export interface HandedOff {
    readonly recordUrn: string | undefined;
    /** As the record read it; null: it was gone, or was not read. */
    readonly droplet: Droplet | null;
    /** The engine was asked to delete it. */
    readonly marked: boolean;
    /** Its last recorded inventory, with what has just been read. */
    readonly recorded: readonly AssociatedResource[];
    /** Kinds that have not been read in this process: the record of them may be old. */
    readonly unrecorded: readonly ResourceKind[];
    /** Ids and addresses of what the stack manages and has detached: their own resources delete them. */
    readonly attached: readonly string[];
    /** What is the stack's, or in `volumeIds`: an `up` that left the executor out gave it only to the record. */
    readonly declared: readonly KeepRule[];
}

/** What an executor got from its records in this process. */
interface Handoff {
    readonly droplets: ReadonlyMap<number, HandedOff>;
    /** Droplets that the record released. */
    readonly released: ReadonlySet<number>;
}

/** What records hand to their executors. A record is deleted before its executor, usually in the same process. */
export class RecordHandoff {
    readonly #byExecutor = new Map<string, { droplets: Map<number, HandedOff>; released: Set<number> }>();
    readonly #replacedAt = new Map<number, string>();
    readonly #detached = new Map<number, Set<string>>();

    of(executorTag: string): Handoff | null {
        return this.#byExecutor.get(executorTag) ?? null;
    }

    /** The Droplets that any record has reported. */
    get reported(): ReadonlySet<number> {
        return new Set([...this.#byExecutor.values()].flatMap(({ droplets }) => [...droplets.keys()]));
    }

    handOver(executorTag: string, dropletId: number, droplet: HandedOff): void {
        this.#entry(executorTag).droplets.set(dropletId, droplet);
    }

    /** The engine was asked to delete what has replaced a Droplet, since `replacedAt` (ISO date). */
    noteReplacement(dropletId: number, replacedAt: string): void {
        this.#replacedAt.set(dropletId, replacedAt);
    }

    /** A resource of the stack that attaches this (id or address) to the Droplet is deleted first. */
    detaches(dropletId: number, attached: string): void {
        this.#detached.set(dropletId, new Set([...this.detached(dropletId), attached]));
    }

    /** What resources of the stack detach, as far as it is said apart from the record. */
    detached(dropletId: number): readonly string[] {
        return [...(this.#detached.get(dropletId) ?? [])];
    }

    /** When a Droplet was replaced whose successor may go; null: no record said so, of this executor or another. */
    replacedAt(dropletId: number): string | null {
        return this.#replacedAt.get(dropletId) ?? null;
    }

    released(executorTag: string, dropletId: number): void {
        this.#entry(executorTag).released.add(dropletId);
    }

    /** The Droplets that are in no state any more, because their records gave leave to destroy them. */
    authorized(
        executorTag: string,
    ): (Pick<HandedOff, "droplet" | "recorded"> & { readonly dropletId: number })[] {
        return [...(this.of(executorTag)?.droplets ?? [])]
            .filter(([, { droplet, marked }]) => marked || droplet === null)
            .map(([dropletId, { droplet, recorded }]) => ({ dropletId, droplet, recorded }));
    }

    #entry(executorTag: string): { droplets: Map<number, HandedOff>; released: Set<number> } {
        const entry = this.#byExecutor.get(executorTag) ?? { droplets: new Map(), released: new Set() };
        this.#byExecutor.set(executorTag, entry);
        return entry;
    }
}

/** The executors of each readable tag and team that are running in this process. */
export class RunningExecutors {
    readonly #counts = new Map<string, number>();

    /** Counts an executor until the returned function is called, which returns the tags of which it was the last. */
    enter(stackTags: readonly string[], accountId: string | null): () => readonly string[] {
        const add = (tag: string, change: number): number => {
            const kind = `${accountId ?? ""} ${tag}`;
            const count = (this.#counts.get(kind) ?? 0) + change;
            this.#counts.set(kind, count);
            return count;
        };
        stackTags.forEach((tag) => add(tag, 1));
        let inside = stackTags;
        return () => {
            const left = inside;
            inside = [];
            return left.filter((tag) => add(tag, -1) === 0);
        };
    }
}
