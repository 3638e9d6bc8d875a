import type { Droplet } from "../teardown/resource.js";
import { markTag } from "./tag-names.js";
import type { Objection } from "./verdict.js";

/** What a person has to decide: why nothing was done to a Droplet, and the command for each option. */
export interface Refusal {
    readonly reason: string;
    readonly advice: readonly string[];
}

/**
 * @param executorUrn URN of the resource that refuses
 * @param command the command to repeat afterwards
 */
export function refusalOf(
    objection: Objection,
    droplet: Droplet,
    executorTag: string,
    executorUrn: string | undefined,
): Refusal {
    const id = droplet.id;
    const keep = `To keep it, \`pulumi state delete '${executorUrn ?? "<urn>"}'\` forgets its teardown; then repeat this command.`;
    const tagIt = `doctl compute droplet tag ${id} --tag-name ${executorTag}`;
    const askForIt = `doctl compute tag create ${markTag(executorTag, id)}`;
    const untagIt = `doctl compute droplet untag ${id} --tag-name ${executorTag}`;
    const destroy = (commands: string): string =>
        `To destroy it with what the policy says, ${commands}; then repeat this command.`;
    switch (objection) {
        case "not-asked-for":
            return {
                reason: "it lives, but the stack's state does not have it any more (a `pulumi state delete`, or an interrupted `pulumi up`)",
                advice: [keep, destroy(`\`${askForIt}\` lets it go`)],
            };
        case "untagged":
            return {
                reason: `it lives, but does not carry the tag ${executorTag} any more, so it may be somebody else's`,
                advice: [keep, destroy(`\`${tagIt}\` and \`${askForIt}\` let it go`)],
            };
        case "two-teardowns":
            return {
                reason: `it carries the tag ${executorTag} and that of another teardown (${droplet.tags.join(", ")})`,
                advice: [
                    `If it is the other's, \`${untagIt}\`; if it is this one's, take the other tag off; then repeat this command.`,
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
        case "never-tagged":
            return {
                reason: "it has the name of the stack's droplet, and carries the tag of no teardown: an update that was to put it on may have failed",
                advice: [keep, destroy(`\`${tagIt}\` claims it`)],
            };
        default:
            return objection satisfies never;
    }
}
