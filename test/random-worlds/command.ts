import type { Clock } from "../../provider/polling/clock.js";
import type { Fetch } from "../../provider/digitalocean/connection.js";
import { AbandonedError } from "../../provider/teardown/errors.js";
import { teamUuid } from "../../simulator/index.js";
import { CliWorld, type JsonReport, reportIn, type RunOptions } from "../support/cli-world.js";
import { createScene, type Scene } from "./people.js";
import { mortal, type Ran, type Reported, type Surface } from "./process.js";
import type { Advice } from "./oracle.js";
import { dropletName, EXPIRY_TAG, REQUIRED_TAG, SELECTED_TAG } from "./things.js";
import { CLI_TOKEN, grants, listTokens } from "./tokens.js";
import type { Witness } from "./witness.js";
import { type Does, isByAge, isSweep, type Policy, type Run, type World } from "./world.js";

const [REPORT, SUMMARY, PLAN, CONFIG] = ["/r.json", "/s.md", "/plan.json", "/teardown.yaml"];

/** The command line, in a furnished world. */
export function commandSurface(world: World): Surface {
    const cli = new CliWorld(world.settings, grants(world, CLI_TOKEN));
    const requiredTag = world.requireTag ? REQUIRED_TAG : null;
    const guardTag = isSweep(world) ? EXPIRY_TAG : requiredTag;
    const selectedTag = world.select === "tag" ? SELECTED_TAG : null;
    const scene = createScene(world, cli, { isProgram: false, guardTag, selectedTag });
    const lines = formatLines(world, scene);
    cli.files.set(CONFIG, configText(world, scene));
    const linesFor = ({ does, timeout = world.timeout }: Run): readonly string[] =>
        lines[does].map((line) => line.replace(`--timeout ${world.timeout}`, `--timeout ${timeout}`));
    return {
        scene,
        run: (run, witness, typed) =>
            runCommands(cli, typed === null ? linesFor(run) : [asTyped(typed)], witness, run),
        advised: ({ text }) => advisedIn(text, world),
    };
}

/** The commands by which a command line says that it can be resumed, with what they are to leave where that is said. */
function advisedIn(text: string, { leaves, finalSnapshot }: World): readonly Advice[] {
    // What a status prints knows of no final snapshot.
    if (!finalSnapshot && finishing(text).length > 0) {
        return finishing(text);
    }
    const [, block = ""] = /^Resume .*:\n((?: {2}npx .*\n?)+)/m.exec(text) ?? [];
    const commands = [...block.matchAll(/^ {2}npx pulumi-droplet-teardown@\S+ (destroy .*)$/gm)];
    const lines = [...text.matchAll(/^To leave what failed(?: of ([\d ]+))?, add (.*)\.$/gm)];
    return commands.map(([, command = ""]) => {
        const [, , more = ""] =
            lines.find(([, ids = ""]) => leaves && command.startsWith(`destroy ${ids}`)) ?? [];
        const typed = `${command} ${more}`.trim();
        const kept = [...typed.matchAll(/--keep (?:'([^']*)'|(\S+))/g)];
        return {
            command: typed,
            leaves: kept.map(([, quoted, plain = ""]) => quoted ?? plain),
            finishes: null,
        };
    });
}

/** The command by which a status says how to go on. */
function finishing(text: string): readonly Advice[] {
    const [, command = "", id = ""] =
        /^Destroy what is left, .*:\n {2}npx \S+ (destroy (\d+) .*)$/m.exec(text) ?? [];
    return command === "" ? [] : [{ command, leaves: [], finishes: Number(id) }];
}

/** To the letter; where its report goes changes nothing of what it does. */
function asTyped({ command }: Advice): string {
    return `${command.replaceAll("'", '"')} --report ${REPORT} --summary ${SUMMARY}`;
}

/** The file of the policies: that of the first Droplet has its name, and that of the others theirs. */
function configText({ policy, keep, file }: World, { things }: Scene): string {
    const named = (given: Policy, nths: readonly number[], more: readonly string[]): object => ({
        policy: given,
        names: nths.map((nth) => dropletName(nth).replace(/-.*/, "-*")),
        ...(more.length === 0 ? {} : { keep: more }),
    });
    const own = file ?? { policy, keep: [] };
    return JSON.stringify({
        version: 1,
        policies: {
            first: named(policy, [0], []),
            others: named(own.policy, [1, 2], things.entries(own.keep)),
        },
        keep: things.entries(keep),
    });
}

/** The command lines of each thing that a run does, one after the other as long as they succeed. */
function formatLines(world: World, scene: Scene): Readonly<Record<Does, readonly string[]>> {
    const { things } = scene;
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
        name: ours.map((_, nth) => nameToType(nth, scene, world)).join(" "),
        tag: `--tag-name ${SELECTED_TAG}${isSweep(world) ? " --expired" : ""}${isByAge(world) ? " --older-than 30d" : ""}`,
    };
    const byOptions = [
        `--policy ${policy.default}`,
        ...kinds,
        ...things.entries(world.keep).map((entry) => `--keep "${entry}"`),
    ];
    const account = world.knowsTeam ? ` --account ${teamUuid("default")}` : "";
    const shared = `${account} --timeout ${timeout} --report ${REPORT} --summary ${SUMMARY}`;
    const terms = [
        targets[select],
        ...(world.file === null ? byOptions : [`--config ${CONFIG}`]),
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

/** Case makes no difference; a name that is all digits is said to be one. */
function nameToType(nth: number, { things }: Scene, { names, ours }: World): string {
    return names === "an id" && nth === 0 ? `name:${things.droplets[ours] ?? 0}` : dropletName(nth);
}

/** A person at the terminal, who is asked unless the command says that it is agreed to. */
function answering(line: string, run: Run, { oracle }: Witness): Pick<RunOptions, "answer"> {
    if (!line.startsWith("destroy") || line.includes("--yes")) {
        return {};
    }
    oracle.consent = { shown: "", isGiven: false };
    return {
        answer: (question, shown) => {
            const [, wanted = ""] = /^Type "(.*)" to destroy/.exec(question) ?? [];
            const { answer = "as asked" } = run;
            oracle.consent = { shown, isGiven: answer === "as asked" };
            return { "as asked": wanted, yes: "yes", nothing: "", end: null }[answer];
        },
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
    for (const [index, given] of lines.entries()) {
        const line = run.answer === undefined ? given : given.replace(" --yes", "");
        const isLast = index === lines.length - 1;
        const { obeys } = witness.oracle.world;
        const process = isLast && !obeys ? run : { ...run, dies: null };
        const { fetch, clock, dead } = mortal(cli.clock, witness, process, new Map());
        const ends = interruptAt(isLast && obeys ? run.dies : null, fetch, cli.clock);
        const answer = answering(line, run, witness);
        const options = { ...ends, ...answer, clock, env, isOneOfSeveral: true };
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
