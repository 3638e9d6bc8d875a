import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { REPOSITORY } from "../support/engine-project-files.js";
import { succeeds } from "../support/engine-world.js";
import { nothingIsLeft } from "../support/forgotten.js";
import { scenarios } from "../support/scenarios.js";

function example(folder: string, file: string): string {
    return readFileSync(join(REPOSITORY, "examples", folder, file), "utf8");
}

const TYPESCRIPT = { typescript: true, env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } } as const;

scenarios(
    "the examples",
    {
        "retrofit previews as its README shows, with a child and a managed volume": {
            ...TYPESCRIPT,
            program: example("retrofit", "before.ts"),
            tell: async (world) => {
                const { project } = world;
                await succeeds(project.up());
                await project.setProgram(example("retrofit", "index.ts"));
                const { stdout } = await succeeds(project.preview());
                const shown = /```text\n( \+ [^`]*)```/.exec(example("retrofit", "README.md"))?.[1] ?? "";
                for (const line of shown.trimEnd().split("\n")) {
                    assert.ok(stdout.includes(line), `${line}\n${stdout}`);
                }
            },
        },

        "a preview environment leaves nothing of what a person has added": {
            ...TYPESCRIPT,
            program: example("preview-environment", "index.ts"),
            tell: async (world) => {
                const { project, simulator } = world;
                const { panel } = simulator;
                await succeeds(project.up());
                const [droplet] = simulator.state().droplets;
                assert.deepEqual(droplet?.tags.slice(0, 2), ["preview", "teardown:engine-test:dev"]);
                panel.takeSnapshot(droplet.id, "nightly");
                panel.attachVolume(panel.createVolume("scratch").id, droplet.id);
                await succeeds(project.destroy());
                await nothingIsLeft(world);
            },
        },
    },
    { notOnComponent: "the examples are of the npm package" },
);
