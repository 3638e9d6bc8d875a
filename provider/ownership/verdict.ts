import { createHash } from "node:crypto";

import { UNSTOPPABLE } from "../teardown/errors.js";
import { type Droplet, hasTag } from "../teardown/model.js";
import type { Catalog } from "../teardown/ports.js";

/** One Droplet that may be the executor's. */
export interface Candidate {
    readonly id: number;
    /** Null: it is gone. */
    readonly droplet: Droplet | null;
    /** A tag of the account or the record in this process names it. */
    readonly remembered: boolean;
    /** The engine was asked to delete it, with what else it has or alone. */
    readonly marked: boolean;
    /** It was replaced, so that it goes without what else it has. */
    readonly alone: boolean;
}

/** What an executor does about one Droplet. */
type Verdict =
    /** `recorded` false: an interrupted `up` created it, so it must be recorded first. */
    | { readonly do: "destroy"; readonly candidate: Candidate; readonly recorded: boolean }
    /** It now belongs to another executor, or it is gone and the record of its successor accounts for it. */
    | { readonly do: "leave"; readonly candidate: Candidate }
    /** Destroying it could be wrong, and so could leaving it. */
    | { readonly do: "refuse"; readonly droplet: Droplet; readonly because: Objection };

export type Objection =
    /** It exists, and the engine was not asked to delete it: somebody edited the state, or copied a Droplet with its name. */
    | "not-asked-for"
    /** It should be destroyed, but no longer carries the tag. */
    | "untagged"
    /** It carries the tags of two executors. */
    | "two-teardowns"
    /** It carries the tag, but this program did not create it. */
    | "copy"
    /** The executor is replaced, and nothing says that the Droplet is as well. */
    | "in-use"
    /** It has the program's name and no executor's tag: an adoption failed half way. */
    | "never-tagged";

/** The possible names of a program's Droplet. */
export interface ProgramNames {
    readonly resourceName: string;
    /** Null: Pulumi named the Droplet. */
    readonly dropletName: string | null;
}

/** Whose Droplets they may be. */
export interface Owner {
    readonly tag: string;
    readonly names: ProgramNames;
    /** Null: it leaves the program, or the stack is destroyed. */
    readonly replaced: Replaced | null;
    /** It has handed its Droplet back, or its record has just left that to another resource. */
    readonly hasReleased: boolean;
    /** Droplets that records of other executors have reported in this process: those account for them. */
    readonly others: ReadonlySet<number>;
}

/** An executor in whose place the program has another one: it destroys what is replaced as well, and nothing else. */
interface Replaced {
    /** The Droplet that the program has now; undefined: it is not known. */
    readonly dropletId: number | undefined;
}

/**
 * Decides about each candidate; pure.
 * @param found every candidate of the executor so far, these included
 */
export function judge(
    candidates: readonly Candidate[],
    found: readonly Candidate[],
    { tag: executorTag, names, replaced, hasReleased, others }: Owner,
): Verdict[] {
    const isTagged = ({ droplet }: Candidate): boolean => droplet !== null && hasTag(droplet, executorTag);
    // What an executor that is replaced had may carry its successor's tag by now.
    const hasOwn = hasReleased || replaced !== null || found.some(({ remembered }) => remembered);
    const isOnlyOne = found.filter(isTagged).length === 1 && !hasOwn;
    return candidates.map((candidate): Verdict => {
        const { droplet, remembered, marked } = candidate;
        if (droplet === null) {
            const isOthers = !marked && others.has(candidate.id);
            return replaced === null && !isOthers
                ? { do: "destroy", candidate, recorded: true }
                : { do: "leave", candidate };
        }
        const refuse = (because: Objection): Verdict => ({ do: "refuse", droplet, because });
        const isAnothers = carriesAnother(droplet, executorTag);
        if (!isTagged(candidate)) {
            return isAnothers ? { do: "leave", candidate } : refuse("untagged");
        }
        if (isAnothers) {
            return refuse("two-teardowns");
        }
        const mayBeInUse = replaced?.dropletId === undefined || replaced.dropletId === droplet.id;
        if (replaced !== null && !marked && (remembered || mayBeInUse)) {
            return refuse("in-use");
        }
        // Pulumi gives no name twice.
        const isNamesake = ({ id, droplet: other }: Candidate): boolean =>
            id !== droplet.id && other !== null && hasSameName(other, droplet);
        if (remembered || (names.dropletName === null && found.some(isNamesake))) {
            return marked ? { do: "destroy", candidate, recorded: true } : refuse("not-asked-for");
        }
        return isOnlyOne || hasProgramName(droplet.name, names)
            ? { do: "destroy", candidate, recorded: false }
            : refuse("copy");
    });
}

