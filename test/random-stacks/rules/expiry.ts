import { parseAge } from "../../../provider/teardown/format.js";
import { isExpiryTag } from "../../../provider/teardown/model.js";
import { ungrouped } from "../../../provider/stored/inputs.js";
import type { Simulator } from "../../../simulator/index.js";
import { Violation } from "../../random-worlds/violation.js";
import type { Sweep } from "../life.js";
import type { InState } from "../stack.js";
import type { Swept } from "../sweep.js";
import { parseName } from "../urn.js";
import { DROPLET, EXECUTOR } from "./chronicle.js";
import { isWhole, type RunEvent } from "./event.js";

type Living = ReturnType<Simulator["state"]>["droplets"][number];

/** What a sweep finds, and what it leaves. */
export interface SweepEvent {
    readonly sweep: Sweep;
    readonly tag: string;
    readonly before: readonly Living[];
    readonly after: readonly Living[];
    readonly swept: Swept;
    /** DigitalOcean's time when it began. */
    readonly nowMs: number;
    /** Droplets that somebody has taken their expiry off. */
    readonly rescued: ReadonlySet<number>;
}

/** A sweep takes what has expired, and nothing else: nothing that was rescued, and nothing of a stack unless it is told. */
export function checkSweep({ sweep, tag, before, after, swept, nowMs, rescued }: SweepEvent): void {
    const remaining = new Set(after.map(({ id }) => id));
    // Of what a token of another team has made, this one knows nothing.
    for (const { id, name, tags } of before.filter(({ team }) => team === "default")) {
        const expiries = tags.filter(isExpiryTag).map(expiryMs);
        const isDue = tags.includes(tag) && expiries.length > 0 && Math.max(...expiries) < nowMs;
        const isStacks = tags.some((one) => /^teardown:[^:]+:[^:]+$/.test(one));
        const mayGo = isDue && (sweep.includeStacks || !isStacks) && !rescued.has(id);
        const label = `${name} (${id}), ${tags.join(" ")}: ${swept.text}`;
        if (!remaining.has(id) && !mayGo) {
            throw new Violation("a sweep takes only what has expired, and nothing of a living stack", label);
        }
        if (remaining.has(id) && mayGo) {
            throw new Violation("a sweep takes what has expired", label);
        }
        if (remaining.has(id) && tags.includes(tag) && !swept.text.includes(String(id))) {
            throw new Violation("a sweep names what it leaves", label);
        }
    }
}

/** After an `up` a Droplet with a `ttl` has one expiry, that of its teardown, and a renewed one from now on. */
export function checkExpiry(event: RunEvent): void {
    const { run, ran, after, program, simulator, chronicle } = event;
    noteChanges(event);
    const isUntagged = run.mishaps?.some((one) => one.mishap === "panel" && one.action.panel === "untag");
    if (isUntagged === true) {
        return;
    }
    if (run.run !== "up" || ran.ended !== "well" || !isWhole(event) || run.otherTeam === true) {
        return;
    }
    const executors = after.filter(({ type, delete: isDeleted }) => type === EXECUTOR && !isDeleted);
    const droplets = after.filter(({ type, delete: isDeleted }) => type === DROPLET && !isDeleted);
    for (const living of simulator.state().droplets) {
        const own = droplets.find(({ id }) => Number(id) === living.id);
        const isBoth = own === undefined && chronicle.managedDroplets.has(living.id);
        const declared = program.droplets.find(
            ({ name }) => own !== undefined && name === parseName(own.urn),
        );
        const isCovered = declared?.kind === "ours" || declared?.kind === "covered";
        const bare = program.bare.find(({ dropletId }) => dropletId === living.id);
        // Whoever imports it sets its tags. An update that failed may have left them out, and no state knows that
        // somebody has taken all of them off.
        const isUnsure = [chronicle.unsure, chronicle.freed, chronicle.perhapsRescued].some((some) =>
            some.has(living.id),
        );
        if (isBoth || isUnsure || (own === undefined) === (bare === undefined)) {
            continue;
        }
        const name = bare?.name ?? declared?.name;
        const ttl = bare?.ttl ?? (isCovered ? declared.ttl : null);
        const executor = executors.find(({ urn }) => parseName(urn) === name);
        checkTags(living, ttl, executor, event);
        checkTold(living.id, executor, event);
    }
}

