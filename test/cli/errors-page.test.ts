import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { REPOSITORY } from "../support/engine-project-files.js";
import { says, sourceErrors } from "../support/source-errors.js";

const page = readFileSync(join(REPOSITORY, "docs", "errors.md"), "utf8");

/** The messages in the first column of every table with that head. */
function documented(): string[] {
    const tables = page.split(/\n\n/).filter((block) => block.startsWith("| Message "));
    const cells = tables.flatMap((table) =>
        table
            .split("\n")
            .slice(2)
            .map((row) => row.split("|")[1] ?? ""),
    );
    return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text));
}

describe("docs/errors.md", () => {
    const errors = sourceErrors();
    const messages = documented();

    it(`explains each of the ${new Set(errors.map(({ text }) => text)).size} messages in the source`, () => {
        const missing = errors.filter(({ text }) => !messages.some((message) => says(text, message)));
        assert.deepEqual(
            missing.map(({ place, text }) => `${place}: ${text}`),
            [],
        );
        assert.ok(errors.length > 150);
    });

    it(`has no row for a message that nothing says, among its ${messages.length}`, () => {
        const stale = messages.filter((message) => !errors.some(({ text }) => says(text, message)));
        assert.deepEqual(stale, []);
    });

    it("is specific: no row is but a wildcard", () => {
        const vague = messages.filter((message) => message.replaceAll(/[…\s\p{P}]/gu, "").length < 7);
        assert.deepEqual(vague, []);
    });
});
