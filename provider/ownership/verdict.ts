import { type Droplet, hasTag } from "../teardown/model.js";
import { isExecutorTag, markTag, memoryTag } from "./tag-names.js";

/** One Droplet that may be the executor's. */
export interface Candidate {
    readonly id: number;
    /** Null: it is gone. */
    readonly droplet: Droplet | null;
    /** A tag of the account or the record in this process names it. */
    readonly remembered: boolean;
    /** The engine was asked to delete it. */
    readonly marked: boolean;
}

/** What an executor does about one Droplet. */
export type Verdict =
    /** `recorded` false: an interrupted `up` created it, so it must be recorded first. */
    | { readonly do: "destroy"; readonly candidate: Candidate; readonly recorded: boolean }
    /** It now belongs to another executor, or it is gone and the record of its successor accounts for it. */
    | { readonly do: "leave"; readonly candidate: Candidate }
    /** Destroying it could be wrong, and so could leaving it. */
    | { readonly do: "refuse"; readonly droplet: Droplet; readonly because: Objection };

export type Objection =
    /** It exists, and the engine was not asked to delete it: somebody edited the state. */
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
}

/** An executor in whose place the program has another one: it destroys what is replaced as well, and nothing else. */
export interface Replaced {
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
    { tag: executorTag, names, replaced }: Owner,
): Verdict[] {
    const isTagged = ({ droplet }: Candidate): boolean => droplet !== null && hasTag(droplet, executorTag);
    const isOnlyOne = found.filter(isTagged).length === 1 && !found.some(({ remembered }) => remembered);
    return candidates.map((candidate): Verdict => {
        const { droplet, remembered, marked } = candidate;
        if (droplet === null) {
            return replaced === null
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
        if (remembered) {
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
export interface Refusal {
    readonly reason: string;
    readonly advice: readonly string[];
}

/** The executor that refuses. */
export interface Refusing {
    readonly tag: string;
    readonly urn: string | undefined;
    /** It knows of more than this Droplet: without it, nothing would destroy the others. */
    readonly hasOthers: boolean;
}

/** What to decide about one Droplet. No advice, followed to the letter, loses another one. */
export function refusalOf(
    objection: Objection,
    droplet: Droplet,
    { tag: executorTag, urn, hasOthers }: Refusing,
): Refusal {
    const id = droplet.id;
    const forgetIt = `doctl compute tag delete ${memoryTag(executorTag, id)} --force`;
    const forgetAll = `\`pulumi state delete '${urn ?? "<urn>"}'\` forgets its teardown; then repeat this command`;
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
                reason: "it still exists, but is no longer in the stack's state (a `pulumi state delete` or `state move`, or an interrupted `pulumi up`)",
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