function checkTags(
    { id, name, tags }: Living,
    ttl: string | null,
    executor: InState | undefined,
    { ran, startedMs, endedMs, chronicle }: RunEvent,
): void {
    const recorded =
        ttl === null || executor === undefined ? null : String(ungrouped(executor.outputs).expiryTag);
    // Of a teardown that somebody has taken out of the state, nobody takes the tag off.
    const found = tags.filter(
        (tag) => isExpiryTag(tag) && (tag === recorded || !chronicle.abandonedExpiries.has(tag)),
    );
    const label = `${name} (${id}) has ${found.join(" ")}, its teardown ${recorded}: ${ran.text}`;
    if (chronicle.rescued.has(id)) {
        if (found.length > 0) {
            throw new Violation("an `up` that changes nothing leaves a rescued droplet so", label);
        }
        return;
    }
    const others = found.filter((tag) => tag !== recorded);
    const isMissing = recorded !== null && found.length === others.length;
    if (isMissing || (others.length > 0 && !chronicle.isCutShort)) {
        throw new Violation("an `up` leaves one expiry where there is a ttl", label);
    }
    if (recorded === null) {
        return;
    }
    const ttlMs = parseAge(ttl ?? "") ?? 0;
    const atMs = expiryMs(recorded);
    if (isRenewed(executor, ran) && (atMs < startedMs + ttlMs - 1_000 || atMs > endedMs + ttlMs + 1_000)) {
        throw new Violation("an `up` that changes something renews the expiry", label);
    }
}

/** Of a Droplet that the stack has made while nothing changed for its teardown, the expiry is older, and told. */
function checkTold(id: number, executor: InState | undefined, { ran, before }: RunEvent): void {
    const isHeld = before.some((one) => one.type === DROPLET && Number(one.id) === id);
    const isMade = ran.calls.some(
        ({ method, urn, answer }) =>
            method === "create" && urn.includes(`::${DROPLET}::`) && Number(answer?.id) === id,
    );
    const hasExpiry = executor !== undefined && ungrouped(executor.outputs).expiryTag !== undefined;
    if (isHeld || !isMade || !hasExpiry || isRenewed(executor, ran)) {
        return;
    }
    if (!ran.text.includes(`droplet ${id} is new and expires at`)) {
        throw new Violation("a new droplet with an old expiry is told", `${id}: ${ran.text}`);
    }
}

function isExecutorOf(droplet: string, urn: string): boolean {
    return urn.includes(`::${EXECUTOR}::`) && parseName(urn) === parseName(droplet);
}

function isRenewed(executor: InState | undefined, { calls }: RunEvent["ran"]): boolean {
    return calls.some(
        ({ method, urn }) => (method === "create" || method === "update") && urn === executor?.urn,
    );
}

/** Whatever changes a Droplet, or the teardown that puts the tag on it, may put it on again. */
function noteChanges({ ran, after, chronicle }: RunEvent): void {
    for (const { method, urn, id } of ran.calls) {
        if (method !== "create" && method !== "update") {
            continue;
        }
        const hasRenewed = ran.calls.some((call) => call.method === "update" && isExecutorOf(urn, call.urn));
        if (urn.includes(`::${DROPLET}::`)) {
            const wasRescued = chronicle.rescued.delete(Number(id));
            if (hasRenewed) {
                chronicle.perhapsRescued.delete(Number(id));
            } else if (wasRescued) {
                chronicle.perhapsRescued.add(Number(id));
            }
        }
        const teardown = after.find((one) => one.urn === urn && one.type === EXECUTOR);
        if (teardown !== undefined) {
            chronicle.rescued.delete(Number(teardown.inputs.dropletId));
        }
    }
}

/** Expiry tags that a state has known and that nothing carries any more. */
export function unusedExpiryTags({ before, ran, simulator }: RunEvent): string[] {
    // A refresh deletes nothing, and a teardown by id whose Droplet is gone leaves the state with it (docs/expiry.md).
    const isDropped = ({ urn }: InState): boolean =>
        ran.calls.some((call) => call.method === "read" && call.urn === urn && call.answer === null);
    const known = new Set(
        before.filter((one) => !isDropped(one)).map(({ outputs }) => ungrouped(outputs).expiryTag),
    );
    return simulator
        .state()
        .tags.filter(({ name, droplets, team }) => known.has(name) && droplets === 0 && team === "default")
        .map(({ name }) => name);
}

function expiryMs(tag: string): number {
    return Number(/\d+$/.exec(tag)?.[0]) * 1_000;
}
