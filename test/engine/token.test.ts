import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Engine } from "../../tools/engine/engine.js";
import { ALONE, toProgram } from "../support/droplet-program.js";
import { engineFor } from "../support/engine-available.js";
import type { StateResource } from "../support/engine.js";
import {
    block,
    diagnostics,
    fails,
    personalToken,
    succeeds,
    text,
    type EngineWorld,
} from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { type FrontEnd, withEachFrontEnd } from "../support/scenarios.js";

const [FIRST, SECOND, THIRD] = ["1", "2", "3"].map(personalToken) as [string, string, string];

interface Foreign {
    readonly dropletId: number;
    readonly error: string;
    readonly state: StateResource | undefined;
    readonly changes: string[];
}

type FrontEndOn = FrontEnd & { readonly engine: Engine };

/** Somebody destroys with the token of another team. */
function tellForeign(on: FrontEndOn): Promise<Foreign> {
    const grants = { [FIRST]: {}, [SECOND]: { team: "other" } };
    return inWorld({ ...on, program: ALONE, grants, token: FIRST }, async (world) => {
        await succeeds(world.project.up());
        const dropletId = world.dropletId();
        world.simulator.clearRequests();
        const env = { DIGITALOCEAN_TOKEN: SECOND };
        const error = diagnostics(await fails(world.project.destroy({ env })), "DropletRecord");
        const state = await world.record();
        const changes = world.simulator.requests().filter(({ method }) => method !== "GET");
        return { dropletId, error, state, changes: changes.map(({ path }) => path) };
    });
}

interface Rotated {
    readonly dropletId: number;
    readonly invalid: string;
    readonly foreign: string;
    readonly left: string[];
    readonly requests: string[];
    /** What the destroy printed at last, with a trace of its requests. */
    readonly traced: string;
}

/** The configured token is revoked after the last update. */
function tellRotated(on: FrontEndOn): Promise<Rotated> {
    const grants = { [FIRST]: {}, [SECOND]: {}, [THIRD]: { team: "other" } };
    return inWorld({ ...on, program: ALONE, grants, token: "" }, async (world) => {
        const { project, simulator } = world;
        await configure(world, FIRST);
        await succeeds(project.up());
        const dropletId = world.dropletId();
        simulator.setToken(FIRST, { revoked: true });
        await configure(world, SECOND);
        const env = { DIGITALOCEAN_TOKEN: personalToken("9"), DIGITALOCEAN_ACCESS_TOKEN: personalToken("8") };
        const invalid = diagnostics(await fails(project.destroy({ env })), "DropletRecord");
        const ofThird = await fails(project.destroy({ env: { DIGITALOCEAN_TOKEN: THIRD } }));
        const foreign = diagnostics(ofThird, "DropletRecord");
        const traced = { DIGITALOCEAN_TOKEN: SECOND, DROPLET_TEARDOWN_DEBUG: "1" };
        const destroyed = await succeeds(project.destroy({ env: traced }));
        return {
            ...{ dropletId, invalid, foreign, traced: text(destroyed) },
            ...{ left: world.left(), requests: world.destroyRequests() },
        };
    });
}

/** The official provider has its own. */
async function configure({ project }: EngineWorld, token: string): Promise<void> {
    for (const key of ["digitalocean:token", "droplet-teardown:token"]) {
        await succeeds(project.run(["config", "set", "--secret", key, token, "--stack", "dev"]).result);
    }
}

interface Argument {
    readonly printed: string;
    readonly error: string;
    readonly state: string;
    readonly left: string[];
}

