import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { REPOSITORY } from "../support/engine-project-files.js";

interface Manifest {
    readonly homepage: string;
    readonly bugs: string;
    readonly repository: { readonly url: string };
    readonly bin: Readonly<Record<string, string>>;
}

interface Packed {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
    readonly unpackedSize: number;
}

/** A ceiling to lower, not to raise. */
const MAX_UNPACKED_KB = 720;

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

function linksIn(markdown: string): string[] {
    const prose = markdown.replace(/```.*?```/gs, "");
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
}

const relative = (link: string): boolean => !/^(?:[a-z]+:|#)/.test(link);
const withoutAnchor = (link: string): string => link.replace(/#.*$/, "");

async function pagesIn(folder: string): Promise<string[]> {
    const paths = await readdir(join(REPOSITORY, folder), { recursive: true });
    return paths.filter((path) => path.endsWith(".md")).map((path) => join(folder, path));
}

/** All that `npm pack` needs: nothing in the repository is built anew while its tests run. */
async function copySources(folder: string): Promise<void> {
    const sources = [
        ...["cli", "provider", "sdk", "schema", "package.json", "tsconfig.json"],
        ...["tsconfig.package.json", "tsconfig.package-code.json"],
        ...["README.md", "CHANGELOG.md", "LICENSE"],
    ];
    await Promise.all(
        sources.map((path) => cp(join(REPOSITORY, path), join(folder, path), { recursive: true })),
    );
    await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"), "junction");
}

const textOf = (path: string): Promise<string> => readFile(join(REPOSITORY, path), "utf8");

describe("the package, as it would be published", function () {
    this.timeout(120_000);
    let files: string[];
    let manifest: Manifest;

    before(async () => {
        const args = ["pack", "--dry-run", "--ignore-scripts", "--json"];
        const { stdout } = await promisify(execFile)(npm, args, { cwd: REPOSITORY });
        const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
        files = (packed?.files ?? []).map(({ path }) => path);
        manifest = JSON.parse(await textOf("package.json")) as Manifest;
    });

    it("holds the compiled program, the schema and its papers, and nothing else", () => {
        const strange = files.filter((path) => !/^dist\/(?:cli|provider|sdk)\/.*\.(?:js|d\.ts)$/.test(path));
        assert.deepEqual(strange.sort(), [
            "CHANGELOG.md",
            "LICENSE",
            "README.md",
            "package.json",
            "schema/report.schema.json",
        ]);
        assert.ok(files.length > 100);
        assert.deepEqual(
            files.filter((path) => /^dist\/cli\/.*\.d\.ts$/.test(path)),
            [],
        );
    });

    it(`has no source map, no program that names one, and at most ${MAX_UNPACKED_KB} KB unpacked`, async () => {
        const folder = await mkdtemp(join(tmpdir(), "pack-"));
        try {
            await copySources(folder);
            const args = ["pack", "--json", "--pack-destination", folder];
            const { stdout } = await promisify(execFile)(npm, args, { cwd: folder });
            const [packed] = JSON.parse(stdout) as Packed[];
            const built = (packed?.files ?? []).map(({ path }) => path);
            assert.deepEqual(built.sort(), [...files].sort());
            await promisify(execFile)("tar", ["-xzf", packed?.filename ?? "", "-C", folder], { cwd: folder });
            const main = join(folder, "package", "dist", "cli", "main.js");
            const { stdout: told } = await promisify(execFile)(process.execPath, [main, "orphans", "--help"]);
            assert.match(told, /--older-than/);
            const texts = built.map((path) => readFile(join(folder, "package", path), "utf8"));
            const unpackedKb = Math.ceil((packed?.unpackedSize ?? Number.NaN) / 1_000);
            assert.ok(unpackedKb <= MAX_UNPACKED_KB, `${unpackedKb} KB`);
            const naming = (await Promise.all(texts)).filter((text) => text.includes("sourceMappingURL="));
            assert.deepEqual(naming, []);
        } finally {
            await rm(folder, { recursive: true });
        }
    });

    it("has one program under two names, the package's own among them", () => {
        assert.deepEqual(manifest.bin, {
            "pulumi-droplet-teardown": "dist/cli/main.js",
            "droplet-teardown": "dist/cli/main.js",
        });
        assert.ok(files.includes("dist/cli/main.js"));
    });

    it("says where it comes from, one place everywhere", async () => {
        const home = manifest.homepage.replace("#readme", "");
        assert.equal(manifest.bugs, `${home}/issues`);
        assert.equal(manifest.repository.url, `git+${home}.git`);
        const own = linksIn(await textOf("README.md")).filter((link) => link.startsWith(home));
        for (const link of own) {
            const [, path = ""] = /\/(?:blob|tree)\/main\/([^#]+)/.exec(link) ?? [];
            assert.ok(path !== "" && existsSync(join(REPOSITORY, path)), link);
        }
        assert.ok((await textOf("SECURITY.md")).includes(`${home}/security/advisories/new`));
    });

    it("has links in README that work on a page of the registry", async () => {
        const links = linksIn(await textOf("README.md"))
            .filter(relative)
            .map(withoutAnchor);
        assert.deepEqual(
            links.filter((link) => !files.includes(link)),
            [],
        );
    });

    it("has no dead relative link in the other pages", async () => {
        const folders = await Promise.all(["docs", "examples", "simulator"].map(pagesIn));
        const dead: string[] = [];
        for (const page of [...folders.flat(), "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]) {
            const links = linksIn(await textOf(page))
                .filter(relative)
                .map(withoutAnchor);
            const gone = links.filter((link) => !existsSync(join(REPOSITORY, dirname(page), link)));
            dead.push(...gone.map((link) => `${page}: ${link}`));
        }
        assert.deepEqual(dead, []);
    });
});
