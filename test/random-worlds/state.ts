import { ungrouped } from "../../provider/stored/inputs.js";
import { NOTHING_SEEN, readRecord, readTeardown, toOutputs } from "../../provider/stored/state.js";
import { teamUuid } from "../../simulator/index.js";
import type { ProgramWorld } from "../support/program-world.js";
import { type Stored, URN } from "../support/teardown-world.js";
import type { Scene } from "./people.js";
import { REQUIRED_TAG, RESOURCE_NAMES, STACK_TAG } from "./things.js";
import { NOTHING_RECORDED, type Recorded } from "./told.js";
import { stateFor, type World } from "./world.js";

/** One Droplet of a stack, as state knows it; what is gone from the state is null. */
export interface Member {
    readonly dropletId: number;
    executor: Stored | null;
    record: Stored | null;
    recorded: Recorded;
}

/** What the processes of a stack are told by state. */
export function recordedBy(members: readonly Member[]): ReadonlyMap<number, Recorded> {
    return new Map(members.map(({ dropletId, recorded }) => [dropletId, recorded]));
}

/** Makes the state as an `up` leaves it. */
export async function recordState(plugin: ProgramWorld, world: World, scene: Scene): Promise<Member[]> {
    const members: Member[] = [];
    for (let nth = 0; nth < world.ours; nth += 1) {
        const make = scene.executors.length === 0 ? recordTeardown : recordDroplet;
        members.push(await make(nth, plugin, world, scene));
    }
    return members;
}

async function recordTeardown(
    nth: number,
    plugin: ProgramWorld,
    world: World,
    scene: Scene,
): Promise<Member> {
    const dropletId = scene.things.droplet(nth);
    const tag = world.requireTag ? { requireTag: REQUIRED_TAG } : {};
    const resourceUrn = `${URN}-${nth}`;
    const given = { ...toArgs(world, scene), ...tag, dropletId, resourceUrn };
    const { inputs } = await plugin.process().check({}, given);
    const inventory = toInventory(scene, nth);
    const executor = toOutputs({
        inputs: readTeardown(ungrouped(inputs)).inputs,
        seen: seen(world, inventory),
    });
    return { dropletId, executor, record: null, recorded: asRecorded(inventory) };
}

async function recordDroplet(nth: number, plugin: ProgramWorld, world: World, scene: Scene): Promise<Member> {
    const process = plugin.process();
    const dropletId = scene.things.droplet(nth);
    const tag = scene.executors[nth] ?? "";
    const resourceName = RESOURCE_NAMES[nth] ?? "";
    const state = stateFor(world, nth);
    plugin.simulator.panel.createTag(tag);
    if (state !== "cut short") {
        plugin.simulator.panel.createTag(`${tag}:${dropletId}`);
    }
    const args = toArgs(world, scene);
    const resourceUrn = `${URN}-${nth}`;
    const given = { ...args, resourceName, stackTag: STACK_TAG, enabled: true, resourceUrn };
    const executor = await process.check({ tag }, given);
    const { policy, keep, managed, timeout } = args;
    const own = { policy, keep, managed, timeout };
    const record = await process.record.check(
        {},
        { ...plugin.recordInputs(tag, dropletId, { resourceName }), ...own },
    );
    const inventory = state === "whole" ? toInventory(scene, nth) : [];
    const stored = toOutputs({
        inputs: readRecord(ungrouped(record.inputs)).inputs,
        seen: seen(world, inventory),
    });
    return {
        dropletId,
        executor: toOutputs({
            inputs: readTeardown(ungrouped(executor.inputs)).inputs,
            seen: seen(world, []),
        }),
        record: state === "whole" ? stored : null,
        recorded: state === "whole" ? asRecorded(inventory) : NOTHING_RECORDED,
    };
}

function toArgs(world: World, { things }: Scene) {
    const { policy, retries, timeout, finalSnapshot, gracefulShutdown } = world;
    const managed = world.managed.flatMap((ref) => things.nth(ref)?.id ?? []);
    const keep = things.entries(world.keep);
    return { policy, keep, managed, timeout, retries, finalSnapshot, gracefulShutdown };
}

type Inventory = ReturnType<typeof toInventory>;

function seen({ knowsTeam }: World, inventory: Inventory) {
    const accountId = knowsTeam ? teamUuid("default") : null;
    return { ...NOTHING_SEEN, accountId, recordedAt: "2026-01-01T00:00:00.000Z", inventory };
}

function asRecorded(inventory: Inventory): Recorded {
    const ids = new Set(inventory.map(({ id }) => id));
    return { inventory: ids, priced: ids };
}

function toInventory({ things }: Scene, nth: number) {
    const id = things.droplets[nth];
    const { droplets, volumes, reservedIps, snapshots } = things.simulator.state();
    const has = droplets.find((droplet) => droplet.id === id)?.associated ?? [];
    const costs = new Map([
        ...[...volumes, ...snapshots].map((one) => [one.id, one.monthlyCost] as const),
        ...reservedIps.map((one) => [one.associatedId, one.monthlyCost] as const),
    ]);
    return things
        .all()
        .filter((thing) => has.includes(thing.id))
        .map((thing) => ({ ...thing, monthlyCost: costs.get(thing.id) ?? null }));
}
