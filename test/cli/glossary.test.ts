import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/engine-project-files.js";
import { sourceErrors } from "../support/source-errors.js";

/** Words that people might use for a term of the glossary, and that no message does. */
const OTHERS: Readonly<Record<string, RegExp>> = {
    Droplet: /\b(?:machines?|instances?|VMs?|servers?)\b/i,
    kind: /\btypes? of resources?\b/i,
    teardown: /\bexecutors?\b/i,
    mark: /\bmarkers?\b/i,
    policy: /\bpolicy words?\b/i,
    keep: /\b(?:spared?|exempt(?:ed)?|exclusions?)\b/i,
    plan: /\b(?:dry.?runs?|simulations?)\b/i,
    destroy: /\b(?:erase[sd]?|terminate[sd]?|nuke[sd]?)\b/i,
    attempt: /… rounds?\b/i,
    leftover: /\bremnants?\b/i,
    predecessor: /\bancestors?\b/i,
    copy: /\bclones?\b/i,
    orphan: /\bstray\b/i,
};

const PAGES = [
    "README.md",
    ...["guide", "cli", "errors", "pipelines", "languages", "upgrading", "one-delete"].map(
        (name) => `docs/${name}.md`,
    ),
];

/** The lines of a page without code, links and other projects' words: those of Git, and of Pulumi's command line. */
function prose(page: string): string[] {
    return page
        .replaceAll(/```[^]*?```/g, "")
        .replaceAll(/`[^`\n]*`/g, "")
        .replaceAll(/\]\([^)]*\)/g, "]")
        .replaceAll(/From a clone|name that server themselves/g, "")
        .split("\n");
}

describe("docs/glossary.md", () => {
    const page = readFileSync(join(REPOSITORY, "docs", "glossary.md"), "utf8");
    const terms = [...page.matchAll(/^\| (\*\*.*?)\s+\|/gm)].flatMap(([, head = ""]) =>
        [...head.matchAll(/\*\*([^*]+)\*\*/g)].map(([, term = ""]) => term),
    );

    it("has each term once, and not too many", () => {
        assert.equal(new Set(terms).size, terms.length);
        assert.ok(terms.length >= 20 && terms.length <= 25, String(terms.length));
    });

    it("has one word for one thing: no message uses another", () => {
        const used = sourceErrors().flatMap(({ place, text }) =>
            Object.entries(OTHERS)
                .filter(([, others]) => others.test(text))
                .map(([term]) => `${place}: ${term}: ${text}`),
        );
        assert.deepEqual(used, []);
        for (const term of Object.keys(OTHERS)) {
            assert.ok(terms.includes(term), term);
        }
    });

    it("has one word for one thing: no page for users uses another", () => {
        const used = PAGES.flatMap((path) =>
            prose(readFileSync(join(REPOSITORY, path), "utf8")).flatMap((line) =>
                Object.entries(OTHERS)
                    .filter(([, others]) => others.test(line))
                    .map(([term]) => `${path}: ${term}: ${line}`),
            ),
        );
        assert.deepEqual(used, []);
    });
});
