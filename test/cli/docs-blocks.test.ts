import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

import { checkCommand } from "./doc-commands.js";
import { checkYaml } from "./doc-yaml.js";
import { docPages, findBlocks, findCommands } from "../support/doc-pages.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { publicSymbols } from "./public-api.js";
import { compileSnippets } from "../support/snippets.js";
import { says, sourceErrors } from "../support/source-errors.js";

const pages = [...docPages()];
const blocks = pages.flatMap(([page, text]) => findBlocks(page, text));
const commands = pages.flatMap(([page, text]) => findCommands(page, text));
const inLanguage = (...languages: string[]): typeof blocks =>
    blocks.filter(({ language }) => languages.includes(language));

const programs = inLanguage("ts");
const symbols = publicSymbols();
const examples = symbols.flatMap((symbol) => symbol.examples);
const outputs = inLanguage("text", "console");
const diagrams = inLanguage("mermaid");
const changes = inLanguage("diff");
const yamls = inLanguage("yaml");

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsIn(page = ""): string[] {
    return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
        heading
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\s_-]/gu, "")
            .replace(/\s/g, "-"),
    );
}

describe(`the ${blocks.length} blocks and ${commands.length} commands of ${pages.length} pages`, function () {
    this.timeout(60_000);

    it(`name a language that has a check: all ${blocks.length} blocks`, () => {
        const checked = [programs, outputs, diagrams, changes, inLanguage("sh"), yamls].flat();
        const others = blocks.filter((block) => !checked.includes(block));
        assert.deepEqual(
            others.map(({ place, language }) => `${place}: ${language}`),
            [],
        );
        const fences = pages.flatMap(([, text]) => text.match(/^\s*(?:```|~~~)/gm) ?? []);
        assert.equal(fences.length, 2 * blocks.length);
    });

    it(`compile: ${programs.length} programs, and ${examples.length} examples of the API reference`, async () => {
        const wrong = 'new Droplet("web", { ...args, teardown: { polcy: "destroy" } });';
        const errors = await compileSnippets([
            ...programs,
            ...examples,
            { place: "a wrong one", text: wrong },
        ]);
        assert.equal(errors.length, 1, errors.join("\n"));
        assert.match(errors[0] ?? "", /^a wrong one: .*polcy/);
        assert.ok(programs.length >= 9);
    });

    it(`are understood: ${commands.length} commands`, () => {
        assert.ok(commands.length > 150);
        commands.forEach(checkCommand);
    });

    it(`use what the schema of the plugin has: ${yamls.length} parts of a Pulumi.yaml`, () => {
        assert.ok(yamls.length >= 2);
        yamls.forEach(checkYaml);
        const text = "resources: { web: { type: droplet-teardown:Droplet, properties: { polcy: keep } } }";
        assert.throws(() => checkYaml({ place: "a wrong one", text }), /a wrong one: .*polcy/);
    });

    it("are not understood where nothing knows them", () => {
        for (const text of ["pulumi destory", "npm run quickstrat", "droplet-teardown destroy --polcy x"]) {
            assert.throws(() => checkCommand({ place: "here", text }), /here/);
        }
    });

    it(`show errors that the source raises: ${outputs.length} outputs`, () => {
        const errors = sourceErrors();
        const shown = outputs.flatMap(({ place, text }) =>
            [...text.matchAll(/^error: (.*)$/gm)].map(([, error = ""]) => ({ place, error })),
        );
        assert.ok(shown.length >= 4);
        for (const { place, error } of shown) {
            const known =
                errors.some(({ text }) => says(error, text)) || error.endsWith("could not be destroyed");
            assert.ok(known, `${place}: nothing raises ${JSON.stringify(error)}`);
        }
    });

    it(`have the lines of the example that they change: ${changes.length} diffs`, () => {
        assert.equal(changes.length, 2);
        const [before = "", after = ""] = ["before.ts", "index.ts"].map((file) =>
            readFileSync(join(REPOSITORY, "examples", "retrofit", file), "utf8"),
        );
        const words = (text: string): string => text.replace(/\s+/g, " ");
        const lines = changes.flatMap(({ text }) => [...text.matchAll(/^([+-])(.*)$/gm)]);
        for (const [, sign, line = ""] of lines) {
            assert.ok(words(sign === "+" ? after : before).includes(words(line).trim()), line);
        }
    });

    it("link to headings that are there", () => {
        const texts = new Map(pages);
        const links = pages.flatMap(([page, text]) =>
            [...text.matchAll(/\]\(([^):\s]*)#([\w-]+)\)/g)].map(([, to = "", anchor = ""]) => {
                const target = to === "" ? page : posix.join(posix.dirname(page), to);
                return {
                    place: `${page}: ${to}#${anchor}`,
                    found: anchorsIn(texts.get(target)).includes(anchor),
                };
            }),
        );
        assert.ok(links.length > 30);
        assert.deepEqual(
            links.filter(({ found }) => !found).map(({ place }) => place),
            [],
        );
    });

    it(`draw what a diagram can hold: ${diagrams.length} diagrams`, () => {
        for (const { place, text } of diagrams) {
            assert.match(text, /^(?:sequenceDiagram|stateDiagram-v2|flowchart|graph)\b/, place);
            const opened = text.match(/^\s*(?:loop|opt|alt|subgraph|state .*\{)/gm) ?? [];
            const closed = text.match(/^\s*(?:end|\})\s*$/gm) ?? [];
            assert.equal(opened.length, closed.length, place);
        }
    });
});

describe(`the API reference of ${symbols.length} public symbols`, () => {
    it("says of each what it is, and shows it in an example", () => {
        const silent = symbols.filter(
            ({ isDocumented, examples: shown }) => !isDocumented || shown.length === 0,
        );
        assert.deepEqual(
            silent.map(({ file, name }) => `${file}: ${name}`),
            [],
        );
        assert.ok(examples.every(({ text }) => text.length > 20));
        assert.ok(symbols.length >= 17);
    });

    it("says of each property and method what it is", () => {
        assert.deepEqual(
            symbols.flatMap(({ undocumented }) => undocumented),
            [],
        );
    });
});