/** A token for another account is given as an argument, and the server echoes it in errors. */
function tellArgument(on: FrontEndOn): Promise<Argument> {
    const grants = { [FIRST]: {}, [SECOND]: { team: "other" } };
    return inWorld({ ...on, program: "", grants, token: FIRST }, async (world) => {
        const { project, simulator } = world;
        const dropletId = simulator.panelFor("other").createDroplet("legacy").id;
        await project.setProgram(
            toProgram(`
                const legacy = new DropletTeardown("legacy", {
                    dropletId: ${dropletId}, policy: "destroy", token: "${SECOND}", retries: 0,
                });
                exports.team = legacy.accountId;
            `),
        );
        const up = await succeeds(project.up());
        const state = await readFile(
            join(project.folder, "state", ".pulumi", "stacks", "engine-test", "dev.json"),
            "utf8",
        );
        simulator.faults.add({
            match: { path: "*/selective" },
            do: { kind: "echoToken", status: 403 },
            times: 1,
        });
        const failed = await fails(project.destroy({ refresh: true }));
        const destroyed = await succeeds(project.destroy());
        const printed = [up, failed, destroyed].map(text).join("");
        return { printed, error: diagnostics(failed), state, left: world.left() };
    });
}

withEachFrontEnd("the token on a real engine", (suite, frontEnd) => {
    suite.timeout(60_000);
    const key = frontEnd.names === undefined ? "digitalocean:token" : "droplet-teardown:token";
    let foreign: Foreign;
    let rotated: Rotated;
    let argument: Argument;

    before(async function () {
        const on = { engine: await engineFor(this), ...frontEnd };
        [foreign, rotated, argument] = await Promise.all([
            tellForeign(on),
            tellRotated(on),
            tellArgument(on),
        ]);
    });

    it("of another team does not make a live Droplet pass for gone", () => {
        assert.match(
            foreign.error,
            /the token belongs to another team \(\w+\) than the one that the droplet was recorded in/,
        );
        assert.doesNotMatch(foreign.error, /destroyed|No remaining cost found/);
        assert.match(
            foreign.error,
            /^or, if you know that no droplet of this teardown is left, `pulumi state delete 'urn:.*::web'` to forget it\.(?:\nCode: [a-z-]+)?$/m,
        );
        assert.equal(foreign.state?.outputs?.dropletId, foreign.dropletId);
        assert.deepEqual(foreign.changes, []);
    });

    it("of the last update, revoked since, is followed by the next one of the same team", () => {
        assert.deepEqual(rotated.requests, ["DELETE selective 202"]);
        assert.deepEqual(rotated.left, []);
    });

    it("is not in the trace of requests that DROPLET_TEARDOWN_DEBUG=1 adds to the stack's diagnostics", () => {
        const request = /debug: DELETE \/v2\/droplets\/\d+\/\S+\/selective 202 in \d+ ms, admitted after/;
        assert.match(rotated.traced, request);
        [FIRST, SECOND, THIRD].forEach((token) => assert.ok(!rotated.traced.includes(token)));
    });

    it("is named by its place, with what to do, where none is accepted", () => {
        assert.equal(
            rotated.invalid,
            block(`
                error: droplet ${rotated.dropletId}: DigitalOcean rejected every available token: the stack configuration ${key}, DIGITALOCEAN_TOKEN, DIGITALOCEAN_ACCESS_TOKEN. A destroy runs with the stack configuration of the last \`pulumi up\`: set DIGITALOCEAN_TOKEN to a valid token of the same team and run it again, or \`pulumi config set --secret ${key}\` and \`pulumi up\`
                  could not be read: reserved ips, snapshots, volumes, volume snapshots (not in the total)
                Remaining cost unknown.
                Fix that, then run \`pulumi destroy\` again: it continues where this one ended.
                Code: token-rejected
            `),
        );
        assert.ok(rotated.foreign.includes(`${key}, DIGITALOCEAN_TOKEN (of another team). `));
    });

    it("given as an argument is ciphertext in state, and nowhere in the output", () => {
        assert.match(argument.error, /: 403 .*dop_v1_\[redacted\]/);
        assert.ok(!argument.printed.includes(SECOND), argument.printed);
        assert.ok(!argument.state.includes(SECOND), argument.state);
        assert.ok(!argument.state.includes(FIRST));
        assert.match(argument.state, /"token":\s*\{\s*"4dabf18193072939515e22adb298388d"/);
        assert.deepEqual(argument.left, []);
    });
});
