/** What `npm audit --json` says, as far as it is read (https://docs.npmjs.com/cli/v11/commands/npm-audit). */
interface AuditReport {
    readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
    readonly message?: string;
}

interface Vulnerability {
    readonly name: string;
    /** Advisories of the package itself, and names of packages that bring theirs in. */
    readonly via: readonly (string | { readonly title: string; readonly url: string })[];
    /** Folders, relative to the project: "node_modules/debug". */
    readonly nodes: readonly string[];
}

/**
 * A line for each published advisory about a package whose code is inside. What it depends on counts where it is
 * inside as well.
 * @param audited the output of `npm audit --json`
 * @param folders of the packages inside, relative to the project
 * @throws if nothing was audited
 */
export function advisoriesAbout(audited: string, folders: readonly string[]): string[] {
    const { vulnerabilities, message = "no report" } = JSON.parse(audited) as AuditReport;
    if (vulnerabilities === undefined) {
        throw new Error(`npm audit: ${message}`);
    }
    return Object.values(vulnerabilities)
        .filter(({ nodes }) => nodes.some((node) => folders.includes(node)))
        .flatMap(({ name, via }) => via.flatMap((one) => (typeof one === "string" ? [] : [{ name, ...one }])))
        .map(({ name, title, url }) => `${name}: ${title} (${url})`);
}
