import { readRecord, readTeardown, toOutputs } from "../../provider/state.js";
import type { Grant, Settings, Simulator, VirtualClock } from "../../simulator/index.js";
import { teamUuid } from "../../simulator/views/team.js";
import { CliWorld, reportIn } from "../support/cli-world.js";
import { ProgramWorld } from "../support/program-world.js";
import { personalToken, TOKEN, URN, type PluginProcess, type Stored } from "../support/teardown-world.js";
import { Edits, script } from "./answers.js";
import { Oracle } from "./oracle.js";
import { SOMEBODY, type Scene } from "./people.js";
import { mortal } from "./process.js";
import { furnish, REQUIRED_TAG, type Things } from "./things.js";
import { Witness } from "./witness.js";
import type { Kind, Run, World } from "./world.js";

/** One Droplet of a JSON report. */
export interface Reported {
    readonly id: number;
    readonly outcome: string;
    readonly error: string | null;
    readonly unread: readonly string[];
    readonly cost: { readonly destroyed: string; readonly remaining: string };
    readonly resources: readonly {
        readonly kind: Kind;
        readonly id: string;
        readonly name: string;
        readonly outcome: string;
        readonly reason: string | null;
        readonly monthlyCost: string | null;
    }[];
}

/** What one run came to. */
export interface Ran {
    readonly ended: "well" | "badly" | "died";
    /** What a person is left with: the error, or the lines that stay. */
    readonly text: string;
    /** Everything that was printed or written. */
    readonly output: string;
    readonly reports: readonly Reported[];
    readonly markdown: string;
    /** How long each step with a deadline of its own took. */
    readonly tookMs: readonly number[];
}

export const CLI_TOKEN = personalToken("c11");
const [REPORTS, SUMMARY] = ["/out/reports.ndjson", "/out/summary.md"];
const READ_SCOPES: Readonly<Record<Kind, string>> = {
    reserved_ip: "reserved_ip:read",
    snapshot: "image:read",
    volume: "block_storage:read",
    volume_snapshot: "block_storage_snapshot:read",
};
const SCOPES = [
    ...["droplet:read", "droplet:delete", "droplet:update", "tag:read", "tag:create", "tag:delete"],
    ...["account:read", "block_storage:delete", "block_storage_snapshot:delete"],
    ...["image:delete", "image:update", "reserved_ip:delete"],
];

/** One world, furnished, whose processes are started one after the other. */
export interface Stage {
    readonly world: World;
    readonly simulator: Simulator;
    readonly clock: VirtualClock;
    readonly things: Things;
    readonly oracle: Oracle;
    readonly witness: Witness;
    run(run: Run): Promise<Ran>;
    /** From here on, nobody disturbs anything. */
    calmDown(): void;
}

export async function setStage(given: World): Promise<Stage> {
    const { surface } = given;
    const hasStack = surface !== "command line";
    const world = hasStack ? { ...given, ours: 1 } : { ...given, managed: [], keepInEnvironment: [] };
    const settings: Partial<Settings> = world.settings;
    if (surface === "command line") {
        const cli = new CliWorld(settings, grants(world, CLI_TOKEN));
        const guardTag = world.requireTag ? REQUIRED_TAG : null;
        const tags = guardTag === null ? [] : [guardTag];
        const scene = sceneOf(world, cli.simulator, cli.clock, tags, { executorTag: null, guardTag });
        const args = argsOf(world, scene);
        return finish(world, scene, (witness) => (run) => runCommand(cli, args[run.does], witness, run));
    }
    const plugin = new ProgramWorld({ settings, grants: grants(world, TOKEN) });
    const byTag = surface === "program";
    const executorTag = byTag ? "teardown-00000000000000aa" : null;
    const guardTag = !byTag && world.requireTag ? REQUIRED_TAG : null;
    const tags = [executorTag, guardTag].filter((tag) => tag !== null);
    const scene = sceneOf(world, plugin.simulator, plugin.clock, tags, { executorTag, guardTag });
    const state = await recordState(plugin, world, scene);
    const keep = scene.things.entries(world.keepInEnvironment);
    return finish(world, scene, (witness) => (run) => runProgram(plugin, keep, state, witness, run));
}

function sceneOf(
    world: World,
    simulator: Simulator,
    clock: VirtualClock,
    tags: readonly string[],
    rest: Pick<Scene, "executorTag" | "guardTag">,
): Scene {
    return { things: furnish(world, simulator, tags), clock, ...rest };
}