/** Whether a Droplet carries the tag of another executor. */
export function carriesAnother({ tags }: Droplet, executorTag: string): boolean {
    return tags.some((tag) => isExecutorTag(tag) && tag.toLowerCase() !== executorTag.toLowerCase());
}

export function hasSameName(one: Droplet, other: Droplet): boolean {
    return one.name.toLowerCase() === other.name.toLowerCase();
}

/** The name of the resource that a URN names; "" for none. */
export function resourceNameIn(urn: string | undefined): string {
    return urn?.split("::").at(-1) ?? "";
}

/** By Pulumi's autonaming: the resource's name, a dash and seven hexadecimal digits. */
export function hasProgramName(name: string, { resourceName, dropletName }: ProgramNames): boolean {
    const given = name.toLowerCase();
    if (dropletName !== null) {
        return given === dropletName.toLowerCase();
    }
    const prefix = `${resourceName.toLowerCase()}-`;
    return given.startsWith(prefix) && /^[0-9a-f]{7}$/.test(given.slice(prefix.length));
}

/** What a person has to decide: why nothing was done to a Droplet, and the command for each option. */
interface Refusal {
    readonly reason: string;
    readonly advice: readonly string[];
}

/** The executor that refuses. */
interface Refusing {
    readonly tag: string;
    readonly urn: string | undefined;
    /** It knows of more than this Droplet: without it, nothing would destroy the others. */
    readonly hasOthers: boolean;
}

/**
 * What to decide about one Droplet. No advice, followed to the letter, loses another one.
 * @param isRunning its destroy is running, whoever requested it, so that nothing is left to be decided
 */
export function toRefusal(
    objection: Objection,
    droplet: Droplet,
    { isRunning, ...refusing }: Refusing & { readonly isRunning: boolean },
): Refusal {
    const refusal = describeDecision(objection, droplet, refusing);
    return isRunning
        ? { reason: `${refusal.reason}; ${UNSTOPPABLE}`, advice: untilGone(droplet.id) }
        : refusal;
}

/** The command that takes a resource out of the state. Its name is the program's, and may have quotes. */
export function stateDelete(urn: string | undefined): string {
    return `pulumi state delete '${(urn ?? "<urn>").replaceAll("'", String.raw`'\''`)}'`;
}

/** What to do about a Droplet whose destroy is running. */
export function untilGone(dropletId: number): string[] {
    return [
        `It cannot be kept any more. Wait until it is gone (\`npx pulumi-droplet-teardown status ${dropletId} --wait\`), then repeat this command.`,
    ];
}

