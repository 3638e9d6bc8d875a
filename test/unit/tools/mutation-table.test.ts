import assert from "node:assert/strict";

import { rowsIn, toRows, updatePage } from "../../../tools/mutation/table.js";

const PAGE = `# Mutations

| File | Score | Killed | Survived | Not run by these tests | Measured |
| --- | --- | --- | --- | --- | --- |
| \`provider/a.ts\` | 90.0 % | 9 | 1 | 0 | 2026-11-01, aaaaaaa |

After the table.
`;

describe("the page of mutations", () => {
    const statuses = ["Killed", "Timeout", "Survived", "NoCoverage", "Ignored"];
    const results = { files: { "provider/b.ts": { mutants: statuses.map((status) => ({ status })) } } };
    const added = toRows(results, "2026-11-30, bbbbbbb");

    it("counts a mutant that times out as killed, and none that was ignored", () => {
        assert.deepEqual(
            [...added.values()],
            ["| `provider/b.ts` | 50.0 % | 2 | 1 | 1 | 2026-11-30, bbbbbbb |"],
        );
    });

    it("keeps the rows of files that a run did not change, and the text around the table", () => {
        const page = updatePage(PAGE, new Map([...rowsIn(PAGE), ...added]));
        assert.deepEqual([...rowsIn(page).keys()], ["provider/a.ts", "provider/b.ts"]);
        assert.ok(page.startsWith("# Mutations\n\n| File") && page.endsWith("|\n\nAfter the table.\n"), page);
    });

    it("replaces the row of a file that was measured again", () => {
        const again = toRows(
            { files: { "provider/a.ts": { mutants: [{ status: "Killed" }] } } },
            "2026-11-30, bbbbbbb",
        );
        const page = updatePage(PAGE, new Map([...rowsIn(PAGE), ...again]));
        assert.match(page, /100\.0 %/);
        assert.doesNotMatch(page, /90\.0 %/);
    });
});
