import type { Beginning } from "../access/clients.js";
import { type Ended, onwardLines, untouched } from "./conclude.js";
import {
    candidatesAtOnce,
    findCandidates,
    findLate,
    findOwnerless,
    findUntagged,
    forgetAll,
    type TagMemory,
    type Traces,
} from "../ownership/registry.js";
import {
    type Candidate,
    hasProgramName,
    judge,
    type Objection,
    type Owner,
    type ProgramNames,
    toRefusal,
} from "../ownership/verdict.js";
import { dropletAlone, type Known, requestByTag, type TeardownByTagState } from "../stored/state.js";
import type { Task } from "../access/plugin.js";
import { withStatus } from "../teardown/assess.js";
import { getErrorCode, knownOr, RefusedError, TeardownError } from "../teardown/errors.js";
import { beginFindings } from "../teardown/findings.js";
import { type Droplet, isExpiryTag, isStackTag, KINDS_OF_THE_LIST } from "../teardown/model.js";
import { isSuccess } from "../teardown/report.js";

/** The list by tag, which serves as the read of the Droplet, then its status, its list, the destroy. */
const FIRST_REQUESTS = 4;

/** Result of a delete. */
export interface Executed {
    readonly ended: readonly Ended[];
    /** Everything found is destroyed, but that may not be all, or tags could not be deleted. */
    readonly trouble: TeardownError | null;
}

const NOTHING_DONE: Executed = { ended: [], trouble: null };

/**
 * The delete of the teardown that a `Droplet` created: destroys every Droplet with its tag that the engine was
 * asked to delete, or that has no record. A Droplet that may be somebody else's is left alone and refused. An
 * executor that is replaced destroys only what its record authorized, the Droplet alone.
 */
export class Executor {
    readonly #task: Task<TeardownByTagState>;
    /** Returns the readable tags of which it was the last. */
    readonly #leave: () => readonly string[];
    readonly #isReplaced: boolean;
    #found: readonly Candidate[] = [];
    /** Records have said all of them, so that their tags need not be asked about. */
    #isFoundAtOnce = false;

    constructor(task: Task<TeardownByTagState>) {
        this.#task = task;
        this.#isReplaced = task.plugin.declarations.isReplaced(task.state.inputs.resourceUrn);
        const { inputs, seen } = task.state;
        const stackTags = [inputs.stackTag, ...seen.formerStackTags];
        this.#leave = task.plugin.executors.enter(stackTags, seen.accountId);
    }

