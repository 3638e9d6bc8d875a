import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { REPOSITORY } from "../support/engine-project-files.js";

/**
 * Users' state holds this text. Another one is an update of every user's resource, and every text that was
 * ever released has to go on working: change it only on purpose, with an entry in the changelog.
 */
const FROZEN = "28a833b0980518a8ab23b5ce1701290d6b56fcb3e018f61b77c774101281dab2";

const PROGRAM = `
    const { serializeFunction } = require("@pulumi/pulumi/runtime/closure/serializeClosure");
    const texts = process.argv.slice(1).map(async (path) => {
        const provider = require(path).storedProvider("teardown");
        return (await serializeFunction(() => provider, { allowSecrets: true })).text;
    });
    Promise.all(texts).then((all) => process.stdout.write(JSON.stringify(all)));
`;

/** What Pulumi stores of the provider in compiled copies of the SDK; in a process of its own, as a program is. */
async function serialized(...sdks: readonly string[]): Promise<readonly string[]> {
    const args = ["-e", PROGRAM, ...sdks.map((sdk) => join(sdk, "stored-provider.js"))];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: REPOSITORY });
    return JSON.parse(stdout) as string[];
}

describe("serialized", function () {
    this.timeout(30_000);
    let text = "";
    let elsewhere = "";
    let folder = "";

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "stored-provider-"));
        const copy = join(folder, "elsewhere", "sdk");
        await cp(join(REPOSITORY, "dist", "sdk"), copy, { recursive: true });
        const modules = join(folder, "elsewhere", "node_modules");
        await symlink(join(REPOSITORY, "node_modules"), modules, "junction");
        [text = "", elsewhere = ""] = await serialized(join(REPOSITORY, "dist", "sdk"), copy);
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it("the stored provider has less than 3 KB", () => {
        assert.ok(text.length > 500 && Buffer.byteLength(text) < 3_000, `${Buffer.byteLength(text)} bytes`);
    });

    it("the stored provider holds no path of this machine", () => {
        for (const path of [REPOSITORY, homedir(), process.cwd(), tmpdir(), "node_modules"]) {
            assert.ok(!text.includes(path), path);
        }
        assert.doesNotMatch(text, /["'`]\/\w|file:|[A-Z]:\\/);
    });

    it("the stored provider captures no library: it finds the installed package when it is called", () => {
        const required = [...text.matchAll(/require\((.*?)\)\[/g)].map(([, argument]) => argument);
        assert.deepEqual(required, ['["pulumi-droplet-teardown", "provider"].join("/")']);
        const captured = [...text.matchAll(/with\(\{ (.*?) \}\)/g)].map(([, names]) => names);
        const own = [
            'load: __load, role: "teardown", this: undefined, arguments: undefined',
            "load: __load, this: undefined, arguments: undefined",
            "provider: __provider, this: undefined, arguments: undefined",
        ];
        assert.deepEqual([...new Set(captured)].sort(), own);
    });

    it("the stored provider has every method that the engine calls", () => {
        const methods = /__provider = \{(.*)\}/
            .exec(text)?.[1]
            ?.split(", ")
            .map((entry) => entry.split(":")[0]);
        assert.deepEqual(methods, ["configure", "check", "diff", "create", "read", "update", "delete"]);
    });

    it("the stored provider is the same text from another folder", () => {
        assert.equal(elsewhere, text);
    });

    it("the stored provider is the text that users' state already holds", () => {
        assert.equal(createHash("sha256").update(text).digest("hex"), FROZEN);
    });

    it("the stored provider says which package to install where, when it is missing", async () => {
        const missing = `
            const { storedProvider } = require(process.argv[1]);
            try { storedProvider("teardown").read("id", {}); } catch (error) {
                process.stdout.write(JSON.stringify({ message: error.message, lines: error.stack.split("\\n").length }));
            }
        `;
        await cp(
            join(REPOSITORY, "dist", "sdk", "stored-provider.js"),
            join(folder, "alone", "stored-provider.js"),
        );
        const args = ["-e", missing, join(folder, "alone", "stored-provider.js")];
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(folder, "alone") });
        const { message, lines } = JSON.parse(stdout) as { message: string; lines: number };
        assert.match(
            message,
            /^cannot load pulumi-droplet-teardown: run `npm install pulumi-droplet-teardown` in .*alone and try again \(Cannot find module/,
        );
        assert.equal(lines, 1);
    });
});
