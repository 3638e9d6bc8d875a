import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import ts from "typescript";

import { cachedFolder } from "./cached-folder.js";
import { REPOSITORY } from "./engine-project-files.js";

/** A piece of TypeScript from a page or a comment. */
export interface Snippet {
    readonly place: string;
    readonly text: string;
}

/** What a piece of a program may take for granted, by the name that it uses. */
const SURROUNDINGS: readonly (readonly [name: string, line: string])[] = [
    ["pulumi", 'import * as pulumi from "@pulumi/pulumi";'],
    ["digitalocean", 'import * as digitalocean from "@pulumi/digitalocean";'],
    ["Droplet", 'import { Droplet } from "pulumi-droplet-teardown";'],
    ["DropletTeardown", 'import { DropletTeardown } from "pulumi-droplet-teardown";'],
    ["tearDownDroplets", 'import { tearDownDroplets } from "pulumi-droplet-teardown";'],
    ["VirtualClock", `import { VirtualClock } from "${REPOSITORY}/simulator/index.js";`],
    ["createSimulator", `import { createSimulator } from "${REPOSITORY}/simulator/index.js";`],
    ["args", 'declare const args: import("@pulumi/digitalocean").DropletArgs;'],
    ["token", "declare const token: string;"],
];

/** What snippets are compiled against and with. */
const SOURCES = ["dist/sdk", "dist/provider", "simulator", "package-lock.json", "test/support/snippets.ts"];

/** Type checks snippets, each as a module of its own, once for the same ones; the answer is one line for each error. */
export async function compileSnippets(snippets: readonly Snippet[]): Promise<string[]> {
    const fill = (folder: string): Promise<void> =>
        writeFile(join(folder, "errors.json"), JSON.stringify(compile(snippets)));
    const folder = await cachedFolder("snippets", SOURCES, fill, JSON.stringify(snippets));
    return JSON.parse(await readFile(join(folder, "errors.json"), "utf8")) as string[];
}

function compile(snippets: readonly Snippet[]): string[] {
    const sources = new Map(snippets.map((snippet, index) => [snippetFile(index), toModule(snippet)]));
    const options: ts.CompilerOptions = {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.Node16,
        moduleResolution: ts.ModuleResolutionKind.Node16,
        types: ["node"],
    };
    const host = { ...ts.createCompilerHost(options), jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
    const program = ts.createProgram([...sources.keys()], options, {
        ...host,
        fileExists: (file) => sources.has(file) || host.fileExists(file),
        readFile: (file) => sources.get(file) ?? host.readFile(file),
        getSourceFile: (file, version, ...rest) => {
            const text = sources.get(file);
            return text === undefined
                ? host.getSourceFile(file, version, ...rest)
                : ts.createSourceFile(file, text, version);
        },
    });
    return snippets.flatMap(({ place }, index) => {
        const file = program.getSourceFile(snippetFile(index));
        return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
            ({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
        );
    });
}

/** In a folder from which a user's imports are found, as in a project of their own. */
function snippetFile(index: number): string {
    return join(REPOSITORY, "examples", `snippet-${index}.mts`);
}

function toModule({ text }: Snippet): string {
    const given = SURROUNDINGS.filter(
        ([name]) => new RegExp(`\\b${name}\\b`).test(text) && !declares(text, name),
    );
    const source = text.replace('"digitalocean-simulator"', `"${REPOSITORY}/simulator/index.js"`);
    return [...given.map(([, line]) => line), source, "export {};"].join("\n");
}

function declares(text: string, name: string): boolean {
    return new RegExp(`^import [^;"]*\\b${name}\\b|(?:const|let|class) ${name}\\b`, "m").test(text);
}
