import assert from "node:assert/strict";
import { SHELLS } from "../../cli/arguments/invocation.js";
import { createProgram } from "../../cli/arguments/program.js";
import { CliWorld } from "../support/cli-world.js";

const { commands } = createProgram(() => undefined);

describe("completion", () => {
    for (const shell of SHELLS) {
        it(`for ${shell} has every command and every option`, async () => {
            const world = new CliWorld();
            const ran = await world.run(`completion ${shell}`, { env: {} });
            assert.equal(ran.code, 0, ran.stderr);
            assert.ok(commands.length >= 5);
            for (const command of commands) {
                assert.ok(ran.stdout.includes(command.name()), command.name());
                for (const { long } of command.options) {
                    const word = shell === "fish" ? `-l ${long?.slice(2)} ` : (long ?? "");
                    assert.ok(ran.stdout.includes(word), `${command.name()} ${word}`);
                }
            }
            assert.deepEqual(world.simulator.requests(), []);
        });
    }

    it("knows no other shell", async () => {
        const ran = await new CliWorld().run("completion tcsh");
        assert.equal(ran.code, 2);
        assert.match(ran.stderr, /Allowed choices are bash, zsh, fish/);
    });
});

describe("--output", () => {
    async function planned(options: string) {
        const world = new CliWorld();
        world.droplet("web-1");
        return world.run(`plan web-1 ${options}`);
    }

    it("json is --json", async () => {
        const [one, other] = [await planned("--output json"), await planned("--json")];
        assert.equal((JSON.parse(one.stdout) as { version: number }).version, 1);
        const undated = (text: string): string => text.replace(/"\w+At": "[^"]*"/g, "");
        assert.equal(undated(one.stdout), undated(other.stdout));
    });

    it("markdown is the summary, and text is what there is without it", async () => {
        assert.match((await planned("--output markdown")).stdout, /^#+ .*\n/);
        assert.equal((await planned("--output text")).stdout, (await planned("")).stdout);
    });

    it("is json as well for a command line that is wrong", async () => {
        const ran = await planned("--output json --retries 3");
        assert.equal(ran.code, 2);
        assert.equal((JSON.parse(ran.stdout) as { code: string }).code, "usage");
    });

    it("does not go with --json, and knows no other format", async () => {
        assert.equal((await planned("--output text --json")).code, 2);
        const ran = await planned("--output yaml");
        assert.equal(ran.code, 2);
        assert.match(ran.stderr, /Allowed choices are text, json, markdown/);
    });
});