    /** How the teardown of each Droplet ended, and errors with the tags afterwards. */
    async run(): Promise<Executed> {
        try {
            const first = await this.#findAndDestroy();
            const late = isDone(first) ? await this.#destroyLate() : NOTHING_DONE;
            const isNothing = this.#found.length === 0 && late.trouble === null;
            const ended = isNothing ? await this.#nothingFound() : [...first, ...late.ended];
            return { ended, trouble: late.trouble ?? (isDone(ended) ? await this.#forget() : null) };
        } finally {
            this.#leave();
        }
    }

    async #findAndDestroy(): Promise<readonly Ended[]> {
        const { client, signal } = this.#task;
        const beginning = await client.begin(FIRST_REQUESTS, signal);
        try {
            const traces = await this.#traces(beginning.ownership);
            const atOnce = candidatesAtOnce(traces);
            if (atOnce === null) {
                beginning.release();
            }
            this.#isFoundAtOnce = atOnce !== null;
            this.#found = this.#unreleased(atOnce ?? (await this.#find(traces)));
            return await this.#destroyAll(this.#found, atOnce === null ? null : beginning);
        } finally {
            beginning.release();
        }
    }

    /**
     * Destroys what a list did not show at first, until the tag itself says that no Droplet carries it. Without that,
     * deleting the tag would leave a Droplet that no state has.
     */
    async #destroyLate(): Promise<Executed> {
        const ended: Ended[] = [];
        try {
            for (let late = await this.#findLate(); late.length > 0; late = await this.#findLate()) {
                this.#found = [...this.#found, ...late];
                ended.push(...(await this.#destroyAll(late, null)));
                if (!isDone(ended)) {
                    break;
                }
            }
            return { ended, trouble: null };
        } catch (error) {
            if (this.#found.length === 0 && getErrorCode(error) !== "unlisted") {
                throw error;
            }
            return { ended, trouble: incomplete(intentional(error)) };
        }
    }

    /** @param beginning of the first, if nothing has waited since the candidates were read */
    async #destroyAll(
        candidates: readonly Candidate[],
        beginning: Beginning | null,
    ): Promise<readonly Ended[]> {
        const verdicts = judge(candidates, this.#found, this.#owner());
        const refused = verdicts.filter((verdict) => verdict.do === "refuse");
        const wanted = await this.#withoutShared(verdicts.filter((verdict) => verdict.do === "destroy"));
        const isUntagged = refused.some(({ because }) => because === "untagged");
        const ownerless = isUntagged ? await this.#findOwnerless() : [];
        const all = [
            ...refused,
            ...ownerless.map((droplet) => ({ droplet, because: "never-tagged" as const })),
        ];
        const hasOthers = this.#found.length + ownerless.length > 1;
        // Only a person can decide about a copy, so it stops only itself; any other refusal could concern all of them.
        const decisions = (): Promise<Ended[]> =>
            Promise.all(all.map(({ droplet, because }) => this.#refuse(droplet, because, hasOthers)));
        if (refused.some(({ because }) => because !== "copy")) {
            return [...(await decisions()), ...wanted.map(({ candidate }) => this.#holdBack(candidate))];
        }
        const destroyed = await Promise.all(
            wanted.map(({ candidate, recorded }, index) =>
                this.#destroy(candidate, recorded, index === 0 ? beginning : null),
            ),
        );
        return [...destroyed, ...(await decisions())];
    }

    /** Releases what a teardown by id of the running program tears down. */
    async #withoutShared<T extends { readonly candidate: Candidate }>(wanted: readonly T[]): Promise<T[]> {
        const { state, plugin } = this.#task;
        const own: T[] = [];
        for (const one of wanted) {
            const { id } = one.candidate;
            const other = plugin.declarations.another(id, state.inputs.resourceUrn, "teardown");
            if (other === undefined) {
                own.push(one);
            } else {
                plugin.declarations.refuseUnmade(id, other);
                await this.#memory.release(one.candidate);
                await this.#task.announce(`droplet ${id} is left alone: ${other} tears it down as well`);
            }
        }
        return own;
    }

    async #traces(ownership: Beginning["ownership"]): Promise<Traces> {
        const { state, plugin, signal } = this.#task;
        const { tag: executorTag, resourceName } = state.inputs;
        const tagged = await ownership.tagged(executorTag, signal);
        const { handoff } = plugin;
        return {
            executorTag,
            resourceName,
            tagged,
            handoff: handoff.of(executorTag),
            reported: handoff.reported,
        };
    }

    #find(traces: Traces): Promise<readonly Candidate[]> {
        const { plugin, client, signal } = this.#task;
        const { tags } = client.shared;
        const finding = {
            ...client.ownership,
            tags,
            findDroplet: (id: number) => this.#task.findDroplet(id),
        };
        return findCandidates(traces, finding, plugin.runtime.clock, signal);
    }

    #findLate(): Promise<readonly Candidate[]> {
        const { state, plugin, client, signal } = this.#task;
        const ids = this.#found.map(({ id }) => id);
        return findLate(state.inputs.tag, ids, client.ownership, plugin.runtime.clock, signal);
    }

    /** Where one lost its tag, the tag may be deleted, and others that nothing remembers have lost it as well. */
    async #findOwnerless(): Promise<readonly Droplet[]> {
        const { state, client, signal } = this.#task;
        const found = this.#unreleased(await findOwnerless(state.inputs.stackTag, client.ownership, signal));
        const known = new Set(this.#found.map(({ id }) => id));
        return found.filter(({ id, name }) => !known.has(id) && hasProgramName(name, this.#names()));
    }

    #unreleased<T extends { readonly id: number }>(droplets: readonly T[]): readonly T[] {
        const { state, plugin } = this.#task;
        const released = plugin.handoff.of(state.inputs.tag)?.released;
        return droplets.filter(({ id }) => released?.has(id) !== true);
    }

    /** Neither the tag nor its memory exists: perhaps the tag was never attached. */
    async #nothingFound(): Promise<readonly Ended[]> {
        const { state, client, signal } = this.#task;
        const { tag, enabled } = state.inputs;
        await this.#task.confirmTeam();
        // A Droplet that was to be handed to a successor is in the state, and the successor's.
        if (!enabled || this.#isReplaced) {
            return [];
        }
        const untagged = this.#unreleased(await findUntagged(tag, this.#names(), client.ownership, signal));
        return Promise.all(untagged.map((droplet) => this.#refuse(droplet, "never-tagged", false)));
    }

    async #destroy(candidate: Candidate, recorded: boolean, beginning: Beginning | null): Promise<Ended> {
        const { state, plugin, client } = this.#task;
        const { id, droplet, marked } = candidate;
        // From here on, an interrupted destroy can be found again.
        const trouble = recorded
            ? null
            : await catchFailure(
                  this.#isReplaced ? this.#memory.markAlone(id) : this.#memory.rememberMarked(id),
              );
        if (trouble !== null) {
            return this.#untouched(id, droplet, trouble);
        }
        const watched =
            recorded && beginning !== null && droplet !== null
                ? beginning.watching(droplet)
                : client.watching(id);
        const replacedAt = plugin.handoff.replacedAt(id);
        const terms = { ...this.#known(id), mayCleanUp: marked || !recorded, replacedAt };
        const wanted = requestByTag(id, state, plugin.runtime.env, terms);
        const request = droplet === null ? { ...wanted, account: await this.#task.owner() } : wanted;
        const isAlone = this.#isReplaced || (candidate.alone && replacedAt === null);
        return this.#task.tearDown(isAlone ? dropletAlone(request) : request, watched);
    }

    /** What the record reported of a Droplet in this process. */
    #known(dropletId: number): Known {
        const { state, plugin } = this.#task;
        const { handoff } = plugin;
        const handedOff = handoff.of(state.inputs.tag)?.droplets.get(dropletId);
        const {
            recorded = [],
            unrecorded = KINDS_OF_THE_LIST,
            attached = [],
            declared = [],
        } = handedOff ?? {};
        return { recorded, unrecorded, attached: [...attached, ...handoff.detached(dropletId)], declared };
    }

    async #refuse(droplet: Droplet, because: Objection, hasOthers: boolean): Promise<Ended> {
        const { state, plugin, client, signal } = this.#task;
        const { tag, resourceUrn: urn } = state.inputs;
        const trouble = await catchFailure(this.#noteRefused(droplet, because));
        if (trouble !== null) {
            return this.#untouched(droplet.id, droplet, trouble);
        }
        const known = beginFindings(droplet.id, this.#known(droplet.id).recorded, droplet);
        const findings = await withStatus(known, client.api, signal);
        const isRunning = findings.runningSince !== null;
        const { reason, advice } = toRefusal(because, droplet, { tag, urn, hasOthers, isRunning });
        return untouched(findings, new RefusedError(reason, "needs-decision"), plugin, advice);
    }

    async #noteRefused({ id }: Droplet, because: Objection): Promise<void> {
        if (because === "untagged") {
            // Its new owner may destroy it, and then nothing of theirs must be cleaned up.
            const alone = this.#found.some((one) => one.id === id && one.alone);
            await this.#memory.unmark({ id, alone });
        } else if (because === "never-tagged" || because === "not-asked-for") {
            // The official provider may delete it in this very run, and then the next one reports what it left; and
            // what releases it deletes this tag, also where another teardown remembered it so far.
            await this.#memory.remember(id);
        }
    }

    /** It is to go, and stays until somebody has decided about another one. */
    #holdBack({ id, droplet }: Candidate): Ended {
        const cause = new RefusedError(
            "another droplet of this teardown needs a decision first",
            "needs-decision",
        );
        return this.#untouched(id, droplet, cause, []);
    }

    #untouched(
        dropletId: number,
        droplet: Droplet | null,
        cause: TeardownError,
        advice: readonly string[] = onwardLines(cause, this.#task.state.inputs.resourceUrn),
    ): Ended {
        const { recorded } = this.#known(dropletId);
        return untouched(beginFindings(dropletId, recorded, droplet), cause, this.#task.plugin, advice);
    }

    /** Null: nothing of the executor is left in the account, or the token cannot delete it. */
    #forget(): Promise<TeardownError | null> {
        return unlessTagsLeft(this.#deleteTags());
    }

    async #deleteTags(): Promise<void> {
        const { state, plugin, client, signal } = this.#task;
        const { handoff } = plugin;
        const found = this.#found.map(({ id, alone }) => ({
            id,
            // One that is in the state again was replaced in an `up` that was cut short.
            alone: alone || !this.#isFoundAtOnce || handoff.replacedAt(id) !== null,
        }));
        for (const line of await forgetAll(state.inputs, found, this.#leave, client.tidying, signal)) {
            await this.#task.announce(line);
        }
        const { expiryTag } = state.seen;
        const unused = [...(expiryTag === null ? [] : [expiryTag]), ...this.#otherTags()];
        for (const tag of new Set(unused)) {
            await this.#task.forgetIfUnused(tag, client.tidying);
        }
    }

    /** Of a stack that was renamed, or an expiry, before an `up` has put the new tag on. */
    #otherTags(): string[] {
        const { stackTag } = this.#task.state.inputs;
        const isOtherStacks = (tag: string): boolean =>
            isStackTag(tag) && tag.toLowerCase() !== stackTag.toLowerCase();
        const tags = this.#found.flatMap(({ droplet }) => droplet?.tags ?? []);
        return tags.filter((tag) => isOtherStacks(tag) || isExpiryTag(tag));
    }

    get #memory(): TagMemory {
        return this.#task.memory(this.#task.state.inputs.tag);
    }