function describeDecision(
    objection: Objection,
    droplet: Droplet,
    { tag: executorTag, urn, hasOthers }: Refusing,
): Refusal {
    const id = droplet.id;
    const forgetIt = `doctl compute tag delete ${memoryTag(executorTag, id)} --force`;
    const forgetAll = `\`${stateDelete(urn)}\` forgets its teardown; then repeat this command`;
    const keep = (commands: string): string =>
        `To keep it, ${hasOthers ? `${commands}; then repeat this command` : forgetAll}.`;
    const tagIt = `doctl compute droplet tag ${id} --tag-name ${executorTag}`;
    const askForIt = `doctl compute tag create ${markTag(executorTag, id)}`;
    const untagIt = `doctl compute droplet untag ${id} --tag-name ${executorTag}`;
    const destroy = (commands: string): string =>
        `To destroy it with what the policy says, ${commands}; then repeat this command.`;
    const othersOff = droplet.tags
        .filter((tag) => isExecutorTag(tag) && tag.toLowerCase() !== executorTag.toLowerCase())
        .map((tag) => `\`doctl compute droplet untag ${id} --tag-name ${tag}\``)
        .join(" and ");
    switch (objection) {
        case "not-asked-for":
            return {
                reason: "it still exists, but is no longer in the stack's state (a `pulumi state delete` or `state move`, an interrupted `pulumi up`, or a copy)",
                advice: [
                    keep(`\`${untagIt}\` and \`${forgetIt}\` release it`),
                    destroy(`\`${askForIt}\` marks it for destruction`),
                ],
            };
        case "untagged":
            return {
                reason: `it still exists, but no longer has the tag ${executorTag}, so it may be somebody else's`,
                advice: [
                    keep(`\`${forgetIt}\` releases it`),
                    destroy(`\`${tagIt}\` and \`${askForIt}\` mark it for destruction`),
                ],
            };
        case "two-teardowns":
            return {
                reason: `it carries the tag ${executorTag} and that of another teardown (${droplet.tags.join(", ")})`,
                advice: [
                    `If it is the other's, \`${untagIt}\`; if it is this one's, ${othersOff}; then repeat this command.`,
                ],
            };
        case "copy":
            return {
                reason: `it carries the tag ${executorTag}, but this program did not make it: it may be a copy`,
                advice: [
                    `To keep it, \`${untagIt}\`; then repeat this command.`,
                    `To destroy it, \`npx pulumi-droplet-teardown destroy ${id}\`; then repeat this command.`,
                ],
            };
        case "in-use":
            return {
                reason: `it still carries the tag ${executorTag} of this teardown, which is being replaced, and has not been replaced itself`,
                advice: [
                    "To hand it to the new teardown, run `pulumi up` without `--target`.",
                    `If it is an old one that may go, \`${askForIt}\` marks it for destruction; then repeat this command.`,
                ],
            };
        case "never-tagged":
            return {
                reason: "it has the name of the stack's droplet, and carries the tag of no teardown: an update that was to put it on may have failed",
                advice: [
                    "If this run deletes it all the same (the official provider does, where the state does not leave that to the teardown), the next one reports what it left.",
                    // Where nothing else is known, the next run would find a released one by its name again.
                    hasOthers
                        ? keep(`\`${forgetIt}\` releases it`)
                        : `To keep it and all that are named here, ${forgetAll}.`,
                    destroy(`\`${tagIt}\` and \`${askForIt}\` mark it for destruction`),
                ],
            };
    }
}

/**
 * The tags by which an executor identifies its Droplets. Tags are separate objects at DigitalOcean, so they
 * outlive state; `<hex>` is random and unique.
 *
 * - `teardown-<hex>` is on every Droplet that the executor destroys,
 * - `teardown-<hex>:<id>`, on nothing, remembers a Droplet,
 * - `teardown-<hex>:<id>:go`, on nothing, marks one that the engine was asked to delete,
 * - `teardown-<hex>:<id>:alone`, on nothing, marks one that was replaced: it goes without what else it has, whatever
 *   other tags say.
 */
const EXECUTOR_TAG = /^teardown-[0-9a-f]{16}$/;

export function newExecutorTag(randomHex: string): string {
    return `teardown-${randomHex}`;
}

/** DigitalOcean compares tags case-insensitively. */
export function isExecutorTag(tag: string): boolean {
    return EXECUTOR_TAG.test(tag.toLowerCase());
}

/** A Droplet without any executor's tag may be somebody else's. */
export function hasExecutorTag({ tags }: Pick<Droplet, "tags">): boolean {
    return tags.some(isExecutorTag);
}

export function memoryTag(executorTag: string, dropletId: number): string {
    return `${executorTag}:${dropletId}`;
}

export function markTag(executorTag: string, dropletId: number): string {
    return `${executorTag}:${dropletId}:go`;
}

export function aloneTag(executorTag: string, dropletId: number): string {
    return `${executorTag}:${dropletId}:alone`;
}

/** The Droplets that an executor's tags name. */
export interface Memory {
    readonly remembered: ReadonlySet<number>;
    /** The engine was asked to delete these, with what else they have or alone. */
    readonly marked: ReadonlySet<number>;
    /** Those of the marked that were replaced. */
    readonly alone: ReadonlySet<number>;
}

const MEMORY_TAG = /^(teardown-[0-9a-f]{16}):([1-9]\d{0,15})(:go|:alone)?$/;

/** Reads an executor's memory and marks from an account's tags. A mark also counts as memory. */
export function readMemory(executorTag: string, tags: readonly string[]): Memory {
    const own = executorTag.toLowerCase();
    return memoryIn(tags, (owner) => owner === own);
}

