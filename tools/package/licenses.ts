import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package whose code is inside. */
interface Inside {
    readonly name: string;
    readonly version: string;
    readonly license: string;
    /** Its address, without what git puts around it. */
    readonly repository: string;
    /** Of the license; "" if the package does not say it. */
    readonly text: string;
}

interface Manifest extends Pick<Inside, "name" | "version" | "license"> {
    readonly repository?: string | { readonly url: string };
}

const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i;
const README_SECTION = /^License\n-+\n(.*?)(?:^\[|^#|(?![^]))/ms;
/** The text of this license is ours, too. */
const APACHE = /^\s*Apache License\s+Version 2\.0.*$/s;
const RULE = `\n${"-".repeat(80)}\n\n`;

/**
 * The licenses of packages whose code is inside: each text once, under the names of those that have it.
 * @param folders of the packages
 * @throws if the text of a license is nowhere to be found: the package cannot be inside
 */
export function formatLicenses(folders: readonly string[]): string {
    const packages = folders.map(readPackage);
    const byText = new Map<string, string[]>();
    for (const one of packages) {
        const text = licenseText(one, packages);
        byText.set(text, [...(byText.get(text) ?? []), formatTitle(one)]);
    }
    const parts = [...byText].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`);
    return ["This package has code of these packages in it.\n", ...parts].join(RULE);
}

function readPackage(folder: string): Inside {
    const path = join(folder, "package.json");
    const { name, version, license, repository = "" } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
    const url = typeof repository === "string" ? repository : repository.url;
    return { name, version, license, repository: repositoryAddress(url), text: ownText(folder) };
}

/** "git+https://github.com/a/b.git" and "a/b" are one address. */
function repositoryAddress(repository: string): string {
    const path = repository.replace(/^(?:git\+|git:\/\/|https?:\/\/|github:|\w+@)+|\.git$/g, "");
    return `https://${/^[\w-]+\/[\w-]+$/.test(path) ? `github.com/${path}` : path}`;
}

/** "node-fetch 3.3.2 (MIT), https://github.com/node-fetch/node-fetch" */
function formatTitle({ name, version, license, repository }: Inside): string {
    return `${name} ${version} (${license}), ${repository}`;
}

function ownText(folder: string): string {
    const files = readdirSync(folder).filter((name) => LICENSE_FILE.test(name));
    const texts = files.map((name) => normalized(readFileSync(join(folder, name), "utf8")));
    const readme = join(folder, "README.md");
    const section = existsSync(readme) ? README_SECTION.exec(normalized(readFileSync(readme, "utf8"))) : null;
    return texts.length > 0 ? texts.map(shortened).join("\n\n") : (section?.[1]?.trim() ?? "");
}

const normalized = (text: string): string => text.replaceAll("\r\n", "\n").trim();

const shortened = (text: string): string =>
    text.replace(APACHE, "The Apache License, Version 2.0: the text is in LICENSE.");

/** Packages of one repository have one license file between them. */
function licenseText(one: Inside, packages: readonly Inside[]): string {
    const sibling = packages.find(({ repository, license, text }) => {
        return repository === one.repository && license === one.license && text !== "";
    });
    const text = one.text === "" ? sibling?.text : one.text;
    if (text === undefined) {
        throw new Error(`${one.name} has no text of its license (${one.license}), so it cannot be inside`);
    }
    return text;
}
