import assert from "node:assert/strict";
import { CliWorld, type RunOptions } from "../support/cli-world.js";
import { TELLS_ALL } from "../support/tells-all.js";

const UNATTENDED = "--yes --policy destroy";

describe("what a pipeline may get wrong", () => {
    it("several droplets in one word are no name, and nothing is said to be done", async () => {
        const world = new CliWorld();
        const [first, second] = [world.droplet("web-1").id, world.droplet("web-2").id];
        for (const word of [
            `${first} ${second}`,
            `${first},${second}`,
            `${first}\t`.repeat(2),
            `id:${first}`,
            `[${first}]`,
            "-5",
            "web-*",
        ]) {
            const ran = await world.run(`destroy "${word}" ${UNATTENDED}`);
            assert.equal(ran.code, 2, `${word}: ${ran.stdout}${ran.stderr}`);
            assert.match(ran.stderr, /is neither the id nor the name of a droplet/);
        }
        assert.match((await world.run('plan "a b"')).stderr, /each droplet is a word of its own/);
        assert.equal((await world.run('plan "name:a b"')).code, 0);
        assert.equal(world.simulator.state().droplets.length, 2);
    });

    it("droplets and a tag, neither of them, and an option of another command are told apart", async () => {
        for (const [line, message] of [
            ["plan", /no droplets given: pass ids or names, or --tag-name/],
            ["plan web-1 --tag-name ci", /pass droplets or --tag-name, not both/],
            ["plan web-1 --retries 2", /unknown option '--retries'/],
        ] as const) {
            const ran = await new CliWorld().run(line);
            assert.equal(ran.code, 2, line);
            assert.match(ran.stderr, message);
        }
    });

    it("a dash, or the next option, is no file", async () => {
        for (const option of ["--report", "--summary", "--out"]) {
            for (const path of ["-", "--json"]) {
                const world = new CliWorld();
                const ran = await world.run(`plan web-1 ${option} ${path}`);
                assert.equal(ran.code, 2, ran.stderr);
                assert.match(ran.stderr, /expected the name of a file/);
                assert.deepEqual([...world.files.keys()], []);
            }
        }
    });

    it("a deadline that passes while DigitalOcean refuses or hangs says so", async () => {
        const refusing = new CliWorld();
        refusing.simulator.faults.add({ match: {}, times: Infinity, do: { kind: "tooManyRequests" } });
        const refused = await refusing.run(`destroy 5 ${UNATTENDED} --timeout 10s`);
        assert.equal(refused.code, 4, refused.stderr);
        assert.match(refused.stderr, /the token's requests are limited.*not finished after 10s/);
        const fetch: RunOptions["fetch"] = (_, { signal }) =>
            new Promise((__, reject) =>
                signal.addEventListener("abort", () => reject(signal.reason as Error)),
            );
        const hung = await new CliWorld().run(`destroy 5 ${UNATTENDED} --timeout 10s`, { fetch });
        assert.equal(hung.code, 4, hung.stderr);
        assert.match(hung.stderr, /DigitalOcean has not answered.*not finished after 10s/);
    });
});

const DAY_MS = 24 * 3_600_000;

function taggedWorld(size: number): CliWorld {
    const world = new CliWorld({ roundTripMs: 150 });
    for (let index = 0; index < size; index += 1) {
        world.simulator.panel.createDroplet(`web-${index}`, { tags: ["t"] });
    }
    return world;
}

describe("how the command line is used", () => {
    it("carries out a saved plan with a droplet that is gone, and covers its selectors", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        await world.run(`destroy ${id} --yes --policy destroy`);
        const planned = await world.run(`plan ${id} --policy destroy --out p.json`);
        assert.equal(planned.code, 0, planned.stderr);
        const applied = await world.run("destroy --plan p.json --yes");
        assert.equal(applied.code, 0, applied.stderr);
        const text = world.files.get("p.json") ?? "";
        world.files.set("p.json", text.replace(`"named": [`, `"named": ["other", `));
        assert.equal((await world.run("destroy --plan p.json --yes")).code, 5);
        const file = JSON.parse(text) as object;
        world.files.set("p.json", JSON.stringify({ ...file, plan: null }));
        const broken = await world.run("destroy --plan p.json --yes");
        assert.equal(broken.code, 5);
        assert.match(broken.stderr, /is not a saved plan/);
        const missing = await world.run("destroy --plan none.json --yes");
        assert.equal(missing.code, 2);
        assert.match(missing.stderr, /--plan none\.json cannot be read/);
    });

    it("surveys with progress, and unattended the first destroy goes out within seconds", async () => {
        const planned = await taggedWorld(300).run("plan --tag-name t");
        assert.match(planned.stderr, /looked at \d+\/300 droplets/);
        // With a minute's requests unused: a plan before it would have taken them.
        const world = taggedWorld(TELLS_ALL ? 1_000 : 300);
        const startedAtMs = world.clock.now();
        const destroy = "destroy --tag-name t --yes --policy destroy --max-droplets 1000";
        await world.run(destroy, { interruptedAfterMs: 20_000 });
        const first = world.simulator.requests().find(({ method }) => method === "DELETE");
        assert.ok((first?.atMs ?? Infinity) - startedAtMs <= 15_000);
    }).timeout(60_000);

    it("says in a plan's Markdown what would be destroyed", async () => {
        const world = new CliWorld();
        world.droplet("web-1");
        await world.run("plan web-1 --policy destroy --summary s.md");
        const summary = world.files.get("s.md") ?? "";
        assert.match(summary, /\| would be destroyed \| `web-1` \| droplet \|/);
        assert.match(summary, /Would save \$7\.15\/month/);
        assert.doesNotMatch(summary, /still there|pending|Saved/);
    });

    it("counts younger orphans, and lists what it can read", async () => {
        const token = `dop_v1_${"5".repeat(64)}`;
        const scopes = ["droplet:read", "account:read", "block_storage:read"];
        const world = new CliWorld({}, { [token]: { scopes } });
        world.simulator.panel.createVolume("fresh");
        await world.clock.run(world.clock.sleep(DAY_MS));
        const env = { DIGITALOCEAN_TOKEN: token };
        const young = await world.run("orphans --older-than 7d --report r.json", { env });
        assert.equal(young.code, 6);
        assert.match(young.stdout, /1 left out, because it is younger/);
        assert.deepEqual(world.report("r.json").leftOut, { younger: 1, ageless: 0, kept: 0 });
        const all = await world.run("orphans", { env });
        assert.match(all.stdout, /doctl compute volume delete/);
        assert.match(
            all.stdout,
            /could not be read: reserved ips; the token needs the scope reserved_ip:read/,
        );
        const whole = new CliWorld();
        whole.simulator.panel.createVolume("fresh");
        assert.equal((await whole.run("orphans --fail-if-any")).code, 3);
        assert.equal((await whole.run("orphans --fail-if-any --keep fresh")).code, 0);
    });

    it("refuses what is ambiguous, empty or given twice", async () => {
        const world = new CliWorld();
        world.droplet("web-1", ["t"]);
        for (const args of [
            'plan web-1 --report ""',
            "plan web-1 --policy volumes=destroy=keep",
            "plan --tag-name a --tag-name b",
        ]) {
            assert.equal((await world.run(args)).code, 2, args);
        }
        const env = { DIGITALOCEAN_TOKEN: "dop_v1_a b" };
        assert.equal((await world.run("plan 1", { env })).code, 6);
        assert.equal((await world.run("help")).code, 0);
        assert.equal((await world.run("-v")).stdout, "0.0.0\n");
        await world.run("plan web-1 --out p.json");
        const before = world.files.get("p.json");
        assert.equal((await world.run("destroy --plan p.json --yes --report p.json")).code, 2);
        assert.equal(world.files.get("p.json"), before);
        assert.deepEqual(world.changes(), []);
    });

    it("names a refused connection that a short deadline would hide", async () => {
        const fetch = () => Promise.reject(new Error("connect ECONNREFUSED 127.0.0.1:9"));
        const ran = await new CliWorld().run("plan 1 --timeout 2s", { fetch });
        assert.equal(ran.code, 1);
        assert.match(ran.stderr, /cannot be reached: connect ECONNREFUSED/);
    });

    it("names a connection that is refused later on, as well", async () => {
        const world = new CliWorld({ destroyDurationMs: 600_000 });
        const { id } = world.droplet("web-1");
        const refusedAt = (part: string): RunOptions["fetch"] => {
            let refused = false;
            return (url, init) => {
                refused ||= url.includes(part);
                return refused
                    ? Promise.reject(new Error("connect ECONNREFUSED 127.0.0.1:9"))
                    : world.simulator.fetch(url, init);
            };
        };
        const reached = /cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:9; not finished after 2s/;
        const planned = await world.run(`plan ${id} --timeout 2s`, { fetch: refusedAt("/status") });
        assert.equal(planned.code, 1);
        assert.match(planned.stderr, reached);
        const destroy = `destroy ${id} --yes --policy destroy --timeout 2s --report r.json`;
        for (const part of ["/status", "/selective"]) {
            const ran = await world.run(destroy, { fetch: refusedAt(part) });
            assert.equal(ran.code, 4, ran.stderr);
            assert.match(ran.stdout, reached);
            assert.match(world.report("r.json").droplets[0]?.error ?? "", reached);
        }
    });
});
