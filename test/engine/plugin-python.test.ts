import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Engine } from "../../tools/engine/engine.js";
import { engineFor } from "../support/engine-available.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { inWorld } from "../support/in-world.js";
import { generatedSdks } from "../support/plugin-sdks.js";
import { remaining } from "../support/remaining.js";
import { leaveToCi } from "../support/scenarios.js";

const run = promisify(execFile);
/** Python with Pulumi's SDK, such as that of a virtual environment. */
const PYTHON = process.env.TEARDOWN_PYTHON ?? "python3";

/** A host of the program in Python itself: Pulumi's own comes with a release. */
const HOST = `
import json, runpy, sys
from pulumi import automation

stack = automation.create_or_select_stack(
    stack_name="dev",
    project_name="engine-test",
    program=lambda: runpy.run_path("__main__.py") and None,
    opts=automation.LocalWorkspaceOptions(work_dir="."),
)
getattr(stack, sys.argv[1])(on_output=lambda line: print(line, file=sys.stderr))
print(json.dumps({name: output.value for name, output in stack.outputs().items()}))
`;

describe("a program in Python, with the SDK that Pulumi generates", function () {
    this.timeout(300_000);
    let engine: Engine;
    let sdks: string | null = null;

    before(async function () {
        leaveToCi(this, "test/process/plugin-sdks.test.ts compiles it");
        const hasSdk = await run(PYTHON, ["-c", "import pulumi.automation"]).then(
            () => true,
            () => false,
        );
        if (!hasSdk) {
            console.log(
                "    left out: no Python with Pulumi's SDK (`pip install pulumi`; TEARDOWN_PYTHON names it)",
            );
            this.skip();
        }
        engine = await engineFor(this);
        sdks = await generatedSdks(this);
        // An installed package has it, and the generated code asks for its version.
        const metadata = join(sdks, "python", "pulumi_droplet_teardown-0.1.0.dist-info");
        await mkdir(metadata, { recursive: true });
        await writeFile(
            join(metadata, "METADATA"),
            "Metadata-Version: 2.1\nName: pulumi_droplet_teardown\nVersion: 0.1.0\n",
        );
    });

    it("makes a Droplet, and destroys it with what its policy does not keep", () =>
        inWorld({ engine, program: "" }, async ({ project, simulator }) => {
            const { folder } = project;
            await cp(join(REPOSITORY, "examples", "python", "__main__.py"), join(folder, "__main__.py"));
            await writeFile(join(folder, "host.py"), HOST);
            const written = JSON.parse(await readFile(join(folder, "Pulumi.yaml"), "utf8")) as object;
            await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ ...written, runtime: "python" }));
            const env = project.environment({ PYTHONPATH: join(sdks ?? "", "python") });
            const host = (operation: string) => run(PYTHON, ["host.py", operation], { cwd: folder, env });
            const { stdout } = await host("up");
            const [droplet] = simulator.state().droplets;
            assert.deepEqual(JSON.parse(stdout), { dropletId: droplet?.id, monthlyCost: "0.00" });
            simulator.panel.takeSnapshot(droplet?.id ?? 0, "nightly");
            simulator.panel.attachVolume(simulator.panel.createVolume("scratch").id, droplet?.id ?? 0);
            await host("destroy");
            assert.deepEqual(await remaining(simulator), ["snapshot nightly"]);
            assert.deepEqual(await project.resources(), []);
        }));
});
