import { type Limits, perform, type Plugin, type Task } from "../access/plugin.js";
import { hasExecutorTag, isExecutorTag, markTag, stateDelete, untilGone } from "../ownership/verdict.js";
import { declaredBy, type RecordState, toDesiredOutcome, toRequest } from "../stored/state.js";
import { preflight, withStatus } from "../teardown/assess.js";
import { MissingTagError, RefusedError, TeardownError } from "../teardown/errors.js";
import { beginFindings, type Evidence, type Findings } from "../teardown/findings.js";
import { dropletLabel } from "../teardown/format.js";
import { refusalError } from "../teardown/inquiry.js";
import { type Droplet, hasTag, isWithin, KINDS_OF_THE_LIST } from "../teardown/model.js";
import type { Plan } from "../teardown/plan.js";
import { keptBy } from "../teardown/policy.js";
import { adviceFor, conclude, type Ended, refusedReport } from "./conclude.js";
import {
    withFormerNameAndCost,
    leftBehindText,
    releasedText,
    stillLeft,
    trace,
    type Traced,
} from "./sighting.js";

/**
 * The delete of a record, while state is complete: refuses whatever its executor would refuse, or marks the
 * Droplet as one that the engine was asked to delete.
 * @throws StackError if the Droplet must not be destroyed
 */
export async function deleteRecord(state: RecordState, plugin: Plugin, limits?: Limits): Promise<void> {
    const { inputs } = state;
    const { dropletId, resourceUrn } = inputs;
    const { declarations } = plugin;
    if (declarations.isReplaced(resourceUrn)) {
        const { leftBehind } = state.seen;
        await (leftBehind.length > 0 ? perform(state, plugin, tellLeftBehind, limits) : undefined);
        return;
    }
    const other = declarations.another(dropletId, resourceUrn);
    if (other !== undefined) {
        declarations.refuseUnmade(dropletId, other);
    }
    const work = (task: Task<RecordState>): Promise<Ended | null> =>
        other === undefined ? authorize(task) : leaveTo(other, task);
    const refused = await perform(state, plugin, work, limits).catch((error: unknown) =>
        untouched(state, error, plugin),
    );
    if (refused !== null) {
        await conclude([refused], null, state, plugin);
    } else if (other !== undefined) {
        await plugin
            .narrate(inputs)
            .announce(`droplet ${dropletId} is left alone: ${other} declares it as well`);
    }
}

/** Null: the Droplet may go. */
async function authorize(task: Task<RecordState>): Promise<Ended | null> {
    const { state, plugin, client, signal } = task;
    const droplet = await task.findDroplet(state.inputs.dropletId);
    try {
        const refused = await authorizeDelete(droplet, task);
        return refused === null ? null : untouched(state, refused.cause, plugin, refused);
    } catch (error) {
        if (error instanceof RefusedError) {
            const { inventory, leftBehind } = state.seen;
            const known = beginFindings(state.inputs.dropletId, [...inventory, ...leftBehind], droplet);
            const findings = await withStatus(known, client.api, signal);
            return untouched(state, error, plugin, { findings, plan: null });
        }
        throw error;
    }
}

/**
 * Another resource of the program now declares it: a record of the same teardown, after a `pulumi state rename` that
 * left this one out, or one with a tag of its own, or none.
 */
async function leaveTo(other: string, task: Task<RecordState>): Promise<null> {
    const { tag, dropletId } = task.state.inputs;
    if (!task.plugin.declarations.hasTag(other, tag)) {
        await task.memory(tag).release({ id: dropletId, alone: false });
        task.plugin.handoff.released(tag, dropletId);
    }
    await tellLeftBehind(task);
    return null;
}

/** Reports an error like a destroy does: with the Droplet, its cost and what to do next. */
function untouched(
    { inputs, seen }: RecordState,
    cause: unknown,
    plugin: Plugin,
    read: Pick<Refused, "findings" | "plan"> | null = null,
): Ended {
    if (!(cause instanceof TeardownError)) {
        throw cause;
    }
    const recorded = [...seen.inventory, ...seen.leftBehind];
    const { findings, plan } = read ?? { findings: beginFindings(inputs.dropletId, recorded), plan: null };
    const isRunning = findings.runningSince !== null;
    if (cause instanceof MissingTagError) {
        const missing = isRunning ? new MissingTagError(cause.tag, false, true) : cause;
        const report = refusedReport(findings, plan, missing, plugin);
        const advice = isRunning ? untilGone(inputs.dropletId) : untaggedAdvice(inputs, cause.tag);
        return { report, cause: missing, advice };
    }
    const report = refusedReport(findings, plan, cause, plugin);
    return { report, cause, advice: adviceFor(report, inputs.resourceUrn, cause) };
}

