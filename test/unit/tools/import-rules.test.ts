import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ESLint, Linter } from "eslint";
import { REPOSITORY } from "../../support/engine-project-files.js";

/** A file of a folder, and how it would import a place. */
const IMPORTS: Readonly<Record<string, (up: string) => string>> = {
    "provider/handlers": (up) => `${up}provider/handlers/handlers.js`,
    "provider/lifecycle": (up) => `${up}provider/lifecycle/executor.js`,
    "provider/access": (up) => `${up}provider/access/runtime.js`,
    "provider/stored": (up) => `${up}provider/stored/state.js`,
    "provider/digitalocean": (up) => `${up}provider/digitalocean/api.js`,
    "provider/polling": (up) => `${up}provider/polling/clock.js`,
    "provider/fleet": (up) => `${up}provider/fleet/pool.js`,
    "provider/teardown": (up) => `${up}provider/teardown/plan.js`,
    "@pulumi/*": () => "@pulumi/pulumi",
    provider: (up) => `${up}provider/access/runtime.js`,
    sdk: (up) => `${up}sdk/index.js`,
    plugin: (up) => `${up}plugin/service.js`,
    cli: (up) => `${up}cli/index.js`,
    "cli/selection": (up) => `${up}cli/selection/order.js`,
    "cli/text": (up) => `${up}cli/text/plan.js`,
    "cli/commands": (up) => `${up}cli/commands/consent.js`,
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

describe("the rule that one function reads for a teardown", () => {
    const READS: Readonly<Record<string, boolean>> = {
        "api.droplet(7, signal);": true,
        "task.client.api.associated(7, signal);": true,
        "api.find(volume, signal);": true,
        "api.account(signal);": false,
        "list.find((one) => one.id === 7);": false,
    };
    for (const [file, holds] of [
        ["provider/lifecycle/refresh.ts", true],
        ["cli/selection/survey.ts", true],
        ["provider/teardown/next.ts", true],
        ["provider/teardown/ask.ts", false],
    ] as const) {
        it(`${holds ? "holds" : "does not hold"} for ${file}`, async () => {
            const path = join(REPOSITORY, file);
            const { rules } = (await new ESLint({ cwd: REPOSITORY }).calculateConfigForFile(path)) as {
                rules: Linter.RulesRecord;
            };
            const rule = { "no-restricted-syntax": rules["no-restricted-syntax"] };
            for (const [read, isForbidden] of Object.entries(READS)) {
                const messages = holds ? new Linter().verify(read, { rules: rule }) : [];
                assert.equal(messages.length, holds && isForbidden ? 1 : 0, read);
                assert.ok(holds || rule["no-restricted-syntax"] === undefined);
            }
        });
    }
});

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
