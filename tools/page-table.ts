/**
 * The page with another table in place of one of its own.
 * @param head what the first line of the old one begins with
 * @param lines the new one's
 */
export function withTable(page: string, head: string, lines: readonly string[]): string {
    const cells = head.split(" | ").join("\\s*\\| ");
    const old = new RegExp(`^\\| ${cells}.*\\n(?:\\|.*\\n)+`, "m");
    if (!old.test(page)) {
        throw new Error(`the page has no table that begins with ${head}`);
    }
    return page.replace(old, () => [...lines, ""].join("\n"));
}
