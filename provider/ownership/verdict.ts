import { hasTag } from "../teardown/tag-guard.js";
import type { Droplet } from "../teardown/resource.js";
import { isExecutorTag } from "./tag-names.js";

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
    /** It now belongs to another executor. */
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
    /** It has the program's name and no executor's tag: an adoption failed half way. */
    | "never-tagged";

/** The possible names of a program's Droplet. */
export interface ProgramNames {
    readonly resourceName: string;
    /** Null: Pulumi named the Droplet. */
    readonly dropletName: string | null;
}

/** Decides about each candidate; pure. */
export function judge(candidates: readonly Candidate[], executorTag: string, names: ProgramNames): Verdict[] {
    const isTagged = ({ droplet }: Candidate): boolean => droplet !== null && hasTag(droplet, executorTag);
    const tagged = candidates.filter(isTagged);
    const isOnlyOne = tagged.length === 1 && !candidates.some(({ remembered }) => remembered);
    return candidates.map((candidate): Verdict => {
        const { droplet, remembered, marked } = candidate;
        if (droplet === null) {
            return { do: "destroy", candidate, recorded: true };
        }
        const refuse = (because: Objection): Verdict => ({ do: "refuse", droplet, because });
        const isAnothers = carriesAnother(droplet, executorTag);
        if (!isTagged(candidate)) {
            return isAnothers ? { do: "leave", candidate } : refuse("untagged");
        }
        if (isAnothers) {
            return refuse("two-teardowns");
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
