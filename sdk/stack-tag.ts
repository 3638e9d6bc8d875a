import { createHash } from "node:crypto";

const LONGEST_TAG = 255;
const HASH_DIGITS = 8;
const FORBIDDEN = /[^A-Za-z0-9_-]/g;

/**
 * The tag that says to which stack a Droplet belongs: `teardown:<project>:<stack>`. A tag holds letters,
 * digits, ":", "-" and "_"; where something had to be replaced or cut, a short hash keeps two stacks apart.
 */
export function stackTag(project: string, stack: string): string {
    const plain = `teardown:${project.replace(FORBIDDEN, "-")}:${stack.replace(FORBIDDEN, "-")}`;
    if (plain === `teardown:${project}:${stack}` && plain.length <= LONGEST_TAG) {
        return plain;
    }
    const hash = createHash("sha256").update(`${project}\n${stack}`).digest("hex").slice(0, HASH_DIGITS);
    return `${plain.slice(0, LONGEST_TAG - HASH_DIGITS - 1)}-${hash}`;
}

/** Whether an `ignoreChanges` keeps a Droplet's tags as they are. */
export function ignoresTags(ignoreChanges: readonly string[] | undefined): boolean {
    return (ignoreChanges ?? []).some((path) => path === "*" || /^\[?"?tags\b/.test(path));
}
