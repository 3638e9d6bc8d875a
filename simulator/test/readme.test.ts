import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import * as prettier from "prettier";
import ts from "typescript";

import * as simulatorPackage from "../index.js";
import { withCoverage } from "../../test/contract/coverage.js";
import { findBlocks } from "../../test/support/doc-pages.js";
import { REPOSITORY } from "../../test/support/engine-project-files.js";
import { createTestSimulator } from "../../test/support/simulated.js";
import { TOKEN } from "./harness.js";

const PATH = join(REPOSITORY, "simulator", "README.md");
const page = readFileSync(PATH, "utf8");

describe("the simulator's README", () => {
    it("has the table of what is covered (npm run docs:coverage)", async () => {
        const options = { ...(await prettier.resolveConfig(PATH)), filepath: PATH };
        assert.equal(page, await prettier.format(withCoverage(page), options));
    });

    it("has a fault script of ten lines: the destroy fails on one snapshot, then works", async () => {
        const script =
            findBlocks("README.md", page).find(({ text }) => text.includes("failItem"))?.text ?? "";
        assert.ok(script.trim().split("\n").length <= 10);
        const { server, simulator } = await play(script);
        const headers = { authorization: `Bearer ${TOKEN}` };
        try {
            const [droplet] = simulator.state().droplets;
            const path = `${server.url}/v2/droplets/${droplet?.id}/destroy_with_associated_resources`;
            const destroy = async (): Promise<number> => {
                const body = JSON.stringify({ snapshots: droplet?.associated });
                await fetch(`${path}/selective`, { method: "DELETE", headers, body });
                for (;;) {
                    const status = (await (await fetch(`${path}/status`, { headers })).json()) as {
                        readonly completed_at?: string;
                        readonly failures: number;
                    };
                    if (status.completed_at !== undefined) {
                        return status.failures;
                    }
                }
            };
            assert.equal(await destroy(), 1);
            assert.equal(simulator.state().droplets.length, 1);
            assert.equal(await destroy(), 0);
            assert.deepEqual([simulator.state().droplets, simulator.state().snapshots], [[], []]);
        } finally {
            await server.close();
        }
    });
});

interface Played {
    readonly simulator: simulatorPackage.Simulator;
    readonly server: simulatorPackage.RunningServer;
}

/** Runs a program of the page, quickly and on a free port, and returns its variables. */
async function play(script: string): Promise<Played> {
    const program = script
        .replace("8080", "0")
        .replace("500", "1")
        .replace(/^console.*$/m, "");
    const { outputText } = ts.transpileModule(program, {
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const body = `return (async () => { ${outputText}\nreturn { simulator, server }; })();`;
    const run = compileFunction(body, ["require", "exports"]) as (
        require: () => unknown,
        exports: object,
    ) => Promise<Played>;
    const load = (): unknown => ({ ...simulatorPackage, createSimulator: createTestSimulator });
    return run(load, {});
}