/** Droplets that the tags of other executors remember, and none of them marks. */
export function rememberedElsewhere(executorTag: string, tags: readonly string[]): ReadonlySet<number> {
    const own = executorTag.toLowerCase();
    const { remembered, marked } = memoryIn(tags, (owner) => owner !== own);
    return new Set([...remembered].filter((id) => !marked.has(id)));
}

function memoryIn(tags: readonly string[], isWanted: (executorTag: string) => boolean): Memory {
    const [remembered, marked, alone] = [new Set<number>(), new Set<number>(), new Set<number>()];
    for (const tag of tags) {
        const [, owner, id, mark] = MEMORY_TAG.exec(tag.toLowerCase()) ?? [];
        if (owner !== undefined && isWanted(owner)) {
            remembered.add(Number(id));
            if (mark !== undefined) {
                marked.add(Number(id));
            }
            if (mark === ":alone") {
                alone.add(Number(id));
            }
        }
    }
    return { remembered, marked, alone };
}

/**
 * Tags and lists of Droplets, as an executor needs them. Reads retry and throw as in `DropletApi`; so do the
 * changes, all of which are idempotent.
 */
export interface OwnershipApi extends Pick<Catalog, "droplets" | "dropletsNamed"> {
    /** Creates an unused tag; an existing tag stays as it is. */
    createTag(tag: string, signal: AbortSignal): Promise<void>;
    /** Deletes a tag everywhere; a tag that is already gone is not an error. */
    deleteTag(tag: string, signal: AbortSignal): Promise<void>;
    /** Puts a tag on one Droplet, and creates the tag. */
    tagDroplet(tag: string, dropletId: number, signal: AbortSignal): Promise<void>;
    /** Removes a tag from one Droplet; it is not an error if either is gone. */
    untag(tag: string, dropletId: number, signal: AbortSignal): Promise<void>;
    /** How many resources carry a tag; null: there is no such tag. */
    tagCounts(tag: string, signal: AbortSignal): Promise<TagCounts | null>;
    /** The names of all tags. */
    tags(signal: AbortSignal): Promise<readonly string[]>;
    /** Droplets with a tag; those with a GPU may be missing. */
    tagged(tag: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    /** Droplets with a GPU, whatever their tags. */
    gpuDroplets(signal: AbortSignal): Promise<readonly Droplet[]>;
}

/** Carriers of a tag, as the tag itself counts them: it also counts what a list does not show yet. */
export interface TagCounts {
    readonly resources: number;
    /** Those of the resources that are Droplets, with a GPU or without. */
    readonly droplets: number;
}

/** Long lists that all resources of a process share; each is as it was a while ago. */
export type SharedLists = Pick<OwnershipApi, "tags" | "gpuDroplets">;

const MAX_TAG_LENGTH = 255;
const HASH_DIGITS = 8;
const FORBIDDEN = /[^a-z0-9_-]/g;

/**
 * The tag by which people find a stack's Droplets: `teardown:<project>:<stack>`. Tags consist of letters, digits,
 * ":", "-" and "_", and compare case-insensitively; if characters are replaced or cut, a short hash keeps two
 * stacks apart. Nothing is ever destroyed because of this tag.
 */
export function stackTag(project: string, stack: string): string {
    const plain = `teardown:${project.replace(FORBIDDEN, "-")}:${stack.replace(FORBIDDEN, "-")}`;
    if (plain === `teardown:${project}:${stack}` && plain.length <= MAX_TAG_LENGTH) {
        return plain;
    }
    const readable = [project, stack].map((part) => part.toLowerCase().replace(FORBIDDEN, "-")).join(":");
    const hash = createHash("sha256").update(`${project}\n${stack}`).digest("hex").slice(0, HASH_DIGITS);
    return `${`teardown:${readable}`.slice(0, MAX_TAG_LENGTH - HASH_DIGITS - 1)}-${hash}`;
}

/** The same for the stack that a resource's URN names; null: it names none. */
export function toStackTag(resourceUrn: string | undefined): string | null {
    const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(resourceUrn ?? "") ?? [];
    return stack === undefined || project === undefined ? null : stackTag(project, stack);
}

/** Changes with the arguments of a Droplet: what tells an `up` that changes it from any other. */
export function argumentsDigest(known: object): string {
    const entries = Object.entries(known).filter(([, value]) => value !== undefined);
    const text = JSON.stringify(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
    return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
