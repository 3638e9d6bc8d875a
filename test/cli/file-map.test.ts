import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/engine-project-files.js";

const FOLDERS = ["action", "cli", "plugin", "provider", "sdk"];
/** Rows of the tables under "Code map" that are about one file. */
const ROW = /^\| `([\w-]+(?:\/[\w-]+)*\.ts)` +\| +(\S[^|]*?) *\|$/gm;

function sources(): string[] {
    return FOLDERS.flatMap((folder) =>
        readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
            .filter((path) => path.endsWith(".ts"))
            .map((path) => `${folder}/${path.replaceAll("\\", "/")}`),
    );
}

describe("the file map in docs/architecture.md", () => {
    const page = readFileSync(join(REPOSITORY, "docs", "architecture.md"), "utf8");
    const rows = [...page.matchAll(ROW)].map(([, file = ""]) => file);

    it("has one row for every file of the package, and for nothing else", () => {
        assert.deepEqual([...rows].sort(), sources().sort());
    });

    it("says of each something that no other is", () => {
        const texts = [...page.matchAll(ROW)].map(([, , text]) => text);
        assert.equal(new Set(texts).size, texts.length);
    });
});

describe("the table of stories in docs/testing.md", () => {
    it("has every file of test/engine once, and no other", () => {
        const page = readFileSync(join(REPOSITORY, "docs", "testing.md"), "utf8");
        const [, table = ""] = page.split("| Stories of `test/engine/`");
        const [rows = ""] = table.split("\n\n");
        const named = rows.split("\n").flatMap((row) => row.split("|")[1]?.match(/(?<=`)[\w-]+(?=`)/g) ?? []);
        const stories = readdirSync(join(REPOSITORY, "test", "engine"))
            .filter((name) => name.endsWith(".test.ts"))
            .map((name) => name.replace(".test.ts", ""));
        assert.deepEqual([...named].sort(), stories.sort());
    });
});

describe("the map of the search", () => {
    it("names every file of it, and no other", () => {
        const folder = join(REPOSITORY, "test", "random-worlds");
        const readme = readFileSync(join(folder, "README.md"), "utf8");
        const named = readme.split(/[^\w.-]+/).filter((word) => /^[a-z].*\.ts$/.test(word));
        const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
        assert.deepEqual([...new Set(named)].sort(), files.sort());
    });
});