function untaggedAdvice({ dropletId, imported, resourceUrn }: RecordState["inputs"], tag: string): string[] {
    return [
        ...(imported ? ["It was imported: `pulumi up` puts the tag on; then repeat this command."] : []),
        "To hand it back to the official provider, run `pulumi up` with `teardown: { enabled: false }` first (under `tearDownDroplets`: with `handBack: true` in its rule, or with `enabled: false` for all).",
        `To keep it, \`${stateDelete(resourceUrn)}\` takes its record out of the stack; then repeat this command, which says how to go on.`,
        `To destroy it, \`doctl compute droplet tag ${dropletId} --tag-name ${tag}\` puts the tag back; then repeat this command.`,
    ];
}

/** Why a Droplet may not go, and what was read for that. */
interface Refused {
    readonly cause: Error;
    readonly findings: Findings;
    readonly plan: Plan | null;
}

/**
 * Gives leave to destroy a recorded Droplet: marks it and hands its inventory to its executor, which is deleted after
 * the record.
 * @param droplet as just read; null: it is gone
 * @returns whatever the executor would refuse; null: it may go
 * @throws RefusedError if its tag is missing, or the token may be another team's
 */
async function authorizeDelete(droplet: Droplet | null, task: Task<RecordState>): Promise<Refused | null> {
    const { state } = task;
    const left = await stillLeft(state.seen.leftBehind, task);
    // A refresh that missed the Droplet itself has noted it as well.
    const predecessors = state.seen.predecessors.filter((one) => one.dropletId !== state.inputs.dropletId);
    const traced = await trace(predecessors, task);
    const refused = await (droplet === null ? handOffGone(left, task) : handOff(droplet, left, task));
    if (refused !== null && (await task.findDroplet(state.inputs.dropletId)) === null) {
        // Somebody destroys it, and it went before all of it was read.
        return authorizeDelete(null, task);
    }
    if (refused === null) {
        await forgetFormerExpiry(droplet, task);
        await handOffPredecessors(traced, task);
        // The executor reports both as well, unless this run stops before; then nothing else knows of them.
        await announceLeft(left, task);
        await (droplet === null ? announceOwn(task) : undefined);
    }
    return refused;
}

/** What the recorded Droplet, which is gone, has left. Its snapshots name it, so that its executor finds them. */
async function announceOwn(task: Task<RecordState>): Promise<void> {
    const { inputs, seen } = task.state;
    const { keep } = toRequest({ inputs, seen }, task.plugin.runtime.env);
    const others = seen.inventory.filter(
        (one) => one.kind !== "snapshot" && keptBy(one, keep)?.source !== "managed",
    );
    await announceLeft(await stillLeft(others, task), task, `droplet ${inputs.dropletId}, which is gone`);
}

/** Its own update, which would have forgotten it, failed after the Droplet was renewed: the executor knows the new one. */
async function forgetFormerExpiry(droplet: Droplet | null, task: Task<RecordState>): Promise<void> {
    const { dropletExpiryTag: former } = task.state.inputs;
    if (former !== undefined && (droplet === null || !hasTag(droplet, former))) {
        await task.forgetIfUnused(former);
    }
}

/** The create of what takes its place does not know about it. */
async function tellLeftBehind(task: Task<RecordState>): Promise<void> {
    await announceLeft(await stillLeft(task.state.seen.leftBehind, task), task);
}

async function announceLeft(left: readonly Evidence[], task: Task<RecordState>, by?: string): Promise<void> {
    const { inputs } = task.state;
    const { keep } = toDesiredOutcome(inputs, inputs.dropletId, task.plugin.runtime.env);
    const lines = leftBehindText(left, keep, by);
    await (lines.length > 0 ? task.announce(lines.join("\n")) : undefined);
}

/** It may have been somebody else's at its end, so it is not marked: its leftovers are only reported. */
async function handOffGone(left: readonly Evidence[], task: Task<RecordState>): Promise<null> {
    await task.confirmTeam();
    return handOffUnmarked(null, left, task);
}

function handOffUnmarked(
    droplet: Droplet | null,
    left: readonly Evidence[],
    { state, plugin }: Task<RecordState>,
): null {
    const { tag, dropletId, attached, resourceUrn: recordUrn } = state.inputs;
    const recorded = [...state.seen.inventory, ...left];
    const declared = declaredBy(state.inputs);
    const unread = { recordUrn, recorded, unrecorded: KINDS_OF_THE_LIST, attached, declared };
    plugin.handoff.handOver(tag, dropletId, { droplet, marked: false, ...unread });
    return null;
}

