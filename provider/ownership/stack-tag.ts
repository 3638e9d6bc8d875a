import { createHash } from "node:crypto";

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
export function stackTagOf(resourceUrn: string | undefined): string | null {
    const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(resourceUrn ?? "") ?? [];
    return stack === undefined || project === undefined ? null : stackTag(project, stack);
}
