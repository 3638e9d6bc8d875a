import assert from "node:assert/strict";

import { jsonText } from "../../provider/teardown/report-json.js";
import { code } from "../../provider/teardown/report-markdown.js";
import { CliWorld } from "../support/cli-world.js";

const UNATTENDED = "--yes --policy destroy";
const ESCAPE = "\u001b";
const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`);

describe("what droplet-teardown prints", () => {
    function slow(): CliWorld {
        const world = new CliWorld({ destroyDurationMs: 30_000 });
        world.droplet("web-1");
        return world;
    }

    it("is one line for the droplet on a terminal, rewritten and taken away in the end", async () => {
        const ran = await slow().run(`destroy web-1 ${UNATTENDED}`, { columns: 60 });
        const rewritten = ran.stderr.split(`${ESCAPE}[1A\r${ESCAPE}[J`);
        assert.ok(rewritten.length > 3, ran.stderr);
        assert.ok(ran.stderr.endsWith(`${ESCAPE}[1A\r${ESCAPE}[J`));
        const lines = rewritten.slice(1).flatMap((text) => text.split("\n"));
        assert.ok(lines.every((line) => line.length < 60));
    });

    it("is plain lines with time stamps elsewhere, on standard error", async () => {
        const ran = await slow().run(`destroy web-1 ${UNATTENDED}`);
        const stamped = ran.stderr
            .split("\n")
            .filter((line) => /^2026-01-01T\d\d:\d\d:\d\dZ .*droplet web-1 \(/.test(line));
        assert.ok(stamped.length > 1, ran.stderr);
        assert.doesNotMatch(ran.stderr + ran.stdout, new RegExp(ESCAPE));
        assert.match(ran.stdout, /^droplet web-1/);
    });

    it("has colours on a terminal only, and not where NO_COLOR is set", async () => {
        const run = async (columns: number | undefined, more: Record<string, string>): Promise<string> => {
            const env = { DIGITALOCEAN_TOKEN: `dop_v1_${"1".repeat(64)}`, ...more };
            const ran = await slow().run("plan web-1", columns === undefined ? { env } : { env, columns });
            return ran.stdout;
        };
        assert.match(await run(80, {}), COLOUR);
        assert.doesNotMatch(await run(80, { NO_COLOR: "1" }), COLOUR);
        assert.doesNotMatch(await run(undefined, {}), COLOUR);
    });

    it("has rows within the columns of a terminal, and whole ones elsewhere", async () => {
        const world = slow();
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-2");
        panel.createVolume("nobodys-volume");
        const names = ["data", "a-volume-with-a-longer-name"];
        const volumes = names.map((name) => {
            const volume = panel.createVolume(name).id;
            panel.attachVolume(volume, id);
            return volume;
        });
        const rows = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("  "));
        const words = (text: string): string[] => rows(text).join(" ").split(/ +/);
        const env = { DIGITALOCEAN_TOKEN: `dop_v1_${"1".repeat(64)}`, NO_COLOR: "1" };
        const piped = await world.run("plan web-2", { env });
        assert.ok(rows(piped.stdout).some((row) => row.length > 80 && row.includes(volumes[0] ?? "")));
        for (const command of ["plan web-2", "destroy web-2", "orphans"]) {
            const shown = await world.run(command, { env, columns: 80, answer: null });
            const all = rows(shown.stdout + shown.stderr);
            assert.ok(all.length > 1, command);
            assert.deepEqual(
                all.filter((row) => row.length > 80),
                [],
            );
            if (command === "plan web-2") {
                assert.deepEqual(words(shown.stdout), words(piped.stdout));
            }
        }
        const orphans = await world.run("orphans", { env, columns: 80 });
        assert.match(orphans.stdout, /^ {4}doctl compute volume delete \S+$/m);
    });

    it("has nothing but the report on standard output with --json", async () => {
        const ran = await slow().run(`destroy web-1 ${UNATTENDED} --json`);
        assert.equal((JSON.parse(ran.stdout) as { version: number }).version, 1);
    });

    it("names an endpoint that is not the public one", async () => {
        const env = { DIGITALOCEAN_TOKEN: `dop_v1_${"1".repeat(64)}` };
        const other = await slow().run("plan web-1", {
            env: { ...env, DIGITALOCEAN_API_URL: "http://127.0.0.1:1" },
        });
        assert.match(other.stderr, /^DigitalOcean API: http:\/\/127\.0\.0\.1:1\n/);
        assert.doesNotMatch((await slow().run("plan web-1", { env })).stderr, /DigitalOcean API/);
    });

    it("helps with every command, with examples", async () => {
        for (const command of ["plan", "destroy", "status", "orphans"]) {
            const ran = await slow().run(`${command} --help`);
            assert.equal(ran.code, 0);
            assert.match(ran.stdout, new RegExp(`Examples\\n {2}\\$ droplet-teardown ${command}`));
        }
        assert.match((await slow().run("--help")).stdout, /Exit codes\n {2}0 /);
        assert.equal((await slow().run("--version")).stdout, "0.0.0\n");
        assert.equal((await slow().run("")).code, 2);
    });
});

describe("names that come from DigitalOcean", () => {
    const EVIL = "a\u001b[2J\r\nb\u202e|`<img src=x>`[l](javascript:1)@all";

    async function ranWith(name: string, args: string): Promise<{ world: CliWorld; printed: string }> {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        world.simulator.panel.takeSnapshot(id, "plain");
        const ran = await world.run(args.replace("ID", String(id)), {
            columns: 200,
            fetch: async (url, init) => {
                const answer = await world.simulator.fetch(url, init);
                const text = await answer.text();
                const body = text === "" ? text : text.replaceAll('"plain"', JSON.stringify(name));
                return {
                    ...answer,
                    status: answer.status,
                    headers: answer.headers,
                    body: [Buffer.from(body)] as never,
                };
            },
        });
        return { world, printed: ran.stdout + ran.stderr };
    }

    it("move no cursor and end no line on a terminal", async () => {
        for (const args of ["plan ID --policy destroy", `destroy ID ${UNATTENDED}`, "plan ID --json"]) {
            const { printed } = await ranWith(EVIL, args);
            const own = printed.replace(new RegExp(`${ESCAPE}\\[(\\d+m|1A|J)`, "g"), "");
            assert.doesNotMatch(own, new RegExp(`${ESCAPE}|\u202e|\r\n`), args);
        }
    });

    it("mean nothing in Markdown", async () => {
        const { world } = await ranWith(EVIL, `destroy ID ${UNATTENDED} --summary s.md`);
        const summary = world.files.get("s.md") ?? "";
        const row = summary.split("\n").find((line) => line.includes("img")) ?? "";
        assert.match(
            row,
            /^\| destroyed \| `web-1` \| snapshot \| `` .*\\\|`<img src=x>`\[l\]\(javascript:1\)@all `` \| `\d+` \| {2}\| \$\d\.\d\d \|$/,
        );
    });

    it("stay inside a code span, whatever they are made of", () => {
        assert.equal(code("a|b"), "`a\\|b`");
        assert.equal(code("a`b``c"), "``` a`b``c ```");
        assert.equal(code("\n"), "`?`");
        assert.equal(code(""), "");
    });

    it("are escaped in JSON, and read back as they are", () => {
        const text = jsonText({ name: "a\u009b\u202e\u{e0041}\nb" }, (part) => part, 2);
        assert.match(text, /"a\\u009b\\u202e\\udb40\\udc41\\nb"/);
        assert.deepEqual(JSON.parse(text), { name: "a\u009b\u202e\u{e0041}\nb" });
    });

    it("are escaped in a URL", async () => {
        const world = new CliWorld();
        const ran = await world.run('plan "name:../../v2/account?x=1&name=y#z"');
        assert.equal(ran.code, 0, ran.stderr);
        const paths = world.simulator.requests().map(({ path }) => path);
        assert.ok(paths.some((path) => path.includes("name=..%2F..%2Fv2%2Faccount%3Fx%3D1%26name%3Dy%23z")));
        assert.ok(paths.every((path) => /^\/v2\/(account$|droplets\?name=)/.test(path)));
    });
});
