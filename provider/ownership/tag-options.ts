/** Options of a resource that name its properties by paths. */
interface PathOptions {
    readonly ignoreChanges?: readonly string[] | undefined;
    readonly replaceOnChanges?: readonly string[] | undefined;
}

/**
 * What is wrong with options that would hide a Droplet from its teardown, or replace it on adoption; null: nothing.
 * The text starts with the option's name.
 */
export function hiddenTagsProblem(opts: PathOptions): string | null {
    for (const option of ["ignoreChanges", "replaceOnChanges"] as const) {
        const path = opts[option]?.find(coversTags);
        if (path !== undefined) {
            const why =
                option === "ignoreChanges"
                    ? "without its tag a Droplet cannot be found again when it is to be destroyed"
                    : "adding its tag would replace the Droplet";
            return `${option} is not supported here: ${JSON.stringify(path)} covers tags, and ${why}`;
        }
    }
    return null;
}

function coversTags(path: string): boolean {
    return /^(?:\*|\[?"?(?:tags\b|\*))/.test(path.trim());
}
