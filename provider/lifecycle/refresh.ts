import { isDeepStrictEqual } from "node:util";
import {
    leftBehindText,
    lookBack,
    matters,
    observe,
    observeExisting,
    type Past,
    type Present,
    releasedText,
    untraced,
} from "./sighting.js";
import { type Limits, perform, type Plugin, type Task } from "../access/plugin.js";
import {
    type AnyState,
    type DropletState,
    type Sighting,
    type TeardownByIdState,
    type TeardownState,
    toDesiredOutcome,
    toOutputs,
    toRequest,
} from "../stored/state.js";
import { assess, unlessRefused } from "../teardown/assess.js";
import { beginFindings, remainingEvidence } from "../teardown/findings.js";
import { Inquiry, settle } from "../teardown/inquiry.js";
import { judge } from "../teardown/judge.js";
import { type AssociatedResource, type Droplet, type Inventory, isWithin } from "../teardown/model.js";
import { inventoryText, remainsText } from "../teardown/describe.js";
import { type Plan, planFor } from "../teardown/plan.js";

/** What a refresh says, and what it leaves in state; null: nothing is left to do. */
interface Refreshed {
    readonly text: string;
    readonly past: Past;
    readonly seen: Sighting | null;
}

/**
 * The read of a resource that knows its Droplet: destroys nothing. The resource leaves state when the Droplet is
 * gone and a delete would have nothing to do.
 */
export async function refresh(
    id: string,
    { inputs, seen }: DropletState,
    plugin: Plugin,
    limits?: Limits,
): Promise<{ id?: string; props?: Record<string, unknown> }> {
    const { keep } = toDesiredOutcome(inputs, inputs.dropletId, plugin.runtime.env);
    const now = await perform(
        { inputs, seen },
        plugin,
        async (task) => (await present(task)) ?? absent(task),
        limits,
    );
    const released = now.past.traced.flatMap(({ dropletId, droplet, released: isReleased }) => {
        const isNew = !seen.predecessors.some((one) => one.dropletId === dropletId && one.released);
        return isReleased && isNew && droplet !== null ? [releasedText(droplet)] : [];
    });
    const lines = [now.text, ...leftBehindText(now.past.left, keep), ...released];
    await plugin.narrate(inputs).announce(lines.join("\n"));
    return now.seen === null ? {} : { id, props: toOutputs({ inputs, seen: now.seen }) };
}

async function present(task: Task<DropletState>): Promise<Refreshed | null> {
    const { inputs } = task.state;
    const found = await observe(inputs.dropletId, task);
    if (found === null) {
        return null;
    }
    return { text: await foreseen(found, inputs, task), past: found.past, seen: found.sighting };
}

/** What is there of a Droplet, and what a destroy would do to it. */
export interface Looked {
    readonly droplet: Droplet;
    readonly inventory: Inventory;
    readonly plan: Plan;
}

/**
 * Looks at a Droplet that no resource of the program has to know.
 * @throws RefusedError if the token cannot see it, or cannot read what the plan depends on
 */
export function lookAt(state: TeardownState, plugin: Plugin, limits?: Limits): Promise<Looked> {
    const look = async (task: Task<TeardownState>): Promise<Looked> => {
        const { inputs } = state as TeardownByIdState;
        const { droplet, sighting, gaps } = await observeExisting(inputs.dropletId, task);
        const resources = sighting.inventory;
        const judgement = await foresee(resources, inputs, task);
        unlessRefused(judgement);
        return { droplet, inventory: { ...gaps, resources }, plan: judgement.plan };
    };
    return perform(state, plugin, look, limits);
}

/** What is there, and what a destroy would do to it, as far as the token can read what that depends on. */
async function foreseen(
    { droplet, sighting, gaps }: Present,
    inputs: DropletState["inputs"],
    task: Task<AnyState>,
): Promise<string> {
    const resources = sighting.inventory;
    const judgement = await foresee(resources, inputs, task);
    const plan = judgement.is === "planned" ? judgement.plan : null;
    return inventoryText(droplet, { ...gaps, resources }, plan);
}

async function foresee(
    inventory: readonly AssociatedResource[],
    inputs: DropletState["inputs"],
    { plugin, client, signal }: Task<AnyState>,
) {
    const { dropletId } = inputs;
    const desired = toDesiredOutcome(inputs, dropletId, plugin.runtime.env);
    const facts = { objection: () => null, absent: [] };
    const { judgement } = await assess(
        beginFindings(dropletId, inventory),
        (known) =>
            settle(() => {
                const plan = planFor(inventory, desired, facts, new Inquiry(known, () => true));
                return { is: "planned", plan } as const;
            }),
        client.api,
        signal,
    );
    return judgement;
}

/**
 * Says what a destroy would do from now on, where an update has changed that.
 * @param now what the update has just read
 */
export async function announceChange(
    before: DropletState["inputs"],
    now: Present,
    task: Task<DropletState>,
): Promise<void> {
    const { inputs } = task.state;
    const outcomeFor = (one: DropletState["inputs"]): unknown =>
        toDesiredOutcome(one, inputs.dropletId, task.plugin.runtime.env);
    if (!isDeepStrictEqual(outcomeFor(before), outcomeFor(inputs))) {
        await task.announce(await foreseen(now, inputs, task));
    }
}

/** What state remembers of replaced Droplets keeps the resource in it; its own Droplet is nobody's from now on. */
async function absent(task: Task<DropletState>): Promise<Refreshed> {
    const { state, plugin, client, signal } = task;
    const { inputs, seen } = state;
    const { dropletId } = inputs;
    const request = { ...toRequest(state, plugin.runtime.env), account: await task.owner() };
    const { findings, judgement } = await assess(
        beginFindings(dropletId, request.recorded),
        (known, epoch) => judge(known, request, epoch),
        client.api,
        signal,
    );
    unlessRefused(judgement);
    const { plan } = judgement;
    const unread = judgement.is === "running" ? [] : judgement.plan.unread;
    const left = remainingEvidence(findings);
    const isSettled =
        judgement.is !== "running" && !left.some((one) => isWithin([one], plan?.destroy ?? [one]));
    const past = await lookBack(task);
    const predecessors = past.traced.filter(matters).map(untraced);
    const isDone = isSettled && predecessors.length + past.left.length === 0;
    const own = { dropletId, replacedAt: new Date(task.serverNow()).toISOString(), released: true };
    return {
        text: remainsText(dropletId, { resources: left, unread, unknownKinds: [] }),
        past,
        seen: isDone
            ? null
            : { ...seen, predecessors: "by" in inputs ? [] : [...predecessors, own], leftBehind: past.left },
    };
}
