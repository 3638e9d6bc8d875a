/**
 * `npm run acceptance -- CHECKOUT [word…]`: runs the acceptance tests of a checkout of DigitalOcean's Terraform
 * provider against the simulator, each with a token and a team of its own. Needs Go and terraform; the first run
 * compiles for a few minutes, and the tests wait as they do at DigitalOcean. With words, only the tests with one of
 * them in "package TestName" run.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { createSimulator, machineClock, startServer } from "../simulator/index.js";

/** Those about what the simulator has. */
const PACKAGES = [
    ...["account", "domain", "droplet", "firewall", "image", "project", "region", "reservedip"],
    ...["reservedipv6", "size", "snapshot", "sshkey", "tag", "volume", "vpc"],
];
const AT_A_TIME = 4;
const TIMEOUT_MINUTES = 8;

const run = promisify(execFile);

interface Test {
    readonly folder: string;
    readonly binary: string;
    readonly title: string;
    readonly name: string;
}

async function main([checkout, ...words]: readonly string[]): Promise<void> {
    if (checkout === undefined) {
        throw new Error("usage: npm run acceptance -- CHECKOUT [word…]");
    }
    const binaries = await mkdtemp(join(tmpdir(), "acceptance-"));
    const server = await startServer(createSimulator({ clock: machineClock, teamPerToken: true }), {
        port: 0,
    });
    try {
        const tests = (await findTests(checkout, binaries)).filter(
            ({ title }) => words.length === 0 || words.some((word) => title.includes(word)),
        );
        for (const [binary, cwd] of new Map(tests.map(({ binary, folder }) => [binary, folder]))) {
            await run("go", ["test", "-c", "-o", binary, "."], { cwd });
        }
        const failed: string[] = [];
        const left = [...tests];
        const work = async (): Promise<void> => {
            for (let test = left.shift(); test !== undefined; test = left.shift()) {
                const output = await runTest(test, server.url);
                const passes = /^PASS$/m.test(output);
                console.log(`${passes ? "ok    " : "FAILED"} ${test.title}`);
                if (!passes) {
                    failed.push(`${test.title}\n${output}`);
                }
            }
        };
        await Promise.all(Array.from({ length: AT_A_TIME }, work));
        console.log(failed.join("\n"));
        console.log(`${tests.length - failed.length} of ${tests.length} passed`);
        process.exitCode = failed.length === 0 && tests.length > 0 ? 0 : 1;
    } finally {
        await server.close();
        await rm(binaries, { recursive: true, force: true });
    }
}

async function findTests(checkout: string, binaries: string): Promise<Test[]> {
    const tests: Test[] = [];
    for (const pkg of PACKAGES) {
        const folder = join(checkout, "digitalocean", pkg);
        for (const file of (await readdir(folder)).filter((name) => name.endsWith("_test.go"))) {
            for (const [, name = ""] of (await readFile(join(folder, file), "utf8")).matchAll(
                /^func (TestAcc\w+)/gm,
            )) {
                tests.push({ folder, name, binary: join(binaries, pkg), title: `${pkg} ${name}` });
            }
        }
    }
    return tests;
}

/** What the test prints, whether it passes or not. */
async function runTest({ folder, binary, name }: Test, url: string): Promise<string> {
    const token = `dop_v1_${randomBytes(32).toString("hex")}`;
    const env = {
        ...process.env,
        ...{ TF_ACC: "1", CHECKPOINT_DISABLE: "1", DIGITALOCEAN_API_URL: url },
        ...{ DIGITALOCEAN_TOKEN: token, DIGITALOCEAN_ACCESS_TOKEN: token },
    };
    const options = { cwd: folder, env, maxBuffer: 64 * 1_024 * 1_024 };
    const args = ["-test.run", `^${name}$`, "-test.timeout", `${TIMEOUT_MINUTES}m`];
    return await run(binary, args, options).then(
        ({ stdout }) => stdout,
        (error: unknown) => String((error as { stdout?: string }).stdout ?? error),
    );
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
});