async function handOff(
    droplet: Droplet,
    left: readonly Evidence[],
    task: Task<RecordState>,
): Promise<Refused | null> {
    const { tag, enabled } = task.state.inputs;
    if (hasTag(droplet, tag)) {
        return markOwn(droplet, left, task);
    }
    if (hasExecutorTag(droplet)) {
        // It is another executor's: only what it leaves, should it be gone by then, is reported.
        return handOffUnmarked(droplet, left, task);
    }
    if (enabled) {
        throw new MissingTagError(tag);
    }
    return null;
}

/** Marks it last: whoever takes it out of the state after a destroy that stopped here has to take that back. */
async function markOwn(
    droplet: Droplet,
    left: readonly Evidence[],
    task: Task<RecordState>,
): Promise<Refused | null> {
    const { state, plugin, client, signal } = task;
    const { dropletId, tag, attached, resourceUrn: recordUrn } = state.inputs;
    const { inventory } = state.seen;
    // What the stack detaches in this run prevents nothing, although it may come to that after the record.
    const detached = [...attached, ...plugin.handoff.detached(dropletId)];
    const inputs = { ...state.inputs, attached: detached };
    const request = toRequest({ inputs, seen: state.seen }, plugin.runtime.env);
    const { findings, judgement } = await preflight(droplet, request, client.api, signal);
    const evidence = [...findings.evidence, ...left.filter((one) => !isWithin([one], findings.evidence))];
    if (judgement.is === "refused") {
        const plan = "plan" in judgement ? judgement.plan : null;
        return { cause: refusalError(judgement.refusal, false), findings: { ...findings, evidence }, plan };
    }
    const { destroy, keep, unread } = judgement.plan;
    const fresh = [...destroy, ...keep].map((one) => withFormerNameAndCost(one, inventory));
    const older = evidence.filter((one) => !isWithin([one], fresh));
    await task.memory(tag).mark(dropletId);
    const declared = declaredBy(state.inputs);
    const read = { recordUrn, recorded: [...older, ...fresh], unrecorded: unread, attached, declared };
    plugin.handoff.handOver(tag, dropletId, { droplet, marked: true, ...read });
    await task.announce(
        `${dropletLabel(dropletId, droplet.name)} may be destroyed from now on; if this run stops before that, ` +
            `\`pulumi up\` takes it back, or \`doctl compute tag delete ${markTag(tag, dropletId)} --force\``,
    );
    return null;
}

/**
 * Hands over each predecessor that may have left something. Its snapshots are accounted for once, with it; what else it
 * had, with the recorded Droplet.
 */
async function handOffPredecessors(traced: readonly Traced[], task: Task<RecordState>): Promise<void> {
    const { tag, dropletId } = task.state.inputs;
    const { predecessors } = task.state.seen;
    const { handoff } = task.plugin;
    const own = handoff.of(tag)?.droplets.get(dropletId);
    if (own !== undefined) {
        const others = traced.flatMap(({ snapshots, archives }) => [...snapshots, ...archives]);
        handoff.handOver(tag, dropletId, {
            ...own,
            recorded: own.recorded.filter((known) => !isWithin([known], others)),
        });
    }
    for (const one of traced) {
        const wasReleased = predecessors.some((known) => known.dropletId === one.dropletId && known.released);
        await (wasReleased && one.released ? leave(one, task) : handOffPredecessor(one, task));
    }
}

/** A refresh has said that it is somebody else's. */
async function leave({ dropletId, droplet }: Traced, task: Task<RecordState>): Promise<void> {
    const { tag } = task.state.inputs;
    await task.memory(tag).forget({ id: dropletId, alone: true });
    task.plugin.handoff.released(tag, dropletId);
    if (droplet !== null) {
        await task.announce(releasedText(droplet));
    }
}

/** One without its tag is not marked, and so is judged as any other Droplet without it. */
async function handOffPredecessor(one: Traced, task: Task<RecordState>): Promise<void> {
    const { state, plugin } = task;
    const { dropletId, droplet, released, archives, replacedAt } = one;
    // One that was replaced together with its teardown carries the tag of that.
    const tags = [state.inputs.tag, ...(droplet?.tags ?? []).filter(isExecutorTag)];
    for (const tag of released ? [] : new Set(tags)) {
        // A later run does not know which snapshots are archives, and then leaves all of them.
        const memory = task.memory(tag);
        await (archives.length > 0 ? memory.markAlone(dropletId) : memory.markWhole(dropletId));
    }
    plugin.handoff.noteReplacement(dropletId, replacedAt);
    plugin.handoff.handOver(state.inputs.tag, dropletId, {
        recordUrn: state.inputs.resourceUrn,
        droplet: released ? droplet : null,
        marked: !released,
        recorded: [],
        unrecorded: [],
        attached: [],
        declared: declaredBy(state.inputs),
    });
}
