import { ProgramWorld } from "../support/program-world.js";
import { type PluginProcess, TOKEN } from "../support/teardown-world.js";
import { createScene } from "./people.js";
import { mortal, type Ran, type Reported, type Surface } from "./process.js";
import type { Advice } from "./oracle.js";
import { type Member, recordedBy, recordState } from "./state.js";
import { REQUIRED_TAG } from "./things.js";
import { grants, listTokens } from "./tokens.js";
import { NOTHING_RECORDED, type Recorded } from "./told.js";
import type { Witness } from "./witness.js";
import type { Run, World } from "./world.js";

const [REPORTS, SUMMARY] = ["/out/reports.ndjson", "/out/summary.md"];

/** A program's stack on an engine, in a furnished world. */
export async function stackSurface(world: World): Promise<Surface> {
    const plugin = new ProgramWorld({ settings: world.settings, grants: grants(world, TOKEN) });
    const isProgram = world.surface === "program";
    const guardTag = !isProgram && world.requireTag ? REQUIRED_TAG : null;
    const scene = createScene(world, plugin, { isProgram, guardTag, selectedTag: null });
    const members = await recordState(plugin, world, scene);
    const keep = scene.things.entries(world.keepInEnvironment);
    return {
        scene,
        run: (run, witness, typed) =>
            runProgram(plugin, typed?.command ?? keep.join(","), members, witness, run),
        advised: ({ text }) => advisedIn(text, keep, world),
    };
}

/** The first of the values by which errors say how to leave what failed: the next run says it of the others again. */
function advisedIn(text: string, keep: readonly string[], { leaves }: World): readonly Advice[] {
    const [, quoted, plain = ""] =
        /`DROPLET_TEARDOWN_KEEP=(?:'([^']*)'|(\S*)) pulumi destroy` to leave it/.exec(text) ?? [];
    const command = quoted ?? plain;
    const left = command.split(",").filter((entry) => !keep.includes(entry));
    return leaves && command !== "" ? [{ command, leaves: left, finishes: null }] : [];
}

/** One process of an engine's plugin, for all resources of the stack. */
async function runProgram(
    plugin: ProgramWorld,
    keep: string,
    members: readonly Member[],
    witness: Witness,
    run: Run,
): Promise<Ran> {
    const lines: string[] = [];
    const lasting: string[] = [];
    const { fetch, clock, dead } = mortal(plugin.clock, witness, run, recordedBy(members));
    const log = async (text: string, _urn: string, ephemeral: boolean): Promise<void> => {
        lines.push(text);
        if (!ephemeral) {
            lasting.push(text);
        }
    };
    const [configured = "", inEnvironment = ""] = listTokens(run.token ?? "own", TOKEN);
    const env = {
        DROPLET_TEARDOWN_REPORT: REPORTS,
        DROPLET_TEARDOWN_SUMMARY: SUMMARY,
        DROPLET_TEARDOWN_KEEP: keep,
        DIGITALOCEAN_TOKEN: inEnvironment,
        ...(run.timeout === undefined ? {} : { DROPLET_TEARDOWN_TIMEOUT: run.timeout }),
    };
    const config = { "digitalocean:token": configured };
    plugin.files.clear();
    const process = plugin.process({ env, config, fetch, clock, log });
    const tookMs: number[] = [];
    const step = async <T>(work: () => Promise<T>): Promise<T> => {
        const began = plugin.clock.monotonicMs();
        return work().finally(() => tookMs.push(plugin.clock.monotonicMs() - began));
    };
    const isDestroy = run.does === "destroy";
    const refreshed = new Set<Member>();
    // What failed before the process died was printed.
    const errors: unknown[] = [];
    const work = isDestroy
        ? destroyStack(members, process, step, errors)
        : refreshStack(members, process, step, refreshed, errors);
    const settled = work.then(() => (errors.length === 0 ? "well" : "badly"));
    const ended = await plugin.clock.run(Promise.race([settled, dead]));
    members.forEach((member) => {
        member.recorded = recordedAfter(member, refreshed.has(member), witness);
    });
    const message = errors.map(formatError).join("\n");
    const written = plugin.files.get(REPORTS) ?? "";
    const markdown = plugin.files.get(SUMMARY) ?? "";
    const reports = written
        .split("\n")
        .filter((line) => line !== "")
        .flatMap((line) => (JSON.parse(line) as { droplets: Reported[] }).droplets);
    return {
        ended,
        text: [...lasting, message].join("\n"),
        output: [...lines, message, written, markdown].join("\n"),
        reports,
        seen: [],
        orphans: null,
        markdown,
        tookMs,
    };
}

/** What the next process is told. What the token cannot see is not gone from the state. */
function recordedAfter(
    { dropletId, executor, record, recorded }: Member,
    isRefreshed: boolean,
    { oracle, told }: Witness,
): Recorded {
    const listed = told.listed.get(dropletId);
    if (isRefreshed && listed !== undefined) {
        const { hiddenKinds } = oracle.world;
        const isHidden = (id: string): boolean => hiddenKinds.some((kind) => kind === oracle.thing(id)?.kind);
        const inventory = new Set([...listed, ...[...recorded.inventory].filter(isHidden)]);
        const priced = [...(told.priced.get(dropletId) ?? [])].filter((id) => inventory.has(id));
        return { inventory, priced: new Set(priced) };
    }
    return record === null && executor?.dropletId === undefined ? NOTHING_RECORDED : recorded;
}

type Step = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * What the engine does with a stack: a record goes first, its executor only after it, and different ones side by
 * side. Once a step has failed, no other is begun.
 * @param errors gets those of the steps that fail
 */
async function destroyStack(
    members: readonly Member[],
    process: PluginProcess,
    step: Step,
    errors: unknown[],
): Promise<void> {
    const attempt = async (work: () => Promise<unknown>, done: () => void): Promise<void> => {
        if (errors.length === 0) {
            await step(work).then(done, (error: unknown) => errors.push(error));
        }
    };
    await Promise.all(
        members.map(async (member, nth) => {
            const { record, executor } = member;
            if (record !== null) {
                const work = () => process.record.delete(`record-${nth}`, record);
                await attempt(work, () => (member.record = null));
            }
            if (executor !== null) {
                const work = () => process.delete(`teardown-${nth}`, executor);
                await attempt(work, () => (member.executor = null));
            }
        }),
    );
}

/**
 * The same for what a refresh reads.
 * @param refreshed gets those of which state knows what was read, however the refresh ends
 */
async function refreshStack(
    members: readonly Member[],
    process: PluginProcess,
    step: Step,
    refreshed: Set<Member>,
    errors: unknown[],
): Promise<void> {
    for (const [nth, member] of members.entries()) {
        const { executor, record } = member;
        try {
            if (executor !== null) {
                const { props, id } = await step(() => process.read(`teardown-${nth}`, executor));
                member.executor = id === undefined ? null : (props ?? executor);
            }
            if (record !== null) {
                const { props, id } = await step(() => process.record.read(`record-${nth}`, record));
                member.record = id === undefined ? null : (props ?? record);
            }
            refreshed.add(member);
        } catch (error) {
            errors.push(error);
        }
    }
}

function formatError(error: unknown): string {
    return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
}
