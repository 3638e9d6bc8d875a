import type { Clock } from "../../provider/polling/clock.js";
import type { Fetch } from "../../provider/digitalocean/connection.js";
import { AbandonedError } from "../../provider/teardown/errors.js";
import { teamUuid } from "../../simulator/index.js";
import { CliWorld, type JsonReport, reportIn } from "../support/cli-world.js";
import { createScene, type Scene } from "./people.js";
import { mortal, type Ran, type Reported, type Surface } from "./process.js";
import { dropletName, EXPIRY_TAG, REQUIRED_TAG, SELECTED_TAG } from "./things.js";
import { CLI_TOKEN, grants, listTokens } from "./tokens.js";
import type { Witness } from "./witness.js";
import { type Does, isSweep, type Run, type World } from "./world.js";

const [REPORT, SUMMARY, PLAN] = ["/r.json", "/s.md", "/plan.json"];

/** The command line, in a furnished world. */
export function commandSurface(world: World): Surface {
    const cli = new CliWorld(world.settings, grants(world, CLI_TOKEN));
    const requiredTag = world.requireTag ? REQUIRED_TAG : null;
    const guardTag = isSweep(world) ? EXPIRY_TAG : requiredTag;
    const selectedTag = world.select === "tag" ? SELECTED_TAG : null;
    const scene = createScene(world, cli, { isProgram: false, guardTag, selectedTag });
    const lines = formatLines(world, scene);
    const linesFor = ({ does, timeout = world.timeout }: Run): readonly string[] =>
        lines[does].map((line) => line.replace(`--timeout ${world.timeout}`, `--timeout ${timeout}`));
    return {
        scene,
        run: (run, witness, typed) =>
            runCommands(cli, typed === null ? linesFor(run) : [asTyped(typed)], witness, run),
    };
}

/** The commands by which a command line says that it can be resumed. */
export function advisedIn({ text }: Ran): readonly string[] {
    const [, block = ""] = /^Resume .*:\n((?: {2}npx .*\n?)+)/m.exec(text) ?? [];
    return [...block.matchAll(/^ {2}npx pulumi-droplet-teardown@\S+ (destroy .*)$/gm)].map(
        ([, command = ""]) => command,
    );
}

/** To the letter; where its report goes changes nothing of what it does. */
function asTyped(command: string): string {
    return `${command.replaceAll("'", '"')} --report ${REPORT} --summary ${SUMMARY}`;
}

/** The command lines of each thing that a run does, one after the other as long as they succeed. */
function formatLines(world: World, { things }: Scene): Readonly<Record<Does, readonly string[]>> {
    const { policy, requireTag, retries, timeout, select } = world;
    const ours = things.droplets.slice(0, world.ours);
    const kinds = [
        ["reserved-ips", policy.reservedIps],
        ["snapshots", policy.snapshots],
        ["volumes", policy.volumes],
        ["volume-snapshots", policy.volumeSnapshots],
    ].flatMap(([name, word]) => (word === undefined ? [] : [`--policy ${name}=${word}`]));
    const targets = {
        id: ours.join(" "),
        plan: ours.join(" "),
        name: ours.map((_, nth) => dropletName(nth)).join(" "),
        tag: `--tag-name ${SELECTED_TAG}${isSweep(world) ? " --expired" : ""}`,
    };
    const account = world.knowsTeam ? ` --account ${teamUuid("default")}` : "";
    const shared = `${account} --timeout ${timeout} --report ${REPORT} --summary ${SUMMARY}`;
    const terms = [
        targets[select],
        `--policy ${policy.default}`,
        ...kinds,
        ...things.entries(world.keep).map((entry) => `--keep "${entry}"`),
        ...(world.finalSnapshot ? ["--final-snapshot"] : []),
        ...(requireTag && !isSweep(world) ? [`--require-tag ${REQUIRED_TAG}`] : []),
    ].join(" ");
    const most = select === "tag" ? " --max-droplets 9" : "";
    const destroy = `destroy --yes --retries ${retries}${shared}`;
    return {
        destroy:
            select === "plan"
                ? [`plan ${terms} --out ${PLAN}${shared}`, `${destroy} --plan ${PLAN}`]
                : [`${destroy}${most} ${terms}`],
        refresh: [`plan ${terms}${shared}`],
        status: [`status ${ours[0] ?? 0}${shared}`],
        wait: [`status --wait ${ours[0] ?? 0}${shared}`],
        orphans: [`orphans${shared}`],
    };
}

/** One process after the other; the last one may die. */
async function runCommands(
    cli: CliWorld,
    lines: readonly string[],
    witness: Witness,
    run: Run,
): Promise<Ran> {
    const [token = ""] = listTokens(run.token ?? "own", CLI_TOKEN);
    const env = { DIGITALOCEAN_TOKEN: token, NO_COLOR: "1" };
    const tookMs: number[] = [];
    for (const [index, line] of lines.entries()) {
        const isLast = index === lines.length - 1;
        const { obeys } = witness.oracle.world;
        const process = isLast && !obeys ? run : { ...run, dies: null };
        const { fetch, clock, dead } = mortal(cli.clock, witness, process, new Map());
        const ends = interruptAt(isLast && obeys ? run.dies : null, fetch, cli.clock);
        const options = { ...ends, clock, env, isOneOfSeveral: true };
        cli.files.delete(REPORT);
        cli.files.delete(SUMMARY);
        const began = cli.clock.monotonicMs();
        const ran = await cli.clock.run(Promise.race([cli.run(line, options), dead]));
        tookMs.push(cli.clock.monotonicMs() - began);
        const written = cli.files.get(REPORT) ?? "";
        const markdown = cli.files.get(SUMMARY) ?? "";
        if (ran === "died") {
            const nothing = { text: "", reports: [], seen: [], orphans: null, tookMs: [] };
            return { ...nothing, ended: "died", output: written + markdown, markdown };
        }
        if (isLast || ran.code !== 0) {
            const report = reportIn(written);
            const all = report.droplets as unknown as readonly Reported[];
            const isDestroy = line.startsWith("destroy");
            return {
                ended: ran.code === 0 ? "well" : "badly",
                text: ran.stdout + ran.stderr,
                output: [ran.stdout, ran.stderr, written, markdown].join("\n"),
                reports: isDestroy ? all : [],
                seen: isDestroy ? [] : all,
                orphans: orphansIn(report),
                markdown,
                tookMs,
            };
        }
    }
    throw new Error("a run has at least one command line");
}

/** Whoever does as a command says lets it say so: it is asked to end where it would have died. */
function interruptAt(
    dies: Run["dies"],
    send: Fetch,
    clock: Clock,
): { readonly fetch: Fetch; readonly interrupt: AbortSignal } {
    const controller = new AbortController();
    let count = 0;
    const fetch: Fetch = async (url, init) => {
        count += 1;
        const isIt = dies !== null && count === dies.at;
        const end = (moment: "before" | "after"): void => {
            if (isIt && dies.moment === moment) {
                controller.abort(new AbandonedError("interrupted"));
            }
        };
        end("before");
        const answer = await send(url, init);
        // An answer that has come is read, and so are those that come at the same time.
        void clock.sleep(1).then(() => end("after"));
        return answer;
    };
    return { fetch, interrupt: controller.signal };
}

function orphansIn({ orphans, unread = [], error }: JsonReport): Ran["orphans"] {
    return orphans === undefined || error !== null
        ? null
        : { listed: orphans.map(({ kind, id }) => ({ kind, id })), unread };
}
