import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { REPOSITORY } from "./engine-project-files.js";

/** A fenced block of a page. */
export interface Block {
    /** `docs/guide.md:77` */
    readonly place: string;
    /** What follows the fence; "" where nothing does. */
    readonly language: string;
    readonly text: string;
}

/** A command line, and where it is written. */
export interface Command {
    readonly place: string;
    readonly text: string;
}

const FENCE = /^```(\w*)\n(.*?)^```$/gms;
const PROGRAMS =
    /^(?:(?:[A-Z_]+=\S+ )*(?:npm|npx|git|pulumi|doctl|droplet-teardown) .+|droplet-teardown|\.ci\/run)$/;

/** Every page that people read, by its path in the repository. */
export function docPages(): ReadonlyMap<string, string> {
    const folders = ["docs", "examples", "simulator"].flatMap((folder) =>
        readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
            .filter((path) => path.endsWith(".md"))
            .map((path) => join(folder, path)),
    );
    const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...folders.sort()];
    return new Map(pages.map((page) => [page, readFileSync(join(REPOSITORY, page), "utf8")]));
}

export function findBlocks(page: string, text: string): Block[] {
    return [...text.matchAll(FENCE)].map((match) => ({
        place: placeIn(page, text, match.index),
        language: match[1] ?? "",
        text: match[2] ?? "",
    }));
}

/** The commands in `sh` blocks, those after a `$` in `console` blocks, and those in code spans of the prose. */
export function findCommands(page: string, text: string): Command[] {
    const blocks = findBlocks(page, text);
    const prose = text.replace(FENCE, (block) => block.replace(/[^\n]/g, " "));
    return [
        ...blocks.filter(({ language }) => language === "sh").flatMap((block) => splitScript(block)),
        ...blocks
            .filter(({ language }) => language === "console")
            .flatMap(({ place, text: session }) =>
                [...session.matchAll(/^\$ (.*)$/gm)].flatMap(([, line = ""]) =>
                    splitScript({ place, text: line }),
                ),
            ),
        ...[...prose.matchAll(/`([^`\n]+)`/g)]
            .filter(([, span = ""]) => PROGRAMS.test(span))
            .flatMap((match) =>
                splitScript({ place: placeIn(page, text, match.index), text: match[1] ?? "" }),
            ),
    ];
}

/** One command a line or after `&&`, `||` and `|`; quotes hold a text together, comments are left out. */
function splitScript({ place, text }: Command): Command[] {
    const parts = text.replace(/\\\n/g, " ").match(/(?:'[^']*'|"[^"]*"|\\.|[^\n&|"'\\])+/g) ?? [];
    return parts
        .map((part) => part.replace(/(^|\s)#.*$/, "").trim())
        .filter((part) => part !== "" && part !== "true")
        .map((part) => ({ place, text: part }));
}

function placeIn(page: string, text: string, index: number): string {
    return `${page}:${text.slice(0, index).split("\n").length}`;
}