function finish(world: World, scene: Scene, runs: (witness: Witness) => Stage["run"]): Stage {
    const { things, clock } = scene;
    const { simulator } = things;
    const oracle = new Oracle(world, scene);
    oracle.facts();
    const edits = new Edits(world.troubles);
    const witness = new Witness(oracle, edits, world.people);
    script(world.troubles, simulator);
    for (const { times, ...ref } of world.stubborn) {
        if (ref.kind === "droplet") {
            simulator.faults.failDroplet(things.droplet(ref.nth % world.ours), { times });
        } else {
            const thing = things.nth(ref);
            if (thing !== undefined) {
                simulator.faults.failItem(thing.id, { times });
            }
        }
    }
    const calmDown = (): void => {
        simulator.faults.clear();
        witness.calmDown();
    };
    return { world, simulator, clock, things, oracle, witness, run: runs(witness), calmDown };
}

function grants({ hiddenKinds }: World, token: string): Record<string, Grant> {
    const reading = Object.entries(READ_SCOPES)
        .filter(([kind]) => !hiddenKinds.includes(kind as Kind))
        .map(([, scope]) => scope);
    return { [token]: hiddenKinds.length === 0 ? {} : { scopes: [...SCOPES, ...reading] }, [SOMEBODY]: {} };
}

/** What state holds; without what is gone from it. */
interface Known {
    executor: Stored | null;
    records: Stored[];
    /** Ids that it has of the first Droplet's resources. */
    inventory: ReadonlySet<string>;
}

async function recordState(plugin: ProgramWorld, world: World, scene: Scene): Promise<Known> {
    const { things, executorTag } = scene;
    const { policy, retries, timeout, requireTag } = world;
    const managed = world.managed.flatMap((ref) => things.nth(ref)?.id ?? []);
    const common = { policy, keep: things.entries(world.keep), managed, timeout };
    const process = plugin.process();
    const sighting = {
        accountId: teamUuid("default"),
        recordedAt: "2026-01-01T00:00:00.000Z",
        predecessors: [],
    };
    if (executorTag === null) {
        const tag = requireTag ? { requireTag: REQUIRED_TAG } : {};
        const given = { ...common, retries, ...tag, dropletId: things.droplets[0], resourceUrn: URN };
        const { inputs } = await process.check({}, given);
        const inventory = inventoryOf(scene, 0);
        return {
            executor: toOutputs({ ...readTeardown(inputs), ...sighting, inventory }),
            records: [],
            inventory: new Set(inventory.map(({ id }) => id)),
        };
    }
    plugin.simulator.panel.createTag(executorTag);
    const names = { resourceName: "web", stackTag: "teardown:app:dev" };
    const given = { ...common, retries, ...names, enabled: true, resourceUrn: URN };
    const executor = await process.check({ tag: executorTag }, given);
    const record = await process.record.check(
        {},
        { ...plugin.recordInputs(executorTag, things.droplets[0] ?? 0), ...common },
    );
    if (world.state !== "cut short") {
        plugin.simulator.panel.createTag(`${executorTag}:${things.droplets[0]}`);
    }
    const inventory = world.state === "whole" ? inventoryOf(scene, 0) : [];
    const recorded = toOutputs({ ...readRecord(record.inputs), ...sighting, inventory });
    return {
        executor: toOutputs({ ...readTeardown(executor.inputs), ...sighting, inventory: [] }),
        records: world.state === "whole" ? [recorded] : [],
        inventory: new Set(inventory.map(({ id }) => id)),
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
    const { fetch, clock, dead } = mortal(plugin.clock, witness, dies, state.inventory);
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
        state.inventory = witness.told.listed;
    } else if (state.records.length === 0 && state.executor?.dropletId === undefined) {
        state.inventory = new Set();
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
        ...(requireTag ? [`--require-tag ${REQUIRED_TAG}`] : []),
        `--timeout ${timeout} --report /r.json --summary /s.md`,
    ].join(" ");
    return { destroy: `destroy --yes --retries ${retries} ${shared}`, refresh: `plan ${shared}` };
}

async function runCommand(cli: CliWorld, args: string, witness: Witness, { dies, does }: Run): Promise<Ran> {
    const { fetch, clock, dead } = mortal(cli.clock, witness, dies, []);
    cli.files.clear();
    const began = cli.clock.monotonicMs();
    const options = {
        fetch,
        clock,
        env: { DIGITALOCEAN_TOKEN: CLI_TOKEN, NO_COLOR: "1" },
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
        reports: does === "destroy" ? (reportIn(written).droplets as unknown as readonly Reported[]) : [],
        markdown,
        tookMs: [cli.clock.monotonicMs() - began],
    };
}

function messageOf(error: unknown): string {
    return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
}
