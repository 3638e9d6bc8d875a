import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { REPOSITORY } from "../support/engine-project-files.js";

/** What people copy from: pages, examples, and the program's own texts. */
const PLACES = ["README.md", "CHANGELOG.md", "docs", "examples", "cli", "provider", "sdk", "tools"];
const TEXT = /\.(?:md|ts|ya?ml|json|sh)$/;
const NPX = /\bnpx ((?:-\S+ )*)([^\s`"']+)/g;

/** Installed by the folder that names them: npx fetches nothing. */
const INSTALLED = new Set(["tsx"]);

function textsIn(place: string): string[] {
    if (TEXT.test(place)) {
        return [place];
    }
    const paths = readdirSync(join(REPOSITORY, place), { recursive: true, encoding: "utf8" });
    return paths
        .filter((path) => TEXT.test(path) && !path.includes("node_modules"))
        .map((path) => join(place, path));
}

describe("every command that begins with npx", () => {
    it("finding 11: names this package, and never one that a stranger may register", () => {
        let own = 0;
        for (const path of PLACES.flatMap(textsIn)) {
            for (const [command, , name = ""] of readFileSync(join(REPOSITORY, path), "utf8").matchAll(NPX)) {
                const isOwn = /^pulumi-droplet-teardown(?:@\S+)?$/.test(name);
                assert.ok(isOwn || INSTALLED.has(name), `${path}: ${command}`);
                own += isOwn ? 1 : 0;
            }
        }
        assert.ok(own >= 10, `${own} commands`);
    });
});
