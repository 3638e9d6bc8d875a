import { ungrouped } from "../../provider/stored/inputs.js";
import assert from "node:assert/strict";

import { run } from "../../cli/index.js";
import type { CliRuntime } from "../../cli/runtime.js";
import type { ProgramWorld, StoredProgram } from "./program-world.js";
import { TOKEN } from "./teardown-world.js";

/** One option that a message gives: the commands of one line, in their order. */
export interface Option {
    readonly line: string;
    readonly commands: readonly string[];
}

/** The commands to copy in a message; what only repeats the run, or stands outside of backticks, is none. */
export function optionsIn(message: string): Option[] {
    return message.split("\n").flatMap((line) => {
        const commands = [...line.matchAll(/`([^`]+)`/g)].map(([, command]) => command ?? "");
        const own = commands.filter((command) =>
            /^(?:doctl|npx|pulumi state delete '|DROPLET)/.test(command),
        );
        return own.length === 0 ? [] : [{ line: line.trim(), commands: own }];
    });
}

/** Carries out one command, on DigitalOcean or on what the engine has stored; returns what is stored then. */
export async function follow(
    command: string,
    world: ProgramWorld,
    program: StoredProgram | null,
): Promise<StoredProgram | null> {
    const { panel } = world.simulator;
    const doctl: readonly (readonly [RegExp, (first: string, second: string) => void])[] = [
        [
            /^doctl compute droplet tag (\d+) --tag-name (\S+)$/,
            (id, tag) => panel.tagDroplet(Number(id), tag),
        ],
        [
            /^doctl compute droplet untag (\d+) --tag-name (\S+)$/,
            (id, tag) => panel.untagDroplet(Number(id), tag),
        ],
        [/^doctl compute tag create (\S+)$/, (tag) => void panel.createTag(tag)],
        [/^doctl compute tag delete (\S+) --force$/, (tag) => panel.deleteTag(tag)],
    ];
    for (const [pattern, act] of doctl) {
        const match = pattern.exec(command);
        if (match !== null) {
            act(match[1] ?? "", match[2] ?? "");
            return program;
        }
    }
    const destroyed = /^npx pulumi-droplet-teardown (destroy \d+)$/.exec(command)?.[1];
    if (destroyed !== undefined) {
        const code = await world.run(
            run(
                [...destroyed.split(" "), "--yes", "--policy", "keep"],
                cli(world),
                new Promise(() => undefined),
            ),
        );
        assert.equal(code, 0, command);
        return program;
    }
    const deleted = /^pulumi state delete '(\S+)'$/.exec(command)?.[1];
    assert.ok(deleted !== undefined && program !== null, `nothing follows: ${command}`);
    if (deleted === ungrouped(program.record ?? {}).resourceUrn) {
        return { ...program, record: null };
    }
    assert.equal(deleted, ungrouped(program.executor).resourceUrn);
    assert.equal(program.record, null, "its record depends on it");
    return null;
}

function cli(world: ProgramWorld): CliRuntime {
    const output = { write: () => undefined, isTerminal: false, columns: 80, rows: 24 };
    const none = (): never => assert.fail("no file is named");
    return {
        env: (name) => (name === "DIGITALOCEAN_TOKEN" ? TOKEN : undefined),
        clock: world.clock,
        random: () => 0.5,
        fetch: world.simulator.fetch,
        userAgent: "pulumi-droplet-teardown/0.0.0",
        version: "0.0.0",
        stdout: output,
        stderr: output,
        ask: null,
        files: { read: none, fileIdentity: none, prepare: none, write: none, append: none },
        interrupt: new AbortController().signal,
    };
}
