import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ESLint, Linter } from "eslint";
import { REPOSITORY } from "../support/engine-project-files.js";

/** A file of a folder, and how it would import a place. */
const IMPORTS: Readonly<Record<string, (up: string) => string>> = {
    "provider/*.ts": () => "../runtime.js",
    "provider/digitalocean": (up) => `${up}provider/digitalocean/api.js`,
    "provider/teardown": (up) => `${up}provider/teardown/plan.js`,
    "@pulumi/*": () => "@pulumi/pulumi",
    provider: (up) => `${up}provider/runtime.js`,
    sdk: (up) => `${up}sdk/index.js`,
    cli: (up) => `${up}cli/index.js`,
    simulator: (up) => `${up}simulator/index.js`,
};

/** The rows of the table in docs/architecture.md. */
function documented(): [folder: string, places: string[]][] {
    const text = readFileSync(join(REPOSITORY, "docs/architecture.md"), "utf8");
    const [, table = ""] = /\| Folder +\| Must not import.*?\n\| -.*?\n((?:\|.*\n)+)/.exec(text) ?? [];
    return table
        .trim()
        .split("\n")
        .map((row) => {
            const [folder = "", ...places] = [...row.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
            return [folder, places];
        });
}

describe("the import rules of docs/architecture.md", () => {
    for (const [folder, places] of documented()) {
        it(`hold for ${folder}`, async () => {
            assert.ok(places.length > 0);
            const config = (await new ESLint({ cwd: REPOSITORY }).calculateConfigForFile(
                join(REPOSITORY, folder, "any.ts"),
            )) as { rules: Linter.RulesRecord };
            const rule = config.rules["no-restricted-imports"];
            const up = "../".repeat(folder.split("/").length);
            for (const place of places) {
                const from = IMPORTS[place]?.(up) ?? assert.fail(`nothing known of ${place}`);
                const messages = new Linter().verify(`import "${from}";`, {
                    rules: { "no-restricted-imports": rule },
                });
                assert.equal(messages.length, 1, `${folder} may import ${from}`);
            }
        });
    }
});
