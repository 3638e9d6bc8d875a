import assert from "node:assert/strict";

import { CliWorld, type RunOptions } from "../support/cli-world.js";

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
