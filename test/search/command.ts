import { CliWorld, reportIn } from "../support/cli-world.js";
import { type Scene, sceneOf } from "./people.js";
import { mortal, type Ran, type Reported, type Surface } from "./process.js";
import { REQUIRED_TAG } from "./things.js";
import { teamUuid } from "../../simulator/index.js";
import { CLI_TOKEN, grants, tokensOf } from "./tokens.js";
import type { Witness } from "./witness.js";
import type { Run, World } from "./world.js";

/** The command line, in a furnished world. */
export function commandSurface(world: World): Surface {
    const cli = new CliWorld(world.settings, grants(world, CLI_TOKEN));
    const guardTag = world.requireTag ? REQUIRED_TAG : null;
    const scene = sceneOf(world, cli, { isProgram: false, guardTag });
    const args = argsOf(world, scene);
    return { scene, run: (run, witness) => runCommand(cli, args[run.does], witness, run) };
}

/** The command lines of a destroy, and of a plan, which changes nothing. */
function argsOf(world: World, { things }: Scene): Readonly<Record<Run["does"], string>> {
    const { policy, requireTag, retries, timeout } = world;
    const kinds = [
        ["reserved-ips", policy.reservedIps],
        ["snapshots", policy.snapshots],
        ["volumes", policy.volumes],
        ["volume-snapshots", policy.volumeSnapshots],
    ].flatMap(([name, word]) => (word === undefined ? [] : [`--policy ${name}=${word}`]));
    const shared = [
        things.droplets.slice(0, world.ours).join(" "),
        `--policy ${policy.default}`,
        ...kinds,
        ...things.entries(world.keep).map((entry) => `--keep "${entry}"`),
        ...(world.knowsTeam ? [`--account ${teamUuid("default")}`] : []),
        ...(world.finalSnapshot ? ["--final-snapshot"] : []),
        ...(requireTag ? [`--require-tag ${REQUIRED_TAG}`] : []),
        `--timeout ${timeout} --report /r.json --summary /s.md`,
    ].join(" ");
    return { destroy: `destroy --yes --retries ${retries} ${shared}`, refresh: `plan ${shared}` };
}

/** One process of the command line. */
async function runCommand(cli: CliWorld, args: string, witness: Witness, run: Run): Promise<Ran> {
    const { fetch, clock, dead } = mortal(cli.clock, witness, run, new Map());
    const [token = ""] = tokensOf(run.token ?? "own", CLI_TOKEN);
    cli.files.clear();
    const began = cli.clock.monotonicMs();
    const options = {
        fetch,
        clock,
        env: { DIGITALOCEAN_TOKEN: token, NO_COLOR: "1" },
        isOneOfSeveral: true,
    };
    const ran = await cli.clock.run(Promise.race([cli.run(args, options), dead]));
    const written = cli.files.get("/r.json") ?? "";
    const markdown = cli.files.get("/s.md") ?? "";
    if (ran === "died") {
        return { ended: "died", text: "", output: written + markdown, reports: [], markdown, tookMs: [] };
    }
    return {
        ended: ran.code === 0 ? "well" : "badly",
        text: ran.stdout + ran.stderr,
        output: [ran.stdout, ran.stderr, written, markdown].join("\n"),
        reports: run.does === "destroy" ? (reportIn(written).droplets as unknown as readonly Reported[]) : [],
        markdown,
        tookMs: [cli.clock.monotonicMs() - began],
    };
}
