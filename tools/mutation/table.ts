import { withTable } from "../page-table.js";

/** What Stryker writes: https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema */
export interface Results {
    readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

/** A row of the table, by its file. */
type Rows = ReadonlyMap<string, string>;

const HEAD = [
    "| File | Score | Killed | Survived | Not run by these tests | Measured |",
    "| --- | --- | --- | --- | --- | --- |",
];
const ROW = /^\| `(provider\/[^`]+)`.*$/gm;

/** The rows of a page. */
export function rowsIn(page: string): Rows {
    return new Map([...page.matchAll(ROW)].map(([row, file = ""]) => [file, row]));
}

/** A row for each file of a run of Stryker. A mutant that times out is killed. */
export function toRows({ files }: Results, when: string): Rows {
    return new Map(
        Object.entries(files).map(([file, { mutants }]) => {
            const count = (...statuses: readonly string[]): number =>
                mutants.filter(({ status }) => statuses.includes(status)).length;
            const [killed, survived, unrun] = [
                count("Killed", "Timeout"),
                count("Survived"),
                count("NoCoverage"),
            ];
            const all = killed + survived + unrun;
            const score = all === 0 ? "–" : `${((100 * killed) / all).toFixed(1)} %`;
            return [file, `| \`${file}\` | ${score} | ${killed} | ${survived} | ${unrun} | ${when} |`];
        }),
    );
}

/** The page with other rows. */
export function updatePage(page: string, rows: Rows): string {
    const sorted = [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
    return withTable(page, "File | Score", [...HEAD, ...sorted]);
}
