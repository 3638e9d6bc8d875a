import { readRecord, readTeardown, toOutputs } from "../../provider/state.js";
import { teamUuid } from "../../simulator/state/ids.js";
import { ProgramWorld } from "../support/program-world.js";
import { type PluginProcess, type Stored, TOKEN, URN } from "../support/teardown-world.js";
import { grants, type Scene, sceneOf } from "./people.js";
import { mortal, type Ran, type Reported, type Surface } from "./process.js";
import { REQUIRED_TAG } from "./things.js";
import { NOTHING_RECORDED, type Recorded } from "./told.js";
import type { Witness } from "./witness.js";
import type { Run, World } from "./world.js";

const [REPORTS, SUMMARY] = ["/out/reports.ndjson", "/out/summary.md"];

/** What state holds; without what is gone from it. */
interface Known {
    executor: Stored | null;
    records: Stored[];
    recorded: Recorded;
}

/** A program's stack on an engine, in a furnished world. */
export async function stackSurface(world: World): Promise<Surface> {
    const plugin = new ProgramWorld({ settings: world.settings, grants: grants(world, TOKEN) });
    const byTag = world.surface === "program";
    const executorTag = byTag ? "teardown-00000000000000aa" : null;
    const guardTag = !byTag && world.requireTag ? REQUIRED_TAG : null;
    const scene = sceneOf(world, plugin, { executorTag, guardTag });
    const state = await recordState(plugin, world, scene);
    const keep = scene.things.entries(world.keepInEnvironment);
    return { scene, run: (run, witness) => runProgram(plugin, keep, state, witness, run) };
}

/** Makes the state as an `up` leaves it. */
async function recordState(plugin: ProgramWorld, world: World, scene: Scene): Promise<Known> {
    const { things, executorTag } = scene;
    const { policy, retries, timeout, requireTag } = world;
    const managed = world.managed.flatMap((ref) => things.nth(ref)?.id ?? []);
    const common = { policy, keep: things.entries(world.keep), managed, timeout };
    const { finalSnapshot, gracefulShutdown } = world;
    const executing = { ...common, retries, finalSnapshot, gracefulShutdown };
    const process = plugin.process();
    const sighting = {
        accountId: teamUuid("default"),
        recordedAt: "2026-01-01T00:00:00.000Z",
        predecessors: [],
    };
    if (executorTag === null) {
        const tag = requireTag ? { requireTag: REQUIRED_TAG } : {};
        const given = { ...executing, ...tag, dropletId: things.droplets[0], resourceUrn: URN };
        const { inputs } = await process.check({}, given);
        const inventory = inventoryOf(scene, 0);
        const ids = new Set(inventory.map(({ id }) => id));
        return {
            executor: toOutputs({ inputs: readTeardown(inputs).inputs, seen: { ...sighting, inventory } }),
            records: [],
            recorded: { inventory: ids, priced: ids },
        };
    }
    plugin.simulator.panel.createTag(executorTag);
    const names = { resourceName: "web", stackTag: "teardown:app:dev" };
    const given = { ...executing, ...names, enabled: true, resourceUrn: URN };
    const executor = await process.check({ tag: executorTag }, given);
    const record = await process.record.check(
        {},
        { ...plugin.recordInputs(executorTag, things.droplets[0] ?? 0), ...common },
    );
    if (world.state !== "cut short") {
        plugin.simulator.panel.createTag(`${executorTag}:${things.droplets[0]}`);
    }
    const inventory = world.state === "whole" ? inventoryOf(scene, 0) : [];
    const stored = toOutputs({
        inputs: readRecord(record.inputs).inputs,
        seen: { ...sighting, inventory },
    });
    const ids = new Set(inventory.map(({ id }) => id));
    return {
        executor: toOutputs({
            inputs: readTeardown(executor.inputs).inputs,
            seen: { ...sighting, inventory: [] },
        }),
        records: world.state === "whole" ? [stored] : [],
        recorded: { inventory: ids, priced: ids },
    };
}

function inventoryOf({ things }: Scene, nth: number) {
    const id = things.droplets[nth];
    const has = things.simulator.state().droplets.find((droplet) => droplet.id === id)?.associated ?? [];
    return things
        .all()
        .filter((thing) => has.includes(thing.id))
        .map((thing) => ({ ...thing, monthlyCost: "1.00" }));
}

/** What the engine does with a stack: the record goes first, and the executor only after it. */
async function runProgram(
    plugin: ProgramWorld,
    keep: readonly string[],
    state: Known,
    witness: Witness,
    { dies, does }: Run,
): Promise<Ran> {
    const lines: string[] = [];
    const lasting: string[] = [];
    const { fetch, clock, dead } = mortal(plugin.clock, witness, dies, state.recorded);
    const log = async (text: string, _urn: string, ephemeral: boolean): Promise<void> => {
        lines.push(text);
        if (!ephemeral) {
            lasting.push(text);
        }
    };
    const env = {
        DROPLET_TEARDOWN_REPORT: REPORTS,
        DROPLET_TEARDOWN_SUMMARY: SUMMARY,
        DROPLET_TEARDOWN_KEEP: keep.join(","),
    };
    plugin.files.clear();
    const process = plugin.process({ env, fetch, clock, log });
    const tookMs: number[] = [];
    const step = async <T>(work: () => Promise<T>): Promise<T> => {
        const began = plugin.clock.monotonicMs();
        return work().finally(() => tookMs.push(plugin.clock.monotonicMs() - began));
    };
    const work = does === "destroy" ? destroyStack(state, process, step) : refreshStack(state, process, step);
    const settled = work.then(
        () => ({ ended: "well", message: "" }) as const,
        (error: unknown) => ({ ended: "badly", message: messageOf(error) }) as const,
    );
    const first = await plugin.clock.run(Promise.race([settled, dead]));
    const { ended, message } = first === "died" ? { ended: "died" as const, message: "" } : first;
    if (does === "refresh" && ended === "well" && witness.told.listed !== null) {
        const { oracle, told } = witness;
        const isHidden = (id: string): boolean =>
            oracle.world.hiddenKinds.some((kind) => kind === oracle.thing(id)?.kind);
        // What the token cannot see is not gone from the state.
        const before = [...state.recorded.inventory];
        const priced = told.priced.get(oracle.scene.things.droplet(0)) ?? new Set();
        const inventory = new Set([...(told.listed ?? []), ...before.filter(isHidden)]);
        state.recorded = { inventory, priced: new Set([...priced].filter((id) => inventory.has(id))) };
    } else if (state.records.length === 0 && state.executor?.dropletId === undefined) {
        state.recorded = NOTHING_RECORDED;
    }
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
        markdown,
        tookMs,
    };
}

type Step = <T>(work: () => Promise<T>) => Promise<T>;

async function destroyStack(state: Known, process: PluginProcess, step: Step): Promise<void> {
    for (const record of [...state.records]) {
        await step(() => process.record.delete("record-1", record));
        state.records = state.records.filter((one) => one !== record);
    }
    const { executor } = state;
    if (executor !== null) {
        await step(() => process.delete("teardown-1", executor));
        state.executor = null;
    }
}

async function refreshStack(state: Known, process: PluginProcess, step: Step): Promise<void> {
    const { executor } = state;
    if (executor !== null) {
        const { props, id } = await step(() => process.read("teardown-1", executor));
        state.executor = id === undefined ? null : (props ?? executor);
    }
    for (const record of [...state.records]) {
        const { props, id } = await step(() => process.record.read("record-1", record));
        state.records = id === undefined ? [] : [props ?? record];
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
}
