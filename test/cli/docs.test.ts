import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { format } from "prettier";

import { REPOSITORY } from "../support/engine-project-files.js";
import { cliPage } from "../../tools/cli-docs-page.js";

describe("docs/cli.md", () => {
    it("is what the command line's definitions say (npm run docs:cli)", async () => {
        const path = join(REPOSITORY, "docs", "cli.md");
        const layout = async (text: string): Promise<string> => format(text, { parser: "markdown" });
        assert.equal(await layout(await readFile(path, "utf8")), await layout(cliPage()));
    });
});