    #owner(): Owner {
        const { state, plugin } = this.#task;
        const { tag, resourceUrn, enabled } = state.inputs;
        const dropletId = plugin.declarations.findDroplet(resourceUrn);
        const replaced = this.#isReplaced ? { dropletId } : null;
        const own = plugin.handoff.of(tag);
        const released = own?.released.size ?? 0;
        const others = new Set([...plugin.handoff.reported].filter((id) => own?.droplets.has(id) !== true));
        return { tag, names: this.#names(), replaced, hasReleased: !enabled || released > 0, others };
    }

    #names(): ProgramNames {
        const { resourceName, dropletName = null } = this.#task.state.inputs;
        return { resourceName, dropletName };
    }
}

function isDone(ended: readonly Ended[]): boolean {
    return ended.every(({ report }) => isSuccess(report));
}

/** The intentional error that work ends with; null: it succeeds. */
function catchFailure(work: Promise<unknown>): Promise<TeardownError | null> {
    return work.then(() => null, intentional);
}

/** Null: the tags are deleted. */
export async function unlessTagsLeft(work: Promise<unknown>): Promise<TeardownError | null> {
    const cause = await catchFailure(work);
    return (
        cause &&
        new TeardownError(
            `everything is destroyed, but tags of this teardown are still in the account: ${cause.message}. ` +
                "Run `pulumi destroy` again",
            { cause, code: "tags-left" },
        )
    );
}

function incomplete(cause: TeardownError): TeardownError {
    return cause.code === "unlisted"
        ? cause
        : new TeardownError(
              `what was found is destroyed, but it may not be all: ${cause.message}. Run \`pulumi destroy\` again`,
              { cause },
          );
}

function intentional(thrown: unknown): TeardownError {
    return knownOr(thrown, TeardownError, (error) => error);
}
