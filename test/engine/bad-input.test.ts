import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { toProgram } from "../support/droplet-program.js";
import { engineFor } from "../support/engine-available.js";
import type { RunResult, StateResource } from "../support/engine.js";
import { block, diagnostics, fails, TOKEN } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { type FrontEnd, withEachFrontEnd } from "../support/scenarios.js";

const program = (args: string): string => toProgram(`new DropletTeardown("web", ${args});`);

type FrontEndOn = FrontEnd & { readonly engine: Engine };

/** What a preview without a token says of a teardown with these arguments, a line for each thing that is wrong. */
function preview(world: FrontEndOn, args: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    return inWorld({ ...world, program: program(args), token: "" }, async ({ project }) =>
        messageLines(await fails(project.preview({ env }))),
    );
}

function messageLines(result: RunResult): string {
    return diagnostics(result).replaceAll(
        "error: pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown resource 'web': ",
        "",
    );
}

interface Unknown {
    readonly error: string;
    readonly state: StateResource | undefined;
}

function createUnknown(world: FrontEndOn): Promise<Unknown> {
    const options = { ...world, program: program(`{ dropletId: "7", policy: "keep" }`) };
    return inWorld(options, async (world) => {
        const error = diagnostics(await fails(world.project.up()));
        return { error, state: await world.teardown() };
    });
}

/** A program of a Droplet on an engine that says that it is too old. */
const ON_OLD_ENGINE = `
const settings = require("@pulumi/pulumi/runtime/settings");
settings.requirePulumiVersion = async () => { throw new Error("the CLI is 3.200.0"); };
const { Droplet } = require("pulumi-droplet-teardown");
for (const name of ["web", "db"]) {
    new Droplet(name, { image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb" });
}
`;

withEachFrontEnd("bad input on a real engine", (suite, frontEnd) => {
    suite.timeout(60_000);
    const isPlugin = frontEnd.names !== undefined;
    const configuration = isPlugin ? "droplet-teardown" : "digitalocean";
    const onlyThere = isPlugin ? " (the official provider alone reads `digitalocean:token`)" : "";
    let wrongValues: string;
    let wrongEndpoint: string;
    let unknown: Unknown;

    before(async function () {
        const world = { engine: await engineFor(this), ...frontEnd };
        [wrongValues, wrongEndpoint, unknown] = await Promise.all([
            preview(
                world,
                `{ dropletId: "web-1", policy: { default: "keep", volumes: "drop" }, keep: ["a", ""], timeout: "soon", retries: -1 }`,
            ),
            preview(world, `{ dropletId: 1, policy: "delete", token: ["${TOKEN}"] }`, {
                DIGITALOCEAN_API_URL: "http://192.0.2.1",
            }),
            createUnknown(world),
        ]);
    });

    it("is told at preview, a line for each property, with its value", () => {
        assert.equal(
            wrongValues,
            block(`
                property dropletId value {web-1} has a problem: dropletId must be the number of a Droplet, not "web-1"
                property policy.volumes value {<nil>} has a problem: policy.volumes must be one of "destroy", "keep", "prevent", not "drop"
                property keep[1] value {<nil>} has a problem: keep[1] must be an id, an address or a name, not ""
                property timeout value {soon} has a problem: timeout must be a duration such as "90s", "15m" or "1h30m", not "soon"
                property retries value {-1} has a problem: retries must be a whole number from 0 to 100, not -1
                property token value {<nil>} has a problem: there is no DigitalOcean token: set it with \`pulumi config set --secret ${configuration}:token\`${onlyThere}, or in DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN
            `),
        );
    });

    it("is told at preview for a policy of another word and plain http off loopback, without the token", () => {
        assert.equal(
            wrongEndpoint,
            block(`
                property policy value {delete} has a problem: policy must be "destroy", "keep", "prevent" or an object by kind, not "delete"
                property token (secret) value {<nil>} has a problem: token must be a DigitalOcean API token, but it is no string
                property ${configuration}:apiEndpoint value {<nil>} has a problem: DigitalOcean endpoint "http://192.0.2.1": plain http is allowed on loopback only, because every request carries the token
            `),
        );
    });

    it("is an engine that is too old: told once, without a trace, before anything is registered", async function () {
        if (isPlugin) {
            // The plugin asks by itself: test/unit/plugin/service.test.ts.
            this.skip();
        }
        const engine = await engineFor(this);
        await inWorld({ engine, program: ON_OLD_ENGINE }, async ({ project }) => {
            const { stdout } = await fails(project.preview());
            const told = /Diagnostics:\n.*\n(?<errors>[^]*?)\n\nResources:\n(?<changes>[^]*)/.exec(
                stdout,
            )?.groups;
            assert.equal(
                told?.errors,
                "    error: pulumi-droplet-teardown needs version 3.225.1 or later of the Pulumi CLI and of " +
                    "@pulumi/pulumi: the CLI is 3.200.0\n    Code: invalid-input",
            );
            assert.match(told.changes ?? "", /^ {4}\+ 1 to create\n/);
        });
    });

    it("is told at create where there is no such Droplet, and leaves nothing in state", () => {
        assert.equal(
            unknown.error,
            "error: dropletId: there is no Droplet 7 that this token can see (404); " +
                "check the id, and that the token belongs to the team of the Droplet\nCode: droplet-not-found",
        );
        assert.equal(unknown.state, undefined);
    });
});
